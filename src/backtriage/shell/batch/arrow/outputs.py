"""Results in Parquet, written with a few batches of rows in memory at a time.

A row group is written in a thread of its own while the next one is made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, Final, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from backtriage.batch.records import columns_of
from backtriage.shell.batch.arrow.cells import ArrowColumn, ArrowType, Rows
from backtriage.shell.batch.arrow.files import MOST_BYTES, ROWS, thread
from backtriage.shell.batch.arrow.results import TYPES, plain_type

if TYPE_CHECKING:
    from backtriage.shell.result_file import ResultFile

GROUP: Final = 4 * ROWS
"""Rows of a row group, unless they take more than four times `MOST_BYTES`."""
_Writer: TypeAlias = Any
"""A `ParquetWriter`, or None before the first batch."""


class _Output:
    """A Parquet file, of which a row group is written while the next one is made."""

    def __init__(self, target: IO[bytes], pool: ThreadPoolExecutor) -> None:
        self._target = target
        self._pool = pool
        self._writer: _Writer = None
        self._some: list[Rows] = []
        self._count = self._size = 0
        self._behind: Future[None] | None = None

    def put(self, rows: Rows) -> None:
        """Write rows, some time."""
        self._some.append(rows)
        self._count += rows.num_rows
        self._size += rows.nbytes
        if self._count >= GROUP or self._size >= 4 * MOST_BYTES:
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
        some, self._some, self._count, self._size = self._some, [], 0, 0
        self._behind = self._pool.submit(self._write, pa.Table.from_batches(some))

    def _wait(self) -> None:
        """Wait for what is being written. Raises whatever goes wrong there."""
        if self._behind is not None:
            self._behind.result()

    def _write(self, table: ArrowColumn) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._target, table.schema, write_page_checksum=True)
        self._writer.write_table(table, row_group_size=GROUP)


@contextmanager
def writing_batches(file: ResultFile) -> Iterator[Callable[[Rows], None]]:
    """Write batches of the same columns to a file, which gets its name at the end.

    Raises:
        WriteError: It cannot be written.
    """
    with file.writing() as target, thread() as pool:
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
    with pq.ParquetWriter(target, schema, write_page_checksum=True) as writer:
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
