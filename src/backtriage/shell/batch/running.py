"""Running a batch: rows in, results and rejects out, and what became of them all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from backtriage.batch.decisions import Reject, Result, Tally, decided
from backtriage.batch.records import (
    REJECT_FIELDS,
    RESULT_FIELDS,
    encoder,
    reject_record,
    result_record,
)
from backtriage.decide.assessment import assess_readable
from backtriage.program.private import may_be_private, parts_read
from backtriage.program.program import Program
from backtriage.shell.batch.inputs import Input, ReadSoFar, rows_of
from backtriage.shell.batch.outputs import writing
from backtriage.shell.older_sheets import Meanings, assess_as_older, read_meanings
from backtriage.shell.output import is_terminal
from backtriage.terms.urgency import Urgency

if TYPE_CHECKING:
    from backtriage.batch.rows import Row
    from backtriage.program.validate import ValidatedSheet
    from backtriage.shell.result_file import ResultFile

_MOST_KEPT: Final = 200
"""Results and rejects that are kept to be shown."""
_EVERY: Final = 0.2
"""Seconds between two reports of progress."""


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
    """The most urgent results, in input order within each urgency."""
    rejected: list[Reject] = field(default_factory=list)
    """The first rejects, emergencies first."""

    def add(self, each: Result | Reject, is_private: Callable[[str], bool]) -> None:
        """Count a row, and keep it as long as it is among those that a person would read."""
        self.tally.add(each, is_private)
        if isinstance(each, Result):
            self.shown.append(each)
        else:
            self.rejected.append(each)
        if max(len(self.shown), len(self.rejected)) >= 2 * _MOST_KEPT:
            self.sort()
            del self.shown[_MOST_KEPT:], self.rejected[_MOST_KEPT:]

    def sort(self) -> None:
        """Put the most urgent first."""
        self.shown.sort(key=lambda result: -result.outcome.possible)
        self.rejected.sort(key=lambda reject: reject.certain is not Urgency.EMERGENCY)


def run(batch: Batch, ended: Ended) -> None:
    """Run a batch.

    Args:
        batch: What to do.
        ended: Is told what became of it, also of what was done before an error.

    Raises:
        ReadError: An input can no longer be read.
        InvalidTable: The header of a table does not fit. Nothing has been decided.
        WriteError: An output cannot be written; the old one is there.
        StrictError: A row was rejected where none may be.
        NoRowsError: There is no row.
    """
    started, meter = monotonic(), ReadSoFar()
    is_private = _private_rules(batch.program).__contains__
    with ExitStack() as stack:
        report = stack.enter_context(_progress(batch.inputs, meter))
        put = _outputs(batch, stack)
        rows = rows_of(batch.program, batch.inputs, batch.keep, meter)
        older = cache(partial(read_meanings, batch.program, batch.rules))
        for each in decided(batch.program, rows, partial(_certain, batch.program, older)):
            if batch.is_strict and isinstance(each, Reject):
                raise StrictError(each)
            ended.add(each, is_private)
            put(each)
            report(ended.tally.rows)
        if not ended.tally.rows:
            raise NoRowsError
    ended.sort()
    ended.seconds = monotonic() - started


def emergencies_in(batch: Batch, rows: Iterable[Row]) -> Iterator[Reject]:
    """Yield the rows of a table that is refused which certainly are an emergency."""
    older = cache(partial(read_meanings, batch.program, batch.rules))
    certain_of = partial(_certain, batch.program, older)
    for each in decided(batch.program, rows, certain_of):
        if isinstance(each, Reject) and each.certain is Urgency.EMERGENCY:
            yield each


def _outputs(batch: Batch, stack: ExitStack) -> Callable[[Result | Reject], None]:
    """Open the outputs; return what writes a result or a reject."""
    keep = batch.keep
    result = reject = None
    if batch.output is not None:
        head, encode_result = encoder(batch.form or batch.output.extension, RESULT_FIELDS, keep)
        result = stack.enter_context(writing(batch.output, head, is_sorted=batch.is_sorted))
    if batch.rejects is not None:
        head, encode_reject = encoder(batch.rejects.extension, REJECT_FIELDS, keep)
        reject = stack.enter_context(writing(batch.rejects, head, is_sorted=True))

    def put(each: Result | Reject) -> None:
        if isinstance(each, Reject):
            if reject is not None:
                reject(encode_reject(reject_record(each)), each.certain)
        elif result is not None:
            result(encode_result(result_record(batch.program, each)), each.outcome.possible)

    return put


def _certain(program: Program, older: Callable[[], Meanings], sheet: ValidatedSheet) -> Urgency:
    """Return the certain urgency of what can be read of a refused sheet."""
    found = assess_readable(program, sheet)
    if found.certain is not Urgency.EMERGENCY:
        found = assess_as_older(program, older(), sheet) or found
    return found.certain


def _private_rules(program: Program) -> frozenset[str]:
    """Return the rules that tell a private answer."""
    return frozenset(
        rule.id
        for rule in program.rules
        if any(may_be_private(program, *part) for part in parts_read(program, rule.when))
    )


@contextmanager
def _progress(inputs: Sequence[Input], meter: ReadSoFar) -> Iterator[Callable[[int], None]]:
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
                progress.update(task, completed=meter.bytes_read, description=text)

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
