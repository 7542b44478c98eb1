"""Limits on the work of a proof: time, diagram nodes and the depth of recursion."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

from backtriage.program.program import Program

SECONDS: Final = 30.0
NODES: Final = 2_000_000

_FRAMES: Final = 20
"""Per variable: two for an operation on diagrams, and more for the deepest unary count."""


class Exhausted(Exception):  # noqa: N818 - ends one proof, which is then undecided
    """A proof ran out of time or of nodes; the message says which."""


class Budget:
    """The seconds and diagram nodes that one run may use."""

    def __init__(self, seconds: float = SECONDS, nodes: int = NODES) -> None:
        """Start the clock."""
        self.seconds = seconds
        self.nodes = nodes
        self._end = monotonic() + seconds

    def spend(self, nodes: int = 0) -> None:
        """Raise `Exhausted` if time is up or there are too many nodes."""
        if nodes > self.nodes:
            raise Exhausted(f"ran out of room: {self.nodes} diagram nodes")
        if monotonic() > self._end:
            raise Exhausted(f"ran out of time: {self.seconds:g} seconds")


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
