"""Every screen fits the terminal at every size, and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from backtriage.interview.interview import view
from backtriage.interview.state import Interview
from backtriage.interview.transitions import start
from backtriage.program.doubts import doubts
from backtriage.program.words import Words
from backtriage.protocol.protocol import Question
from backtriage.protocol.texts import Note
from backtriage.render.cells import cell_len
from backtriage.shell.full.draw import Drawing, draw
from backtriage.shell.full.form import Form, OptionKind, form_for, options_of
from backtriage.shell.full.keys import handle_key
from backtriage.shell.full.layout.screens import layout_of
from backtriage.shell.full.state import (
    Screen,
    Size,
    UiState,
    first_screen,
    show,
    show_result,
)
from backtriage.shell.questionnaire import wording
from tests.support.protocols import shipped
from tests.support.ui_states import at, pressed

pytestmark = [
    pytest.mark.no_cover,
    pytest.mark.first_only,
]  # tracing takes long, and finds nothing that others leave out

SIZES = tuple(
    Size(columns=columns, rows=rows)
    for columns, rows in ((80, 24), (40, 24), (40, 14), (200, 60), (30, 12), (20, 6), (1, 1))
)
NARROWEST = 30
"""Narrower, a word or a key may not fit, and the terminal cuts it."""

SOME_SIZES = pytest.mark.parametrize(
    "size", [SIZES[1], SIZES[2], SIZES[4], SIZES[6]], ids=lambda s: f"{s.columns}x{s.rows}"
)
EVERY_SIZE = pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s.columns}x{s.rows}")


QUESTIONS = (*shipped().protocol.questions, *shipped().protocol.journal)

BEGIN = UiState(
    interview=start(shipped()), words=Words(shipped(), "GB"), view=view(start(shipped()))
)


def asking(question: Question, notes: tuple[str, ...] = ()) -> UiState:
    """A state that asks any question."""
    current = replace(BEGIN.view, question=question, notes=notes, can_go_back=True)
    return replace(BEGIN, view=current, form=form_for(question, None), generation=1)


def check(state: UiState, size: Size) -> str:
    """Check that a screen and its cursor fit the terminal, and return its text."""
    return "\n".join(line.text for line in checked(state, size).lines)


def checked(state: UiState, size: Size) -> Drawing:
    """Return a screen that fits the terminal, as its cursor does."""
    drawing = draw(state, size)
    assert len(drawing.lines) <= size.rows
    if size.columns >= NARROWEST:
        assert max(cell_len(line.text) for line in drawing.lines) <= size.columns
    row, column = drawing.cursor
    assert 0 <= row < len(drawing.lines)
    assert 0 <= column <= len(drawing.lines[row].text)
    return drawing


def on_each_row(state: UiState, size: Size) -> Iterator[tuple[int, UiState]]:
    """Move the focus over every option, from top to bottom."""
    for row in range(len(options_of(state.question))):
        key = "down" if state.question.kind != "number" or row else ""
        state = handle_key(state, key, size) if key else state
        yield row, state


@SOME_SIZES
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question.id))
def test_the_focused_option_is_always_visible(question: Question, size: Size) -> None:
    notes = tuple(note.text for note in shipped().protocol.notes[-1:])
    for state in (asking(question), asking(question, notes)):
        check(state, size)
        for row, there in on_each_row(state, size):
            assert there.form.focus == row
            drawing = checked(there, size)
            option = options_of(question)[row]
            if size.rows < 12 or option.kind is OptionKind.FIELD:
                continue
            words = " ".join(there.words.fill(option.text).split())
            assert words in " ".join(" ".join(line.text for line in drawing.lines).split())
            assert drawing.lines[drawing.cursor[0]].text.startswith(">")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question.id))
def test_a_whole_list_fits_a_small_screen(question: Question) -> None:
    size = Size(columns=40, rows=24)
    options = options_of(question)
    state = asking(question)
    row = next(at for at, o in enumerate(options) if o.kind is not OptionKind.ITEM or not o.help)
    state = replace(state, form=replace(state.form, focus=row))
    if question.kind == "number" or (options[row].check and question.kind != "some_of"):
        return

    screen = check(state, size)

    assert "--- more" not in screen
    assert ("x leave" in screen) == question.is_private
    for option in options:
        assert " ".join(option.text.split()) in " ".join(screen.split())


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question.id))
def test_no_question_of_the_shipped_rules_scrolls(question: Question) -> None:
    """On a small screen, with the help for whatever is focused, in either part."""
    size = Size(columns=40, rows=24)
    state = asking(question)
    can_end = question.id in shipped().protocol.advice_questions
    state = replace(state, view=replace(state.view, can_end=can_end))
    options = [option for option in options_of(question) if option.kind is not OptionKind.FIELD]
    for row, there in on_each_row(state, size):
        screen = " ".join(check(there, size).split())

        assert "--- more" not in screen
        for text in (question.text, *(option.text for option in options)):
            assert " ".join(there.words.fill(text).split()) in screen
        assert there.words.fill(options_of(question)[row].help) in screen


@pytest.mark.parametrize("note", shipped().protocol.notes, ids=lambda note: str(note.id))
def test_a_helper_reads_whole_questions_on_a_small_screen(note: Note) -> None:
    """Only the help for one item may be more than fits below the whole list."""
    size = Size(columns=40, rows=24)
    for question in shipped().protocol.questions:  # an entry has no notes
        plain = (row for row, option in enumerate(options_of(question)) if not option.help)
        state = asking(question, (note.text,))
        state = replace(state, form=replace(state.form, focus=next(plain)))
        assert "--- more" not in check(state, size), question.id


@SOME_SIZES
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question.id))
def test_why_and_doubts_fit_and_scroll(question: Question, size: Size) -> None:
    state = pressed(asking(question), "?", size=size)
    assert state.screen is Screen.WHY
    check(state, size)
    while size.columns >= NARROWEST and layout_of(state, size).has_more:
        state = handle_key(state, " ", size)
        check(state, size)
    if question.kind == "some_of":
        doubts = show(asking(question), Screen.DOUBTS)
        for row in range(len(question.choices) + 1):
            doubts = handle_key(doubts, "down", size)
            assert doubts.focus == row
            check(doubts, size)


def test_a_page_with_more_below_names_the_key() -> None:
    state = pressed(asking(next(q for q in QUESTIONS if q.id == "danger_signs")), "?")
    seen = []
    while "--- more" in (page := check(state, SIZES[1])) and "below" in page:
        assert "Space more" in page
        seen.append(page)
        state = handle_key(state, " ", SIZES[1])
    assert len(seen) > 1
    assert "Space more" not in check(state, SIZES[1])


def ends() -> Iterator[tuple[str, UiState]]:
    """The screens at the end of an interview, of the tiny protocol and of the bundled one."""
    yield "review", at("44", "none", "longer", "no")
    yield "emergency", at("44", "breathing;drooling?")
    yield "doubt", at("44", "breathing?;drooling?")
    yield "result", pressed(at("44", "none", "longer", "no"), "y")
    for audience in ("patient", "clinician"):
        yield f"whole_{audience}", show_result(replace(BEGIN, audience=audience))


ENDS = dict(ends())


def called(state: UiState) -> str:
    """The word of a result, if the state shows one."""
    if state.card is not None:
        return state.card.band.word
    return state.page.action.word if state.page is not None else ""


EXTREMES = {(80, 24), (40, 14), (200, 60), (20, 6), (1, 1)}
"""The sizes of the longest page, which takes long to draw."""


@pytest.mark.parametrize(
    ("name", "size"),
    [
        pytest.param(name, size, id=f"{name}-{size.columns}x{size.rows}")
        for name in ENDS
        for size in SIZES
        if name != "whole_clinician" or (size.columns, size.rows) in EXTREMES
    ],
)
def test_the_action_is_always_visible(name: str, size: Size) -> None:
    state = ENDS[name]
    for jump, key in (("home", "pagedown"), ("end", "pageup"), ("home", "down"), ("end", "up")):
        state = handle_key(state, jump, size)
        for _ in range(100 if size.rows >= 12 else 30):
            screen = check(state, size)
            word = called(state)
            if size.rows >= 6:
                assert state.words.fill(word) in screen
            moved = handle_key(state, key, size)
            if moved == state:
                break
            state = moved


def test_paging_skips_no_line_of_the_result() -> None:
    for size in (Size(columns=40, rows=14), Size(columns=80, rows=24)):
        state = ENDS["whole_patient"]
        seen: list[str] = []
        while True:
            seen += [line.text for line in draw(state, size).lines]
            if not layout_of(state, size).has_more:
                break
            state = handle_key(state, " ", size)
        whole = replace(state, top=0)
        tall = draw(whole, Size(columns=size.columns, rows=500))
        *all_but_keys, _ = (line.text for line in tall.lines)
        assert set(all_but_keys) <= {*seen, ""}


def test_an_emergency_comes_before_the_opening() -> None:
    interview: Interview = at("44", "breathing").interview
    state = UiState(
        interview=interview,
        words=Words(interview.program, "GB"),
        view=view(interview),
        opening=lambda context: context.wrap("Welcome"),
    )
    assert first_screen(state).screen is Screen.EMERGENCY
    calm = at("44").interview
    calmly = first_screen(replace(state, interview=calm, view=view(calm)))
    assert calmly.screen is Screen.OPENING
    assert "Welcome" in check(calmly, SIZES[0])
    assert handle_key(calmly, "enter", SIZES[0]).screen is Screen.QUESTION


@EVERY_SIZE
def test_the_footer_of_a_result_says_how_to_read_on(size: Size) -> None:
    state = ENDS["whole_patient"]
    while not state.message and size.rows >= 12:
        has_more = layout_of(state, size).has_more
        footer = " ".join(line.text for line in draw(state, size).lines[-4:])
        assert ("Space more" in footer) is has_more
        assert "q leave" in footer
        state = handle_key(state, "enter", size)
        assert bool(state.message) is not has_more


@EVERY_SIZE
def test_a_confirmation_fits(size: Size) -> None:
    """With the longest text and name of the shipped protocol."""
    found = list(doubts(shipped()))
    for doubt in found:
        current = replace(asking(doubt.question).view, question=None, confirmation=doubt)
        state = replace(asking(doubt.question), view=current, form=Form())
        for row, there in on_each_row(state, size):
            assert there.form.focus == row
            screen = check(there, size)
            if size.columns >= 40 and size.rows >= 24:
                assert "--- more" not in screen
                said = " ".join(screen.split())
                for line in (doubt.confirm.text, wording.STILL_NOT_SURE_OPTION):
                    assert " ".join(there.words.fill(line).split()) in said
