"""In which order diagrams ask their variables: those that meet in a condition stand together.

FORCE: each condition pulls its variables to its middle, until nothing gets shorter. A bad order
makes diagrams thousands of times larger, so this always runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_ROUNDS: Final = 60


def force(count: int, groups: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """An order of variables 0 to `count` - 1 that keeps the groups short."""
    order = list(range(count))
    place = list(range(count))
    best, least = tuple(order), _length(place, groups)
    for _ in range(_ROUNDS):
        pull = [0.0] * count
        hands = [0] * count
        for group in groups:
            middle = sum(place[v] for v in group) / len(group)
            for variable in group:
                pull[variable] += middle
                hands[variable] += 1
        goal = [pull[v] / hands[v] if hands[v] else float(place[v]) for v in range(count)]
        order.sort(key=lambda variable: (goal[variable], variable))
        for at, variable in enumerate(order):
            place[variable] = at
        length = _length(place, groups)
        if length >= least:
            break
        best, least = tuple(order), length
    return best


def _length(place: Sequence[int], groups: Sequence[Sequence[int]]) -> int:
    """How far apart the members of each group stand, all together."""
    return sum(
        max(place[v] for v in group) - min(place[v] for v in group) for group in groups
    )  # fmt: skip
