"""Running a batch: rows in, results and rejects out, and what became of them all."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final, TypeAlias

from backtriage.batch.alarms import Alarms
from backtriage.batch.decisions import AnyRow, Decided, Reject, chunks, decided, rank_of
from backtriage.batch.records import (
    REJECT_FIELDS,
    RESULT_FIELDS,
    ResultEncoder,
    encoder,
    reject_record,
)
from backtriage.batch.rows import InvalidTable
from backtriage.exchange.old_sheet import Past, past_of
from backtriage.program.program import Program
from backtriage.shell.batch.ended import Ended, private_rules
from backtriage.shell.batch.inputs import PARQUET, Input, Source
from backtriage.shell.batch.outputs import writing
from backtriage.shell.batch.progress import progress_of
from backtriage.shell.batch.resuming import ResultPart, job_of, part_of
from backtriage.shell.files import ReadError, WriteError
from backtriage.shell.older_sheets import may_be_misread, read_meanings
from backtriage.shell.terminal_setup import undisturbed

if TYPE_CHECKING:
    from backtriage.shell.result_file import ResultFile

_UNSORTED: Final = (0, 0)
_LONG: Final = 2.0
"""Seconds after which a certain emergency waits no longer for the rows that are left."""


class NoRowsError(Exception):
    """There was no row to decide. Nothing was written."""


class StrictError(Exception):
    """A row was rejected where none may be. Nothing was written."""

    def __init__(self, reject: Reject) -> None:
        """Keep the reject."""
        super().__init__("a row was rejected")
        self.reject = reject


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What to do with which files."""

    program: Program
    rules: Path
    inputs: Sequence[Input]
    keep: tuple[str, ...] = ()
    output: ResultFile | None = None
    form: str = ""
    """The extension that the output is written as; by default that of its name."""
    rejects: ResultFile | None = None
    is_sorted: bool = False
    is_strict: bool = False
    earlier: Input | None = None
    """Results of an earlier run, which those of now are compared with."""
    is_verified: bool = False
    """Whether those are to be reproduced, and else compared."""
    is_resumed: bool = False
    """Whether a part of the output is kept, and gone on with, if the run is stopped."""
    fields: tuple[str, ...] = RESULT_FIELDS
    """Of each result in Parquet."""
    master: str = ""
    """Where Spark runs, if it does."""

    @property
    def extension(self) -> str:
        """As which the output is written."""
        return self.form or (self.output.extension if self.output else "")

    @property
    def is_in_columns(self) -> bool:
        """Whether rows go from Parquet to Parquet, so that they need not be taken apart."""
        is_parquet = all(each.kind == "parquet" for each in self.inputs)
        return is_parquet and self.extension == PARQUET and not self.is_sorted


Put: TypeAlias = Callable[[Decided], None]
"""Writes a result or a reject."""
Opening: TypeAlias = Callable[[Batch, ExitStack, ResultPart | None], Put]


def run(
    batch: Batch, ended: Ended, alarm: Callable[[], None] = lambda: None,
    waiting: Callable[[], None] = lambda: None, opening: Opening | None = None,
) -> None:  # fmt: skip
    """Run a batch.

    When nothing can be decided or written any more, emergencies are looked for in what is left.

    Args:
        batch: What to do.
        ended: Is told what became of it, also of what was done before an error.
        alarm: Is called once when it takes long, and `ended` has a certain emergency among
            refused rows or, if rows are only looked at, among any.
        waiting: Is called once when rows have long been only looked at, after any alarm so far.
        opening: Opens other outputs than results and rejects.

    Raises:
        ReadError: An input can no longer be read.
        InvalidTable: The header of a table does not fit. Nothing was written.
        WriteError: An output cannot be written; the old one is there.
        StrictError: A row was rejected where none may be. Nothing was written.
        NoRowsError: There is no row.
    """
    source, alarm = Source(), cache(alarm)
    with ExitStack() as stack:
        progress = stack.enter_context(progress_of(batch.inputs, source))
        try:
            part = stack.enter_context(_part_of(batch))
        except WriteError:
            look_at(batch, ended, alarm, waiting)
            raise

        def report(rows: int) -> None:
            progress(rows)
            if ended.tally.rejected_emergencies and ended.seconds > _LONG:
                alarm()

        if part is not None:
            part.mark.count_in(ended.tally)  # first, so that it is said whatever comes
        source.open(batch.program, batch.inputs, batch.keep)
        every = _every(batch, ended, source.rows(), report, part)
        try:
            _write(batch, source, every, part, opening or _outputs)
        except (InvalidTable, ReadError, StrictError, WriteError):
            if part is not None:
                part.close()  # rows that are only looked at are not in it
            look(every, ended, alarm, waiting)
            raise
    ended.open_ended, ended.without_rows = source.open_ended, source.without_rows
    ended.sort()


def look(
    every: Iterable[object], ended: Ended, alarm: Callable[[], None], waiting: Callable[[], None]
) -> None:
    """Only look at the rows that are left."""
    is_long, is_said, started = False, False, monotonic()
    for _ in every:
        if monotonic() - started <= _LONG:
            continue
        tally = ended.tally
        if not is_said and tally.certain_emergencies + tally.rejected_emergencies:
            is_said = True
            alarm()
        if not is_long:
            is_long = True
            waiting()


def look_at(
    batch: Batch, ended: Ended, alarm: Callable[[], None], waiting: Callable[[], None]
) -> None:
    """Only look at the rows of a batch that cannot begin."""
    source = Source()
    source.open(batch.program, batch.inputs, batch.keep)
    look(_every(batch, ended, source.rows(), lambda _: None), ended, alarm, waiting)


def _part_of(batch: Batch) -> AbstractContextManager[ResultPart | None]:
    """Open the part of the output, if it is to be kept."""
    if batch.output is None or not batch.is_resumed:
        return nullcontext()
    job = job_of(batch.program.digest, batch.inputs, batch.keep, batch.extension)
    head = ResultEncoder(batch.program, batch.extension, batch.keep).head
    return part_of(batch.output, job, head)


def _write(
    batch: Batch, source: Source, every: Iterable[Decided], part: ResultPart | None,
    opening: Opening,
) -> None:  # fmt: skip
    """Write the outputs, or raise as `run` does and leave the old ones."""
    if source.problems:
        raise InvalidTable(source.problems)
    with ExitStack() as stack:
        put = opening(batch, stack, part)
        is_empty = part is None or not part.mark.rows
        for each in every:
            if source.error is not None:
                break
            if batch.is_strict and isinstance(each, Reject):
                raise StrictError(each)
            put(each)
            is_empty = False
        if source.error is not None:
            raise source.error
        if is_empty:
            raise NoRowsError
    if part is not None:
        part.finish()


def _every(
    batch: Batch, ended: Ended, rows: Iterator[AnyRow], report: Callable[[int], None],
    part: ResultPart | None = None,
) -> Iterator[Decided]:  # fmt: skip
    """Yield what becomes of every row, once it is counted.

    What was read is decided and counted before a signal is heeded, so that it can be said.
    """
    counting = Counting(batch, ended)
    if part is not None and part.mark.rows:
        for chunk in chunks(part.mark.again(rows)):
            with undisturbed((signal.SIGINT, signal.SIGQUIT)):
                found = decided(batch.program, chunk, counting.alarms)
                refused = [each for each in found if isinstance(each, Reject)]
                counting.add(refused)
                for each in found:
                    if not isinstance(each, Reject):
                        ended.keep(each)
            yield from refused
    for chunk in chunks(rows):
        with undisturbed((signal.SIGINT, signal.SIGQUIT)):
            found = decided(batch.program, chunk, counting.alarms)
            counting.add(found)
        report(ended.tally.rows)
        yield from found
        if part is not None:
            part.save(ended.tally, ended.shown)


class Counting:
    """Counts rows while they are decided."""

    def __init__(self, batch: Batch, ended: Ended) -> None:
        """Start the clock. Nothing is read of older questions before it is needed."""
        self._program = batch.program
        self._ended = ended
        self.private = private_rules(batch.program)
        self._meanings = cache(partial(read_meanings, batch.program, batch.rules))
        self.alarms = Alarms(batch.program, cache(self._past))
        self._started = monotonic()

    def add(self, found: Sequence[Decided]) -> None:
        """Count rows that were decided."""
        ended = self._ended
        ended.add(found, self.private.__contains__)
        for each in found:
            if not ended.is_misread and isinstance(each, Reject) and not each.is_emergency:
                validated = each.row.validated
                ended.is_misread = may_be_misread(self._program, self._meanings(), validated)
        ended.seconds = monotonic() - self._started

    def _past(self) -> Past:
        return past_of(self._program, self._meanings().recorded, self._meanings().table)


def _outputs(batch: Batch, stack: ExitStack, part: ResultPart | None) -> Put:
    """Open the outputs; return what writes to them."""
    put_reject = rejecting(batch, stack, part)
    result = convert = None
    if batch.output is not None:
        if batch.extension == PARQUET:
            from backtriage.shell.batch.arrow.outputs import write_records

            convert = partial(write_records, batch.fields, batch.keep)
        encode = ResultEncoder(batch.program, ".jsonl" if convert else batch.extension, batch.keep)
        result = part.write if part is not None else stack.enter_context(
            writing(batch.output, encode.head, is_sorted=batch.is_sorted, is_held=batch.is_strict,
                    convert=convert)
        )  # fmt: skip

    def put(each: Decided) -> None:
        if isinstance(each, Reject):
            put_reject(each)
        elif result is not None:
            result(encode(each), rank_of(each) if batch.is_sorted else _UNSORTED)

    return put


def rejecting(
    batch: Batch, stack: ExitStack, part: ResultPart | None = None
) -> Callable[[Reject], None]:
    """Open the file of rejects, if there is one; return what writes a reject."""
    if batch.rejects is None:
        return lambda _: None
    convert = part.write_rejects if part is not None else None
    head, encode = encoder(batch.rejects.extension, REJECT_FIELDS, batch.keep)
    write = stack.enter_context(
        writing(batch.rejects, head, is_sorted=True, is_held=True, convert=convert)
    )
    return lambda reject: write(encode(reject_record(batch.program, reject)), rank_of(reject))
