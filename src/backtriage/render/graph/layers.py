"""Where everything of a neighbourhood stands: what is read left of what reads it.

Columns, by the longest way from the left; what leads nowhere stands in the last one. A line that
passes a column has a place of its own in it, so that it runs through no box.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean
from typing import Final, TypeAlias

from backtriage.render.graph.boxes import Box, Line, Placed, box
from backtriage.render.graph.graph import QUESTION, Key, Part
from backtriage.render.graph.nearby import Nearby
from backtriage.render.graph.says import full_lines
from backtriage.render.graph.whole import MARGIN

_WIDTH: Final = 330.0
_APART: Final = 90.0
_GAP: Final = 12.0
_LANE: Final = 10.0
"""The height of a line where it passes a column."""
_SWEEPS: Final = 6

Spot: TypeAlias = int
"""A place in a column: first those of the parts, by number, then those of lines that pass."""
Way: TypeAlias = tuple[Spot, ...]
"""A line as the spots that it touches, one in each column."""


def layers(near: Nearby, top: float) -> Placed:
    """A neighbourhood, from `top` down."""
    boxes = [box(part, full_lines(near.graph, part), _WIDTH) for part in near.parts]
    levels = _levels(near)
    ways = _ways(near, levels)
    columns = _columns(near.parts, levels)
    beside = _beside(ways, len(levels))
    _order(columns, beside)
    heights = [*(one.height for one in boxes), *[_LANE] * (len(levels) - len(boxes))]
    tops = _tops(columns, beside, heights)
    highest = min(tops)
    placed = [
        replace(one, x=MARGIN + levels[at] * (_WIDTH + _APART), y=tops[at] - highest + top)
        for at, one in enumerate(boxes)
    ]
    middles = [y - highest + top + height / 2 for y, height in zip(tops, heights, strict=True)]
    return Placed(
        boxes=tuple(placed),
        lines=tuple(_line(way, placed, levels, middles) for way in ways),
        right=MARGIN + max(levels) * (_WIDTH + _APART) + _WIDTH,
        bottom=max(one.bottom for one in placed),
    )


# -- columns ------------------------------------------------------------------------------


def _levels(near: Nearby) -> list[int]:
    """In which column each part stands."""
    read: dict[Key, list[Key]] = {part.key: [] for part in near.parts}
    for one, reader in near.lines:
        read[reader].append(one)
    found: dict[Key, int] = {}

    def level(key: Key) -> int:
        if key not in found:
            found[key] = 1 + max(map(level, read[key]), default=-1)
        return found[key]

    last = max(level(part.key) for part in near.parts)
    leads_on = {one for one, _ in near.lines}
    return [level(part.key) if part.key in leads_on else last for part in near.parts]


def _ways(near: Nearby, levels: list[int]) -> list[Way]:
    """Each line; the spots that it needs between columns join the levels."""
    number = {part.key: at for at, part in enumerate(near.parts)}
    ways = []
    for read, reader in near.lines:
        start, end = number[read], number[reader]
        between = range(levels[start] + 1, levels[end])
        first = len(levels)
        levels += between
        ways.append((start, *range(first, first + len(between)), end))
    return ways


def _columns(parts: Sequence[Part], levels: Sequence[int]) -> list[list[Spot]]:
    """Questions in asking order, then the most urgent rules; below them lines that pass."""

    def place(spot: Spot) -> tuple[bool, bool, int, int]:
        if spot >= len(parts):
            return True, True, 0, spot
        part = parts[spot]
        return False, part.sort != QUESTION, -(part.urgency or 0), spot

    columns: list[list[Spot]] = [[] for _ in range(1 + max(levels))]
    for spot in sorted(range(len(levels)), key=place):
        columns[levels[spot]].append(spot)
    return columns


@dataclass(frozen=True, slots=True)
class _Beside:
    """The spots next to one on its lines."""

    left: list[Spot]
    right: list[Spot]

    def middle(self, of: Callable[[Spot], float]) -> float:
        """Between the middle of those on the left and the middle of those on the right."""
        return fmean(fmean(map(of, side)) for side in (self.left, self.right) if side)


def _beside(ways: Sequence[Way], spots: int) -> list[_Beside]:
    """For each spot, those next to it."""
    found = [_Beside([], []) for _ in range(spots)]
    for way in ways:
        for one, other in pairwise(way):
            found[one].right.append(other)
            found[other].left.append(one)
    return found


def _order(columns: list[list[Spot]], beside: Sequence[_Beside]) -> None:
    """In all columns but the outer ones, each spot near the middle of those beside it."""
    for _ in range(_SWEEPS):
        at = {spot: place / len(column) for column in columns for place, spot in enumerate(column)}
        for column in columns[1:-1]:
            column.sort(key=lambda spot: beside[spot].middle(at.__getitem__))


# -- places -------------------------------------------------------------------------------


def _tops(
    columns: Sequence[Sequence[Spot]], beside: Sequence[_Beside], heights: Sequence[float]
) -> list[float]:
    """The upper edge of each spot. The longest column is packed, the others lean towards it."""
    tops = [0.0] * len(heights)

    def middle(spot: Spot) -> float:
        return tops[spot] + heights[spot] / 2

    def lean(column: Sequence[Spot], wish: Callable[[Spot], float]) -> None:
        """Put each spot where it would be, or below the one before; all of them as near as can."""
        y, off = float("-inf"), []
        wishes = {spot: wish(spot) - heights[spot] / 2 for spot in column}
        for spot in column:
            tops[spot] = y = max(y, wishes[spot])
            off.append(y - wishes[spot])
            y += heights[spot] + _GAP
        for spot in column:
            tops[spot] -= fmean(off)

    def near(spot: Spot) -> float:
        alone = not (beside[spot].left or beside[spot].right)
        return middle(spot) if alone else beside[spot].middle(middle)

    for column in columns:
        lean(column, lambda _: 0.0)
    longest = max(columns, key=lambda column: sum(heights[spot] + _GAP for spot in column))
    for _ in range(_SWEEPS):
        for column in columns:
            if column is not longest:
                lean(column, near)
    return tops


def _line(
    way: Way, boxes: Sequence[Box], levels: Sequence[int], middles: Sequence[float]
) -> Line:  # fmt: skip
    """From the right edge of a box, straight through each column, to the left edge of another."""
    places: list[tuple[float, float]] = []
    for spot in way:
        x = MARGIN + levels[spot] * (_WIDTH + _APART)
        places += [(x, middles[spot]), (x + _WIDTH, middles[spot])]
    is_guard = boxes[way[-1]].part.sort == QUESTION
    return Line(places=tuple(places[1:-1]), is_curved=True, is_dashed=is_guard)
