"""The first page: what is said before the questions, and below it who this is about."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from backtriage.interview.first_page import first_page
from backtriage.interview.interview import view
from backtriage.shell.full.keys import handle_key
from backtriage.shell.full.state import Screen, Size, UiState, first_screen, show_interview
from backtriage.shell.questionnaire.pages import intro_page
from backtriage.shell.questionnaire.wording import how_to_choose
from tests.support.protocols import note_of, shipped, tiny
from tests.support.ui_states import USUAL, at, pressed, text, words

NARROW = Size(columns=40, rows=24)
SHORT = Size(columns=80, rows=9)


def opened(*answers: object) -> UiState:
    """The first screen of an interview with the shipped rules."""
    state = at(*answers, program=shipped())
    return first_screen(replace(state, opening=lambda _: "Welcome\n\nNot a diagnosis."))


def test_it_has_the_questions_that_everybody_is_asked_before_the_first_list() -> None:
    assert first_page(shipped()) == {"answering_for", "sex", "age"}
    assert first_page(tiny()) == {"years"}


@pytest.mark.parametrize("size", [USUAL, NARROW])
def test_a_mark_shows_the_next_question_below_and_enter_leaves_the_page(size: Size) -> None:
    """What was chosen stays in sight, below what was said first."""
    state = opened()
    assert "Welcome" in text(state, size)
    assert "Who has the back pain?" in text(state, size)

    state = pressed(state, "1", "2", size=size)
    page = text(state, size)
    assert "Welcome" in page
    assert "Who has the back pain? I do\nWhat sex was recorded at birth? Male\nHow old" in page
    assert "> [" in page

    state = pressed(state, "3", "8", size=size)
    assert state.question.id == "age"
    state = pressed(state, "enter", size=size)
    assert state.question.id == "collapse"
    assert "Welcome" not in text(state, size)
    assert "I do" not in text(state, size)


@pytest.mark.parametrize("size", [USUAL, NARROW])
@pytest.mark.parametrize("who", "1234")
def test_the_shipped_opening_stays_above_all_of_it(size: Size, who: str) -> None:
    """With the folder of a long name too. On a narrow screen a helper's note takes its place."""
    kept_in = "/home/maria.example/.local/state/backtriage/drafts"
    state = replace(opened(), opening=lambda context: intro_page(context, shipped(), kept_in))
    for key in ("", who, "2"):
        state = pressed(state, *key, size=size)
        if size == USUAL or who == "1" or not state.view.notes:
            assert "Call 999 now." in text(state, size)
        assert "--- more" not in text(state, size)
    assert state.question.id == "age"


def test_enter_after_a_mark_answers_nothing_and_says_which_key_does() -> None:
    """Somebody who is used to it presses Enter too."""
    for keys in (("1",), ("1", "2")):
        marked = pressed(opened(), *keys)
        after = pressed(marked, "enter")
        assert after.interview == marked.interview
        assert after.question == marked.question
        assert after.message == how_to_choose(after.question, at_once=True)
        assert "Enter" not in after.message


def test_the_key_line_says_what_one_key_does() -> None:
    """On the first page it answers, but for the last question; on others it chooses."""
    assert "1-4 answer" in text(opened())
    assert "1-2 answer" in text(pressed(opened(), "1"))
    assert "1-7 choose" in text(at("self", "male", "38", *["none"] * 4, program=shipped()))


def test_one_key_goes_back_whether_or_not_a_number_is_typed() -> None:
    for typed in ((), ("3",), ("3", "8"), ("down",)):
        state = pressed(opened(), "1", "2", *typed)
        assert "Esc back" in text(state)
        assert "Left go back" not in text(state)
        assert pressed(state, "escape").question.id == "sex"


def test_going_back_shows_the_mark_and_another_one_takes_its_place() -> None:
    state = pressed(opened(), "1", "2", "left")
    assert state.question.id == "sex"
    assert "> 2. Male" in text(state)

    state = pressed(state, "1")
    assert state.interview.answers["sex"] == "female"
    assert "What sex was recorded at birth? Female" in text(state)


def test_on_any_other_page_a_mark_is_no_answer() -> None:
    """Nor on this one where an answer is changed later."""
    before = at("self", "male", "38", *["none"] * 4, program=shipped())
    assert before.question.id == "began"
    assert pressed(before, "1").interview == before.interview

    changing = pressed(before, "r", "home", "enter")
    assert changing.question.id == "answering_for"
    assert pressed(changing, "2").interview == changing.interview


def test_the_last_question_of_the_page_is_not_left_by_a_mark() -> None:
    """The sheet has the others: the next question would be a list."""
    state = at("self", "male", program=shipped())
    answers = state.interview.answers.without("sex").with_("age", Decimal(38))
    interview = replace(state.interview, answers=answers, trail=())
    state = show_interview(replace(state, view=view(interview)), interview)
    assert state.question.id == "sex"
    assert pressed(state, "2").interview == interview
    assert pressed(state, "2", "enter").question.id == "collapse"


def test_a_window_without_room_shows_the_opening_by_itself() -> None:
    state = opened()
    assert "Who has the back pain?" not in text(state, SHORT)
    assert "Enter begin" in text(state, SHORT)

    state = handle_key(state, "enter", SHORT)
    assert "Who has the back pain?" in text(state, SHORT)
    assert "Welcome" not in text(pressed(state, "1"))


def test_answers_that_are_gone_on_with_are_told_on_a_page_of_their_own() -> None:
    state = opened("self")
    assert state.screen is Screen.OPENING
    assert "What sex" not in text(state)
    assert "Welcome" not in text(pressed(state, "enter"))


def test_whom_it_is_about_is_said_in_full_once_and_above_what_is_private() -> None:
    first, _, rest = note_of("helper_here").partition(". ")
    state = pressed(opened(), "2")
    assert f"{first}. {rest}" in words(state)

    for keys in (("2",), ("3", "8", "enter"), ("0", "enter")):
        state = pressed(state, *keys)
        assert f"{first}." in words(state)
        assert rest not in words(state)
    state = pressed(state, "0", "enter")
    assert state.question.is_private
    assert f"{first}. {rest}" in words(state)


def test_what_counts_is_shown_for_the_chosen_line_alone() -> None:
    state = at("self", "male", "38", program=shipped())
    hint = state.question.choices[0].help
    assert hint not in words(state)
    assert hint in words(pressed(state, "1"))
    assert hint in words(pressed(state, "down"))
    assert hint not in words(pressed(state, "2"))
