"""Whatever stops a batch, it says every certain emergency that it could read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.batch.csv_rows import csv_rows
from backtriage.batch.decisions import AnyRow
from backtriage.batch.rows import InvalidTable, Row
from backtriage.decide.assessment import assess
from backtriage.render.batch import MAX_REJECTS, emergency_lines
from backtriage.shell.batch.ended import Ended
from backtriage.shell.batch.inputs import Source, inputs_of
from backtriage.shell.batch.running import Batch, NoRowsError, StrictError, run
from backtriage.shell.files import ReadError, WriteError
from backtriage.shell.result_file import ResultFile
from backtriage.terms.urgency import Urgency
from tests.properties.test_alarms import is_emergency
from tests.support.protocols import SHIPPED, shipped
from tests.support.tier import examples

HEADERS = {
    "good": "ref,answering_for,age,collapse",
    "unknown": "ref,answering_for,age,bogus,collapse",
    "twice": "ref,age,age,collapse",
    "older": "ref,answering_for,age,danger",
    "semicolons": "ref;answering_for;age;collapse",
}

ROWS = (
    "self,40,chest", "self,40,none", "self,40,", "self,999,chest", "self,999,none",
    "self,4O,chset", "self,40,,chest", "self,chest", "chest", "self,40,none,none",
    '"self,40,chest', 'self,"40"x,chest', "self,40,ch\udcffst", "nobody,40,chest?", ",,",
    "self,40,chest,", "self,40", "self,40,breath;faint",
)  # fmt: skip

STOPS = (KeyboardInterrupt, SystemExit, ReadError)


def lines_of(header: str, rows: Sequence[str], first: int) -> list[str]:
    """Return the lines of a table, whose people have numbers."""
    mark = ";" if ";" in header else ","
    body = [f"P{first + at},{row}".replace(",", mark) for at, row in enumerate(rows)]
    return [f"{line}\n" for line in (header, *body)]


def alone(header: str, line: str) -> Row:
    """Return the row of a table that has no other."""
    try:
        rows = csv_rows(shipped(), [header, line], "day.csv")
    except InvalidTable as error:
        rows = iter(error.rows)
    return next(rows)


@cache
def is_certain(header: str, line: str) -> bool:
    """Return whether somebody certainly is an emergency by what `assess` makes of the row."""
    row = alone(header, line)
    if row.validated.is_valid:
        return assess(shipped(), row.validated.answers).certain is Urgency.EMERGENCY
    return any(map(is_emergency, row.readings))


@contextmanager
def stopping(stop: type[BaseException] | None, at: int) -> Iterator[None]:
    """Stop the reading before a row, as a signal does, or a file that is gone."""
    before = Source.rows

    def rows(source: Source) -> Iterator[AnyRow]:
        for number, row in enumerate(before(source)):
            if stop is ReadError and number == at:
                source.error = ReadError("gone")
                return
            if stop is not None and number == at:
                raise stop
            yield row

    with patch.object(Source, "rows", rows):
        yield


tables = st.lists(
    st.tuples(
        st.sampled_from([*HEADERS.values(), *[HEADERS["good"]] * 5]),
        st.lists(st.sampled_from(ROWS), min_size=1, max_size=12),
    ),
    min_size=1, max_size=3,
)  # fmt: skip


@settings(max_examples=examples(), deadline=None)
@given(
    tables=tables, is_strict=st.booleans(), is_sorted=st.booleans(),
    output=st.sampled_from([None, "o.csv", "/dev/full", "/dev/null"]),
    stop=st.sampled_from([None, *STOPS]), at=st.integers(0, 20), kept=st.sampled_from([1, 3, 200]),
)  # fmt: skip
def test_every_certain_emergency_is_said_or_counted(  # noqa: PLR0913 - whatever stops a batch
    *, tables: list[tuple[str, list[str]]], is_strict: bool, is_sorted: bool, output: str | None,
    stop: type[BaseException] | None, at: int, kept: int,
) -> None:  # fmt: skip
    every, certain = 0, set()
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for number, (header, rows) in enumerate(tables):
            lines = lines_of(header, rows, every)
            path = Path(folder) / f"{number}.csv"
            path.write_bytes("".join(lines).encode(errors="surrogateescape"))
            names.append(str(path))
            for line in lines[1:]:
                if (stop is None or every < at) and is_certain(lines[0], line):
                    certain.add(f"P{every}")
                every += 1
        file = None
        if output is not None:
            name = str(Path(folder) / output)
            file = ResultFile(name=name, extensions=(".csv",), is_forced=True)
        batch = Batch(
            program=shipped(), rules=SHIPPED, inputs=inputs_of(names), output=file, form=".csv",
            is_strict=is_strict, is_sorted=is_sorted,
        )  # fmt: skip
        ended = Ended()
        with (
            stopping(stop, at),
            patch("backtriage.shell.batch.ended._MOST_KEPT", kept),
            suppress(InvalidTable, StrictError, WriteError, NoRowsError, *STOPS),
        ):
            run(batch, ended)

    ended.sort()
    said = [*emergency_lines(shipped(), ended.shown, ended.rejected, ended.tally, None)]
    counted = ended.tally.certain_emergencies + ended.tally.rejected_emergencies
    assert counted == len(certain)
    assert [line for line in said if "could be read" in line] == said[: bool(certain)]
    if kept > MAX_REJECTS >= len(certain) > 0:
        _, _, people = said[0].rstrip(".").partition(": ")
        assert set(people.split(", ")) == certain
