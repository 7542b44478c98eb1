"""The rows of a CSV file, whose header names the questions.

A row that cannot be read as a whole is a sheet with a problem, so that it becomes a reject and
takes no other row with it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from backtriage.batch.rows import InvalidTable, Memo, Row, plain
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import ValidatedSheet, validate
from backtriage.protocol.answer_parser import Raw
from backtriage.terms.answers import RESERVED
from backtriage.terms.problem import Location, Problem, Problems, quoted_key

MAX_LINES: Final = 100
"""Lines that one row of a CSV file may go over: more is a quote that was never closed."""

MAX_CELL: Final = 65_536
"""Characters of a cell."""

_BLANKS: Final = " \t"
_NOT_UTF8: Final = re.compile("[\ud800-\udfff]")
"""What a byte that is no UTF-8 is read as."""
_OTHER_DELIMITERS: Final = (";", "\t", "|")
_UTF16: Final = ("\udcff\udcfe", "\udcfe\udcff")


def csv_rows(
    program: Program, lines: Iterable[str], source: str, keep: Collection[str] = ()
) -> Iterator[Row]:
    """Read the rows of a CSV file.

    Args:
        program: The protocol that they answer.
        lines: The lines of the file with their ends; a byte that is no UTF-8 as a surrogate.
        source: The file, for messages.
        keep: Columns that are no answers.

    Raises:
        InvalidTable: The header is not one of this protocol; no row has been read.
    """
    csv.field_size_limit(MAX_CELL)
    table = _Lines(lines)
    header, problems = _header(program, table, source, keep)
    if problems:
        # Each row is refused, but whatever it means may be an emergency.
        raise InvalidTable(problems, _rows(program, table, _Header(header, source, (), problems)))
    return _rows(program, table, _Header(header, source, keep))


class _Header(Struct, frozen=True):
    """How the rows of a table are read."""

    names: tuple[str, ...]
    source: str
    keep: Collection[str]
    problems: tuple[Problem, ...] = ()
    """Why the whole table is refused."""


def _rows(program: Program, table: _Lines, header: _Header) -> Iterator[Row]:
    memo = Memo()
    for number, (line, cells, broken) in enumerate(_records(table), start=1):
        place = Location(file=header.source, line=line)
        why = broken or _wrong(cells, header.names, header.keep)
        if why and len(table.taken) > 1:
            table.push_back()  # what a stray quote has swallowed are rows of their own
        # Cells by position: of a refused row they count for an emergency, and for nothing else.
        named = [*zip(header.names, cells or _split(table.taken[0]), strict=False)]
        problems = (*header.problems[:1], *([why] if why else []))
        sheet = replace(
            _sheet_of([(name, cell) for name, cell in named if name not in header.keep]),
            location=_Place(place),
            problems=tuple(replace(problem, location=place) for problem in problems),
        )
        yield Row(
            number=number, source=header.source, validated=validate(program, sheet, memo),
            kept={name: plain(cell) for name, cell in named if name in header.keep},
            also=tuple(_shifted(program, header, cells, memo)) if cells and why else (),
        )  # fmt: skip


def _shifted(
    program: Program, header: _Header, cells: Sequence[str], memo: Memo
) -> Iterator[ValidatedSheet]:
    """Yield what a row with too many or too few cells says if they belong further right.

    A comma that was not quoted, or was left out, moves all cells after it. Where it was is not
    known, so each place counts that leaves only valid answers, and the first in any case.
    """
    names, more = header.names, len(cells) - len(header.names)
    for at in range(len(names) if more else 0):
        if more > 0:
            named = zip(names, (*cells[:at], *cells[at + more :]), strict=False)
        else:
            named = zip((*names[:at], *names[at - more :]), cells, strict=False)
        found = validate(
            program, _sheet_of((n, c) for n, c in named if n not in header.keep), memo
        )
        if at == 0 or found.is_valid:
            yield found


def _split(line: str) -> list[str]:
    """Return the cells of a line that is not CSV, as well as can be."""
    return line.rstrip("\r\n").replace('"', "").split(",")


def _sheet_of(cells: Iterable[tuple[str, str]]) -> Sheet:
    """Return the answers of a row. A name that stands twice has both."""
    values: dict[str, Raw] = {}
    doubled: dict[str, tuple[Raw, ...]] = {}
    for name, cell in cells:
        answer = cell.strip(_BLANKS) or None
        if name in values:
            doubled[name] = (*doubled.get(name, (values[name],)), answer)
        values[name] = answer
    return Sheet(values=values, text=True, doubled=doubled)


class _Place(Struct, frozen=True):
    """Locates a column of a row."""

    of_row: Location

    def __call__(self, key: str) -> Location:
        return replace(self.of_row, path=key)


class _Lines(Iterator[str]):
    """The lines of a file, which can be given back after a row."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: list[str] = []
        self.number = 0
        """Of the last line."""
        self.taken: list[str] = []
        """The lines of this row so far."""

    def __next__(self) -> str:
        if len(self.taken) >= MAX_LINES:
            raise csv.Error(f"a quote is not closed within {MAX_LINES} lines")
        line = self._again.pop() if self._again else next(self._lines)
        self.number += 1
        self.taken.append(line)
        return line

    def push_back(self) -> None:
        """Give all lines of this row but the first back."""
        more = self.taken[1:]
        self._again += reversed(more)
        self.number -= len(more)
        del self.taken[1:]


def _records(table: _Lines) -> Iterator[tuple[int, list[str], Problem | None]]:
    """Yield each row: its first line, its cells, and why they cannot be read."""
    while True:
        table.taken = []
        first = table.number + 1
        # A reader of its own for each row, so that no quote of a row reaches the next one.
        try:
            cells = next(csv.reader(table, strict=True))
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


def _wrong(
    cells: Sequence[str], header: Sequence[str], keep: Collection[str]
) -> Problem | None:  # fmt: skip
    return (
        _wrong_count(cells, header) or _nothing(cells) or _wrong_text(cells, header, keep)
    )  # fmt: skip


def _wrong_count(cells: Sequence[str], header: Sequence[str]) -> Problem | None:
    if len(cells) == len(header):
        return None
    message = f"the row has {len(cells):,} cells, and the header has {len(header):,}"
    hint = "look for a missing or extra comma; a cell with a comma needs quotes"
    return Problem(code="A122", message=message, hint=hint)


def _nothing(cells: Sequence[str]) -> Problem | None:
    if any(cell.strip(_BLANKS) for cell in cells):
        return None
    return Problem(code="A114", message="the row is empty", hint="remove the line")


def _wrong_text(
    cells: Sequence[str], header: Sequence[str], keep: Collection[str]
) -> Problem | None:
    for name, cell in zip(header, cells, strict=True):
        if _NOT_UTF8.search(cell):
            hint = "save the file as UTF-8"
            return Problem(code="A113", message="this row is not UTF-8 text", hint=hint)
        if name not in keep and ("\n" in cell or "\r" in cell):
            message = f"the answer to '{name}' goes on over several lines"
            hint = "look for a quote that is not closed"
            return Problem(code="A122", message=message, hint=hint)
    return None


def _header(
    program: Program, table: _Lines, source: str, keep: Collection[str]
) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Return the columns, and everything that is wrong with them."""
    first = next(_records(table), None)
    place = Location(file=source, line=1)
    if first is None:
        hint = "the first line names the questions, separated by commas"
        empty = Problem(code="A114", message=f"{source} is empty", location=place, hint=hint)
        return (), (empty,)
    _, cells, broken = first
    if broken is not None:
        return (), (replace(broken, location=place),)
    header = tuple(cell.strip(_BLANKS) for cell in (cells[0].removeprefix("\ufeff"), *cells[1:]))
    if cells[0].startswith(_UTF16) or any(_NOT_UTF8.search(name) for name in header):
        message, hint = "this is not UTF-8 text", "save the file as UTF-8"
        return header, (Problem(code="A113", message=message, location=place, hint=hint),)
    problems = Problems()
    problems.add(*_header_problems(program, header, keep, place))
    return header, problems.found()


def _header_problems(
    program: Program, header: tuple[str, ...], keep: Collection[str], place: Location
) -> Iterator[Problem]:
    known = {*program.questions, *RESERVED, *keep}
    if not known.intersection(header):
        other = next((mark for mark in _OTHER_DELIMITERS if mark in "".join(header)), None)
        if other is not None:
            yield Problem(
                code="A122", message="the columns are not separated by commas", location=place,
                hint="save the file as CSV with commas",
            )  # fmt: skip
            return
    seen: set[str] = set()
    for name in header:
        shown, found = quoted_key(name)
        located = replace(place, path=name)
        if name in seen:
            message = f"the column {shown or 'of this name'} stands twice"
            hint = "keep one of the two"
            yield Problem(code="A108", message=message, location=located, hint=hint, found=found)
        elif name not in known:
            yield Problem(
                code="A101", message=f"there is no question {shown or 'for this column'}",
                location=located, found=found,
                hint="'backtriage rules template' lists every question; --keep carries a column "
                "that is no answer to the result",
            )  # fmt: skip
        seen.add(name)
    for name in keep:
        if name not in seen:
            yield Problem(code="A123", message=f"there is no column '{name}'", location=place,
                          hint="name a column of the header")  # fmt: skip
