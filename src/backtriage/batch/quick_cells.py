"""The quick door for CSV: a cell that has been read in a column is known when it comes again."""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import getitem
from typing import Final

from msgspec.structs import replace

from backtriage.batch.csv_header import NOT_UTF8, Header
from backtriage.batch.csv_records import BLANKS, COMMA, Lines
from backtriage.batch.csv_rows import MAX_CELL, RowReader, open_table
from backtriage.batch.quick import (
    GIVEN,
    LONGEST,
    MOST_KNOWN,
    Code,
    Door,
    QuickRow,
    UnusualError,
)
from backtriage.batch.rows import Row
from backtriage.decide.chunk import Columns
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import MAX_REF
from backtriage.protocol.answer_parser import Raw
from backtriage.terms.answers import REF, RESERVED
from backtriage.terms.problem import Problem

_SIMPLE_REF: Final = re.compile(f"[ -~]{{1,{MAX_REF}}}")


def quick_csv_rows(
    program: Program, lines: Iterable[str], source: str, keep: Collection[str] = (), *,
    why: Problem | None = None,
) -> Iterator[Row | QuickRow]:  # fmt: skip
    """Read the rows of a CSV file as `csv_rows` does, the usual ones quickly."""
    return _rows(open_table(program, lines, source, keep, why=why))


def _rows(exact: RowReader) -> Iterator[Row | QuickRow]:
    table, header = exact.table, exact.header
    is_quick = not {*header.keep} & {*exact.program.questions, *RESERVED}
    door = CellsDoor(exact.program, header) if is_quick else None
    number = 0
    while (line := table.peek()) is not None:
        number += 1
        row: Row | QuickRow | None = (
            door.quick(line, number, table.number + 1) if door is not None else None
        )
        if row is None:
            row = exact(number)
            if row is None:  # the last lines are blank
                return
            below = exact.below(row)
            exact, door = below, door if below is exact else None
        else:
            table.skip()
        yield row


class CellsDoor(Door):
    """Reads lines of cells."""

    def __init__(self, program: Program, header: Header) -> None:
        """Know nothing yet."""

        def exact(line: str, number: int, _: int) -> Row | None:
            row = RowReader(program, Lines([line]), header)(1)
            return row and replace(row, number=number)

        super().__init__(program, exact, header.source, header.names, header.keep)
        self._names = header.names
        self._kept = [(at, n) for at, n in enumerate(header.names) if n in header.keep]
        self._ref = header.names.index(REF) if REF in header.names else None
        self._known = [self._column(name) for name in header.names]
        self._texts: dict[str, list[bytes]] = {key: [b"", b""] for key in sorted(self._values)}

    def _column(self, name: str) -> _Column:
        if name in self.keep:
            return _Kept(self, name)
        return _Refs(self, name) if name == REF else _Column(self, name)

    def quick(self, line: str, number: int, place: int) -> QuickRow | None:
        """Return a row, or None if it takes the exact door.

        Args:
            line: The line, with its end.
            number: The number of the row.
            place: The number of the line.
        """
        body = line.removesuffix("\n").removesuffix("\r")
        if len(body) > MAX_CELL or "\r" in body or "\0" in body:
            return None
        if not body.isascii() and NOT_UTF8.search(body):
            return None
        try:
            # Of a quote that is not closed nothing is taken: the exact door sees the next lines.
            has_quotes = '"' in body
            cells = next(csv.reader([line], strict=True)) if has_quotes else body.split(COMMA)
            if len(cells) != len(self._names):
                return None
            codes = array("H", map(getitem, self._known, cells))
        except (UnusualError, csv.Error):
            return None
        if not any(codes):
            return None
        return QuickRow(
            door=self, number=number, source=self.source, line=line, place=place, codes=codes,
            answers=b"", ref=None if self._ref is None else cells[self._ref].strip(BLANKS) or None,
            kept={name: cells[at] for at, name in self._kept},
        )  # fmt: skip

    def code(self, name: str, cell: str) -> Code:
        """Return the code of an answer. Raises `UnusualError` if it is none."""
        answer: Raw = cell.strip(BLANKS) or None
        if answer is None:
            return 0
        _, code, text = self.piece(Sheet(values={name: answer}, text=True))
        texts = self._texts.get(name, [])
        if code == len(texts):
            texts.append(text)
        return code

    def answers(self, rows: Sequence[QuickRow], columns: Columns) -> Iterable[bytes]:
        """Return the answers of each row as in a receipt, each followed by a comma."""
        if not self._texts:
            return [b""] * len(rows)
        written = (
            map(texts.__getitem__, columns.codes[key][0]) for key, texts in self._texts.items()
        )
        return map(b"".join, zip(*written, strict=True))


class _Column(dict[str, Code]):
    """The codes of the cells of a column."""

    def __init__(self, door: CellsDoor, name: str) -> None:
        super().__init__()
        self.door = door
        self.name = name

    def __missing__(self, cell: str) -> Code:
        code = self.door.code(self.name, cell)
        if len(cell) <= LONGEST and len(self) < MOST_KNOWN:
            self[cell] = code
        return code


class _Refs(_Column):
    """The column of references, of which hardly one comes again."""

    def __missing__(self, cell: str) -> Code:
        return GIVEN if _SIMPLE_REF.fullmatch(cell.strip(BLANKS)) else self.door.code(REF, cell)


class _Kept(_Column):
    """A column that is no answer. Where it has text, the row is not empty."""

    def __missing__(self, cell: str) -> Code:
        return GIVEN if cell.strip(BLANKS) else 0
