"""Supporting answers: those shown as the reason of a rule are exactly those it rests on."""

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


def negation_normal_form(
    program: Program, condition: Condition, *, negated: bool = False
) -> Condition:
    """Return the negation normal form of a condition, with its facts expanded."""
    match condition:
        case Fact(fact=fact):
            return negation_normal_form(program, program.facts[fact], negated=negated)
        case Not(of=inner):
            return negation_normal_form(program, inner, negated=not negated)
        case All(of=parts) | Any(of=parts):
            kind = All if isinstance(condition, All) != negated else Any
            return kind(
                tuple(negation_normal_form(program, part, negated=negated) for part in parts)
            )
        case AtLeast(least=least, of=parts):
            inside = tuple(negation_normal_form(program, part, negated=negated) for part in parts)
            return AtLeast(len(parts) - least + 1 if negated else least, inside)
    return Not(condition) if negated else condition


def supporting_atoms(
    program: Program, sheet: Answers, condition: Condition
) -> Iterator[Condition]:
    """Yield the atoms that support a condition in negation normal form that is not false."""
    value = oracle.truth(program, sheet, condition)
    match condition:
        case All(of=parts):
            supporting = [part for part in parts if value != oracle.NO]
        case Any(of=parts) | AtLeast(of=parts):
            supporting = [p for p in parts if oracle.truth(program, sheet, p) >= value]
        case Not(of=inner):
            yield inner
            return
        case _:
            yield condition
            return
    for part in supporting:
        yield from supporting_atoms(program, sheet, part)


def expected_because(program: Program, sheet: Answers, condition: Condition) -> Answers:
    """Return the answers that a rule rests on: of a list, only the supporting items."""
    because: dict[str, Value] = {}
    for atom in supporting_atoms(program, sheet, negation_normal_form(program, condition)):
        assert isinstance(atom, Yes | Is | Includes | Compare)
        id_ = atom.question
        if oracle.truth(program, sheet, program.questions[id_].ask_when) == oracle.NO:
            continue
        value = sheet[id_]
        if isinstance(atom, Includes) and isinstance(value, Ticks):
            before = because.get(id_, Ticks())
            assert isinstance(before, Ticks)
            item = {atom.item}
            value = Ticks(before.yes | (value.yes & item), before.unsure | (value.unsure & item))
        because[id_] = value
    return Answers(because)


def counts_points(program: Program, condition: Condition) -> bool:
    """Whether a condition reads a score, directly or through facts."""
    for leaf in leaves(condition):
        if isinstance(leaf, Scores):
            return True
        if isinstance(leaf, Fact) and counts_points(program, program.facts[leaf.fact]):
            return True
    return False


@given(data=st.data(), program=programs())
def test_a_reason_holds_exactly_the_supporting_answers(
    data: st.DataObject, program: Program
) -> None:
    """Those of the true parts of an `or` or a count; in doubt, of the unsure parts as well."""
    for _ in range(5):
        sheet = data.draw(complete_sheets(program))
        for reason in assess(program, oracle.asked(program, sheet)).reasons:
            if reason.rule.id != "everybody" and not counts_points(program, reason.rule.when):
                assert reason.because == expected_because(program, sheet, reason.rule.when)


@given(data=st.data(), program=programs())
def test_a_reason_holds_only_answers_that_count(data: st.DataObject, program: Program) -> None:
    """None that was not given, and none that is set aside, unless it contradicts others."""
    assessment = assess(program, data.draw(partial_sheets(program)))
    given = {**assessment.answers}
    if assessment.contradictions:
        given |= assessment.set_aside
    supporting = [reason.because for reason in assessment.reasons]
    supporting += [withheld.because for withheld in assessment.withheld]
    supporting += [result.because for result in assessment.module_results]
    for because in supporting:
        for id_, value in because.items():
            whole = given[id_]
            if isinstance(value, Ticks) and isinstance(whole, Ticks):
                assert value.yes <= whole.yes
                assert value.unsure <= whole.unsure
            else:
                assert value == whole


@given(data=st.data(), program=programs())
def test_a_reason_survives_when_only_its_answers_are_kept(
    data: st.DataObject, program: Program
) -> None:
    """It stays possible when all other answers are removed."""
    sheet = oracle.asked(program, data.draw(complete_sheets(program)))
    for reason in assess(program, sheet).reasons:
        reduced = Answers({id_: value for id_, value in sheet.items() if id_ in reason.because})
        high = oracle.interval(program, reduced, reason.rule.when)[1]
        assert (oracle.fires(reason.rule, high) or 0) >= reason.urgency
