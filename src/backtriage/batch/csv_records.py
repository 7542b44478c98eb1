"""The records of a CSV file: the lines of each, and its cells.

A quote that was never closed takes no other record with it.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final

from backtriage.terms.problem import Problem

COMMA: Final = ","
OTHER_MARKS: Final = (";", "\t", "|")
"""What separates cells where it is no comma."""

BLANKS: Final = " \t"
"""What may stand around a cell."""
_AROUND: Final = f"{BLANKS}'"
"""Around a name of a header that is not written as CSV has it."""
_MOST_TITLES: Final = 10
"""Lines above a header in which it is looked for."""

MAX_LINES: Final = 100
"""Lines that one row of a CSV file may go over: more is a quote that was never closed."""


class Lines(Iterator[str]):
    """The lines of a file, which can be given back after a row."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Take nothing yet."""
        self._lines = iter(lines)
        self._again: list[str] = []
        self.number = 0
        """Of the last line."""
        self.taken: list[str] = []
        """The lines of this row so far."""

    def __next__(self) -> str:
        """Take a line. Raises `csv.Error` if a row goes over too many."""
        if len(self.taken) >= MAX_LINES:
            raise csv.Error(f"a quote is not closed within {MAX_LINES} lines")
        line = self._again.pop() if self._again else next(self._lines)
        self.number += 1
        self.taken.append(line)
        return line

    def peek(self) -> str | None:
        """Return the next line without taking it, or None after the last one."""
        if not self._again:
            line = next(self._lines, None)
            if line is None:
                return None
            self._again.append(line)
        return self._again[-1]

    def skip(self) -> None:
        """Take the line that was last looked at, as a row of its own."""
        self._again.pop()
        self.number += 1

    def push_back(self) -> None:
        """Give all lines of this row but the first back."""
        more = self.taken[1:]
        self._again += reversed(more)
        self.number -= len(more)
        del self.taken[1:]


def records(table: Lines, mark: str = COMMA) -> Iterator[tuple[int, list[str], Problem | None]]:
    """Yield each row: its first line, its cells, and why they cannot be read."""
    while True:
        table.taken = []
        first = table.number + 1
        # A reader of its own for each row, so that no quote of a row reaches the next one.
        try:
            cells = next(csv.reader(table, strict=True, delimiter=mark))
        except StopIteration:
            return
        except csv.Error as error:
            problem = Problem(
                code="A122",
                message=f"this is not CSV: {error}",
                hint="look for a quote that is not closed, or is not doubled inside quotes",
            )
            yield first, [], problem
        else:
            if cells:
                yield first, cells, None


def names_in(cells: Sequence[str], around: str = BLANKS) -> tuple[str, ...]:
    """Return the columns that the cells of a header name, without what stands around them."""
    return tuple(cell.strip(around) for cell in (cells[0].removeprefix("\ufeff"), *cells[1:]))


def columns_in(
    line: str, cells: Sequence[str], known: Collection[str]
) -> tuple[tuple[str, ...], str]:
    """Return the columns of a header, and what separates them: whatever most known ones are with.

    Args:
        line: The line.
        cells: Its cells, if it is CSV.
        known: The names of columns.
    """
    known = frozenset(known)
    header, mark = names_in(cells or split(line)), COMMA
    if known.isdisjoint(header):
        marks = (each for each in OTHER_MARKS if each in line)
        mark = max(
            marks, key=lambda m: len(known.intersection(names_in(split(line, m)))), default=mark
        )
    return header if mark == COMMA else names_in(split(line, mark)), mark


def header_below(table: Lines, known: Collection[str]) -> tuple[tuple[str, ...], str] | None:
    """Return the columns of a header that is quoted, or stands below a title, and what is between.

    It is only for a table that is refused.

    Args:
        table: The lines; the first has been taken.
        known: The names of columns, of which it has two at least.
    """
    known = frozenset(known)
    below = (table.taken[0] for _ in islice(records(table), _MOST_TITLES))
    for line in chain((table.taken[0],), below):
        for mark in (COMMA, *OTHER_MARKS):
            names = names_in(split(line, mark), _AROUND)
            if len(known.intersection(names)) > 1:
                return names, mark
    return None


def split(line: str, mark: str = COMMA) -> list[str]:
    """Return the cells of a line that is not CSV, as well as can be."""
    return line.rstrip("\r\n").replace('"', "").split(mark)
