"""The rows of a CSV file, whose header names the questions.

A row that cannot be read as a whole is a sheet with a problem, so that it becomes a reject and
takes no other row with it.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from itertools import chain, islice
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from backtriage.batch.alignments import MOST_MOVED, Fits, alignments, shifted
from backtriage.batch.csv_header import NOT_UTF8, Header, header_of
from backtriage.batch.csv_records import (
    BLANKS,
    MAX_LINES,
    Lines,
    lines_in,
    names_in,
    records,
    split,
)
from backtriage.batch.headers import header_again
from backtriage.batch.rows import InvalidTable, Memo, Row, each_way, plain
from backtriage.batch.stray_quotes import RowWithin
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.protocol.answer_parser import InvalidAnswer, Raw
from backtriage.terms.problem import Location, Problem

MAX_CELL: Final = 65_536
"""Characters of a cell."""

_MOST_READINGS: Final = 400
"""How many ways to read a refused row are tried."""

_NUL: Final = "\0"
"""What a disk has where nothing was written; in a text there is none."""


def csv_rows(
    program: Program, lines: Iterable[str], source: str, keep: Collection[str] = (), *,
    why: Problem | None = None,
) -> Iterator[Row]:  # fmt: skip
    """Read the rows of a CSV file.

    Args:
        program: The protocol that they answer.
        lines: The lines of the file with their ends; a byte that is no UTF-8 as a surrogate.
        source: The file, for messages.
        keep: Columns that are no answers.
        why: Why the file is refused, whatever its header.

    Raises:
        InvalidTable: The header is not one of this protocol; no row has been read.
    """
    return _rows(open_table(program, lines, source, keep, why=why))


def open_table(
    program: Program, lines: Iterable[str], source: str, keep: Collection[str], *,
    why: Problem | None,
) -> RowReader:  # fmt: skip
    """Read the header of a CSV file; for parameters and errors see `csv_rows`."""
    csv.field_size_limit(MAX_CELL)
    table = Lines(lines)
    names, mark, problems = header_of(program, table, source, keep)
    if why is not None:
        problems = (replace(why, location=Location(file=source, line=1)),)
    if problems:
        # Each row is refused, but whatever it means may be an emergency.
        refused = Header(names, source, (), problems, mark)
        raise InvalidTable(problems, _rows(RowReader(program, table, refused)))
    return RowReader(program, table, Header(names, source, keep))


def _rows(reader: RowReader) -> Iterator[Row]:
    number = 0
    while (row := reader(number + 1)) is not None:
        number += 1
        yield row
        reader = reader.below(row)


class RowReader(Struct, frozen=True, dict=True):
    """Reads one row after the other."""

    program: Program
    table: Lines
    header: Header
    memo: Memo = field(default_factory=Memo)

    @cached_property
    def fits(self) -> Fits:
        """Says of a cell whether it is an answer in a column; a row asks thousands of times."""
        return lru_cache(4096)(partial(_fits, self.program, self.memo, self.header))

    @cached_property
    def _within(self) -> RowWithin:
        return RowWithin(self.program, self.header.names, self.header.mark, self.memo, self.fits)

    def below(self, row: Row) -> RowReader:
        """Return what reads the rows below one: that may be a header again, with other columns.

        As where files were joined whose columns are not in the same order. Then each row below is
        refused, and an emergency is looked for by the names above it.
        """
        header, line = self.header, self.table.number
        if row.validated.is_valid or header.problems:
            return self
        lines = self.table.taken  # several where a cell has a line break, or a stray quote
        texts = ("".join(lines), lines[0]) if len(lines) > 1 else lines
        rows = (names_in(split(text, header.mark)) for text in texts)
        found = (header_again(self.program, header.names, header.keep, row) for row in rows)
        names = next(filter(None, found), ())
        if not names:
            return self
        problem = Problem(
            code="A122", message=f"line {line} is a header again, with other columns",
            hint="name each file by itself, and do not join them",
            location=Location(file=header.source, line=line),
        )  # fmt: skip
        refused = Header(names, header.source, (), (problem,), header.mark, is_guess=True)
        return RowReader(self.program, self.table, refused)

    def __call__(self, number: int) -> Row | None:
        """Return the next row, which has this number, or None after the last one."""
        program, table, header, memo = self.program, self.table, self.header, self.memo
        if (found := next(records(table, header.mark), None)) is None:
            return None
        line, cells, broken = found
        place = Location(file=header.source, line=line)
        within = None if broken else self._within(table.taken)
        why = broken or within or _wrong(cells, header.names, header.keep)
        if broken:
            table.push_back()  # what a stray quote has swallowed are rows of their own
        problems = (*header.problems[:1], *([why] if why else []))
        problems = tuple(replace(problem, location=place) for problem in problems)
        # Cells by position: of a refused row they count for an emergency, and for nothing else.
        sheets_of = partial(_sheets_of, header, _Place(place), problems)
        first, *others = _ways(table, cells, header, self.fits) if problems else [cells]
        sheet, *more = sheets_of(first)
        validated = validate(program, sheet, memo, memo.read)
        moved = [] if validated.is_valid else [*shifted(first, len(header.names), self.fits)]
        # Where cells may belong to other columns, one that is to be carried may be an answer.
        is_placed = not (broken or within or moved) and len(first) == len(header.names)
        return Row(
            number=number, source=header.source, validated=validated,
            otherwise=tuple(
                validate(program, each, memo, memo.read)
                for each in islice(
                    chain(more, *map(sheets_of, chain(others, moved))), _MOST_READINGS
                )
            ),
            is_unclear=(
                abs(len(first) - len(header.names)) > 2 * MOST_MOVED
                or any(_NUL in line for line in table.taken)
                or header.is_guess
                or not header.names  # nobody knows what the cells are
            ),
            kept={
                name: plain(cell)
                for name, cell in zip(header.names, first, strict=False)
                if is_placed and name in header.keep
            },
        )  # fmt: skip


def _ways(
    table: Lines, cells: Sequence[str], header: Header, fits: Fits
) -> Iterator[Sequence[str]]:  # fmt: skip
    """Yield the cells of a refused row, then everything else that they may be.

    If the row goes over several lines, each of them may be somebody of their own.
    """
    own = cells or split(table.taken[0], header.mark)
    parts = lines_in("".join(table.taken))[: MAX_LINES + 1]
    lines = [split(part, header.mark) for part in parts] if len(parts) > 1 else []
    width = len(header.names)
    more = (alignments(each, width, fits) for each in (own, *lines) if len(each) != width)
    return islice(chain([own], lines, chain.from_iterable(more)), _MOST_READINGS)


def _fits(program: Program, memo: Memo, header: Header, column: int, cell: str) -> bool:
    """Return whether a cell is an answer to the question of a column."""
    question, answer = program.questions.get(header.names[column]), cell.strip(BLANKS)
    if question is None or not answer:
        return False
    return not isinstance(memo(question, answer, text=True), InvalidAnswer)


def _sheets_of(
    header: Header, place: _Place, problems: tuple[Problem, ...], cells: Sequence[str]
) -> Iterator[Sheet]:  # fmt: skip
    """Yield the answers of a row in each way. A name that stands twice has both."""
    values: dict[str, Raw] = {}
    doubled: dict[str, tuple[Raw, ...]] = {}
    for name, cell in zip(header.names, cells, strict=False):
        answer = cell.strip(BLANKS) or None
        if name in header.keep:
            continue
        if answer is not None and values.get(name) is not None:
            doubled[name] = (*doubled.get(name, (values[name],)), answer)
        else:
            values[name] = answer if answer is not None else values.get(name)
    yield from each_way(
        Sheet(values=values, text=True, doubled=doubled, location=place, problems=problems)
    )


class _Place(Struct, frozen=True):
    """Locates a column of a row."""

    of_row: Location

    def __call__(self, key: str) -> Location:
        return replace(self.of_row, path=key)


def _wrong(
    cells: Sequence[str], header: Sequence[str], keep: Collection[str]
) -> Problem | None:  # fmt: skip
    return (
        _hole(cells) or _wrong_count(cells, header) or _nothing(cells)
        or _wrong_text(cells, header, keep)
    )  # fmt: skip


def _hole(cells: Sequence[str]) -> Problem | None:
    if not any(_NUL in cell for cell in cells):
        return None
    message = "this part of the file was never written to the disk"
    return Problem(code="A122", message=message, hint="make the file again")


def _wrong_count(cells: Sequence[str], header: Sequence[str]) -> Problem | None:
    if len(cells) == len(header):
        return None
    message = f"the row has {len(cells):,} cells, and the header has {len(header):,}"
    hint = "look for a missing or extra comma; a cell with a comma needs quotes"
    return Problem(code="A122", message=message, hint=hint)


def _nothing(cells: Sequence[str]) -> Problem | None:
    if any(cell.strip(BLANKS) for cell in cells):
        return None
    return Problem(code="A114", message="the row is empty", hint="remove the line")


def _wrong_text(
    cells: Sequence[str], header: Sequence[str], keep: Collection[str]
) -> Problem | None:
    for name, cell in zip(header, cells, strict=True):
        if NOT_UTF8.search(cell):
            hint = "save the file as UTF-8"
            return Problem(code="A113", message="this row is not UTF-8 text", hint=hint)
        if name not in keep and ("\n" in cell or "\r" in cell):
            message = f"the answer to '{name}' goes on over several lines"
            hint = "look for a quote that is not closed"
            return Problem(code="A122", message=message, hint=hint)
    return None
