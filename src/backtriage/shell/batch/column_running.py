"""Running a batch from Parquet to Parquet.

It ends as `running.run` does, and counts, says and refuses the same.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from backtriage.batch.column_outcomes import STATUSES, URGENCIES
from backtriage.batch.columns import Array
from backtriage.batch.decisions import Result, decided
from backtriage.batch.rows import InvalidTable
from backtriage.shell.batch import running
from backtriage.shell.batch.arrow.cells import Rows, is_plain
from backtriage.shell.batch.arrow.door import ArrowDoor, DecidedRows
from backtriage.shell.batch.arrow.outputs import writing_batches
from backtriage.shell.batch.ended import Ended
from backtriage.shell.batch.inputs import Source
from backtriage.shell.batch.progress import progress_of
from backtriage.shell.batch.running import (
    Batch,
    Counting,
    NoRowsError,
    StrictError,
    rejecting,
)
from backtriage.shell.files import ReadError, WriteError
from backtriage.shell.terminal_setup import undisturbed
from backtriage.terms.answers import RESERVED
from backtriage.terms.urgency import Urgency

EMERGENCY: Final = Urgency.EMERGENCY
Opening: TypeAlias = Callable[[Batch, ExitStack], Callable[[Rows], None]]
"""Opens an output, and returns what writes results to it."""
_MOST_SAID: Final = 200
"""Emergencies that are kept to be said."""


@dataclass(slots=True)
class _ColumnRun:
    """A batch whose inputs are all archives, and what becomes of it."""

    batch: Batch
    ended: Ended
    source: Source
    report: Callable[[int], None]

    def parts(self) -> Iterator[DecidedRows]:
        """Yield what becomes of every row, once it is counted.

        What was read is decided and counted before a signal is heeded, so that it can be said.
        """
        batch = self.batch
        door = ArrowDoor(batch.program, batch.fields, batch.keep)
        counting = Counting(batch, self.ended)
        is_counted = np.array([rule.id not in counting.private for rule in batch.program.rules])
        for label, first, rows in self._rows():
            with undisturbed((signal.SIGINT, signal.SIGQUIT)):
                part = door.part(rows, label, first, counting.alarms)
                self._count(part, is_counted)
                self._keep(door, part, rows, label, first)
                counting.add((*part.alone, *part.rejects))
            self.report(self.ended.tally.rows)
            yield part

    def _rows(self) -> Iterator[tuple[str, int, Rows]]:
        """Yield the rows of all archives, with their file and the number of the first."""
        inputs = self.batch.inputs
        for each, archive in zip(inputs, self.source.archives, strict=True):
            first = 1
            try:
                for rows in archive.batches():
                    self.source.count(each, archive.count, rows.num_rows)
                    yield archive.label, first, rows
                    first += rows.num_rows
            except ReadError as error:
                self.source.error = self.source.error or error

    def _count(self, part: DecidedRows, is_counted: Array) -> None:
        """Count the rows that were decided together, as `Tally.add` does."""
        tally, outcomes = self.ended.tally, part.outcomes
        tally.rows += len(outcomes.status)
        for urgency, count in zip(URGENCIES, _counts(outcomes.possible, URGENCIES), strict=True):
            tally.urgencies[urgency] += int(count)
        for status, count in zip(STATUSES, _counts(outcomes.status, STATUSES), strict=True):
            if count:
                tally.statuses[status.value] += int(count)
        tally.certain_emergencies += int(np.count_nonzero(outcomes.certain == EMERGENCY))
        for hits in outcomes.reasons.values():
            counts = _counts(hits.codes, is_counted) * is_counted
            for number in np.flatnonzero(counts).tolist():
                tally.rules[self.batch.program.rules[number].id] += int(counts[number])

    def _keep(
        self, door: ArrowDoor, part: DecidedRows, rows: Rows, source: str, first: int
    ) -> None:  # fmt: skip
        """Keep the first certain emergencies, which are said if the results are not there."""
        left = _MOST_SAID - sum(r.outcome.certain is EMERGENCY for r in self.ended.shown)
        where = np.flatnonzero(part.outcomes.certain == EMERGENCY)[: max(left, 0)]
        if len(where):
            positions = part.positions[where].tolist()
            kept = [door.row(rows, at, source, first + at) for at in positions]
            each = decided(self.batch.program, kept, lambda _: [])
            self.ended.shown += [one for one in each if isinstance(one, Result)]


def _counts(codes: Array, names: Sequence[object] | Array) -> Array:
    return np.bincount(codes, minlength=len(names))


def run(
    batch: Batch, ended: Ended, alarm: Callable[[], None] = lambda: None,
    waiting: Callable[[], None] = lambda: None,
    openings: tuple[Opening, running.Opening] | None = None,
) -> None:  # fmt: skip
    """Run a batch as `running.run` does, from Parquet to Parquet.

    What is refused as a whole, or is not alike, goes row by row.

    Args:
        batch: For this and the next three see there.
        ended: Is told what became of it.
        alarm: Is called once for an emergency.
        waiting: Is called once after a while.
        openings: Open another output than that of results, in columns and row by row.
    """
    in_columns, by_rows = openings or (_output, None)
    source = Source()
    with progress_of(batch.inputs, source) as report:
        source.open(batch.program, batch.inputs, batch.keep)
        if not source.problems and source.error is None and _are_alike(source, batch.keep):
            every = _ColumnRun(batch, ended, source, report).parts()
            try:
                _write(batch, source, every, in_columns)
            except (InvalidTable, ReadError, StrictError, WriteError):
                running.look(every, ended, alarm, waiting)
                raise
            ended.without_rows = [each.label for each in source.archives if not each.count]
            ended.sort()
            return
    running.run(batch, ended, alarm, waiting, by_rows)


def _are_alike(source: Source, keep: Sequence[str]) -> bool:
    """Return whether each column that is carried over has one type in all archives.

    Pandas and Polars write texts in their own ways. Row by row they become the same; so does what
    stands under a key such as `ref` in a type that is no text.
    """
    types = [[archive.schema.field(name).type for name in keep] for archive in source.archives]
    schemas = (archive.schema for archive in source.archives)
    odd = (field.type for schema in schemas for field in schema if field.name in RESERVED)
    return all(each == types[0] for each in types) and all(map(is_plain, odd))


def _output(batch: Batch, stack: ExitStack) -> Callable[[Rows], None]:
    """Open the output; return what writes to it."""
    if batch.output is None:
        raise AssertionError("there is no output")
    return stack.enter_context(writing_batches(batch.output))


def _write(batch: Batch, source: Source, every: Iterable[DecidedRows], opening: Opening) -> None:
    """Write the outputs, or raise as `run` does and leave the old ones."""
    with ExitStack() as stack:
        put = opening(batch, stack)
        put_reject = rejecting(batch, stack)
        is_empty = True
        for part in every:
            if source.error is not None:
                break
            if batch.is_strict and part.rejects:
                raise StrictError(part.rejects[0])
            for reject in part.rejects:
                put_reject(reject)
            put(part.results)
            is_empty = False
        if source.error is not None:
            raise source.error
        if is_empty:
            raise NoRowsError
