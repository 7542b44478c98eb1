"""The recursion limit of a proof: diagrams are as deep as there are variables."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from backtriage.program.program import Program

_FRAMES: Final = 20
"""Per variable: two for an operation on diagrams, and more for the deepest unary count."""


def variable_bound(program: Program) -> int:
    """Return an upper bound on the number of variables of a program's answers."""
    return sum(1 + len(question.choices) for question in program.protocol.questions)


@contextmanager
def raised_recursion_limit(variables: int) -> Iterator[None]:
    """Temporarily raise the recursion limit for so many variables."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(before + _FRAMES * variables)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
