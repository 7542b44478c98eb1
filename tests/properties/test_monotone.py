"""Monotone urgency: neither additional rules nor bad answers ever lower it."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.decide.assessment import Status, assess
from backtriage.program.program import Program, build_program
from backtriage.program.sheet import Sheet, sheet_from_bytes
from backtriage.program.validate import plain_answers, validate
from backtriage.protocol.protocol import Protocol
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from tests.support import oracle
from tests.support.strategies import additional_rules, partial_sheets, programs, protocols

BAD = st.sampled_from([
    "perhaps", "", "yess", [1], ["nope"], {}, {"a": True}, "65", -1, ["not"], [None],
])  # fmt: skip
"""Raw values that answer no question of the small protocols."""


@given(data=st.data(), protocol=protocols())
def test_an_additional_rule_never_lowers_the_range(
    data: st.DataObject, protocol: Protocol
) -> None:
    rule = data.draw(additional_rules(protocol))
    before = build_program(protocol)
    after = build_program(replace(protocol, rules=(*protocol.rules, rule)))
    for _ in range(5):
        sheet = data.draw(partial_sheets(before))
        low, high = assess(before, sheet), assess(after, sheet)
        assert low.certain <= high.certain
        assert low.possible <= high.possible


@given(data=st.data(), program=programs())
def test_a_bad_answer_never_hides_an_emergency(data: st.DataObject, program: Program) -> None:
    """Each bad answer is a problem with its key; the rest is read as if it were absent."""
    sheet = oracle.asked(program, data.draw(partial_sheets(program)))
    written = json.dumps(plain_answers(program, sheet)).encode()
    raw = dict(sheet_from_bytes(written, "sheet.json", is_yaml=False).values)
    replaced = {id_ for id_ in raw if data.draw(st.booleans())}
    for id_ in replaced:
        raw[id_] = data.draw(BAD)
    raw["agee"] = data.draw(st.sampled_from([True, None]))

    validated = validate(program, Sheet(values=raw))

    good = Answers({id_: value for id_, value in sheet.items() if id_ not in replaced})
    assert validated.answers == good
    assert [problem.location.path for problem in validated.problems] == [
        *(id_ for id_ in raw if id_ in replaced),
        "agee",
    ]
    certain = assess(program, good).certain
    assert assess(program, validated.answers).certain == certain <= assess(program, sheet).possible


@given(data=st.data(), program=programs())
def test_out_of_scope_is_at_least_routine_and_without_advice(
    data: st.DataObject, program: Program
) -> None:
    assessment = assess(program, data.draw(partial_sheets(program)))
    if assessment.status is Status.OUT_OF_SCOPE:
        assert assessment.certain >= Urgency.ROUTINE
        assert (assessment.advice, assessment.withheld) == ((), ())
        assert all(result.verdict is None for result in assessment.module_results)
