"""The rows of a table of sheets: one JSON object on each line, or a file for each sheet."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain, islice, product
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from backtriage.program.program import Program
from backtriage.program.readings import Reading, reading_of
from backtriage.program.sheet import Sheet, sheet_from_bytes
from backtriage.program.validate import ValidatedSheet, validate
from backtriage.protocol.answer_parser import InvalidAnswer, Raw, parse_answer
from backtriage.protocol.protocol import Question
from backtriage.terms.problem import Problem
from backtriage.terms.value import Value

_MOST_KNOWN: Final = 100_000
_LONGEST_KNOWN: Final = 1000
"""Characters of a refused answer whose reading is kept."""
_MOST_FORMS: Final = 64
"""Columns of the same name that are tried."""
_MOST_MIXED: Final = 16
"""Ways to take each of some doubled columns from another form that are tried."""
_EXACT_DIGITS: Final = 15
"""As many as every reader of JSON keeps."""


class Row(Struct, frozen=True, kw_only=True):
    """One sheet of a table."""

    number: int
    """From 1 in its file, without the header and blank lines."""
    source: str
    """The file, for messages."""
    validated: ValidatedSheet
    kept: Mapping[str, Raw]
    """Columns that are carried to the result."""
    is_alone: bool = False
    """Whether its file holds no other, so that the file names it."""
    is_unclear: bool = False
    """Whether its cells may belong to more columns than were tried."""
    otherwise: tuple[ValidatedSheet, ...] = ()
    """What a refused row may say as well, if its cells belong to other columns."""

    @property
    def readings(self) -> tuple[ValidatedSheet, ...]:
        """Everything that it may say."""
        return self.validated, *self.otherwise


class InvalidTable(Exception):  # noqa: N818 - the answers are invalid, not the program
    """Tables that are refused as a whole. They carry every problem of their headers."""

    def __init__(self, problems: tuple[Problem, ...], rows: Iterable[Row] = ()) -> None:
        """Keep the problems, and the rows: none is decided, but each may hold an emergency."""
        super().__init__("the table cannot be read")
        self.problems = problems
        self.rows = rows


class Memo:
    """Parses answers as `parse_answer` does, equal ones only once: most rows repeat others.

    So does it read those that were refused.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: dict[object, Value | InvalidAnswer] = {}
        self._read: dict[object, Reading | None] = {}

    def __call__(self, question: Question, raw: Raw, *, text: bool) -> Value | InvalidAnswer:
        """Return the value of an answer."""
        # With the type, because True equals 1.
        part = tuple(raw) if isinstance(raw, list) and all(map(_is_str, raw)) else raw
        if not isinstance(part, str | bool | Decimal | tuple):
            return parse_answer(question, raw, text=text)
        key = question.id, text, type(part), part
        value = self._known.get(key)
        if value is None:
            value = parse_answer(question, raw, text=text)
            if len(self._known) < _MOST_KNOWN:
                self._known[key] = value
        return value

    def read(self, question: Question, raw: Raw, *, text: bool) -> Reading | None:
        """Return the nearest reading of an answer, as `reading_of` does."""
        if not isinstance(raw, str) or len(raw) > _LONGEST_KNOWN:
            return reading_of(question, raw, text=text)
        key = question.id, text, raw
        if key in self._read:
            return self._read[key]
        reading = reading_of(question, raw, text=text)
        if len(self._read) < _MOST_KNOWN:
            self._read[key] = reading
        return reading


def each_way(sheet: Sheet) -> Iterator[Sheet]:
    """Yield a row of a table, then what it says if one of the columns of the same name counts.

    No column is better than the other, so nothing in one of them hides an emergency in another.

    Args:
        sheet: The row, whose values are also those that are doubled.
    """
    doubled = sheet.doubled
    values = {key: raw for key, raw in sheet.values.items() if key not in doubled}
    yield replace(sheet, values=values, duplicates=tuple(doubled))
    if not doubled:
        return
    most = min(max(map(len, doubled.values())), _MOST_FORMS)
    # The columns of a second form beside the first belong together.
    of_a_form = ([raws[min(at, len(raws) - 1)] for raws in doubled.values()] for at in range(most))
    for ways in chain(of_a_form, islice(product(*doubled.values()), _MOST_MIXED)):
        chosen = dict(zip(doubled, ways, strict=True))
        yield replace(sheet, values={**values, **chosen}, doubled={})


def _is_str(raw: Raw) -> bool:
    return isinstance(raw, str)


def jsonl_rows(
    program: Program, lines: Iterable[bytes], source: str, keep: Collection[str] = (), *,
    why: Problem | None = None,
) -> Iterator[Row]:  # fmt: skip
    """Read the rows of a file with one JSON object on each line.

    Args:
        program: The protocol that they answer.
        lines: The lines of the file.
        source: The file, for messages.
        keep: Keys that are no answers.
        why: Why every line is refused, whatever it says.
    """
    read = LineReader(program, source, keep, why=why)
    number = 0
    for at, line in enumerate(lines, start=1):
        row = read(line, number + 1, at)
        if row is not None:
            number += 1
            yield row


class LineReader(Struct, frozen=True):
    """Reads a line as a row. The fields are the parameters of `jsonl_rows`."""

    program: Program
    source: str
    keep: Collection[str]
    why: Problem | None = None
    memo: Memo = field(default_factory=Memo)

    def __call__(self, line: bytes, number: int, place: int) -> Row | None:
        """Return the row of a line, None if the line is blank.

        Args:
            line: The line.
            number: The number of the row.
            place: The number of the line.
        """
        text = line.removeprefix(b"\xef\xbb\xbf") if place == 1 else line
        if not text.strip():
            return None
        sheet = sheet_from_bytes(text, self.source, is_yaml=False)
        if self.why is not None:
            sheet = replace(sheet, problems=(self.why, *sheet.problems))
        sheet = _on_line(sheet, place)
        kept = {name: plain(sheet.values[name]) for name in self.keep if name in sheet.values}
        answers = {name: raw for name, raw in sheet.values.items() if name not in kept}
        sheet = replace(sheet, values=answers)
        validated = validate(self.program, sheet, self.memo, self.memo.read)
        return Row(number=number, source=self.source, validated=validated, kept=kept)


def _on_line(sheet: Sheet, line: int) -> Sheet:
    """Return a sheet whose problems are located in the whole file."""
    place = sheet.location

    def at(problem: Problem) -> Problem:
        return replace(problem, location=replace(problem.location, line=line))

    return replace(
        sheet, problems=tuple(map(at, sheet.problems)),
        location=lambda key: replace(place(key), line=line),
    )  # fmt: skip


def plain(raw: Raw) -> str | int | float | bool | None:
    """Return what is carried to the result as any format can hold it, and nothing of it lost.

    A number that a reader could round is a text, and so are a list and an object.
    """
    if isinstance(raw, bool | None):
        return raw
    if isinstance(raw, Decimal):
        is_small = raw.is_finite() and abs(raw.adjusted()) < _EXACT_DIGITS
        if not is_small or len(raw.as_tuple().digits) > _EXACT_DIGITS:
            return str(raw)
        return int(raw) if raw == raw.to_integral_value() else float(raw)
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False, default=str)
    return text.encode(errors="backslashreplace").decode()


def sheet_row(program: Program, sheet: Sheet, source: str) -> Row:
    """Return the row of a sheet that is a file of its own."""
    validated = validate(program, sheet)
    return Row(number=1, source=source, validated=validated, kept={}, is_alone=True)
