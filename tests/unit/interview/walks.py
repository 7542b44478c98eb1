"""Interviews of the tiny protocol, as far as a test wants them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from backtriage.interview.interview import Interview
from backtriage.interview.transitions import answer, start
from backtriage.program.program import Program
from backtriage.shell.cache import load_program

TINY = Path(__file__).parents[2] / "data" / "protocols" / "sore_throat"


@cache
def tiny() -> Program:
    """The tiny protocol."""
    return load_program(TINY, save=False)


def after(*answers: object, program: Program | None = None) -> Interview:
    """The interview after some answers, each to the question that is then asked."""
    state = start(program or tiny())
    for raw in answers:
        moved = answer(state, raw)
        assert isinstance(moved, Interview), moved
        state = moved
    return state
