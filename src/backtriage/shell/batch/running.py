"""Running a batch: rows in, results and rejects out, and what became of them all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from backtriage.batch.rows import InvalidTable
from backtriage.decide.assessment import assess_readable
from backtriage.program.private import may_be_private, parts_read
from backtriage.program.program import Program
from backtriage.shell.batch.inputs import Input, ReadSoFar, rows_of
from backtriage.shell.batch.outputs import writing
from backtriage.shell.files import WriteError
from backtriage.shell.older_sheets import (
    Meanings,
    assess_as_older,
    may_be_misread,
    read_meanings,
)
from backtriage.shell.output import is_terminal
from backtriage.terms.urgency import Urgency

if TYPE_CHECKING:
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
    is_misread: bool = False
    """Whether nobody can tell here what some older answers meant."""

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
        """Put the most urgent first: of the emergencies those that are certain."""
        self.shown.sort(key=lambda result: -rank_of(result))
        self.rejected.sort(key=lambda reject: -reject.rank)


def rank_of(each: Result | Reject) -> int:
    """Return how early somebody comes where the most urgent come first."""
    if isinstance(each, Reject):
        return each.rank
    return 2 * each.outcome.possible + (each.outcome.certain is Urgency.EMERGENCY)


def run(batch: Batch, ended: Ended, alarm: Callable[[], None] = lambda: None) -> None:
    """Run a batch.

    Args:
        batch: What to do.
        ended: Is told what became of it, also of what was done before an error.
        alarm: Is called at the first certain emergency that `ended` has of what is refused as a
            whole: reading the rest may take long.

    Raises:
        ReadError: An input can no longer be read.
        InvalidTable: The header of a table does not fit. Nothing is written, but every row has
            been looked at for an emergency.
        WriteError: An output cannot be written; the old one is there.
        StrictError: A row was rejected where none may be. The same.
        NoRowsError: There is no row.
    """
    started, meter = monotonic(), ReadSoFar()
    is_private = _private_rules(batch.program).__contains__
    with ExitStack() as stack:
        report = stack.enter_context(_progress(batch.inputs, meter))
        put = _outputs(batch, stack)
        older = cache(partial(read_meanings, batch.program, batch.rules))
        certain_of = partial(_certain, batch.program, older, ended)
        try:
            rows = rows_of(batch.program, batch.inputs, batch.keep, meter)
        except InvalidTable as error:
            for each in decided(batch.program, error.rows, certain_of):
                if _is_emergency(each):
                    ended.add(each, is_private)
                    if ended.tally.rows == 1:
                        alarm()
            raise
        wrong: StrictError | WriteError | None = None
        for each in decided(batch.program, rows, certain_of):
            ended.add(each, is_private)
            if wrong is None:  # else the rest is only looked at for emergencies
                wrong = _put(each, put, is_strict=batch.is_strict)
            report(ended.tally.rows)
        if wrong is not None:
            raise wrong
        if not ended.tally.rows:
            raise NoRowsError
    ended.sort()
    ended.seconds = monotonic() - started


def _put(
    each: Result | Reject, put: Callable[[Result | Reject], None], *, is_strict: bool
) -> StrictError | WriteError | None:
    """Write a result or a reject; return why that cannot be done."""
    if is_strict and isinstance(each, Reject):
        return StrictError(each)
    try:
        put(each)
    except WriteError as error:
        return error
    return None


def _is_emergency(each: Result | Reject) -> bool:
    found = each.certain if isinstance(each, Reject) else each.outcome.certain
    return found is Urgency.EMERGENCY


def _outputs(batch: Batch, stack: ExitStack) -> Callable[[Result | Reject], None]:
    """Open the outputs; return what writes a result or a reject."""
    keep = batch.keep
    result = reject = None
    if batch.output is not None:
        head, encode_result = encoder(batch.form or batch.output.extension, RESULT_FIELDS, keep)
        result = stack.enter_context(writing(batch.output, head, is_sorted=batch.is_sorted,
                                             is_held=batch.is_strict))  # fmt: skip
    if batch.rejects is not None:
        head, encode_reject = encoder(batch.rejects.extension, REJECT_FIELDS, keep)
        reject = stack.enter_context(writing(batch.rejects, head, is_sorted=True))

    def put(each: Result | Reject) -> None:
        if isinstance(each, Reject):
            if reject is not None:
                reject(encode_reject(reject_record(each)), rank_of(each))
        elif result is not None:
            result(encode_result(result_record(batch.program, each)), rank_of(each))

    return put


def _certain(
    program: Program, older: Callable[[], Meanings], ended: Ended, sheet: ValidatedSheet
) -> Urgency:
    """Return the certain urgency of what can be read of a refused sheet."""
    found = assess_readable(program, sheet)
    if found.certain is not Urgency.EMERGENCY:
        found = assess_as_older(program, older(), sheet) or found
    if found.certain is not Urgency.EMERGENCY and not ended.is_misread:
        ended.is_misread = may_be_misread(program, older(), sheet)
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
