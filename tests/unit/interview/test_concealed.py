"""Private answers that were given before somebody else may have taken over are not shown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backtriage.interview.interview import Interview, assessment_of, view
from backtriage.interview.review import QuestionStatus, emergency_questions, review
from backtriage.interview.serialisation import Restored, restore, serialise
from backtriage.interview.transitions import answer, back, change, keep, start
from backtriage.protocol.answer_parser import Raw
from backtriage.protocol.protocol import Choice
from backtriage.render.page import page_for
from backtriage.terms.answers import Answers
from backtriage.terms.condition import All, Any, Compare, Includes, Is, Yes
from backtriage.terms.value import NUMBER, ONE_OF, SOME_OF, Ticks, Value
from tests.support.builders import choices, emergency_program, question

PROGRAM = emergency_program(
    question("who", ONE_OF, choices=choices("self", "helper")),
    question("age", NUMBER, most=120),
    question("signs", SOME_OF, choices=(
        *choices("chest"),
        Choice(id="despair", text="?", short="thoughts of ending your life", private=True),
    )),
    question("cause", ONE_OF, choices=(
        *choices("strain"), Choice(id="person", text="?", short="someone hurt you", private=True),
    )),
    question(
        "in_danger", private=True, ask_when=All((Is("who", ("self",)), Is("cause", ("person",))))
    ),
    when=Any((
        Includes("signs", "chest"),
        Includes("signs", "despair"),
        All((Compare("age", ">=", Decimal(18)), Yes("in_danger"))),
    )),
)  # fmt: skip
HURT: dict[str, Value] = {
    "who": "self",
    "cause": "person",
    "signs": Ticks(frozenset({"despair"})),
}


def said(state: Interview, raw: Raw) -> Interview:
    moved = answer(state, raw)
    assert isinstance(moved, Interview), moved
    return moved


def helped(answers: dict[str, Value]) -> Interview:
    """Return an interview that somebody began, and somebody else goes on with."""
    return said(change(start(PROGRAM, Answers(answers)), "who"), "helper")


def shown_in_review(state: Interview) -> dict[str, Value | None]:
    return {row.question.id: row.value for row in review(state)}


def test_they_count_and_are_not_in_the_review() -> None:
    state = helped(HURT)
    assert view(state).is_emergency
    assert state.answers["cause"] == "person"
    assert shown_in_review(state)["cause"] is None
    assert shown_in_review(state)["signs"] == Ticks()
    assert not {"cause", "signs"} & set(emergency_questions(state))
    status = {row.question.id: row.status for row in review(state)}
    assert status["cause"] is QuestionStatus.NOT_ASKED
    assert status["signs"] is QuestionStatus.ANSWERED


def test_whatever_they_are() -> None:
    state = helped({"who": "self", "cause": "strain"})
    assert shown_in_review(state)["cause"] is None


def test_a_list_can_be_changed_and_loses_nothing_private() -> None:
    state = change(helped(HURT), "signs")
    assert view(state).remembered == Ticks()
    assert keep(state).answers["signs"] == HURT["signs"]
    more = said(state, "chest")
    assert more.answers["signs"] == Ticks(frozenset({"chest", "despair"}))
    assert shown_in_review(more)["signs"] == Ticks(frozenset({"chest"}))


def test_another_answer_cannot_be_changed() -> None:
    assert change(helped(HURT), "cause").changing is None


def test_going_back_to_who_answers_does_not_show_them_again() -> None:
    state = back(helped(HURT))
    assert state.answers["who"] == "self"
    assert shown_in_review(state)["cause"] is None
    assert shown_in_review(said(state, "self"))["cause"] is None


def test_what_was_taken_back_is_forgotten() -> None:
    state = said(start(PROGRAM), "self")
    for raw in ("44", "none", "strain"):
        state = said(state, raw)
    while state.trail:
        state = back(state)
    assert "signs" in state.remembered
    same = said(state, "self")
    assert "signs" in same.remembered
    other = said(state, "helper")
    assert "signs" not in other.remembered
    assert "age" in other.remembered


def test_a_draft_keeps_them_from_sight() -> None:
    state = helped(HURT)
    restored = restore(PROGRAM, serialise(state).encode())
    assert isinstance(restored, Restored)
    assert restored.interview.concealed == state.concealed
    assert shown_in_review(restored.interview) == shown_in_review(state)


@pytest.mark.parametrize("saved", ['"cause"', "5", "null", '[5, {}, "nothing"]'])
def test_an_invalid_part_of_a_draft_conceals_nothing(saved: str) -> None:
    text = serialise(start(PROGRAM, Answers({"cause": "person"})))
    text = text.replace('"concealed": []', f'"concealed": {saved}')
    restored = restore(PROGRAM, text.encode())
    assert isinstance(restored, Restored)
    assert restored.interview.concealed == frozenset()


def test_an_answer_given_afresh_is_shown() -> None:
    state = start(PROGRAM)
    for raw in ("self", "44", "none"):
        state = said(state, raw)
    state = said(change(state, "who"), "helper")
    assert "signs" in state.concealed
    state = back(back(back(state)))
    assert "signs" not in state.answers
    assert "signs" not in state.remembered
    assert "signs" not in state.concealed


def test_the_page_of_a_helper_does_not_name_them() -> None:
    state = helped(HURT)
    assessment = assessment_of(state)
    assert "ending your life" not in repr(page_for(assessment, own=not state.concealed))
    assert "ending your life" in repr(page_for(assessment, own=True))
