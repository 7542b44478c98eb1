"""What each key does, screen by screen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec.structs import replace as replace_fields

from backtriage.check import checked_protocol
from backtriage.interview.interview import view
from backtriage.interview.state import Interview
from backtriage.interview.transitions import answer, change, keep, start
from backtriage.program.program import Program, build_program
from backtriage.program.words import Words
from backtriage.render.page.phrasing import answer_label
from backtriage.shell.full.form import PASTE, Form, LineEditor
from backtriage.shell.full.keys import handle_key
from backtriage.shell.full.layout.screens import layout_of
from backtriage.shell.full.question_keys import NOT_KEPT, interview_to_keep
from backtriage.shell.full.state import EndReason, Screen, Size, UiState, first_screen
from backtriage.shell.questionnaire import wording
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Any, Includes
from backtriage.terms.value import SOME_OF, Ticks
from tests.support.builders import choices, emergency_program, question
from tests.support.interviews import after, confirming
from tests.support.journals import diary
from tests.support.protocols import TINY, shipped, tiny
from tests.support.ui_states import USUAL, at, pressed, state_of, text, words

LIST = ("44",)
ONE_OF = ("44", "none")
YES_NO = ("44", "none", "longer")
NUMBER = ("44", "none", "longer", "yes")
REVIEW = ("44", "none", "longer", "no")
ALARM = ("44", "breathing")


def answers(state: UiState) -> dict[str, object]:
    """The answers so far."""
    return dict(state.interview.answers)


def last_answer(state: UiState) -> str:
    """The last answer, in words."""
    step = state.interview.trail[-1]
    question = state.interview.program.questions[step.question]
    return answer_label(question, state.interview.answers[step.question])


@pytest.mark.parametrize("given", [(), LIST, ONE_OF, YES_NO, NUMBER])
def test_nothing_is_preselected(given: tuple[str, ...]) -> None:
    state = pressed(at(*given), "enter", "enter", "enter")

    assert state.interview == at(*given).interview
    assert state.message == wording.how_to_choose(state.question)


@pytest.mark.parametrize(
    ("given", "keys", "says"),
    [
        ((), ("4", "4"), "44 years"),
        ((), ("4", "5", "backspace", "6"), "46 years"),
        ((), ("4", "5", "home", "delete", "1"), "15 years"),
        ((), ("4", "5", "left", "right", "left", "0"), "405 years"),
        (LIST, ("1", "1", "2"), "You cannot swallow your own spit"),
        (LIST, ("down", " ", "down", " "), "It is hard to breathe; You cannot swallow"),
        (LIST, ("1", "u"), "Not sure about: It is hard to breathe"),
        (LIST, ("down", "u", "down", " "), "You cannot swallow your own spit. Not sure"),
        (LIST, ("1", "0"), "None of these"),
        (LIST, ("0", "2"), "You cannot swallow your own spit"),
        (LIST, ("end", "up"), "None of these"),
        (LIST, ("u", "a"), "Not sure about all 2"),
        (LIST, ("u", "up"), "Not sure about all 2"),
        (LIST, ("u", "up", " "), "Not sure about all 2"),
        (LIST, ("1", "u", "u", "u", "u", "end", "enter", "2"), "Not sure about: You cannot"),
        (LIST, ("1", "end", "enter", "down", "down", " "), "It is hard to breathe. Not sure"),
        (ONE_OF, ("2",), "A week or longer"),
        (ONE_OF, ("down", "down", "up"), "Less than a week"),
        (ONE_OF, ("up",), "Not sure"),
        (ONE_OF, ("u",), "Not sure"),
        (YES_NO, ("y",), "Yes"),
        (YES_NO, ("2",), "No"),
        (YES_NO, ("tab", "tab"), "No"),
        (YES_NO, ("home",), "Yes"),
        (YES_NO, ("j", "j"), "No"),
        (ONE_OF, ("J", "J", "k"), "Less than a week"),
        (NUMBER, ("0",), "0 days"),
        (NUMBER, ("u",), "Not sure"),
        (NUMBER, ("7", "down"), "Not sure"),
        (NUMBER, ("down", "down", "7"), "7 days"),
    ],
)  # fmt: skip
def test_keys_and_enter_give_an_answer(
    given: tuple[str, ...], keys: tuple[str, ...], says: str
) -> None:
    state = pressed(at(*given), *keys, "enter")

    if "405" in says:
        assert "'405' is not a number that fits here." in state.message
    else:
        assert last_answer(state).startswith(says)


@pytest.mark.parametrize(
    ("given", "keys", "says"),
    [
        (LIST, ("down", "enter"), "Nothing is ticked yet. Press Space to tick this line."),
        (LIST, (" ",), "Press Down to go to a line, or type its number."),
        (LIST, ("9",), "There is no line 9 here."),
        (ONE_OF, ("1", " "), "Press Enter to give this answer."),
        (ONE_OF, ("7",), "There is no line 7 here."),
        (ONE_OF, ("z",), ""),
        (ONE_OF, ("\N{FULLWIDTH DIGIT ONE}",), "Please use the digits 0 to 9."),
        (LIST, ("\N{ARABIC-INDIC DIGIT FIVE}",), "Please use the digits 0 to 9."),
        (YES_NO, ("\N{SUPERSCRIPT TWO}",), "Please use the digits 0 to 9."),
        ((), ("\N{FULLWIDTH DIGIT ONE}",), "Please use the digits 0 to 9."),
        ((), ("+",), "Type a number from 0 to 120 years."),
        (NUMBER, (*"5.", "enter"), "'5.' is not a number that fits here."),
        (ONE_OF, (f"{PASTE}1\n",), "Pasted text is no answer."),
        ((), (f"{PASTE}4 4",), "Pasted text is no answer."),
        ((), ("u",), "This question needs a definite answer."),
        ((), ("z",), "Type a number from 0 to 120 years. To use a letter as a key, press Down"),
        ((), ("down", "z"), "Type a number from 0 to 120 years."),
        ((), ("left",), "This is the first question."),
        (NUMBER, ("9", "9", "enter"), "'99' is not a number that fits here."),
        (LIST, ("u", "enter"), "Mark a line first: go to it and press Space."),
        (LIST, ("u", "z"), ""),
        (LIST, ("u", " "), ""),
        (REVIEW, ("enter",), "Press y to go on, or go to an answer with Up and Down."),
        (REVIEW, ("up", "up", "enter"), "This was not asked, so there is nothing to change."),
        (ALARM, ("enter",), "Press y when you have read this, or c to change the answer."),
        (REVIEW, ("y", "s", "1", "enter", "enter"), "Type a name first, or press Esc to go back."),
    ],
)  # fmt: skip
def test_messages(given: tuple[str, ...], keys: tuple[str, ...], says: str) -> None:
    state = pressed(at(*given), *keys)

    assert state.message.startswith(says)
    assert bool(state.message) == bool(says)
    assert state.interview == at(*given).interview
    assert state.message in words(state)


@pytest.mark.parametrize("key", "abehjknqrswyBQ")
def test_letters_are_no_keys_while_a_number_is_typed(key: str) -> None:
    """A slip must not go back or stop; out of the field, letters are keys again."""
    for given, keys in (((), ("4",)), (NUMBER, ())):
        field = pressed(at(*given), *keys)

        refused = handle_key(field, key, USUAL)

        assert replace(refused, message="", seen_rows=field.seen_rows) == field
        assert "press Down first" in words(refused)
    assert pressed(at(), "4", "x").end is EndReason.HIDDEN  # from everywhere
    assert pressed(at(*NUMBER), "u", "enter").screen is Screen.REVIEW  # the key of a line below
    left = pressed(at(), "4", "down")
    assert left.form.focus is None
    assert pressed(left, "r").screen is Screen.REVIEW
    assert pressed(left, "q").end is EndReason.LEFT
    assert pressed(left, "4").form.editor.text == "44"
    assert pressed(left, "down", "4").form.editor.text == "44"
    assert answers(pressed(left, "enter")) == {"years": 4}


@pytest.mark.parametrize("key", ["left", "s-tab", "c-b", "escape"])
@pytest.mark.parametrize("given", [LIST, ONE_OF, YES_NO, NUMBER, REVIEW])
def test_back_shows_the_earlier_answer(given: tuple[str, ...], key: str) -> None:
    state = at(*given)

    back = handle_key(state, key, USUAL)

    assert back.interview.answers == at(*given[:-1]).interview.answers
    assert back.message == "Your answer from before is shown. Enter keeps it."
    assert back.form != Form()
    assert handle_key(back, "enter", USUAL).interview == state.interview


@pytest.mark.parametrize("key", ["left", "s-tab", "c-b", "escape", "b"])
def test_back_from_an_emergency_keeps_it(key: str) -> None:
    state = at(*ALARM)

    back = handle_key(state, key, USUAL)

    assert back.question.id == "airway"
    assert back.form.ticked | back.form.unsure
    assert back.interview.answers == state.interview.answers
    assert view(back.interview).is_emergency
    assert handle_key(back, key, USUAL).screen is Screen.EMERGENCY
    assert handle_key(back, "enter", USUAL).screen is Screen.EMERGENCY
    assert not view(pressed(back, "0", "enter").interview).is_emergency


def test_no_item_counts_as_no_before_it_was_visible() -> None:
    items = [f"sign_{number}" for number in range(24)]
    program = emergency_program(
        question("signs", SOME_OF, choices=choices(*items)),
        when=Any(tuple(Includes("signs", item) for item in items)),
    )
    state = state_of(start(program), country=None)
    small = Size(columns=40, rows=14)

    early = pressed(state, "0", "enter", size=small)

    assert answers(early) == {}
    assert early.message.startswith("There are lines that you have not seen yet.")
    seen = pressed(early, *("down",) * 24, "0", "enter", size=small)
    assert answers(seen) == {"signs": Ticks()}
    assert answers(pressed(state, *("down",) * 24, "0", "enter")) == {"signs": Ticks()}


def test_enter_keeps_no_earlier_answer_that_was_not_on_the_screen() -> None:
    """Whoever gave it: it may have been somebody else, or long ago."""
    small = Size(columns=40, rows=16)
    before = start(shipped(), Answers({"answering_for": "self", "danger_signs": Ticks()}))
    state = state_of(change(before, "danger_signs"))
    assert state.question.choices[0].text not in words(state, small)
    question_ = state.question
    read = ""

    while state.interview.changing and len(read) < 10**5:
        read += words(state, small)
        state = pressed(state, "enter", size=small)

    assert state.interview == keep(change(before, "danger_signs"))
    for choice in question_.choices:
        assert choice.text.split()[-1] in read, choice.text
    assert question_.text in read


def test_nor_one_whose_question_was_not() -> None:
    small = Size(columns=40, rows=9)
    before = start(shipped(), Answers({"answering_for": "self", "began": "person"}))
    state = state_of(change(before, "began"))
    assert state.question.text not in words(state, small)

    unread = pressed(state, "enter", size=small)

    assert unread.message == "Please read the question first."
    assert unread.interview.changing == "began"
    assert state.question.text.split()[0] in words(unread, small)


def test_left_moves_the_cursor_before_it_goes_back() -> None:
    half = pressed(at(*NUMBER), "9", "9")

    assert pressed(half, "left").form.editor == LineEditor("99", 1)
    assert pressed(half, "left", "left", "left").question.id == "feverish"
    assert pressed(half, "c-b").question.id == "feverish"
    old = pressed(at(*NUMBER, "12"), "left")
    assert old.form.editor == LineEditor("12", 2, is_prefilled=True)
    assert pressed(old, "left").question.id == "feverish"
    assert pressed(old, "5").form.editor == LineEditor("5", 1)
    assert pressed(old, "right", "5").form.editor == LineEditor("125", 3)


@pytest.mark.parametrize("key", ["?", "w", "f1", "h"])
def test_help_screens_lead_back_to_the_form(key: str) -> None:
    state = pressed(at(*LIST), "1", "down", "u")

    there = handle_key(state, key, USUAL)
    assert there.screen in {Screen.WHY, Screen.KEYS}

    for way in ("left", "enter", "b", "escape", key):
        assert handle_key(there, way, USUAL).form == state.form
        assert handle_key(there, way, USUAL).screen is Screen.QUESTION
    assert pressed(there, "z", "down", "home").screen is there.screen


def test_a_doubt_changes_no_other_item() -> None:
    state = pressed(at(*LIST), "2", "end", "enter", "1", "left")

    assert state.screen is Screen.QUESTION
    assert state.form.ticked == {"drooling"}
    assert state.form.unsure == {"breathing"}
    assert "[?] It is hard to breathe." in text(state)
    assert "[x] You cannot" in text(state)


def test_an_emergency_is_final_only_once_it_was_read() -> None:
    state = at(*ALARM)

    assert state.screen is Screen.EMERGENCY
    read = handle_key(state, "y", USUAL)
    assert (read.end, read.may_offer_file) == (EndReason.FINISHED, False)
    assert pressed(state, "down", "enter").end is EndReason.FINISHED
    for keys in (("c",), ("down", "down", "enter")):
        changing = pressed(state, *keys)
        assert changing.end is None
        assert changing.question.id == "airway"
        assert changing.form.ticked == {"breathing"}
        assert pressed(changing, "left").screen is Screen.EMERGENCY
        assert pressed(changing, "0", "enter").question.id == "days"
    up = pressed(state, "down", "down", "up", "up", "up")
    assert up.focus is None


@pytest.mark.parametrize(
    ("key", "left_for"),
    [("left", Screen.REVIEW), ("escape", Screen.REVIEW), ("b", Screen.REVIEW),
     ("r", Screen.REVIEW), ("e", Screen.QUESTION)],
)  # fmt: skip
def test_a_new_tick_is_not_left_for_an_earlier_none_by_one_key(key: str, left_for: Screen) -> None:
    none_before = at("44", "none", "longer", "no")
    changing = pressed(none_before, "down", "down", "enter")
    assert (changing.question.id, changing.form.is_none) == ("airway", True)

    ticked = pressed(changing, "1")
    asked = pressed(ticked, key)
    assert (asked.form, asked.end, asked.message) == (ticked.form, None, NOT_KEPT)
    assert pressed(asked, "enter").view.is_emergency
    assert pressed(asked, key).screen is left_for
    assert pressed(changing, key).message != NOT_KEPT  # nothing is new
    assert pressed(at(*LIST), "1", key).message != NOT_KEPT  # there is no earlier answer


@pytest.mark.parametrize(
    ("columns", "rows"), [(80, 6), (24, 8), (30, 8), (20, 10), (16, 14), (40, 6), (120, 4)]
)
def test_what_a_key_did_not_do_is_said_on_any_terminal(columns: int, rows: int) -> None:
    size = Size(columns=columns, rows=rows)
    changing = pressed(at("44", "none", "longer", "no"), "down", "down", "enter")

    asked = pressed(pressed(changing, "1", size=size), "left", size=size)

    assert asked.message == NOT_KEPT
    assert NOT_KEPT in words(asked, size)


@pytest.mark.parametrize(
    ("columns", "rows"),
    [*((80, rows) for rows in range(8, 18)), (30, 14), (60, 9), (20, 18), (20, 22), (40, 12)],
)
@pytest.mark.parametrize("keys", ["y", "ey", "e y", "ddy"])
def test_an_emergency_is_confirmed_once_every_line_was_on_the_screen(
    keys: str, columns: int, rows: int
) -> None:
    """A message hides lines, too: they are read before what follows them."""
    size = Size(columns=columns, rows=rows)
    state = state_of(after("self", "male", 44, ["chest"], program=shipped()))
    assert state.screen is Screen.EMERGENCY
    every = {line.text.strip() for line in layout_of(state, size).body}
    named = {"e": "enter", "d": "down"}

    seen = set[str]()
    for key in keys * 200:
        seen.update(line.strip() for line in text(state, size).splitlines())
        state = handle_key(state, named.get(key, key), size)
        if state.end is not None:
            break

    assert state.end is EndReason.FINISHED
    assert every - seen - {""} == set()


@pytest.mark.parametrize("rows", [12, 16, 20])
@pytest.mark.parametrize("key", [" ", "enter", "down"])
def test_what_a_message_hides_of_a_result_is_read_with_the_next_key(key: str, rows: int) -> None:
    size = Size(columns=40, rows=rows)
    state = replace(pressed(at(*REVIEW), "y"), message="Saved. " * 15)
    assert state.screen is Screen.RESULT
    every = {line.text.strip() for line in layout_of(state, size).body}

    seen = set(text(state, size).split("\n"))
    for _ in range(100):
        state = pressed(state, key, size=size)
        seen.update(text(state, size).split("\n"))

    assert every - {line.strip() for line in seen} - {""} == set()


def test_another_line_is_not_left_for_an_earlier_one_by_one_key() -> None:
    changing = pressed(at(*REVIEW), "down", "down", "down", "enter")
    assert changing.question.id == "days"

    moved = pressed(changing, "up")
    assert pressed(moved, "left").message == NOT_KEPT
    assert pressed(moved, "left", "left").screen is Screen.REVIEW
    assert pressed(changing, "left").screen is Screen.REVIEW
    number = pressed(at(*REVIEW), "down", "enter", "7")
    assert pressed(number, "home", "left").screen is Screen.REVIEW


@pytest.mark.parametrize(
    "keys", [("1",), ("u", "1"), ("1", "?"), ("1", "h"), ("1", "s"), ("1", "q"), ("1", "x")]
)
def test_whatever_screen_is_left_a_new_mark_is_kept_in_place_of_an_earlier_none(
    keys: tuple[str, ...],
) -> None:
    changing = pressed(at(*REVIEW), "down", "down", "enter")
    assert interview_to_keep(changing) == changing.interview

    kept = interview_to_keep(pressed(changing, *keys))

    assert (kept.changing, kept.answers) == ("airway", changing.interview.answers)
    marked = view(kept).remembered
    assert isinstance(marked, Ticks)
    assert marked.yes | marked.unsure == {"breathing"}
    typed = pressed(at(*REVIEW), "down", "enter", "7", "7")
    kept = interview_to_keep(typed)
    assert (kept.changing, view(kept).remembered) == ("years", 44)  # 77 was never entered
    nothing = pressed(typed, "backspace", "backspace")
    assert interview_to_keep(nothing) == nothing.interview
    too_much = pressed(typed, "7")
    assert interview_to_keep(too_much) == too_much.interview


@pytest.mark.parametrize("key", ["left", "b", "r", "e"])
def test_what_was_marked_before_a_visit_ended_is_not_left_by_one_key_either(key: str) -> None:
    changing = pressed(at(*REVIEW), "down", "down", "enter")
    state = state_of(interview_to_keep(pressed(changing, "1")))
    assert (state.question.id, *state.form.ticked) == ("airway", "breathing")
    assert wording.MARKED in words(state)

    asked = pressed(state, key)

    assert (asked.message, asked.screen) == (NOT_KEPT, Screen.QUESTION)
    assert pressed(asked, key).message != NOT_KEPT
    assert interview_to_keep(asked) == state.interview


def test_a_cursor_is_no_answer_from_before() -> None:
    went_back = pressed(at(*YES_NO), "left")
    assert (went_back.question.id, view(went_back.interview).remembered) == ("days", "longer")

    moved = pressed(went_back, "up")

    assert interview_to_keep(moved) == went_back.interview


def test_an_emergency_with_several_causes_lets_the_person_pick() -> None:
    program = with_two_alarms()
    state = state_of(after("44", "drooling", program=program))
    assert state.screen is Screen.EMERGENCY

    picking = handle_key(state, "c", USUAL)

    assert picking.screen is Screen.REVIEW
    assert handle_key(picking, "y", USUAL).screen is Screen.EMERGENCY
    assert handle_key(picking, "left", USUAL).screen is Screen.EMERGENCY
    assert pressed(picking, "enter").question.id == "years"
    assert "Several answers decided." in words(picking)


def with_two_alarms() -> Program:
    """The tiny protocol with an emergency that rests on two questions."""
    old = "airway includes any of (breathing, drooling)"
    text_ = (TINY / "protocol.yaml").read_text().replace(old, f"{old} and years >= 5 years")
    return build_program(checked_protocol({"protocol.yaml": text_}))


def test_changing_an_answer_may_set_others_aside() -> None:
    state = at("44", "none", "longer", "yes", "2")
    assert state.screen is Screen.REVIEW

    changed = pressed(state, "down", "down", "down", "down", "enter", "n", "enter")
    assert "Kept aside and not counted" in words(changed)
    assert "Days of fever: 2 days" in text(changed)

    undone = pressed(changed, "left")
    assert undone.question.id == "feverish"
    undone = pressed(undone, "y", "enter")
    assert "Kept aside" not in text(undone)
    assert undone.interview.answers == state.interview.answers


def test_ending_before_the_last_question() -> None:
    assert pressed(at(*LIST), "e").message.startswith("There is no result yet")

    state = at(*SETTLED, program=with_advice_at_the_end())
    assert state.view.can_end
    assert state.message.startswith("How soon you need help is settled.")
    assert "e result" in text(state)
    ending = handle_key(state, "e", USUAL)
    assert "What is left is about what may help." in words(ending)
    assert pressed(ending, "left").form == state.form
    assert pressed(ending, "left", "r", "y").screen is Screen.QUESTION
    assert pressed(ending, "down", "enter").question.id == "years"
    result = handle_key(ending, "y", USUAL)
    assert result.screen is Screen.RESULT
    assert pressed(result, "left", "y").screen is Screen.RESULT
    assert pressed(result, "left", "left").question == state.question
    assert pressed(result, "q").interview == state.interview


SETTLED = ("44", "none", "under_1_week", "no")


def with_advice_at_the_end() -> Program:
    """The tiny protocol with a last question that only advice rests on."""
    text_ = (TINY / "protocol.yaml").read_text()
    text_ = text_.replace(
        "facts:\n",
        "  - id: hoarse\n    section: main\n    kind: yes_no\n    text: Are you hoarse?\n"
        "    short: Hoarse\n    why: Steam may help.\nfacts:\n",
        1,
    )
    text_ = text_.replace(
        "advice:\n",
        "advice:\n  - id: steam\n    kind: comfort\n    text: Breathe steam.\n    when: hoarse\n"
        "    strength: everyday advice\n",
        1,
    )
    text_ = text_.replace(
        "risk:\n",
        "risk:\n  - question: hoarse\n    direction: none\n    reason: It decides nothing.\n",
        1,
    )
    return build_program(checked_protocol({"protocol.yaml": text_}))


def test_the_review_leads_back_to_the_form() -> None:
    state = pressed(at(*LIST), "1")

    there = handle_key(state, "r", USUAL)
    assert "Still to come: about 3 questions, at most 4." in text(there)
    for keys in (("y",), ("left",), ("up", "enter")):
        assert pressed(there, *keys).form == state.form
    assert pressed(there, "down", "enter").question.id == "years"
    assert "You have given no answer yet." in text(pressed(at(), "down", "r"))
    assert pressed(there, "pagedown", "pageup").focus == 0
    assert pressed(there, "z") == replace(there, top=0)


def test_enter_pages_through_the_result_and_ends_nothing() -> None:
    state = pressed(at(*REVIEW), "y")
    assert state.screen is Screen.RESULT
    assert "AT HOME" in text(state)

    small = Size(columns=30, rows=10)
    pages = [state]
    while not pages[-1].message:
        pages.append(handle_key(pages[-1], "enter", small))
    assert len(pages) > 2
    assert pages[-1].message.startswith("That is all. Press q to leave")
    assert {page.end for page in pages} == {None}


@pytest.mark.parametrize("key", ["left", "c"])
def test_an_answer_can_be_changed_from_the_result(key: str) -> None:
    state = pressed(at(*REVIEW), "y", key)

    assert state.screen is Screen.REVIEW
    assert not state.has_result
    assert pressed(state, "left").question.id == "feverish"
    assert pressed(state, "y").screen is Screen.RESULT


@pytest.mark.parametrize("keys", [("q",), ("f",), ("w", "q"), ("c", "q"), ("s", "q")])
def test_leaving_the_result_offers_a_file_unless_there_is_one(keys: tuple[str, ...]) -> None:
    state = pressed(at(*REVIEW), "y")
    left = pressed(state, *keys)

    assert (left.end, left.may_offer_file) == (EndReason.FINISHED, True)
    assert not replace(left, may_save=False).may_offer_file
    assert not replace(left, is_saved=True).may_offer_file
    hurried = handle_key(state, "c-c", USUAL)
    assert (hurried.end, hurried.may_offer_file) == (EndReason.RESULT_SEEN, False)


def test_a_clinician_sees_the_hand_over_sheet_instead() -> None:
    sheet = pressed(state_of(after(*REVIEW), audience="clinician"), "y")

    assert "RULES FIRED" in text(sheet, Size(columns=80, rows=200))
    assert pressed(sheet, "w").screen is Screen.RESULT
    assert pressed(sheet, "s", "down", "enter").reader == "patient"


def test_a_letter_opens_a_page_behind_the_card_and_leads_back() -> None:
    state = pressed(at(*REVIEW), "y")
    why, about = pressed(state, "w"), pressed(state, "i")
    assert why.screen is about.screen is Screen.SECTION
    assert "Why we say this" in text(why)

    for key in ("left", "escape", "b", "w", "enter"):
        assert pressed(why, key).screen is Screen.RESULT
    assert pressed(why, "i").section == about.section
    assert pressed(why, "i", "left").screen is Screen.RESULT
    assert pressed(why, "z").screen is Screen.SECTION
    assert pressed(why, "s").screen is Screen.READER
    assert pressed(why, "s", "left").section == why.section
    assert not pressed(why, "x").message
    assert pressed(replace(why, may_save=False), "s").screen is Screen.SECTION


def test_a_card_without_room_for_all_keys_names_them_on_a_page() -> None:
    narrow = Size(columns=30, rows=40)
    protocol = tiny().protocol
    modules = tuple(replace_fields(m, title="Tea", id="honey") for m in protocol.modules)
    program = build_program(replace_fields(protocol, modules=modules))
    state = pressed(at(*REVIEW, program=program), "y")
    assert "h more" in words(state, narrow)

    keys = pressed(state, "h", size=narrow)

    for line in ("t: tea", "i: about this page", "c, Left, Esc:", "q, Ctrl-C: leave"):
        assert line in words(keys, narrow)
    assert pressed(keys, "left").screen is Screen.RESULT


def test_a_page_behind_the_card_scrolls_before_enter_leads_back() -> None:
    small = Size(columns=30, rows=8)
    page = pressed(at(*REVIEW), "y", "i", size=small)
    count = 0
    while page.screen is Screen.SECTION:
        page, count = handle_key(page, "enter", small), count + 1
    assert count > 1
    assert page.screen is Screen.RESULT


def test_saving_a_result_asks_who_reads_it() -> None:
    state = pressed(at(*REVIEW), "y", "s")
    assert state.screen is Screen.READER
    assert "For the person who treats you" in words(state)

    assert pressed(state, "enter").message == "Type the number of a line, and then Enter."
    assert pressed(state, "z") == state
    assert pressed(state, "left").screen is Screen.RESULT
    for key, reader in (("1", "patient"), ("2", "clinician"), ("up", "clinician")):
        naming = pressed(state, key, "enter")
        assert (naming.screen, naming.reader) == (Screen.SAVE, reader)
        assert pressed(naming, "escape").screen is Screen.RESULT
    assert pressed(at(*ALARM), "s").screen is Screen.READER


def test_a_result_can_begin_a_journal_but_no_emergency_and_nothing_of_somebody_else() -> None:
    state = pressed(at(*REVIEW, program=diary()), "y", "s")
    assert "3. In your journal: to note each day how it goes" in words(state)
    chosen = pressed(state, "3", "enter")
    assert (chosen.screen, chosen.save_to) == (Screen.READER, "journal")

    others = replace(state, interview=replace(state.interview, concealed=frozenset({"airway"})))
    for without in (
        others,
        pressed(at(*ALARM, program=diary()), "s"),
        pressed(at(*REVIEW), "y", "s"),
    ):
        assert without.screen is Screen.READER
        assert "journal" not in words(without)
        assert pressed(without, "3", "enter").save_to == ""


@pytest.mark.parametrize("key", ["q", "c-c", "c-d", "c-\\"])
def test_leaving_before_the_end(key: str) -> None:
    for state in (
        pressed(at(), "down"),
        at(*LIST),
        at(*ALARM),
        at(*REVIEW),
        pressed(at(*LIST), "?"),
    ):
        assert handle_key(state, key, USUAL).end is EndReason.LEFT
    naming = pressed(at(*LIST), "s")
    there = handle_key(naming, key, USUAL)
    assert (there.end, there.file_name.text) == (
        (None, "q") if key == "q" else (EndReason.LEFT, "")
    )


def test_typing_a_file_name() -> None:
    state = pressed(at(*LIST), "s", *"bu?.json")
    assert state.screen is Screen.SAVE
    assert state.file_name.text == "bu?.json"
    assert pressed(state, "enter").save_to == "bu?.json"
    assert pressed(state, "pageup", "f1", "tab").file_name.text == "bu?.json"
    assert pressed(state, "escape").screen is Screen.QUESTION
    assert pressed(state, "home", "left").screen is Screen.QUESTION
    assert "> bu?.json" in text(state)
    result = pressed(at(*REVIEW), "y", "s", "1", "enter", "q")
    assert (result.end, result.file_name.text) == (None, "q")
    assert pressed(result, "c-b").screen is Screen.RESULT
    assert pressed(at(*ALARM), "s", "1", "enter", "s-tab").screen is Screen.EMERGENCY
    never = replace(at(*LIST), may_save=False)
    assert pressed(never, "s").screen is Screen.QUESTION


def test_notes_of_the_protocol_are_shown() -> None:
    assert "Take your time." in text(at("101"))
    assert "Take your time." not in text(at("44"))


def test_a_country_fills_the_words() -> None:
    interview: Interview = after(*ALARM)
    assert "Call 999 now" in text(state_of(interview))
    assert "Call your local emergency number now" in text(state_of(interview, country=None))
    assert Words(tiny(), None).country is None


def test_earlier_ticks_are_shown() -> None:
    state = state_of(after("44", "breathing;drooling?"))
    back = handle_key(state, "left", USUAL)
    assert back.form.ticked == {"breathing"}
    assert back.form.unsure == {"drooling"}
    assert Ticks(frozenset({"breathing"}), frozenset({"drooling"})) == back.view.remembered


# -- confirming a doubt --------------------------------------------------------------------


def in_doubt() -> UiState:
    """A confirmation of the tiny protocol."""
    return at("30", "drooling?", program=confirming())


@pytest.mark.parametrize(
    ("keys", "screen"),
    [
        (("y",), Screen.EMERGENCY),
        (("n",), Screen.QUESTION),
        (("u",), Screen.EMERGENCY),
        (("down", "down"), Screen.QUESTION),
        (("2",), Screen.QUESTION),
    ],
)
def test_a_confirmation_is_answered_like_a_question(keys: tuple[str, ...], screen: Screen) -> None:
    state = in_doubt()
    assert state.screen is Screen.QUESTION
    assert words(state).startswith("You were not sure about: cannot swallow your spit.")
    assert state.question.text in words(state)

    after_it = pressed(state, *keys, "enter")

    assert after_it.screen is screen
    assert after_it.interview.checked == {"airway.drooling"}


def test_the_review_in_a_confirmation_decides_nothing_yet() -> None:
    assert words(pressed(in_doubt(), "r")).startswith("Your answers so far.")


def test_nothing_is_preselected_in_a_confirmation() -> None:
    state = pressed(in_doubt(), "enter", " ", "e")

    assert state.interview == in_doubt().interview
    assert view(state.interview).confirmation is not None


@pytest.mark.parametrize("key", ["left", "b", "escape"])
def test_back_from_a_confirmation_asks_again_and_keeps_the_emergency(key: str) -> None:
    state = pressed(in_doubt(), key)

    assert state.view.is_change
    assert state.view.is_emergency
    assert pressed(state, "enter").view.confirmation == in_doubt().view.confirmation


def test_back_from_the_emergency_repeats_the_confirmation() -> None:
    assert pressed(in_doubt(), "u", "enter", "left").interview == in_doubt().interview
    assert pressed(in_doubt(), "n", "enter", "left").interview == in_doubt().interview


@pytest.mark.parametrize("key", ["?", "h", "r", "s"])
def test_pages_about_a_confirmation_lead_back_to_it(key: str) -> None:
    page = pressed(in_doubt(), key)
    assert page.screen is not Screen.QUESTION
    text(page)

    assert pressed(page, "escape").view.confirmation == in_doubt().view.confirmation
    assert pressed(page, "escape").screen is Screen.QUESTION


@pytest.mark.parametrize("key", ["q", "c-c"])
def test_leaving_a_confirmation_leaves_an_emergency(key: str) -> None:
    state = pressed(in_doubt(), key)

    assert state.end is EndReason.LEFT
    assert view(state.interview).is_emergency


def test_a_confirmation_comes_after_the_opening() -> None:
    """What this is, and what it is not, comes before a test as before every question."""
    state = first_screen(replace(in_doubt(), opening=lambda _: "Welcome"))

    assert state.screen is Screen.OPENING
    assert pressed(state, "enter").screen is Screen.QUESTION
    assert pressed(state, "enter").view.confirmation is not None


def test_the_confirmation_of_a_private_answer_can_be_cleared_from_the_screen() -> None:
    protocol = confirming().protocol
    questions = tuple(replace_fields(q, private=q.id == "airway") for q in protocol.questions)
    secret = build_program(replace_fields(protocol, questions=questions))

    assert not in_doubt().is_private
    assert at("30", "drooling?", program=secret).is_private


def contradicted() -> Interview:
    """Somebody who says no to a fever, after how long it has lasted."""
    interview = answer(change(after(*NUMBER, "5"), "feverish"), "no")
    assert isinstance(interview, Interview)
    return interview


def test_a_contradicted_answer_is_not_called_a_change() -> None:
    """The person changed another answer, and is only asked whether this one is still right."""
    state = state_of(contradicted())

    assert state.question.id == "fever_days"
    assert "You are changing this answer." not in words(state)
    assert "1 question left" in words(state)
    assert "Is it still right?" in words(state)
    changing = state_of(change(after(*NUMBER, "5"), "fever_days"))
    assert "You are changing this answer." in words(changing)
    assert "Is it still right?" not in words(changing)


@pytest.mark.parametrize(("key", "end"), [("Q", EndReason.LEFT), ("X", EndReason.HIDDEN)])
def test_keys_work_with_caps_lock(key: str, end: EndReason) -> None:
    assert pressed(at("44"), key).end is end
