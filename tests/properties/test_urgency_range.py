"""The urgency range: sound, exact, monotone in the answers, and equal to the oracle's.

Each property is tried on random small protocols; the oracle is a second implementation.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backtriage.decide.assessment import Status, assess, counted_range, urgency_range
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.reasons import CERTAIN, NOT_SURE
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Ticks
from tests.support import oracle
from tests.support.outcomes import conditions_of, expected_outcome, outcome_of
from tests.support.strategies import (
    answers_to,
    chained_programs,
    completions,
    partial_sheets,
    programs,
)


@given(program=programs())
def test_every_complete_sheet_matches_the_oracle(program: Program) -> None:
    for sheet in completions(program, Answers()):
        assessment = assess(program, oracle.asked(program, sheet))
        assert outcome_of(assessment) == expected_outcome(program, sheet)
        assert assessment.certain == assessment.possible
        assert {reason.certainty for reason in assessment.reasons} <= {CERTAIN, NOT_SURE}


@given(data=st.data(), program=programs() | chained_programs())
def test_intervals_of_partial_sheets_match_the_oracle(
    data: st.DataObject, program: Program
) -> None:
    for _ in range(20):
        sheet = data.draw(partial_sheets(program))
        evaluation = Evaluation(program, sheet)
        for condition in conditions_of(program):
            assert evaluation.interval(condition) == oracle.interval(program, sheet, condition)
        assert counted_range(evaluation) == oracle.urgency_range(program, sheet)
        assert urgency_range(evaluation) == oracle.acted_on(program, sheet)


@given(data=st.data(), program=programs())
def test_every_completion_lies_in_the_range(data: st.DataObject, program: Program) -> None:
    sheet = data.draw(partial_sheets(program))
    evaluation = Evaluation(program, sheet)
    certain, possible = counted_range(evaluation)
    intervals = [(c, *evaluation.interval(c)) for c in conditions_of(program)]
    for complete in completions(program, sheet):
        assert certain <= oracle.outcome(program, complete).urgency <= possible
        for condition, low, high in intervals:
            assert low <= oracle.truth(program, complete, condition) <= high


@given(data=st.data(), program=programs())
def test_answering_never_widens_the_range(data: st.DataObject, program: Program) -> None:
    sheet = data.draw(partial_sheets(program))
    before = Evaluation(program, sheet)
    certain, possible = counted_range(before)
    for question in program.protocol.questions:
        if question.id in sheet or oracle.without_journal(question, sheet):
            continue
        after = Evaluation(program, sheet.with_(question.id, data.draw(answers_to(question))))
        certain_after, possible_after = counted_range(after)
        assert certain <= certain_after <= possible_after <= possible
        for condition in conditions_of(program):
            low, high = before.interval(condition)
            low_after, high_after = after.interval(condition)
            assert low <= low_after <= high_after <= high


@given(data=st.data(), program=programs())
def test_the_order_of_answers_is_irrelevant(data: st.DataObject, program: Program) -> None:
    sheet = data.draw(partial_sheets(program))
    ids = data.draw(st.permutations(list(sheet)))
    permuted = Answers({id_: sheet[id_] for id_ in ids})
    assert permuted == sheet
    assert hash(permuted) == hash(sheet)
    assert assess(program, permuted) == assess(program, sheet)


@given(data=st.data(), program=programs() | chained_programs())
def test_an_answer_set_aside_can_only_raise_the_urgency(
    data: st.DataObject, program: Program
) -> None:
    """It changes nothing, unless it contradicts the answers that count."""
    sheet = data.draw(partial_sheets(program))
    assessment, without = assess(program, sheet), assess(program, oracle.asked(program, sheet))
    assert {**assessment.answers, **assessment.set_aside} == dict(sheet)
    assert (assessment.answers, without.set_aside) == (without.answers, Answers())
    assert without.contradictions == ()
    low, high = oracle.urgency_range(program, sheet)
    assert (without.certain, without.possible) == (low, high)
    if (assessment.certain, assessment.possible) == (low, high):
        assert assessment.contradictions == ()
        assert outcome_of(assessment) == outcome_of(without)
        assert (assessment.status, assessment.missing) == (without.status, without.missing)
        return
    assert low <= assessment.certain
    assert high <= assessment.possible
    assert assessment.status is not Status.COMPLETE
    assert {each.question for each in assessment.contradictions} <= assessment.set_aside.keys()
    assert assessment.contradictions
    for each in assessment.contradictions:
        assert each.answer == assessment.set_aside[each.question]
        assert each.guard.items() <= assessment.answers.items() or any(
            isinstance(value, Ticks) for value in each.guard.values()
        )


@given(data=st.data(), program=programs() | chained_programs())
def test_no_answer_that_is_set_aside_hides_another(data: st.DataObject, program: Program) -> None:
    sheet = data.draw(partial_sheets(program))
    assessment = assess(program, sheet)
    for id_ in assessment.set_aside:
        without = assess(program, sheet.without(id_))
        assert without.certain <= assessment.certain
        assert without.possible <= assessment.possible


@given(data=st.data(), program=programs())
def test_a_sheet_is_incomplete_while_its_range_is_open(
    data: st.DataObject, program: Program
) -> None:
    assessment = assess(program, data.draw(partial_sheets(program)))
    assert assessment.urgency == assessment.possible >= assessment.certain >= Urgency.SELF_CARE
    if assessment.certain < assessment.possible:
        assert assessment.status is not Status.COMPLETE
        assert assessment.missing or assessment.advice_missing or assessment.contradictions
    elif not assessment.contradictions:
        assert assessment.status is not Status.INCOMPLETE
