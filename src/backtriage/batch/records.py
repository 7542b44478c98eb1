"""Results and rejects as flat records: JSON lines and CSV say the same."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec

from backtriage.batch.decisions import Reject, Result
from backtriage.decide.reasons import CERTAIN, MISSING, NOT_SURE
from backtriage.decide.receipt import receipt
from backtriage.decide.tested import doubted_again
from backtriage.program.doubts import in_order
from backtriage.program.program import Program
from backtriage.terms.urgency import Urgency

Record: TypeAlias = Mapping[str, object]

RESULT_FIELDS: Final = (
    "row", "source", "ref", "status", "urgency", "certain", "service", "reasons", "doubts",
    "open", "missing", "contradicted", "receipt", "digest",
)  # fmt: skip
REJECT_FIELDS: Final = (
    "row", "source", "line", "certain", "code", "column", "message", "help", "more",
)  # fmt: skip

_AFTER: Final = 2
"""Columns that are carried over follow the row and its source."""

_FORMULA: Final = re.compile(r"(\A|[;\r\n])(?=[=+\-@\t\r](?!\d*\.?\d+(?:[;\r\n]|\Z)))")
"""How a cell begins that a spreadsheet would calculate. A number is only a number.

Where lists are separated by semicolons, as with a comma in decimals, such a cell begins after each
of them, or after a line break, whatever the quotes around it.
"""


def result_record(program: Program, result: Result) -> Record:
    """Return the record of a result."""
    row, outcome = result.row, result.outcome
    rules: dict[str, list[str]] = {CERTAIN: [], NOT_SURE: [], MISSING: []}
    for reason in outcome.reasons:
        rules[reason.certainty].append(reason.rule.id)
    sheet = row.validated
    return {
        "row": row.number, "source": row.source, **row.kept, "ref": sheet.ref,
        "status": outcome.status.value, "urgency": outcome.possible.id,
        "certain": outcome.certain.id, "service": outcome.service, "reasons": rules[CERTAIN],
        "doubts": rules[NOT_SURE], "open": rules[MISSING], "missing": outcome.missing,
        "contradicted": outcome.is_contradicted,
        "receipt": receipt(
            program, doubted_again(program, sheet.answers, sheet.checked),
            in_order(program, sheet.checked), outcome,
        ),
        "digest": program.digest,
    }  # fmt: skip


def reject_record(reject: Reject) -> Record:
    """Return the record of a reject: its first problem, and how many more it has.

    It quotes no answer.
    """
    row, first = reject.row, reject.problems[0]
    return {
        "row": row.number, "source": row.source, **row.kept, "line": first.location.line or None,
        "certain": _certain(reject),
        "code": first.code, "column": first.location.path or None, "message": first.message,
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
        encode = msgspec.json.Encoder().encode
        return b"", lambda record: encode(record) + b"\n"
    columns = (*fields[:_AFTER], *keep, *fields[_AFTER:])
    head = _csv_line(map(_cell, columns))
    return head, lambda record: _csv_line([_cell(record.get(c)) for c in columns])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = ";".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return _FORMULA.sub(r"\1'", text)


def _csv_line(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    # With this end a cell with any line break is quoted; the rows themselves end as in Unix.
    csv.writer(line, lineterminator=_END).writerow(cells)
    return line.getvalue().removesuffix(_END).encode(errors="backslashreplace") + b"\n"


_END: Final = "\r\n"
