"""Running a batch: rows in, results and rejects out, and what became of them all."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from backtriage.batch.alarms import Alarms
from backtriage.batch.decisions import Reject, Result, Tally, chunks, decided, rank_of
from backtriage.batch.records import (
    REJECT_FIELDS,
    RESULT_FIELDS,
    encoder,
    reject_record,
    result_record,
)
from backtriage.batch.rows import InvalidTable
from backtriage.exchange.old_sheet import Past, past_of
from backtriage.program.private import may_be_private, parts_read
from backtriage.program.program import Program
from backtriage.shell.batch.inputs import Input, Source
from backtriage.shell.batch.outputs import writing
from backtriage.shell.files import ReadError, WriteError
from backtriage.shell.older_sheets import Meanings, may_be_misread, read_meanings
from backtriage.shell.output import is_terminal
from backtriage.shell.terminal_setup import undisturbed
from backtriage.terms.urgency import Urgency

if TYPE_CHECKING:
    from backtriage.batch.rows import Row
    from backtriage.shell.result_file import ResultFile

_MOST_KEPT: Final = 200
"""Results and rejects that are kept to be shown."""
_EVERY: Final = 0.2
"""Seconds between two reports of progress."""
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

    def add(self, each: Result | Reject, is_private: Callable[[str], bool]) -> None:
        """Count a row, and keep it as long as it is among those that a person would read."""
        self.tally.add(each, is_private)
        if isinstance(each, Result):
            self.shown.append(each)
        else:
            self.rejected.append(each)
        if max(len(self.shown), len(self.rejected)) >= 2 * _MOST_KEPT:
            self.sort()  # stable, so that the first of equal ones are kept
            del self.shown[_MOST_KEPT:], self.rejected[_MOST_KEPT:]

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
    with _progress(batch.inputs, source) as report:
        source.open(batch.program, batch.inputs, batch.keep)
        every = _every(batch, ended, source.rows(), report)
        try:
            _write(batch, source, every)
        except (InvalidTable, ReadError, StrictError, WriteError):
            _look(every, ended, alarm, waiting)
            raise
    ended.sort()


def _look(
    every: Iterable[Result | Reject], ended: Ended, alarm: Callable[[], None],
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


def _write(batch: Batch, source: Source, every: Iterable[Result | Reject]) -> None:
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
    batch: Batch, ended: Ended, rows: Iterable[Row], report: Callable[[int], None]
) -> Iterator[Result | Reject]:  # fmt: skip
    """Yield what becomes of every row, once it is counted.

    What was read is decided and counted before a signal is heeded, so that it can be said.
    """
    is_private = _private_rules(batch.program).__contains__
    meanings = cache(partial(read_meanings, batch.program, batch.rules))
    alarms = Alarms(batch.program, cache(partial(_past, batch.program, meanings)))
    started = monotonic()
    for chunk in chunks(rows):
        with undisturbed((signal.SIGINT, signal.SIGQUIT)):
            found = decided(batch.program, chunk, alarms)
            for each in found:
                ended.add(each, is_private)
                if not ended.is_misread and isinstance(each, Reject) and not each.is_emergency:
                    ended.is_misread = may_be_misread(
                        batch.program, meanings(), each.row.validated
                    )
            ended.seconds = monotonic() - started
        report(ended.tally.rows)
        yield from found


def _past(program: Program, meanings: Callable[[], Meanings]) -> Past:
    return past_of(program, meanings().recorded, meanings().table)


def _outputs(batch: Batch, stack: ExitStack) -> Callable[[Result | Reject], None]:
    """Open the outputs; return what writes a result or a reject."""
    keep = batch.keep
    result = reject = None
    if batch.output is not None:
        head, encode_result = encoder(batch.form or batch.output.extension, RESULT_FIELDS, keep)
        result = stack.enter_context(
            writing(batch.output, head, is_sorted=batch.is_sorted, is_held=batch.is_strict)
        )
    if batch.rejects is not None:
        head, encode_reject = encoder(batch.rejects.extension, REJECT_FIELDS, keep)
        reject = stack.enter_context(writing(batch.rejects, head, is_sorted=True, is_held=True))

    def put(each: Result | Reject) -> None:
        if isinstance(each, Reject):
            if reject is not None:
                reject(encode_reject(reject_record(each)), rank_of(each))
        elif result is not None:
            result(encode_result(result_record(batch.program, each)), rank_of(each))

    return put


def _private_rules(program: Program) -> frozenset[str]:
    """Return the rules that tell a private answer."""
    return frozenset(
        rule.id
        for rule in program.rules
        if any(may_be_private(program, *part) for part in parts_read(program, rule.when))
    )


@contextmanager
def _progress(inputs: Sequence[Input], source: Source) -> Iterator[Callable[[int], None]]:
    """Show progress on a terminal: how much has been read, the rate, and the time left."""
    if not is_terminal(sys.stderr):
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    total = sum(each.size for each in inputs) or None
    columns = (BarColumn(bar_width=20), TextColumn("{task.description}"), TimeRemainingColumn())
    last = started = monotonic()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)

        def report(rows: int) -> None:
            nonlocal last
            now = monotonic()
            if now - last > _EVERY:
                last = now
                text = f"{rows:,} rows, {rows / (now - started):,.0f} a second"
                progress.update(task, completed=source.bytes_read, description=text)

        yield report


def summary_of(batch: Batch, ended: Ended) -> Mapping[str, object]:
    """Return what became of a batch as a JSON object."""
    tally = ended.tally
    return {
        "schema": "backtriage.batch/1",
        "protocol": batch.program.identity,
        "inputs": [each.name for each in batch.inputs],
        "rows": tally.rows,
        "urgencies": {u.id: tally.urgencies[u] for u in sorted(Urgency, reverse=True)},
        "statuses": dict(sorted(tally.statuses.items())),
        "rejected": sum(tally.rejects.values()),
        "rejected_by_code": dict(sorted(tally.rejects.items())),
        "rejected_emergencies": tally.rejected_emergencies,
        "rules": dict(tally.rules.most_common()),
        "seconds": round(ended.seconds, 3),
        "rows_per_second": round(tally.rows / max(ended.seconds, 1e-9)),
    }
