"""The ways to read a row that has more or fewer cells than its header, only to find an emergency.

A comma too many moves every cell behind it. Wherever it stands, the cells before it belong to the
first columns and those behind it to the last ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

_MOST: Final = 200
"""Places that are tried."""


def alignments(cells: Sequence[str], width: int) -> Iterator[tuple[str, ...]]:
    """Yield the ways to read the cells of a row: first from the right end, then from the left.

    Too many cells are read with each run of them left out that is too many, and too few with a
    gap at each place.

    Args:
        cells: The cells.
        width: The number of columns.
    """
    extra = max(len(cells) - width, 0)
    gap = ("",) * max(width - len(cells), 0)
    places = (0, *range(min(len(cells), width), 0, -1))
    before = None
    for at in places[:_MOST]:
        way = (*cells[:at], *gap, *cells[at + extra :])
        if way != before:  # next to each other are the equal ones
            yield way
        before = way
