"""Running a batch again beside the results of an earlier run: `--compare` and `--verify`.

The earlier results wait in a temporary file, so memory does not grow with them, and they may be in
any order.
"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from backtriage.batch.decisions import Decided, Reject
from backtriage.batch.earlier import (
    COMPARED_FIELDS,
    NEEDED,
    NO_RESULT,
    NO_ROW,
    SAME,
    VERIFIED,
    VERIFIED_FIELDS,
    Change,
    Changes,
    Values,
    compared,
    key_of,
    verified,
)
from backtriage.batch.records import ResultEncoder, encoder, result_record
from backtriage.batch.result_files import Found, checked, csv_results, json_results, reader
from backtriage.batch.rows import InvalidTable
from backtriage.shell.batch import running
from backtriage.shell.batch.encodings import readable_lines
from backtriage.shell.batch.ended import Ended
from backtriage.shell.batch.inputs import Input, lines_of
from backtriage.shell.batch.outputs import writing
from backtriage.shell.batch.running import Batch, Put, rejecting
from backtriage.shell.files import WriteError
from backtriage.terms.problem import Location, Problem

if TYPE_CHECKING:
    from backtriage.shell.batch.arrow.cells import Rows
    from backtriage.shell.batch.resuming import ResultPart

IN_COLUMNS: Final = (*NEEDED, "ref", "certain", "reasons", "doubts", "open", "digest")
"""The fields of a result of now that are compared; the others take most of the time."""
_CACHE: Final = "PRAGMA cache_size=-20000"
"""20 MB."""


def run(
    batch: Batch, ended: Ended, alarm: Callable[[], None] = lambda: None,
    waiting: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Run a batch as `running.run` does, but write what has become of each earlier result.

    Raises:
        InvalidTable: The results cannot be read either. Nothing was written.
    """
    earlier = batch.earlier
    every = (*batch.inputs, *([earlier] if earlier is not None else []))
    by_rows = partial(_row_outputs, ended)
    if all(each.kind == "parquet" for each in every):
        from backtriage.shell.batch import column_running

        fields = batch.fields if batch.is_verified else IN_COLUMNS
        batch = dataclasses.replace(batch, fields=fields)
        openings = (partial(_column_outputs, ended), by_rows)
        column_running.run(batch, ended, alarm, waiting, openings)
    else:
        running.run(batch, ended, alarm, waiting, by_rows)
    if ended.changes is not None:
        ended.changes.sort()


def _row_outputs(ended: Ended, batch: Batch, stack: ExitStack, _: ResultPart | None) -> Put:
    """Open the outputs; return what compares a result with its own, or writes a reject."""
    is_csv = batch.earlier is not None and batch.earlier.kind == "csv"
    form = ".csv" if is_csv else ".jsonl"
    encode = ResultEncoder(batch.program, form, batch.keep)
    read = reader(form, encode.head)
    put_reject = rejecting(batch, stack)
    beside = _comparing(ended, batch, stack)

    def put(each: Decided) -> None:
        if isinstance(each, Reject):
            put_reject(each)
        else:
            beside(read(encode(each)), partial(result_record, batch.program, each))

    return put


def _column_outputs(ended: Ended, batch: Batch, stack: ExitStack) -> Callable[[Rows], None]:
    """Open the output; return what compares results with theirs."""
    from backtriage.shell.batch.arrow.results import records_of

    beside = _comparing(ended, batch, stack)

    def put(rows: Rows) -> None:
        for values in records_of(rows):
            beside(values, partial(dict, values))

    return put


def _comparing(
    ended: Ended, batch: Batch, stack: ExitStack
) -> Callable[[Values, Callable[[], Values]], None]:
    """Read the earlier results; return what compares a result, which it reads when it changed."""
    file, program, keep = batch.earlier, batch.program, batch.keep
    if file is None:
        raise AssertionError("there are no earlier results")
    changes = ended.changes = Changes(file=file.label, is_verified=batch.is_verified)
    with _explaining():
        earlier = stack.enter_context(_stored(file, VERIFIED if batch.is_verified else NEEDED))
    write = _writing(batch, stack)

    def add(change: Change) -> None:
        changes.add(change)
        write(change)

    def beside(now: Values, whole: Callable[[], Values]) -> None:
        with _explaining():
            then = earlier.take(key_of(now))
        if then is None:
            change = Change(kind=NO_RESULT, now=now)
        else:
            changes.same_rules += then.get("digest") == program.digest
            change = (
                verified(program, then, now)
                if batch.is_verified
                else compared(program, then, now, keep)
            )
        # In a change, values are what they are, and not what is read of a CSV file.
        add(change if change.kind == SAME else replace(change, now=whole()))

    def end() -> None:
        with _explaining():
            for values in earlier.left():
                add(Change(kind=NO_ROW, now={**values, "row": int(values["row"])}))

    stack.enter_context(_at_end(end))
    return beside


@contextmanager
def _at_end(end: Callable[[], None]) -> Iterator[None]:
    """Do something at the end, unless there is an error."""
    yield
    end()


def _writing(batch: Batch, stack: ExitStack) -> Callable[[Change], None]:
    """Open the file of changes, if there is one; return what writes one that is none."""
    if batch.output is None:
        return lambda _: None
    fields = VERIFIED_FIELDS if batch.is_verified else COMPARED_FIELDS
    head, encode = encoder(batch.extension, fields, batch.keep)
    write = stack.enter_context(writing(batch.output, head, is_sorted=True, is_held=True))

    def put(change: Change) -> None:
        if change.kind != SAME:
            write(encode(change.record(fields, batch.keep)), change.rank)

    return put


class _Stored:
    """Results by their row, in a file that nobody else can open."""

    def __init__(self) -> None:
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.execute(_CACHE)
        self._rows.execute("PRAGMA journal_mode=OFF")
        self._rows.execute("CREATE TABLE earlier (key TEXT, value TEXT)")

    def fill(self, results: Iterator[Values]) -> str:
        """Store results; return the row that has two, or ""."""
        self._rows.execute("BEGIN")
        rows = ((key_of(values), json.dumps(values)) for values in results)
        self._rows.executemany("INSERT INTO earlier VALUES (?, ?)", rows)
        self._rows.execute("COMMIT")
        self._rows.execute("CREATE INDEX by_key ON earlier (key)")
        twice = "SELECT key FROM earlier GROUP BY key HAVING COUNT(*) > 1 LIMIT 1"
        found: tuple[str] | None = self._rows.execute(twice).fetchone()
        return "" if found is None else found[0]

    def take(self, key: str) -> Values | None:
        """Return the result of a row, which is taken out, or None."""
        found = self._rows.execute("SELECT rowid, value FROM earlier WHERE key = ?", (key,))
        row = found.fetchone()
        if row is None:
            return None
        self._rows.execute("DELETE FROM earlier WHERE rowid = ?", (row[0],))
        values: Values = json.loads(row[1])
        return values

    def left(self) -> Iterator[Values]:
        """Yield the results that were not taken."""
        for (value,) in self._rows.execute("SELECT value FROM earlier ORDER BY rowid"):
            yield json.loads(value)

    def close(self) -> None:
        """Remove the file."""
        self._rows.close()


@contextmanager
def _stored(file: Input, needed: tuple[str, ...]) -> Iterator[_Stored]:
    """Read a file of results. Raises `ReadError` or `InvalidTable`."""
    stored = _Stored()
    try:
        problems: list[Problem] = []
        found, why = _found(file)
        if why is not None:
            raise InvalidTable((why,))
        twice = stored.fill(checked(found, file.label, needed, problems))
        if twice and not problems:
            problems.append(Problem(
                code="A118", message="this is no result of one batch: a row has two results",
                location=Location(file=file.label),
                hint="name a file that one run of 'backtriage batch --output' has written",
            ))  # fmt: skip
        if problems:
            raise InvalidTable(tuple(problems))
        yield stored
    finally:
        stored.close()


def _found(file: Input) -> tuple[Iterator[Found], Problem | None]:
    """Return the results of a file, and why it is refused whatever it says."""
    if file.kind == "parquet":
        return _archived(file), None
    lines, why = readable_lines(lines_of(file))
    if file.kind == "jsonl":
        return json_results(lines), why
    return csv_results(line.decode(errors="backslashreplace") for line in lines), why


def _archived(file: Input) -> Iterator[Found]:
    from backtriage.shell.batch.arrow.files import explaining
    from backtriage.shell.batch.arrow.results import results_in

    with explaining(file.label):
        yield from results_in(file.name)


@contextmanager
def _explaining() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        message = f"cannot write a temporary file for the earlier results: {error}"
        raise WriteError(f"{message}; TMPDIR names a folder with more room") from None
