"""An answer that a change sets aside, though it would be worse, is asked for again, once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from backtriage.decide.assessment import Status
from backtriage.decide.evaluate import Evaluation
from backtriage.interview.interview import assessment_of, view
from backtriage.interview.review import QuestionStatus, emergency_questions, review
from backtriage.interview.state import Interview
from backtriage.interview.transitions import answer, back, change, keep, start
from backtriage.protocol.answer_parser import InvalidAnswer
from backtriage.render.as_text import as_text
from backtriage.render.page import page_for
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Any, Condition, Yes
from backtriage.terms.urgency import Urgency
from tests.support.builders import emergency_program, question

PROGRAM = emergency_program(
    question("gate"), question("alarm", ask_when=Yes("gate")), when=Yes("alarm")
)


def said(interview: Interview, raw: str) -> Interview:
    following = answer(interview, raw)
    assert not isinstance(following, InvalidAnswer)
    return following


def alarmed() -> Interview:
    """Somebody who answered yes twice, which is an emergency."""
    return said(said(start(PROGRAM), "yes"), "yes")


def contradicted() -> Interview:
    """The same person, who has taken back the first yes."""
    return said(change(alarmed(), "gate"), "no")


def test_the_answer_is_asked_for_again_and_the_emergency_stands() -> None:
    shown = view(contradicted())
    assert shown.question is not None
    assert (shown.question.id, shown.is_change, shown.remembered) == ("alarm", True, True)
    assert shown.is_emergency
    assert not shown.shows_emergency
    assert shown.notes[-1].endswith("Is it still right?")
    assert assessment_of(contradicted()).certain is Urgency.EMERGENCY


def test_another_answer_ends_the_contradiction() -> None:
    state = said(contradicted(), "no")
    assert (view(state).question, view(state).certain) == (None, Urgency.SELF_CARE)
    assert assessment_of(state).contradictions == ()


def test_the_same_answer_is_not_asked_for_a_third_time() -> None:
    state = keep(contradicted())
    assert view(state).question is None
    assert view(state).shows_emergency
    (against,) = assessment_of(state).contradictions
    assert (against.question, against.guard) == ("alarm", Answers({"gate": False}))


def test_going_back_asks_again_what_was_changed() -> None:
    state = back(contradicted())
    assert state.answers == contradicted().answers
    assert state.changing == "gate"
    assert view(back(keep(contradicted()))).question == view(contradicted()).question


def test_both_sides_can_be_changed() -> None:
    state = keep(contradicted())
    assert emergency_questions(state) == ("alarm", "gate")
    assert {row.status for row in review(state)} == {QuestionStatus.ANSWERED}
    assert change(state, "alarm").changing == "alarm"


def test_a_sheet_that_contradicts_itself_is_not_asked_again() -> None:
    """Nothing was changed, so the page says it instead."""
    state = start(PROGRAM, Answers({"gate": False, "alarm": True}))
    assert view(state).question is None
    assert view(state).shows_emergency


def test_an_old_answer_to_a_question_that_has_changed_is_no_reason_to_wait() -> None:
    state = replace(keep(contradicted()), outdated=frozenset({"alarm"}))
    state = replace(state, trail=tuple(step for step in state.trail if step.question == "gate"))
    assert view(state).question is None
    assert view(state).shows_emergency
    assert emergency_questions(state) == ("gate", "alarm")
    assert change(state, "alarm").changing == "alarm"


@pytest.mark.parametrize("second", ["yes", "no"])
@pytest.mark.parametrize("first", ["yes", "no"])
def test_of_two_contradictions_each_is_asked_for_again_once(first: str, second: str) -> None:
    """One after the other, and the first says that another follows."""
    program = emergency_program(
        question("gate"), question("alarm", ask_when=Yes("gate")),
        question("siren", ask_when=Yes("gate")), when=Any((Yes("alarm"), Yes("siren"))),
    )  # fmt: skip
    both = start(program, Answers({"gate": True, "alarm": True, "siren": True}))
    state = said(change(both, "gate"), "no")

    for expected, to_come, again in (("alarm", 1, first), ("siren", 0, second)):
        shown = view(state)
        assert shown.question is not None
        assert (shown.question.id, shown.max_remaining) == (expected, to_come)
        assert shown.is_emergency
        state = said(state, again)

    assert view(state).question is None
    assert view(state).is_emergency == ("yes" in {first, second})


def test_contradictions_are_looked_for_once_for_each_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time evaluates the whole protocol again."""
    states = (said(start(PROGRAM), "yes"), contradicted(), keep(contradicted()))
    counted: list[object] = []
    count_all = Evaluation.counting_all

    def counting_all(evaluation: Evaluation) -> Evaluation | None:
        counted.append(evaluation.answers)
        return count_all(evaluation)

    monkeypatch.setattr(Evaluation, "counting_all", counting_all)

    for state in states:
        counted.clear()
        view(state)
        assert counted.count(state.answers) == 1


def test_an_answer_that_makes_no_difference_is_not_asked_for_again() -> None:
    aside = question("days", "number", most=9, ask_when=Yes("gate"), if_skipped=Decimal(1))
    program = emergency_program(question("gate"), aside, question("alarm"), when=Yes("alarm"))
    state = start(program, Answers({"gate": True, "days": Decimal(3)}))
    shown = view(said(change(state, "gate"), "no")).question
    assert shown is not None
    assert shown.id == "alarm"


@pytest.mark.parametrize("when", [Yes("alarm"), Yes("gate")])
def test_a_private_answer_that_is_set_aside_is_not_in_the_review(when: Condition) -> None:
    """Whether it counts or not: the review neither shows it nor says that it does not count."""
    secret = question("alarm", ask_when=Yes("gate"), private=True)
    program = emergency_program(question("gate"), secret, question("other"), when=when)
    told = start(program, Answers({"gate": False, "alarm": True}))
    untold = start(program, Answers({"gate": False}))

    rows, others = (
        [(row.question.id, row.status, row.value) for row in review(state)]
        for state in (told, untold)
    )

    assert rows[:2] == others[:2]
    assert rows[1] == ("alarm", QuestionStatus.NOT_ASKED, None)


def test_a_private_answer_is_never_asked_for_again() -> None:
    """Whoever answers now may be somebody else."""
    secret = question("alarm", ask_when=Yes("gate"), private=True)
    program = emergency_program(question("gate"), secret, when=Yes("alarm"))
    state = said(change(said(said(start(program), "yes"), "yes"), "gate"), "no")
    assert view(state).question is None
    assert view(state).shows_emergency
    assert emergency_questions(state) == ()  # who is asked for it would tell it as well
    assert change(state, "gate").changing == "gate"
    assert change(state, "alarm").changing is None
    assessment = assessment_of(state)
    page = page_for(assessment, own=True)
    assert "alarm" not in as_text(page.sections).lower()
    assert page == page_for(assessment)
    assert page != page_for(assessment, private=True)  # who asks for it gets it
    assert "INCOMPLETE" not in as_text(page.sections)
    assert assessment.status is Status.INCOMPLETE  # which JSON tells
