"""Laws of safety: nothing lowers the urgency that should not."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.decide.assessment import Status, assess
from backtriage.decide.receipt import plain_answers
from backtriage.program.program import Program, build_program
from backtriage.program.sheet import Sheet, sheet_from_bytes
from backtriage.program.validate import validate
from backtriage.protocol.protocol import Protocol, Rule
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Condition
from backtriage.terms.urgency import Urgency
from tests.support.strategies import (
    URGENCY,
    atoms_on,
    conditions,
    partial_sheets,
    programs,
    protocols,
)

BAD = st.sampled_from([
    "perhaps", "", "yess", [1], ["nope"], {}, {"a": True}, "65", -1, ["not"], [None],
])  # fmt: skip
"""Raw values that are no answer to any question of the small protocols."""


@st.composite
def rules(draw: st.DrawFn, protocol: Protocol) -> Rule:
    """One more rule over the questions of a protocol."""
    atoms = [atom for question in protocol.questions for atom in atoms_on(question)]
    when: Condition = draw(conditions(atoms))
    urgency = draw(URGENCY)
    if_unsure = draw(st.sampled_from([None, *(one for one in Urgency if one <= urgency)]))
    return Rule(id="more", urgency=urgency, when=when, if_unsure=if_unsure, because="More.")


@given(data=st.data(), protocol=protocols())
def test_one_more_rule_never_lowers(data: st.DataObject, protocol: Protocol) -> None:
    """Adding a rule leaves both ends of the range where they are or raises them."""
    more = data.draw(rules(protocol))
    before = build_program(protocol)
    after = build_program(replace(protocol, rules=(*protocol.rules, more)))
    for _ in range(5):
        sheet = data.draw(partial_sheets(before))
        low, high = assess(before, sheet), assess(after, sheet)
        assert low.certain <= high.certain
        assert low.possible <= high.possible


@given(data=st.data(), program=programs())
def test_a_bad_answer_never_hides_an_emergency(data: st.DataObject, program: Program) -> None:
    """Bad answers are problems, each with its key, and the rest is read as if they were absent."""
    sheet = data.draw(partial_sheets(program))
    written = json.dumps(plain_answers(program, sheet)).encode()
    raw = dict(sheet_from_bytes(written, "sheet.json", is_yaml=False).values)
    spoilt = {id_ for id_ in raw if data.draw(st.booleans())}
    for id_ in spoilt:
        raw[id_] = data.draw(BAD)
    raw["agee"] = data.draw(st.sampled_from([True, None]))

    validated = validate(program, Sheet(values=raw))

    left = Answers({id_: value for id_, value in sheet.items() if id_ not in spoilt})
    assert validated.answers == left
    assert [p.location.path for p in validated.problems] == [
        *(i for i in raw if i in spoilt),
        "agee",
    ]
    certain = assess(program, left).certain
    assert assess(program, validated.answers).certain == certain <= assess(program, sheet).possible


@given(data=st.data(), program=programs())
def test_out_of_scope_never_ends_below_routine(data: st.DataObject, program: Program) -> None:
    """Out of scope no advice is given and nothing is considered, and the urgency is kept."""
    found = assess(program, data.draw(partial_sheets(program)))
    if found.status is Status.OUT_OF_SCOPE:
        assert found.certain >= Urgency.ROUTINE
        assert (found.advice, found.withheld) == ((), ())
        assert all(finding.verdict is None for finding in found.findings)
