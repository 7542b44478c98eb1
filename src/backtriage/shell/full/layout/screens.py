"""The layout of every screen; keys ask it what is visible, and drawing paints it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from backtriage.render.line import Line
from backtriage.shell.full.layout import pages, question, results
from backtriage.shell.full.layout.frame import Layout
from backtriage.shell.full.state import QUESTION_ROW, Screen, Size, UiState


def _opening(state: UiState, size: Size) -> Layout:
    """Lay out the opening: above the first question, if that has room there."""
    if question.is_opening_above(state, size):
        return question.question_screen(replace(state, screen=Screen.QUESTION), size)
    return pages.opening_screen(state, size)


_SCREENS: Final[dict[Screen, Callable[[UiState, Size], Layout]]] = {
    Screen.OPENING: _opening,
    Screen.QUESTION: question.question_screen,
    Screen.DOUBTS: question.doubts_screen,
    Screen.WHY: pages.why_screen,
    Screen.KEYS: pages.keys_screen,
    Screen.REVIEW: pages.review_screen,
    Screen.EMERGENCY: results.emergency_screen,
    Screen.RESULT: results.result_screen,
    Screen.SECTION: results.section_screen,
    Screen.READER: results.reader_screen,
    Screen.SAVE: results.save_screen,
}


def layout_of(state: UiState, size: Size) -> Layout:
    """Return the layout of a state, and which part of it is visible, at a terminal size."""
    return _SCREENS[state.screen](state, size)


def layout_before(state: UiState, size: Size) -> Layout:
    """Return what was on the screen when the key was pressed, with the message of that time."""
    return layout_of(replace(state, message=state.last_message), size)


def seen_rows(state: UiState, size: Size) -> frozenset[int | Line]:
    """Add the options that could be read: those entirely visible, and the one under the cursor.

    Of an emergency, add the lines themselves: their numbers would change with the size.
    """
    if state.screen is Screen.EMERGENCY:
        page = layout_of(state, size)
        return state.seen_rows.union(page.body[page.top : page.top + page.height])
    if state.screen not in {Screen.QUESTION, Screen.DOUBTS}:
        return state.seen_rows
    focus = state.focus if state.screen is Screen.DOUBTS else state.form.focus
    layout = layout_of(state, size)
    question = () if layout.top else (QUESTION_ROW,)
    return state.seen_rows.union(layout.rows, question, () if focus is None else (focus,))


def unread_line(state: UiState, size: Size) -> int | None:
    """Return the first line of an emergency that has not been on the screen."""
    body = layout_of(state, size).body
    return next((at for at, line in enumerate(body) if line not in state.seen_rows), None)
