"""Deciding batches of rows in columns, and a row by itself only where it needs a closer look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backtriage.batch.column_outcomes import ColumnDecider, OutcomeColumns, outcome_columns_of
from backtriage.batch.column_receipts import receipts
from backtriage.batch.column_rows import column_row
from backtriage.batch.columns import BLANKS, Array, ListCells, coded, some_of
from backtriage.batch.decisions import Reject, Result, decided
from backtriage.batch.records import columns_of, result_record
from backtriage.batch.rows import Memo, Row
from backtriage.decide.chunk import ChunkEvaluation, array_carrier
from backtriage.program.program import Program
from backtriage.program.validate import MAX_REF, NO_REF_CHARACTER, ValidatedSheet
from backtriage.shell.batch.arrow.cells import (
    ArrowColumn,
    Rows,
    cells_of,
    filled,
    is_text,
    there,
    values_of,
)
from backtriage.shell.batch.arrow.results import result_columns
from backtriage.terms.answers import CHECKED, COMPANION, PROTOCOL, REF

_REF_REFUSED: Final = f"{NO_REF_CHARACTER}|^[{BLANKS}]|[{BLANKS}]$|^$"

AreEmergencies: TypeAlias = Callable[[Sequence[ValidatedSheet]], Sequence[bool]]
"""Returns of each refused sheet whether it certainly is an emergency."""


@dataclass(frozen=True, slots=True)
class DecidedRows:
    """What became of a batch of rows."""

    results: Rows
    """In the order of the rows."""
    rejects: Sequence[Reject]
    alone: Sequence[Result]
    """Those results that were decided one by one."""
    outcomes: OutcomeColumns
    """Of the other results."""
    positions: Array
    """Of the other results, in the batch."""


class ArrowDoor:
    """Decides batches of rows."""

    def __init__(self, program: Program, fields: Sequence[str], keep: Sequence[str]) -> None:
        """Prepare what every batch needs.

        Args:
            program: The protocol that the rows answer.
            fields: The fields of a result.
            keep: Columns that are no answers, and are carried to the result.
        """
        self.program = program
        self._fields = fields
        self._keep = keep
        self._parse = Memo()
        self._decide = ColumnDecider(program)
        self._carrier = array_carrier()

    def part(
        self, rows: Rows, source: str, first: int, are_emergencies: AreEmergencies
    ) -> DecidedRows:
        """Decide rows: each gives exactly one result or one reject.

        Args:
            rows: At most 65,536 rows, whose columns are known ones.
            source: Their file.
            first: The number of the first row in it.
            are_emergencies: Finds the emergencies among refused rows.
        """
        cells, doubts = {}, {}
        unusual = np.zeros(rows.num_rows, bool)
        for name, column in zip(rows.schema.names, rows.columns, strict=True):
            if name in self._keep:
                continue
            if name in self.program.questions:
                cells[name] = cells_of(column)
            elif name.endswith(COMPANION):
                flags = column.cast(pa.bool_())
                doubts[name.removesuffix(COMPANION)] = filled(flags, value=False)
            else:
                unusual |= self._unusual(name, column)
        found = coded(self.program, rows.num_rows, cells, doubts, self._parse)
        unusual |= found.unusual
        columns, usual, positions = found.columns, rows, np.arange(rows.num_rows)
        if unusual.any():
            positions = np.flatnonzero(~unusual)
            columns, usual = some_of(columns, positions), rows.take(pa.array(positions))
        chunk = ChunkEvaluation(self.program, columns, self._carrier)
        outcomes = self._decide(chunk, is_asking="missing" in self._fields)
        results = self._results(
            usual, outcomes, positions + first, source,
            refs=lambda: _refs(usual), receipts=lambda: receipts(self.program, columns, outcomes),
        )  # fmt: skip
        rest = [self.row(rows, at, source, first + at) for at in np.flatnonzero(unusual).tolist()]
        each = decided(self.program, rest, are_emergencies) if rest else []
        alone = [one for one in each if isinstance(one, Result)]
        rejects = [one for one in each if isinstance(one, Reject)]
        if alone:
            results = self._merged(rows, results, positions, alone, source, first)
        return DecidedRows(results, rejects, alone, outcomes, positions)

    def row(self, rows: Rows, at: int, source: str, number: int) -> Row:
        """Return a row by itself."""
        cells = [
            (name, values_of(column.slice(at, 1))[0])
            for name, column in zip(rows.schema.names, rows.columns, strict=True)
        ]
        return column_row(self.program, number, source, cells, self._keep, self._parse)

    def _unusual(self, name: str, column: ArrowColumn) -> Array:
        """Return where what is no answer needs a closer look."""
        if name == REF and is_text(column.type):
            text = column.cast(pa.string())
            is_long = filled(pc.utf8_length(text), value=0) > MAX_REF
            return is_long | filled(pc.match_substring_regex(text, _REF_REFUSED), value=False)
        if name == PROTOCOL and is_text(column.type):
            text = column.cast(pa.string())
            return filled(pc.not_equal(text, self.program.edition), value=False)
        if name == CHECKED and isinstance(found := cells_of(column), ListCells):
            return found.lengths > 0
        return there(column)

    def _results(  # noqa: PLR0913 - all that a result says
        self, rows: Rows, outcomes: OutcomeColumns, numbers: Array, source: str, *,
        refs: Callable[[], ArrowColumn], receipts: Callable[[], list[str]],
    ) -> Rows:  # fmt: skip
        made = result_columns(
            self.program, outcomes, numbers, source, refs=refs, receipts=receipts
        )
        names = columns_of(self._fields, self._keep)
        return pa.RecordBatch.from_arrays(
            [rows[name] if name in self._keep else made[name]() for name in names], names
        )

    def _merged(  # noqa: PLR0913, PLR0917 - both kinds of results
        self, rows: Rows, others: Rows, positions: Array, alone: Sequence[Result], source: str,
        first: int,
    ) -> Rows:  # fmt: skip
        """Return results with those that were decided one by one, in the order of the rows."""
        numbers = np.array([one.row.number for one in alone])
        records = [result_record(self.program, one) for one in alone]
        results = self._results(
            rows.take(pa.array(numbers - first)),
            outcome_columns_of(self.program, [one.outcome for one in alone]), numbers, source,
            refs=lambda: pa.array([record[REF] for record in records], pa.string()),
            receipts=lambda: [str(record["receipt"]) for record in records],
        )  # fmt: skip
        order = np.argsort(np.concatenate([positions, numbers - first]), kind="stable")
        both = pa.Table.from_batches([others, results]).combine_chunks()
        (merged,) = both.take(pa.array(order)).to_batches()
        return merged


def _refs(rows: Rows) -> ArrowColumn:
    if REF not in rows.schema.names:
        return pa.nulls(rows.num_rows, pa.string())
    return rows[REF].cast(pa.string())
