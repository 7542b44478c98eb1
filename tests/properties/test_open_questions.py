"""Laws of what is still asked: stopping early and leaving out change nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backtriage.decide.assessment import Assessment, Status, assess
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from tests.support import oracle
from tests.support.strategies import complete_sheets, domain, partial_sheets, programs


def said(found: Assessment) -> tuple[object, ...]:
    """What a person is told, as far as an open question could change it."""
    return (
        found.certain,
        found.possible,
        found.status,
        tuple(advice.id for advice in found.advice),
        tuple((f.verdict.id, f.counts) if f.verdict else None for f in found.findings),
    )


def interviewed(program: Program, person: Answers) -> Assessment:
    """Ask a person only what is open, first things first, until nothing is or it is urgent."""
    sheet = Answers()
    while True:
        found = assess(program, sheet)
        if found.certain is Urgency.EMERGENCY or not found.missing:
            return found
        asked = found.missing[0]
        sheet = sheet.with_(asked, person[asked])


@given(data=st.data(), program=programs())
def test_the_open_set_never_grows(data: st.DataObject, program: Program) -> None:
    """Whatever is answered, open or not, no question becomes open that was not."""
    sheet = data.draw(partial_sheets(program))
    before = assess(program, sheet)
    for question in program.protocol.questions:
        if question.id in sheet:
            continue
        for value in domain(question):
            after = assess(program, sheet.with_(question.id, value))
            assert {*after.missing} <= {*before.missing} - {question.id}


@given(data=st.data(), program=programs())
def test_a_question_that_is_not_open_never_matters(data: st.DataObject, program: Program) -> None:
    """Its answer, whichever it is, changes neither range, status, given advice nor verdict.

    Once an emergency is certain nothing is asked, and only the urgency is promised.
    """
    sheet = data.draw(partial_sheets(program))
    before = assess(program, sheet)
    for question in program.protocol.questions:
        if question.id in sheet or question.id in before.missing:
            continue
        for value in domain(question):
            after = assess(program, sheet.with_(question.id, value))
            if before.certain is Urgency.EMERGENCY:
                assert after.certain is Urgency.EMERGENCY
            else:
                assert said(after) == said(before)


@given(data=st.data(), program=programs())
def test_asking_what_is_open_equals_asking_everything(
    data: st.DataObject, program: Program
) -> None:
    """The interview that asks only open questions ends where asking everything ends."""
    for _ in range(10):
        person = data.draw(complete_sheets(program))
        everything, asked = assess(program, person), interviewed(program, person)
        if everything.certain is Urgency.EMERGENCY:
            assert asked.certain is Urgency.EMERGENCY
        else:
            assert said(asked) == said(everything)
            assert asked.missing == ()


@given(data=st.data(), program=programs())
def test_at_most_n_more_is_true(data: st.DataObject, program: Program) -> None:
    """No interview asks more questions than were open at its start, each at most once."""
    person = data.draw(complete_sheets(program))
    opened = assess(program, Answers()).missing
    asked = interviewed(program, person)
    assert {*asked.answers, *asked.set_aside} <= {*opened}


@given(data=st.data(), program=programs())
def test_an_open_question_may_be_asked(data: st.DataObject, program: Program) -> None:
    """An open question has no answer and its guard is not certainly false; they come in order."""
    sheet = data.draw(partial_sheets(program))
    missing = assess(program, sheet).missing
    for id_ in missing:
        assert id_ not in sheet
        assert oracle.interval(program, sheet, program.questions[id_].ask_when)[1] >= oracle.UNSURE
    assert list(missing) == [q.id for q in program.protocol.questions if q.id in missing]


@given(data=st.data(), program=programs())
def test_nothing_open_means_settled(data: st.DataObject, program: Program) -> None:
    """When nothing is open the sheet is not incomplete."""
    found = assess(program, data.draw(partial_sheets(program)))
    assert found.missing or found.status is not Status.INCOMPLETE
