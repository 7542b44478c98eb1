"""The ways to read a row that has more or fewer cells than its header, only to find an emergency.

A comma too many moves every cell behind it, and there may be several of them. Whatever the
slips are, the cells keep their order: each step to the right adds to how far they have moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, takewhile
from typing import Final, TypeAlias

_MOST: Final = 200
"""Places that are tried."""

MOST_MOVED: Final = 32
"""How far cells may have moved from either end, where there are several slips."""

_MOST_CUT: Final = 3
"""How many commas too many or too few do not show in the number of cells."""

Fits: TypeAlias = Callable[[int, str], bool]
"""Returns whether a cell is an answer in a column."""

_Best: TypeAlias = tuple[int, int]
"""How many cells fit at most, and the move of the last one."""


def alignments(cells: Sequence[str], width: int, fits: Fits) -> Iterator[tuple[str, ...]]:
    """Yield the ways to read the cells of a row: first from the right end.

    Then for each cell in each column where it fits, the way in which most others fit as well;
    last, those with a single slip: too many cells with each run of them left out that is too
    many, and too few with a gap at each place.

    Args:
        cells: The cells.
        width: The number of columns.
        fits: Says of a cell whether it is an answer in a column.
    """
    extra = max(len(cells) - width, 0)
    gap = ("",) * max(width - len(cells), 0)
    places = (0, *range(min(len(cells), width), 0, -1))
    before = None
    for at in places[:_MOST]:
        way = (*cells[:at], *gap, *cells[at + extra :])
        if way != before:  # next to each other are the equal ones
            yield way
        if before is None:
            yield from _likely(cells, width, fits)
        before = way


def shifted(cells: Sequence[str], width: int, fits: Fits) -> Iterator[tuple[str, ...]]:
    """Yield ways in which more cells fit than where they stand, the best first.

    Where a program cuts off the empty cells at the end, a comma too many does not show in the
    number of cells, nor does one too few before a comma too many at the end.

    The arguments are those of `alignments`.
    """

    def count(way: Sequence[str]) -> int:
        return sum(fits(column, cell) for column, cell in enumerate(way))

    gap = ("",) * (max(width - len(cells), 0) + _MOST_CUT)
    cut = max((at for at, cell in enumerate(cells, start=1) if cell.strip()), default=0)
    least = count(cells[:width])
    for each in ((*cells, *gap), cells[: max(cut, width - _MOST_CUT)]):
        yield from takewhile(lambda way: count(way) > least, _likely(each, width, fits))


def _likely(cells: Sequence[str], width: int, fits: Fits) -> Iterator[tuple[str, ...]]:
    """Yield the way in which most cells fit, for each that fits somewhere; the best first."""
    slack = abs(len(cells) - width)
    moves = sorted({*range(slack + 1)[: MOST_MOVED + 1], *range(slack + 1)[-MOST_MOVED - 1 :]})
    steps = range(min(len(cells), width))
    is_long = len(cells) > width

    def place(at: int, move: int) -> tuple[int, int]:
        """Return the column and the cell of a step."""
        return (at, at + move) if is_long else (at + move, at)

    worth = []
    for at in steps:
        pairs = (place(at, move) for move in moves)
        worth.append([int(fits(column, cells[cell])) for column, cell in pairs])
    left = _best(worth)
    right = [row[::-1] for row in _best([row[::-1] for row in worth[::-1]])[::-1]]
    last = len(moves) - 1
    through = sorted(
        (-(left[at][k][0] + right[at][k][0] - 1), at, k)
        for at in steps
        for k in range(len(moves))
        if worth[at][k]
    )
    seen = set()
    for _, at, k in through:
        path = [k]
        for step in range(at, 0, -1):
            path.append(left[step][path[-1]][1])
        path.reverse()
        for step in steps[at:-1]:
            path.append(last - right[step][path[-1]][1])
        way = [""] * width
        for step, move in enumerate(path):
            column, cell = place(step, moves[move])
            way[column] = cells[cell]
        if (found := tuple(way)) not in seen:
            seen.add(found)
            yield found


def _best(worth: Sequence[Sequence[int]]) -> list[list[_Best]]:
    """Return for each step and move how many cells fit up to it, and the best move before it."""
    found: list[list[_Best]] = []
    before = [(0, k) for k in range(len(worth[0]))] if worth else []
    for row in worth:
        found.append([(before[k][0] + each, before[k][1]) for k, each in enumerate(row)])
        sums: Iterator[_Best] = ((total, k) for k, (total, _) in enumerate(found[-1]))
        before = [*accumulate(sums, _better)]
    return found


def _better(one: _Best, other: _Best) -> _Best:
    return other if other[0] > one[0] else one
