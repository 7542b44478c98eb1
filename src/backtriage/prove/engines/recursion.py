"""Room on the stack: a diagram is as deep as there are variables, and so is a walk over it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from backtriage.program.program import Program

_FRAMES: Final = 20
"""Frames for each variable: two for a diagram, and more for the longest count over it."""


def variable_bound(program: Program) -> int:
    """As many variables as the answers of a program can have, or more."""
    return sum(1 + len(question.choices) for question in program.protocol.questions)


@contextmanager
def raised_recursion_limit(variables: int) -> Iterator[None]:
    """Deepen the stack for so many variables, and put it back."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(before + _FRAMES * variables)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
