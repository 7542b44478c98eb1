"""States of the full screen for the tiny protocol, reached by pressing keys."""

from __future__ import annotations

from backtriage.interview.interview import view
from backtriage.interview.state import Interview
from backtriage.program.program import Program
from backtriage.program.words import Words
from backtriage.render.page import Audience
from backtriage.shell.full.draw import draw
from backtriage.shell.full.keys import handle_key
from backtriage.shell.full.state import Size, UiState, first_screen
from tests.support.interviews import after
from tests.support.protocols import tiny

USUAL = Size(columns=80, rows=24)


def state_of(
    interview: Interview, *, country: str | None = "GB", audience: Audience = "patient"
) -> UiState:
    """The first state of an interview."""
    words = Words(interview.program, country)
    state = UiState(interview=interview, words=words, view=view(interview), audience=audience)
    return first_screen(state)


def at(*answers: object, program: Program | None = None) -> UiState:
    """The state after some answers."""
    return state_of(after(*answers, program=program or tiny()))


def pressed(state: UiState, *keys: str, size: Size = USUAL) -> UiState:
    """The state after some keys."""
    for key in keys:
        state = handle_key(state, key, size)
    return state


def text(state: UiState, size: Size = USUAL) -> str:
    """What is on the screen."""
    return "\n".join(line.text.rstrip() for line in draw(state, size).lines).rstrip()


def words(state: UiState, size: Size = USUAL) -> str:
    """The same without line breaks."""
    return " ".join(text(state, size).split())
