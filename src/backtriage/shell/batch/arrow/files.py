"""Parquet files: archives in and results out, with a few batches of rows in memory at a time.

A batch is read ahead, and one is written behind, each in a thread of its own, because reading and
writing is most of the work. What goes wrong there is raised where the batch is wanted, and rows
are counted: an archive that ends early is no archive that was read.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from backtriage.batch.column_rows import column_row
from backtriage.batch.columns import COMPANION, known_columns
from backtriage.batch.headers import header_problems
from backtriage.batch.records import columns_of
from backtriage.batch.rows import InvalidTable, Memo, Row
from backtriage.program.program import Program
from backtriage.shell.batch.arrow.cells import ArrowColumn, ArrowType, Rows, is_flag, values_of
from backtriage.shell.batch.arrow.results import TYPES, plain_type
from backtriage.shell.files import ReadError, reason
from backtriage.terms.answers import RESERVED
from backtriage.terms.problem import Location, Problem

if TYPE_CHECKING:
    from backtriage.shell.result_file import ResultFile

ROWS: Final = 32_768
"""Rows of a batch, which are decided together."""
GROUP: Final = 4 * ROWS
"""Rows of a row group that is written."""
_Writer: TypeAlias = Any
"""A `ParquetWriter`, or None before the first batch."""
_SIGNALS: Final = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP)


class Archive:
    """A Parquet file of sheets."""

    def __init__(self, program: Program, name: str, label: str, keep: Collection[str]) -> None:
        """Read what it says of itself.

        Args:
            program: The protocol that its rows answer.
            name: The file.
            label: What messages call it.
            keep: Columns that are no answers.

        Raises:
            ReadError: It is no Parquet file, or cannot be read.
        """
        self.label = label
        with explaining(self.label):
            with pq.ParquetFile(name) as found:
                texts = [
                    column.path
                    for column in map(found.schema.column, range(len(found.schema)))
                    if column.physical_type == "BYTE_ARRAY"
                    and column.path.partition(".")[0] in program.questions
                ]
            # Few answers are different ones, so most texts need not be made.
            self._file = pq.ParquetFile(name, read_dictionary=texts)
        self.schema = self._file.schema_arrow
        self.count: int = self._file.metadata.num_rows
        self.problems = tuple(self._problems(program, keep))

    def _problems(self, program: Program, keep: Collection[str]) -> Iterator[Problem]:
        place = Location(file=self.label)
        known = known_columns(program, keep, RESERVED)
        names = tuple(self.schema.names)
        yield from header_problems(program, known, names, keep, place)
        for field in self.schema:
            name = field.name
            is_doubt = name in known and name.endswith(COMPANION) and name not in keep
            if is_doubt and not is_flag(field.type):
                yield not_a_flag(name, place)

    def batches(self) -> Iterator[Rows]:
        """Yield all rows.

        Raises:
            ReadError: They cannot all be read.
        """
        rows = 0
        with _thread() as pool, explaining(self.label):
            parts = self._parts()
            ahead = pool.submit(next, parts, None)
            while (batch := ahead.result()) is not None:
                ahead = pool.submit(next, parts, None)
                rows += batch.num_rows
                yield batch
        if rows != self.count:
            raise ReadError(f"cannot read {self.label}: it has {rows:,} of {self.count:,} rows")

    def _parts(self) -> Iterator[Rows]:
        # One row group at a time: a dictionary of texts in lists is not read across two.
        for group in range(self._file.num_row_groups):
            yield from self._file.iter_batches(ROWS, row_groups=[group], use_threads=False)


@contextmanager
def explaining(label: str) -> Iterator[None]:
    """Raise `ReadError` for what goes wrong when a file is read."""
    try:
        yield
    except pa.ArrowException as error:
        said = str(error).partition("\n")[0]
        raise ReadError(f"cannot read {label}: {said}") from None
    except OSError as error:
        raise ReadError(f"cannot read {label}: {reason(error)}") from None


def not_a_flag(name: str, place: Location) -> Problem:
    """Return what is wrong with a column of doubts that are not true or false."""
    return Problem(
        code="A102", message=f"the column '{name}' is not true or false", location=place,
        hint="true stands for an answer that is not sure",
    )  # fmt: skip


def archive_rows(
    program: Program, archive: Archive, keep: Collection[str], read: Callable[[int], None]
) -> Iterator[Row]:  # fmt: skip
    """Return the rows of an archive one by one, for outputs that are no Parquet.

    Args:
        program: The protocol that they answer.
        archive: The archive.
        keep: Columns that are no answers.
        read: Is told how many rows were read.

    Raises:
        InvalidTable: Its columns are not those of this protocol; no row has been read.
    """
    if archive.problems:
        rows = _rows(program, archive, (), read, archive.problems[:1])
        raise InvalidTable(archive.problems, rows)
    return _rows(program, archive, keep, read)


def _rows(
    program: Program, archive: Archive, keep: Collection[str],
    read: Callable[[int], None],
    problems: tuple[Problem, ...] = (),
) -> Iterator[Row]:  # fmt: skip
    parse, first = Memo(), 1
    for batch in archive.batches():
        columns = map(values_of, batch.columns)
        for number, cells in enumerate(zip(*columns, strict=True), start=first):
            row = zip(batch.schema.names, cells, strict=True)
            yield column_row(program, number, archive.label, row, keep, parse, problems)
        first += batch.num_rows
        read(batch.num_rows)


@contextmanager
def _thread() -> Iterator[ThreadPoolExecutor]:
    """Run a thread that no signal is delivered to: they are for the one that can heed them."""
    block = partial(signal.pthread_sigmask, signal.SIG_BLOCK, _SIGNALS)
    with ThreadPoolExecutor(1, initializer=block) as pool:
        yield pool


class _Output:
    """A Parquet file, of which a row group is written while the next one is made."""

    def __init__(self, target: IO[bytes], pool: ThreadPoolExecutor) -> None:
        self._target = target
        self._pool = pool
        self._writer: _Writer = None
        self._some: list[Rows] = []
        self._count = 0
        self._behind: Future[None] | None = None

    def put(self, rows: Rows) -> None:
        """Write rows, some time."""
        self._some.append(rows)
        self._count += rows.num_rows
        if self._count >= GROUP:
            self._flush()

    def end(self) -> None:
        """Write what is left, and the end of the file."""
        if self._some:
            self._flush()
        self._wait()
        if self._writer is not None:
            self._writer.close()

    def abandon(self) -> None:
        """Give up: the file must not be ended, and what else goes wrong cannot matter."""
        with suppress(Exception):
            self._wait()
        if self._writer is not None:
            self._writer.is_open = False

    def _flush(self) -> None:
        self._wait()
        some, self._some, self._count = self._some, [], 0
        self._behind = self._pool.submit(self._write, pa.Table.from_batches(some))

    def _wait(self) -> None:
        """Wait for what is being written. Raises whatever goes wrong there."""
        if self._behind is not None:
            self._behind.result()

    def _write(self, table: ArrowColumn) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._target, table.schema)
        self._writer.write_table(table, row_group_size=GROUP)


@contextmanager
def writing_batches(file: ResultFile) -> Iterator[Callable[[Rows], None]]:
    """Write batches of the same columns to a file, which gets its name at the end.

    Raises:
        WriteError: It cannot be written.
    """
    with file.writing() as target, _thread() as pool:
        output = _Output(target, pool)
        try:
            yield output.put
            output.end()
        except BaseException:
            output.abandon()
            raise


def write_records(
    fields: Sequence[str], keep: Sequence[str], lines: IO[bytes], target: IO[bytes]
) -> None:
    """Write records as Parquet.

    Args:
        fields: The fields of each.
        keep: Columns that are carried over: numbers only if all of them are.
        lines: The records as lines of JSON.
        target: The file.
    """
    names = columns_of(fields, keep)
    kinds: dict[str, set[type]] = {name: set() for name in keep}
    for line in lines:
        record = json.loads(line)
        for name in keep:
            kinds[name].add(type(record.get(name)))
    types = {name: _type_of(found - {type(None)}) for name, found in kinds.items()}
    schema = pa.schema([(name, types.get(name) or plain_type(TYPES[name])) for name in names])
    lines.seek(0)
    with pq.ParquetWriter(target, schema) as writer:
        for some in _chunks(lines):
            records = [json.loads(line) for line in some]
            for name in keep:
                for record in records:
                    value = record.get(name)
                    if value is not None and types[name] == pa.string():
                        record[name] = value if isinstance(value, str) else json.dumps(value)
            writer.write_table(pa.Table.from_pylist(records, schema))


def _type_of(found: set[type]) -> ArrowType:
    if found == {bool}:
        return pa.bool_()
    if found == {int}:
        return pa.int64()
    return pa.float64() if found and found <= {int, float} else pa.string()


def _chunks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    some: list[bytes] = []
    for line in lines:
        some.append(line)
        if len(some) == ROWS:
            yield some
            some = []
    if some:
        yield some
