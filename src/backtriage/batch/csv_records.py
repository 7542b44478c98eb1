"""The records of a CSV file: the lines of each, and its cells.

A quote that was never closed takes no other record with it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final, TypeAlias

from backtriage.terms.problem import Problem

COMMA: Final = ","
OTHER_MARKS: Final = (";", "\t", "|")
"""What separates cells where it is no comma."""

BLANKS: Final = " \t"
"""What may stand around a cell."""
_AROUND: Final = f"{BLANKS}'"
"""Around a name of a header that is not written as CSV has it."""
_MOST_TITLES: Final = 20
"""Lines above a header in which it is looked for."""

MAX_LINES: Final = 100
"""Lines that one row of a CSV file may go over: more is a quote that was never closed."""


_BREAK: Final = re.compile(r"\r\n|\r|\n")


def lines_in(text: str) -> list[str]:
    """Return the lines of a text as CSV has them: some programs write other breaks into a cell."""
    lines = _BREAK.split(text)
    return lines if lines[-1] else lines[:-1]


class Lines(Iterator[str]):
    """The lines of a file, which can be given back after a row."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Take nothing yet."""
        rest = iter(lines)
        # A mark that some programs put before everything else would stand before a quote.
        first = (line.removeprefix("\ufeff") for line in islice(rest, 1))
        self._lines = chain(first, rest)
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

    def give_back(self, lines: Sequence[str]) -> None:
        """Give lines back that were taken last, so that they are taken again."""
        self._again += reversed(lines)
        self.number -= len(lines)

    def push_back(self) -> None:
        """Give all lines of this row but the first back."""
        self.give_back(self.taken[1:])
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


Meant: TypeAlias = Callable[[Sequence[str]], int]
"""Returns how many names are those of columns, but for slips."""


def columns_in(line: str, cells: Sequence[str], meant: Meant) -> tuple[tuple[str, ...], str]:
    """Return the columns of a header, and what separates them: whatever most known ones are with.

    Args:
        line: The line.
        cells: Its cells, if it is CSV.
        meant: Counts names of columns.
    """
    header, mark, most = names_in(cells or split(line)), COMMA, 0
    if not meant(header):
        for each in OTHER_MARKS:
            names = names_in(split(line, each)) if each in line else ()
            if names and meant(names) > most:
                header, mark, most = names, each, meant(names)
    return header, mark


def header_below(table: Lines, meant: Meant) -> tuple[tuple[str, ...], str] | None:
    """Return the columns of a header that is quoted, or stands below a title, and what is between.

    It is only for a table that is refused. If there is none, all lines are given back; else those
    above it that are no title, as in a table that was sorted with its header.

    Args:
        table: The lines; the first has been taken.
        meant: Counts names of columns, of which a header has two at least.
    """
    looked = [*table.taken]
    while True:
        for mark in (COMMA, *OTHER_MARKS):
            names = names_in(split(looked[-1], mark), _AROUND)
            if meant(names) > 1:
                above = (line for line in looked[:-1] if _is_row(line, mark))
                table.give_back([*above])
                return names, mark
        line = table.peek()
        if line is None or len(looked) > _MOST_TITLES:
            table.give_back(looked)
            return None
        looked.append(line)
        table.skip()


def _is_row(line: str, mark: str) -> bool:
    """Return whether more than one cell of a line has anything in it."""
    return sum(bool(cell.strip()) for cell in split(line, mark)) > 1


def split(line: str, mark: str = COMMA) -> list[str]:
    """Return the cells of a line that is not CSV, as well as can be."""
    return line.rstrip("\r\n").replace('"', "").split(mark)
