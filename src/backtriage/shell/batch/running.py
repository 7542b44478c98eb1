"""Running a batch: rows in, results and rejects out, and what became of them all."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from backtriage.batch.alarms import Alarms
from backtriage.batch.decisions import (
    AnyRow,
    Decided,
    Rank,
    Reject,
    Result,
    Tally,
    chunks,
    decided,
    rank_of,
)
from backtriage.batch.quick import QuickResult
from backtriage.batch.records import (
    REJECT_FIELDS,
    RESULT_FIELDS,
    ResultEncoder,
    encoder,
    reject_record,
)
from backtriage.batch.rows import InvalidTable
from backtriage.exchange.old_sheet import Past, past_of
from backtriage.program.private import may_be_private, parts_read
from backtriage.program.program import Program
from backtriage.shell.batch.inputs import PARQUET, Input, Source
from backtriage.shell.batch.outputs import writing
from backtriage.shell.batch.progress import progress_of
from backtriage.shell.files import ReadError, WriteError
from backtriage.shell.older_sheets import may_be_misread, read_meanings
from backtriage.shell.terminal_setup import undisturbed

if TYPE_CHECKING:
    from backtriage.shell.result_file import ResultFile

_MOST_KEPT: Final = 200
"""Results and rejects that are kept to be shown."""
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
    fields: tuple[str, ...] = RESULT_FIELDS
    """Of each result in Parquet."""

    @property
    def extension(self) -> str:
        """As which the output is written."""
        return self.form or (self.output.extension if self.output else "")

    @property
    def is_in_columns(self) -> bool:
        """Whether rows go from Parquet to Parquet, so that they need not be taken apart."""
        is_parquet = all(each.kind == "parquet" for each in self.inputs)
        return is_parquet and self.extension == PARQUET and not self.is_sorted


@dataclass(slots=True)
class Ended:
    """What became of a batch."""

    tally: Tally = field(default_factory=Tally)
    seconds: float = 0.0
    shown: list[Result] = field(default_factory=list)
    """The most urgent results, in input order among equal ones."""
    rejected: list[Reject] = field(default_factory=list)
    """The first rejects, emergencies first."""
    is_misread: bool = False
    """Whether some rejects may answer older questions of which nobody can say what they meant."""
    _least: Rank = (-1, -1)
    """Results up to this rank are no longer among those that a person would read."""

    def add(self, found: Sequence[Decided], is_private: Callable[[str], bool]) -> None:
        """Count rows, and keep each as long as it is among those that a person would read."""
        results = [each for each in found if isinstance(each, QuickResult)]
        counts = Counter(map(id, [each.outcome for each in results]))
        distinct = {id(each.outcome): each for each in results}
        for key, one in distinct.items():
            self.tally.add_results(one.outcome, counts[key], is_private)
        higher = {key for key, one in distinct.items() if rank_of(one) > self._least}
        for each in found if higher or len(results) < len(found) else ():
            if not isinstance(each, QuickResult):
                self.tally.add(each, is_private)
                self._keep(each)
            elif id(each.outcome) in higher and rank_of(each) > self._least:
                self._keep(Result(row=each.row.door.row(each.row), outcome=each.outcome))

    def _keep(self, each: Result | Reject) -> None:
        if isinstance(each, Result):
            self.shown.append(each)
        else:
            self.rejected.append(each)
        if max(len(self.shown), len(self.rejected)) >= 2 * _MOST_KEPT:
            self.sort()  # stable, so that the first of equal ones are kept
            del self.shown[_MOST_KEPT:], self.rejected[_MOST_KEPT:]
            if len(self.shown) == _MOST_KEPT:
                self._least = rank_of(self.shown[-1])

    def sort(self) -> None:
        """Put the most urgent first."""
        self.shown.sort(key=rank_of, reverse=True)
        self.rejected.sort(key=rank_of, reverse=True)


def run(
    batch: Batch, ended: Ended, alarm: Callable[[], None] = lambda: None,
    waiting: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Run a batch.

    When nothing can be decided or written any more, the rows that are left are still looked at
    for an emergency.

    Args:
        batch: What to do.
        ended: Is told what became of it, also of what was done before an error.
        alarm: Is called once when rows have long been only looked at, and `ended` has a certain
            emergency.
        waiting: Is called once when rows have long been only looked at, after any alarm so far.

    Raises:
        ReadError: An input can no longer be read.
        InvalidTable: The header of a table does not fit. Nothing was written.
        WriteError: An output cannot be written; the old one is there.
        StrictError: A row was rejected where none may be. Nothing was written.
        NoRowsError: There is no row.
    """
    source = Source()
    with progress_of(batch.inputs, source) as report:
        source.open(batch.program, batch.inputs, batch.keep)
        every = _every(batch, ended, source.rows(), report)
        try:
            _write(batch, source, every)
        except (InvalidTable, ReadError, StrictError, WriteError):
            look(every, ended, alarm, waiting)
            raise
    ended.sort()


def look(
    every: Iterable[object], ended: Ended, alarm: Callable[[], None],
    waiting: Callable[[], None],
) -> None:  # fmt: skip
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


def _write(batch: Batch, source: Source, every: Iterable[Decided]) -> None:
    """Write the outputs, or raise as `run` does and leave the old ones."""
    if source.problems:
        raise InvalidTable(source.problems)
    with ExitStack() as stack:
        put = _outputs(batch, stack)
        is_empty = True
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


def _every(
    batch: Batch, ended: Ended, rows: Iterable[AnyRow], report: Callable[[int], None]
) -> Iterator[Decided]:  # fmt: skip
    """Yield what becomes of every row, once it is counted.

    What was read is decided and counted before a signal is heeded, so that it can be said.
    """
    counting = Counting(batch, ended)
    for chunk in chunks(rows):
        with undisturbed((signal.SIGINT, signal.SIGQUIT)):
            found = decided(batch.program, chunk, counting.alarms)
            counting.add(found)
        report(ended.tally.rows)
        yield from found


class Counting:
    """Counts rows while they are decided."""

    def __init__(self, batch: Batch, ended: Ended) -> None:
        """Start the clock. Nothing is read of older questions before it is needed."""
        self._program = batch.program
        self._ended = ended
        self.private = _private_rules(batch.program)
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


def _outputs(batch: Batch, stack: ExitStack) -> Callable[[Decided], None]:
    """Open the outputs; return what writes a result or a reject."""
    put_reject = rejecting(batch, stack)
    result = convert = None
    if batch.output is not None:
        if batch.extension == PARQUET:
            from backtriage.shell.batch.arrow.files import write_records

            convert = partial(write_records, batch.fields, batch.keep)
        form = ".jsonl" if convert else batch.extension
        encode = ResultEncoder(batch.program, form, batch.keep)
        result = stack.enter_context(
            writing(batch.output, encode.head, is_sorted=batch.is_sorted, is_held=batch.is_strict,
                    convert=convert)
        )  # fmt: skip

    def put(each: Decided) -> None:
        if isinstance(each, Reject):
            put_reject(each)
        elif result is not None:
            result(encode(each), rank_of(each) if batch.is_sorted else _UNSORTED)

    return put


def rejecting(batch: Batch, stack: ExitStack) -> Callable[[Reject], None]:
    """Open the file of rejects, if there is one; return what writes a reject."""
    if batch.rejects is None:
        return lambda _: None
    head, encode = encoder(batch.rejects.extension, REJECT_FIELDS, batch.keep)
    write = stack.enter_context(writing(batch.rejects, head, is_sorted=True, is_held=True))
    return lambda reject: write(encode(reject_record(reject)), rank_of(reject))


def _private_rules(program: Program) -> frozenset[str]:
    """Return the rules that tell a private answer."""
    return frozenset(
        rule.id
        for rule in program.rules
        if any(may_be_private(program, *part) for part in parts_read(program, rule.when))
    )
