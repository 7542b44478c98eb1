"""A quick door for rows: what has been read once is known when it comes again.

A row is cut into pieces, each the answer to one question. What a piece says is found out once, by
the exact door, and has a number from then on. A row that is made of known pieces alone is only a
list of numbers, and thousands of rows are decided by these numbers at once. Whatever is unusual
takes the exact door as a whole, so both accept, refuse and mean the same.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final, TypeAlias, cast

from msgspec import Struct

from backtriage.batch.rows import Row
from backtriage.decide.chunk import Codes, Columns
from backtriage.decide.many import Decider, SheetDecision
from backtriage.decide.receipt import receipt_frame
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import plain_value, validate
from backtriage.protocol.answer_parser import Raw
from backtriage.terms.answers import CHECKED
from backtriage.terms.value import Value

Code: TypeAlias = int
"""The number of an answer among those to its question: 0 without one, 1 for `null`."""

Piece: TypeAlias = tuple[int, Code, bytes]
"""The place of a key, the code of its answer, and how a receipt writes both."""

Exact: TypeAlias = Callable[..., Row | None]

MOST_KNOWN: Final = 100_000
LONGEST: Final = 1000
"""Characters of a piece that is remembered."""

_MOST_CODES: Final = 65_000
_MOST_BYTES: Final = 256
GIVEN: Final = 1
"""The code of what is there and no answer."""
_LOW: Final = int(sys.byteorder == "big")
"""Which byte of a code is the lower one."""

_Frame: TypeAlias = tuple[SheetDecision, bytes, bytes]
"""A decision, and what its receipt is taken over before and after the answers."""


class UnusualError(Exception):
    """A row takes the exact door."""


class QuickRow(Struct, frozen=True, kw_only=True):
    """A row of known pieces. The fields that `Row` has too are the same."""

    door: Door
    number: int
    source: str
    line: bytes | str
    """What was read, from which the exact door makes the row."""
    place: int
    """The number of the line in its file."""
    codes: array[int]
    """By the place of each key."""
    answers: bytes
    """The answers as in a receipt, each followed by a comma; empty if they follow from codes."""
    ref: str | None
    kept: Mapping[str, Raw]


class QuickResult(Struct, frozen=True, kw_only=True):
    """What was decided of a row that came through the quick door."""

    row: QuickRow
    outcome: SheetDecision
    """Equal ones are one object."""
    receipt: str


class Door:
    """Knows the pieces of one file, and decides rows that are made of them."""

    def __init__(
        self, program: Program, exact: Exact, source: str, keys: Sequence[str],
        keep: Collection[str],
    ) -> None:  # fmt: skip
        """Know nothing yet.

        Args:
            program: The protocol that the rows answer.
            exact: The exact door: makes a row of a line, its number, and that of the line.
            source: The file, for messages.
            keys: All keys, those of answers first, in the order in which a receipt has them.
            keep: Keys that are no answers.
        """
        self.program = program
        self._exact = exact
        self.source = source
        self.keep = keep
        self.places = {key: at for at, key in enumerate(keys)}
        self._values: dict[str, list[Value | None]] = {
            key: [None, None] for key in keys if key in program.questions
        }
        self._numbers: dict[str, dict[Value, Code]] = {key: {} for key in self._values}
        self._tables: dict[Hashable, bytes] = {}
        self._decide = Decider(program)
        self._frames: dict[int, _Frame] = {}

    def row(self, quick: QuickRow) -> Row:
        """Return a row as the exact door reads it."""
        return cast("Row", self._exact(quick.line, quick.number, quick.place))

    def piece(self, sheet: Sheet) -> Piece:
        """Return what a sheet with one key says. Raises `UnusualError` if it is no answer."""
        validated = validate(self.program, sheet)
        if not validated.is_valid or len(sheet.values) != 1 or CHECKED in sheet.values:
            raise UnusualError
        (key,) = sheet.values
        place = self.places[key]
        value = validated.answers.value(key)
        if value is None:
            return place, GIVEN, b""
        numbers, values = self._numbers[key], self._values[key]
        code = numbers.get(value)
        if code is None:
            code = len(values)
            if code >= _MOST_CODES:
                raise UnusualError
            numbers[value] = code
            values.append(value)
        written = {key: plain_value(self.program.questions[key], value)}
        text = json.dumps(written, separators=(",", ":"), ensure_ascii=False)
        return place, code, f"{text[1:-1]},".encode()

    def answers(self, rows: Sequence[QuickRow], columns: Columns) -> Iterable[bytes]:  # noqa: ARG002 - another door reads them
        """Return the answers of each row as in a receipt, each followed by a comma."""
        return [row.answers for row in rows]

    def decided(self, rows: Sequence[QuickRow]) -> list[QuickResult]:
        """Decide rows of this door."""
        found = []
        columns = self._columns(rows)
        answers, outcomes = self.answers(rows, columns), self._decide(columns)
        for row, written, outcome in zip(rows, answers, outcomes, strict=True):
            known = self._frames.get(id(outcome))
            if known is None or known[0] is not outcome:
                known = self._frame(outcome)
            _, before, after = known
            digest = sha256(b"".join((before, written[:-1], after))).hexdigest()
            found.append(QuickResult(row=row, outcome=outcome, receipt=f"sha256:{digest}"))
        return found

    def _frame(self, outcome: SheetDecision) -> _Frame:
        if len(self._frames) >= MOST_KNOWN:
            self._frames.clear()
        known = self._frames[id(outcome)] = outcome, *receipt_frame(self.program, outcome)
        return known

    def _columns(self, rows: Sequence[QuickRow]) -> Columns:
        data = b"".join([row.codes for row in rows])
        width = len(self.places)
        codes: dict[str, Codes] = {}
        for id_, values in self._values.items():
            at = self.places[id_]
            if len(values) > _MOST_BYTES:
                codes[id_] = array("H", data)[at::width], values
            else:
                codes[id_] = data[2 * at + _LOW :: 2 * width], values
        return Columns(count=len(rows), codes=codes, tables=self._tables)
