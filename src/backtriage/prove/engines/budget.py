"""Limits on the work of a proof: time, memory and the depth of recursion.

Everything that a proof does, from the first formula on, counts its steps here, and whatever grows
says how large it is. Once a budget is spent it stays so: what is left is undecided at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

from backtriage.program.program import Program

SECONDS: Final = 60.0
NODES: Final = 10_000_000
"""Entries of one table of formulas, diagrams or clauses: together one and a half gigabytes."""

_STEPS: Final = 1024
"""After so many steps the clock is read, which takes as long as a few of them."""

_FRAMES: Final = 20
"""Per variable: two for an operation on diagrams, and more for the deepest unary count."""

_MOST_FRAMES: Final = 30_000
"""The stack of the process, of 8 MiB, has room for more than three times as many."""


class Exhausted(Exception):  # noqa: N818 - ends one proof, which is then undecided
    """A proof ran out of time or of nodes; the message says which."""


class Budget:
    """The seconds and table entries that one run may use."""

    def __init__(
        self, seconds: float = SECONDS, nodes: int = NODES,
        *, clock: Callable[[], float] = monotonic,
    ) -> None:  # fmt: skip
        """Start the clock."""
        self.seconds = seconds
        self.nodes = nodes
        self._clock = clock
        self._end = clock() + seconds
        self._interval = self._steps = _STEPS
        """Steps until the clock is read."""
        self._spent = ""

    def share(self, part: float) -> Budget:
        """Return a budget for a part of the run, which ends with the whole at the latest."""
        share = Budget(self.seconds * part, self.nodes, clock=self._clock)
        if share._end > self._end:
            share.seconds, share._end = self.seconds, self._end
        share._steps = 0  # there may be none left
        return share

    def is_due(self, steps: int = 1) -> bool:
        """Count some steps, and return whether it is time to look at what is spent."""
        self._steps -= steps
        if self._steps > 0:
            return False
        self._steps = self._interval
        return True

    def spend(self, nodes: int = 0) -> None:
        """Raise `Exhausted` if time is up or a table has too many entries, now or before."""
        if not self._spent and nodes > self.nodes:
            self._spent = f"ran out of room: {self.nodes} diagram nodes"
        if self.is_spent:
            self._interval = self._steps = 0  # the next step ends as soon as it begins
            raise Exhausted(self._spent)

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may be done."""
        if not self._spent and self._clock() >= self._end:
            self._spent = f"ran out of time: {self.seconds:g} seconds"
        return bool(self._spent)


def variable_bound(program: Program) -> int:
    """Return an upper bound on the number of variables of a program's answers."""
    return sum(1 + len(question.choices) for question in program.protocol.questions)


@contextmanager
def raised_recursion_limit(variables: int) -> Iterator[None]:
    """Temporarily raise the recursion limit for so many variables."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(before + min(_FRAMES * variables, _MOST_FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


@contextmanager
def depth_limited() -> Iterator[None]:
    """Turn a recursion that is too deep into `Exhausted`."""
    try:
        yield
    except RecursionError:
        raise Exhausted("ran out of room: conditions are nested too deep") from None
