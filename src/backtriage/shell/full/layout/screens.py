"""The layout of every screen; keys ask it what is visible, and drawing paints it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from backtriage.shell.full.layout import pages, question, results
from backtriage.shell.full.layout.frame import Layout
from backtriage.shell.full.state import Screen, Size, UiState


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
