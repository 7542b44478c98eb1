"""Interviews of the tiny protocol, after the answers that a test needs."""

from __future__ import annotations

from backtriage.interview.interview import Interview
from backtriage.interview.transitions import answer, start
from backtriage.program.program import Program
from tests.support.protocols import tiny


def after(*answers: object, program: Program | None = None) -> Interview:
    """Return the interview after some answers, each to the question that is then asked."""
    state = start(program or tiny())
    for raw in answers:
        moved = answer(state, raw)
        assert isinstance(moved, Interview), moved
        state = moved
    return state
