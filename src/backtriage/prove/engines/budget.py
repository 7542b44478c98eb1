"""Limits on the work of a proof."""

from __future__ import annotations

from time import monotonic
from typing import Final

SECONDS: Final = 30.0
NODES: Final = 2_000_000


class Exhausted(Exception):  # noqa: N818 - ends one proof, which is then undecided
    """A proof ran out of time or of nodes; the message says which."""


class Budget:
    """Seconds and diagram nodes for one run."""

    def __init__(self, seconds: float = SECONDS, nodes: int = NODES) -> None:
        """Start the clock."""
        self.seconds = seconds
        self.nodes = nodes
        self._end = monotonic() + seconds

    def spend(self, nodes: int = 0) -> None:
        """Raise `Exhausted` if time is up or so many nodes are too many."""
        if nodes > self.nodes:
            raise Exhausted(f"ran out of room: {self.nodes} diagram nodes")
        if monotonic() > self._end:
            raise Exhausted(f"ran out of time: {self.seconds:g} seconds")
