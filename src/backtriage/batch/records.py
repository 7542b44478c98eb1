"""Results and rejects as flat records: JSON lines and CSV say the same."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final, TypeAlias

import msgspec

from backtriage.batch.decisions import Reject, Result
from backtriage.batch.quick import MOST_KNOWN, QuickResult
from backtriage.decide.many import SheetDecision
from backtriage.decide.reasons import CERTAIN, MISSING, NOT_SURE
from backtriage.decide.receipt import receipt
from backtriage.decide.tested import doubted_again
from backtriage.program.doubts import in_order
from backtriage.program.program import Program
from backtriage.terms.answers import RESERVED
from backtriage.terms.urgency import Urgency

Record: TypeAlias = Mapping[str, object]

RESULT_FIELDS: Final = (
    "row", "source", "ref", "status", "urgency", "certain", "service", "reasons", "doubts",
    "open", "missing", "contradicted", "receipt", "digest",
)  # fmt: skip
REJECT_FIELDS: Final = (
    "row", "source", "line", "certain", "code", "column", "message", "help", "more",
)  # fmt: skip
MISREAD: Final = "misread"
"""Where rejects stand among results: whether one may answer older questions that nobody knows."""

_AFTER: Final = 2
"""Columns that are carried over follow the row and its source."""
PLACE_FIELDS: Final = RESULT_FIELDS[:_AFTER]
"""Where a row is, which nobody can say who reads them in no order."""

_FORMULA: Final = re.compile(r"(\A|[;\r\n])(?='*[=+\-@\t\r](?!\d*\.?\d+(?:[;\r\n]|\Z)))")
"""How a cell begins that a spreadsheet would calculate. A number is only a number.

So does one that looks as if it had been escaped already, or two cells would be written alike.

Where lists are separated by semicolons, as with a comma in decimals, such a cell begins after each
of them, or after a line break, whatever the quotes around it.
"""


def result_record(program: Program, result: Result | QuickResult) -> Record:
    """Return the record of a result."""
    row, outcome = result.row, result.outcome
    if isinstance(result, QuickResult):
        ref, proof = result.row.ref, result.receipt
    else:
        sheet = result.row.validated
        answers = doubted_again(program, sheet.answers, sheet.checked)
        ref = sheet.ref
        proof = receipt(program, answers, in_order(program, sheet.checked), outcome)
    return {
        "row": row.number, "source": row.source, **row.kept, "ref": ref,
        **_outcome_record(outcome), "receipt": proof, "digest": program.digest,
    }  # fmt: skip


def _outcome_record(outcome: SheetDecision) -> Record:
    """Return what a result says of what was decided."""
    rules: dict[str, list[str]] = {CERTAIN: [], NOT_SURE: [], MISSING: []}
    for reason in outcome.reasons:
        rules[reason.certainty].append(reason.rule.id)
    return {
        "status": outcome.status.value, "urgency": outcome.possible.id,
        "certain": outcome.certain.id, "service": outcome.service, "reasons": rules[CERTAIN],
        "doubts": rules[NOT_SURE], "open": rules[MISSING], "missing": outcome.missing,
        "contradicted": outcome.is_contradicted,
    }  # fmt: skip


def reject_record(program: Program, reject: Reject) -> Record:
    """Return the record of a reject: its first problem, and how many more it has.

    It quotes no answer, nor does it name a column that can be one.
    """
    row, first = reject.row, reject.problems[0]
    column = first.location.path
    is_named = column in program.questions or column in RESERVED or f"'{column}'" in first.message
    return {
        "row": row.number, "source": row.source, **row.kept, "line": first.location.line or None,
        "certain": _certain(reject),
        "code": first.code, "column": column if is_named else None, "message": first.message,
        "help": first.hint or None, "more": len(reject.problems) - 1,
    }  # fmt: skip


def _certain(reject: Reject) -> str | None:
    """Return whether a reject is an emergency, or may be one that nobody could notice."""
    if reject.is_emergency:
        return Urgency.EMERGENCY.id
    return "unknown" if reject.is_unread else None


Encode: TypeAlias = Callable[[Record], bytes]


def encoder(extension: str, fields: Sequence[str], keep: Iterable[str]) -> tuple[bytes, Encode]:
    """Return the head of a file, and the encoder of its records.

    Args:
        extension: `.csv` or `.jsonl`.
        fields: The fields of a record.
        keep: The columns that are carried over.
    """
    if extension != ".csv":
        return b"", lambda record: _ENCODE(record) + b"\n"
    columns = (*fields[:_AFTER], *keep, *fields[_AFTER:])
    head = _csv_line(map(_cell, columns))
    return head, lambda record: _csv_line([_cell(record.get(c)) for c in columns])


class ResultEncoder:
    """Encodes results, and what equal ones have in common only once."""

    def __init__(self, program: Program, extension: str, keep: Sequence[str]) -> None:
        """Encode nothing yet.

        Args:
            program: The protocol that was applied.
            extension: `.csv` or `.jsonl`.
            keep: The columns that are carried over.
        """
        self.head, self._encode = encoder(extension, RESULT_FIELDS, keep)
        self._program = program
        self._keep = keep
        self._is_csv = extension == ".csv"
        self._parts: dict[int, tuple[SheetDecision, bytes]] = {}
        self._sources: dict[str, bytes] = {}

    def __call__(self, result: Result | QuickResult) -> bytes:
        """Return the line of a result."""
        if isinstance(result, Result):
            return self._encode(result_record(self._program, result))
        row, outcome = result.row, result.outcome
        part = self._parts.get(id(outcome))
        if part is None or part[0] is not outcome:
            part = self._part(outcome)
        source = self._sources.get(row.source)
        if source is None:
            source = self._sources[row.source] = self._value(row.source)
        value = self._value
        if self._is_csv:
            kept = b"".join([b",%b" % value(row.kept.get(name)) for name in self._keep])
            line = b"%d,%b%b,%b%b,%b" % (
                row.number, source, kept, value(row.ref), part[1], result.receipt.encode()
            )  # fmt: skip
            return line + self._end
        kept = b"".join([b",%b:%b" % (value(k), value(v)) for k, v in row.kept.items()])
        line = b'{"row":%d,"source":%b%b,"ref":%b%b,"receipt":"%b"' % (
            row.number, source, kept, value(row.ref), part[1], result.receipt.encode()
        )  # fmt: skip
        return line + self._end

    @cached_property
    def _end(self) -> bytes:
        digest = self._value(self._program.digest)
        return b",%b\n" % digest if self._is_csv else b',"digest":%b}\n' % digest

    def _value(self, value: object) -> bytes:
        if not self._is_csv:
            return _ENCODE(value)
        text = _text(value)
        return text.encode() if _PLAIN.fullmatch(text) else _csv_line([_escaped(text)])[:-1]

    def _part(self, outcome: SheetDecision) -> tuple[SheetDecision, bytes]:
        if len(self._parts) >= MOST_KNOWN:
            self._parts.clear()
        record = _outcome_record(outcome)
        if self._is_csv:
            text = b"".join(b",%b" % self._value(value) for value in record.values())
        else:
            text = b",%b" % _ENCODE(record)[1:-1]
        part = self._parts[id(outcome)] = outcome, text
        return part


_ENCODE: Final = msgspec.json.Encoder().encode

_PLAIN: Final = re.compile(r"[A-Za-z0-9_.:;? ]*")
"""What no program that reads CSV takes for anything else: neither a formula, nor quotes."""


def columns_of(fields: Sequence[str], keep: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of a file of some fields: what is carried follows the row and source."""
    first = [name for name in fields if name in RESULT_FIELDS[:_AFTER]]
    return (*first, *keep, *(name for name in fields if name not in first))


def _cell(value: object) -> str:
    return _escaped(_text(value))


def _escaped(text: str) -> str:
    return _FORMULA.sub(r"\1'", text)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ";".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _csv_line(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    # With this end a cell with any line break is quoted; the rows themselves end as in Unix.
    csv.writer(line, lineterminator=_END).writerow(cells)
    return line.getvalue().removesuffix(_END).encode(errors="backslashreplace") + b"\n"


_END: Final = "\r\n"
