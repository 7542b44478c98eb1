"""Open questions: asking only these, and stopping early, changes nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backtriage.decide.assessment import Status, assess
from backtriage.program.program import Program
from backtriage.terms.urgency import Urgency
from tests.support import oracle
from tests.support.outcomes import assess_by_asking, of_journal, visible_result
from tests.support.strategies import complete_sheets, domain, partial_sheets, programs


@given(data=st.data(), program=programs())
def test_the_open_set_never_grows(data: st.DataObject, program: Program) -> None:
    """Whatever is answered, open or not, no other question becomes open."""
    sheet = data.draw(partial_sheets(program))
    before = assess(program, sheet)
    for question in program.protocol.questions:
        if question.id in sheet or question.from_journal is not None:
            continue
        for value in domain(question):
            after = assess(program, sheet.with_(question.id, value))
            assert {*after.missing} <= {*before.missing} - {question.id}


@given(data=st.data(), program=programs())
def test_a_question_that_is_not_open_never_matters(data: st.DataObject, program: Program) -> None:
    """None of its answers changes the range, the status, the advice given or a verdict.

    Once an emergency is certain no question is open, and only the urgency is guaranteed.
    """
    sheet = data.draw(partial_sheets(program))
    before = assess(program, sheet)
    for question in program.protocol.questions:
        if question.id in {*sheet, *before.missing, *before.advice_missing}:
            continue
        if question.from_journal is not None:
            continue  # without a journal, what it says is known
        for value in domain(question):
            after = assess(program, sheet.with_(question.id, value))
            if question.id in after.set_aside:
                continue  # it is not asked, so such an answer contradicts another
            if before.certain is Urgency.EMERGENCY:
                assert after.certain is Urgency.EMERGENCY
            else:
                assert visible_result(after) == visible_result(before)


@given(data=st.data(), program=programs())
def test_asking_open_questions_equals_asking_everything(
    data: st.DataObject, program: Program
) -> None:
    for _ in range(10):
        person = data.draw(complete_sheets(program))
        # Whoever is asked gives no answer to what is not asked, and so none that contradicts.
        everything = assess(program, assess(program, person).answers)
        asked = assess_by_asking(program, person)
        if everything.certain is Urgency.EMERGENCY:
            assert asked.certain is Urgency.EMERGENCY
        else:
            assert visible_result(asked) == visible_result(everything)
            assert asked.missing == ()


@given(data=st.data(), program=programs())
def test_only_questions_open_at_the_start_are_asked(data: st.DataObject, program: Program) -> None:
    person = data.draw(complete_sheets(program))
    asked = assess_by_asking(program, person)
    known = of_journal(program, person)
    start = assess(program, known)
    assert {*asked.answers, *asked.set_aside} <= {*known, *start.missing, *start.advice_missing}


@given(data=st.data(), program=programs())
def test_an_open_question_is_unanswered_and_may_be_asked(
    data: st.DataObject, program: Program
) -> None:
    sheet = data.draw(partial_sheets(program))
    assessment = assess(program, sheet)
    missing = (*assessment.missing, *assessment.advice_missing)
    for id_ in missing:
        assert id_ not in sheet
        assert oracle.interval(program, sheet, program.questions[id_].ask_when)[1] >= oracle.UNSURE
    assert list(missing) == [q.id for q in program.protocol.questions if q.id in missing]


@given(data=st.data(), program=programs())
def test_a_sheet_without_open_questions_is_not_incomplete(
    data: st.DataObject, program: Program
) -> None:
    """Unless its answers contradict."""
    assessment = assess(program, data.draw(partial_sheets(program)))
    is_open = assessment.missing or assessment.contradictions
    assert is_open or assessment.status is not Status.INCOMPLETE
