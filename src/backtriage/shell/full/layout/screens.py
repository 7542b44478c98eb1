"""The layout of every screen; keys ask it what is visible, and drawing paints it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from backtriage.shell.full.layout import pages, question, results
from backtriage.shell.full.layout.frame import Layout
from backtriage.shell.full.state import Screen, Size, UiState

_SCREENS: Final[dict[Screen, Callable[[UiState, Size], Layout]]] = {
    Screen.OPENING: pages.opening_screen,
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
