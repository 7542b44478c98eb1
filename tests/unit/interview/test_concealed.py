"""Private answers that were given before somebody else may have taken over are not shown."""

from __future__ import annotations

import pytest

from backtriage.interview.interview import Interview, assessment_of, view
from backtriage.interview.review import QuestionStatus, emergency_questions, review
from backtriage.interview.serialisation import Restored, restore, serialise
from backtriage.interview.transitions import answer, back, change, keep, start
from backtriage.protocol.answer_parser import Raw
from backtriage.render.page import page_for
from backtriage.terms.answers import Answers
from backtriage.terms.value import Ticks, Value
from tests.support.protocols import shipped

HURT: dict[str, Value] = {
    "answering_for": "self",
    "start": "person",
    "danger": Ticks(frozenset({"suicide"})),
}


def said(state: Interview, raw: Raw) -> Interview:
    moved = answer(state, raw)
    assert isinstance(moved, Interview), moved
    return moved


def helped(answers: dict[str, Value]) -> Interview:
    """Return an interview that somebody began, and somebody else goes on with."""
    return said(change(start(shipped(), Answers(answers)), "answering_for"), "with_me")


def shown_in_review(state: Interview) -> dict[str, Value | None]:
    return {row.question.id: row.value for row in review(state)}


def test_they_count_and_are_not_in_the_review() -> None:
    state = helped(HURT)
    assert view(state).is_emergency
    assert state.answers["start"] == "person"
    assert shown_in_review(state)["start"] is None
    assert shown_in_review(state)["danger"] == Ticks()
    assert not {"start", "danger"} & set(emergency_questions(state))
    status = {row.question.id: row.status for row in review(state)}
    assert status["start"] is QuestionStatus.NOT_ASKED
    assert status["danger"] is QuestionStatus.ANSWERED


def test_whatever_they_are() -> None:
    state = helped({"answering_for": "self", "start": "strain"})
    assert shown_in_review(state)["start"] is None


def test_a_list_can_be_changed_and_loses_nothing_private() -> None:
    state = change(helped(HURT), "danger")
    assert view(state).remembered == Ticks()
    assert keep(state).answers["danger"] == HURT["danger"]
    more = said(state, "chest")
    assert more.answers["danger"] == Ticks(frozenset({"chest", "suicide"}))
    assert shown_in_review(more)["danger"] == Ticks(frozenset({"chest"}))


def test_another_answer_cannot_be_changed() -> None:
    assert change(helped(HURT), "start").changing is None


def test_going_back_to_who_answers_does_not_show_them_again() -> None:
    state = back(helped(HURT))
    assert state.answers["answering_for"] == "self"
    assert shown_in_review(state)["start"] is None
    assert shown_in_review(said(state, "self"))["start"] is None


def test_what_was_taken_back_is_forgotten() -> None:
    state = said(start(shipped()), "self")
    for raw in ("44", "male", "none", "none", "none"):
        state = said(state, raw)
    while state.trail:
        state = back(state)
    assert "danger" in state.remembered
    same = said(state, "self")
    assert "danger" in same.remembered
    other = said(state, "with_me")
    assert "danger" not in other.remembered
    assert "age" in other.remembered


def test_a_draft_keeps_them_from_sight() -> None:
    state = helped(HURT)
    restored = restore(shipped(), serialise(state).encode())
    assert isinstance(restored, Restored)
    assert restored.interview.concealed == state.concealed
    assert shown_in_review(restored.interview) == shown_in_review(state)


@pytest.mark.parametrize("saved", ['"start"', "5", "null", '[5, {}, "nothing"]'])
def test_an_invalid_part_of_a_draft_conceals_nothing(saved: str) -> None:
    text = serialise(start(shipped(), Answers({"start": "person"})))
    text = text.replace('"concealed": []', f'"concealed": {saved}')
    restored = restore(shipped(), text.encode())
    assert isinstance(restored, Restored)
    assert restored.interview.concealed == frozenset()


def test_an_answer_given_afresh_is_shown() -> None:
    state = start(shipped())
    for raw in ("self", "44", "male", "none"):
        state = said(state, raw)
    state = said(change(state, "answering_for"), "with_me")
    assert "danger" in state.concealed
    state = back(back(back(state)))
    assert "danger" not in state.answers
    assert "danger" not in state.remembered
    assert "danger" not in state.concealed


def test_the_page_of_a_helper_does_not_name_them() -> None:
    state = helped(HURT)
    assessment = assessment_of(state)
    assert "ending your life" not in repr(page_for(assessment, own=not state.concealed))
    assert "ending your life" in repr(page_for(assessment, own=True))
