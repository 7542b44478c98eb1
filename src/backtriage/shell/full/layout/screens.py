"""The layout of whichever screen a state shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from backtriage.shell.full.layout.frame import Layout, Viewport
from backtriage.shell.full.layout.question import doubts_screen, question_screen
from backtriage.shell.full.layout.reading import (
    keys_screen,
    opening_screen,
    save_screen,
    why_screen,
)
from backtriage.shell.full.layout.result import emergency_screen, result_screen
from backtriage.shell.full.layout.review import review_screen
from backtriage.shell.full.state import Screen, Size, UiState

_SCREENS: Final[dict[Screen, Callable[[UiState, Size], Layout]]] = {
    Screen.OPENING: opening_screen,
    Screen.QUESTION: question_screen,
    Screen.DOUBTS: doubts_screen,
    Screen.WHY: why_screen,
    Screen.KEYS: keys_screen,
    Screen.REVIEW: review_screen,
    Screen.EMERGENCY: emergency_screen,
    Screen.RESULT: result_screen,
    Screen.SAVE: save_screen,
}


def layout_of(state: UiState, size: Size) -> Layout:
    """Return the layout of a state at a terminal size."""
    return _SCREENS[state.screen](state, size)


def viewport(state: UiState, size: Size) -> Viewport:
    """Return what is visible of a state at a terminal size."""
    return layout_of(state, size).viewport
