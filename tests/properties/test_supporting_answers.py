"""Laws of reasons: the answers that are shown are exactly those that carry the rule."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from backtriage.decide.assessment import assess
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.condition import (
    All,
    Any,
    AtLeast,
    Compare,
    Condition,
    Fact,
    Includes,
    Is,
    Not,
    Scores,
    Yes,
    leaves,
)
from backtriage.terms.value import Ticks, Value
from tests.support import oracle
from tests.support.strategies import complete_sheets, partial_sheets, programs


def pushed_down(program: Program, condition: Condition, *, negated: bool = False) -> Condition:
    """The same condition with facts written out and every `not` beside its atom."""
    match condition:
        case Fact(fact=fact):
            return pushed_down(program, program.facts[fact], negated=negated)
        case Not(of=inner):
            return pushed_down(program, inner, negated=not negated)
        case All(of=parts) | Any(of=parts):
            kind = All if isinstance(condition, All) != negated else Any
            return kind(tuple(pushed_down(program, part, negated=negated) for part in parts))
        case AtLeast(least=least, of=parts):
            inside = tuple(pushed_down(program, part, negated=negated) for part in parts)
            return AtLeast(len(parts) - least + 1 if negated else least, inside)
    return Not(condition) if negated else condition


def carrying(program: Program, sheet: Answers, condition: Condition) -> Iterator[Condition]:
    """The atoms that carry a condition that is not false, every `not` beside its atom."""
    value = oracle.truth(program, sheet, condition)
    match condition:
        case All(of=parts):
            kept = [part for part in parts if value != oracle.NO]
        case Any(of=parts) | AtLeast(of=parts):
            kept = [part for part in parts if oracle.truth(program, sheet, part) >= value]
        case Not(of=inner):
            yield inner
            return
        case _:
            yield condition
            return
    for part in kept:
        yield from carrying(program, sheet, part)


def expected_because(program: Program, sheet: Answers, condition: Condition) -> Answers:
    """The given answers on which a rule rests: of a list only the items that carry."""
    found: dict[str, Value] = {}
    for atom in carrying(program, sheet, pushed_down(program, condition)):
        assert isinstance(atom, Yes | Is | Includes | Compare)
        id_ = atom.question
        if oracle.truth(program, sheet, program.questions[id_].ask_when) == oracle.NO:
            continue
        value = sheet[id_]
        if isinstance(atom, Includes) and isinstance(value, Ticks):
            before = found.get(id_, Ticks())
            assert isinstance(before, Ticks)
            item = {atom.item}
            value = Ticks(before.yes | (value.yes & item), before.unsure | (value.unsure & item))
        found[id_] = value
    return Answers(found)


def counts_points(program: Program, condition: Condition) -> bool:
    """Whether a condition rests on a score, perhaps through facts."""
    for leaf in leaves(condition):
        if isinstance(leaf, Scores):
            return True
        if isinstance(leaf, Fact) and counts_points(program, program.facts[leaf.fact]):
            return True
    return False


@given(data=st.data(), program=programs())
def test_because_holds_the_atoms_that_carry(data: st.DataObject, program: Program) -> None:
    """True: all of an `and`, the true parts of an `or` or a count; not sure: those and unsure.

    `not` is read beside the atoms, so that `none of (a, b)` is carried as `not a and not b`.
    """
    for _ in range(5):
        sheet = data.draw(complete_sheets(program))
        for reason in assess(program, sheet).reasons:
            if reason.rule.id != "everybody" and not counts_points(program, reason.rule.when):
                assert reason.because == expected_because(program, sheet, reason.rule.when)


@given(data=st.data(), program=programs())
def test_because_holds_only_given_answers_that_count(
    data: st.DataObject, program: Program
) -> None:
    """No reason rests on an answer that was not given or is set aside."""
    found = assess(program, data.draw(partial_sheets(program)))
    shown = [r.because for r in found.reasons] + [w.because for w in found.withheld]
    for because in shown + [f.because for f in found.findings]:
        for id_, value in because.items():
            whole = found.answers[id_]
            if isinstance(value, Ticks) and isinstance(whole, Ticks):
                assert value.yes <= whole.yes
                assert value.unsure <= whole.unsure
            else:
                assert value == whole


@given(data=st.data(), program=programs())
def test_a_reason_survives_when_only_its_answers_are_kept(
    data: st.DataObject, program: Program
) -> None:
    """A certain reason of the lo end stays possible when all other answers are forgotten."""
    sheet = data.draw(complete_sheets(program))
    for reason in assess(program, sheet).reasons:
        kept = Answers({id_: value for id_, value in sheet.items() if id_ in reason.because})
        hi = oracle.interval(program, kept, reason.rule.when)[1]
        assert (oracle.fires(reason.rule, hi) or 0) >= reason.urgency
