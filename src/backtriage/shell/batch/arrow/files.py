"""Archives of sheets in Parquet, read with a few batches of rows in memory at a time.

A batch is read ahead in a thread of its own, because reading is most of the work. What goes wrong
there is raised where the batch is wanted, and rows are counted: an archive that ends early is no
archive that was read.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec.structs import replace

from backtriage.batch.column_rows import column_row
from backtriage.batch.columns import known_columns
from backtriage.batch.headers import as_known, header_problems
from backtriage.batch.rows import InvalidTable, Memo, Row
from backtriage.program.program import Program
from backtriage.shell.batch.answer_folders import local, unread_folders
from backtriage.shell.batch.arrow.cells import ArrowColumn, Rows, is_flag, values_of
from backtriage.shell.files import ReadError, reason
from backtriage.terms.answers import COMPANION, RESERVED
from backtriage.terms.printable import visible
from backtriage.terms.problem import Location, Problem

ROWS: Final = 32_768
"""Rows of a batch, which are decided together."""
MOST_BYTES: Final = 64 * 1024 * 1024
"""How much the texts of a batch may take that are read as they are."""
_DAMAGE: Final = (pa.ArrowException, OSError)
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
        self._name = name
        with explaining(self.label):
            with opened(self._name) as found:
                columns = [*map(found.schema.column, range(len(found.schema)))]
            texts = [column.path for column in columns if column.physical_type == "BYTE_ARRAY"]
            few = [text for text in texts if text.partition(".")[0] in program.questions]
            # Few answers are different ones, so most texts need not be made.
            self._file = opened(self._name, few)
            self._others = frozenset(texts) - frozenset(few)
        self.schema = self._file.schema_arrow
        self.count: int = self._file.metadata.num_rows
        self.problems = tuple(self._problems(program, keep))
        self._damage: Exception | None = None

    def _problems(self, program: Program, keep: Collection[str]) -> Iterator[Problem]:
        place = Location(file=self.label)
        known = known_columns(program, keep, RESERVED)
        hint = "name the folder around it with --engine spark, or keep the file elsewhere"
        answers = known_columns(program, (), RESERVED)
        for problem in unread_folders(self._name, answers, hint):
            yield replace(problem, location=place)
        names = tuple(self.schema.names)
        yield from header_problems(program, known, names, keep, place)
        for field in self.schema:
            name = field.name
            is_doubt = name in known and name.endswith(COMPANION) and name not in keep
            if is_doubt and not is_flag(field.type):
                yield not_a_flag(name, place)

    def batches(self) -> Iterator[Rows]:
        """Yield all rows. An answer that cannot be read is missing there.

        Raises:
            ReadError: They cannot all be read; raised at the end, so that nobody in the rest is
                overlooked.
        """
        rows = 0
        with thread() as pool, explaining(self.label):
            parts = self._parts()
            ahead = pool.submit(next, parts, None)
            while (batch := ahead.result()) is not None:
                ahead = pool.submit(next, parts, None)
                rows += batch.num_rows
                yield batch
            if self._damage is not None:
                raise self._damage
        if rows != self.count:
            raise ReadError(f"cannot read {self.label}: it has {rows:,} of {self.count:,} rows")

    def _parts(self) -> Iterator[Rows]:
        # One row group at a time: a dictionary of texts in lists is not read across two.
        for group in range(self._file.num_row_groups):
            done = 0
            try:
                many = self._rows_at_once(group)
                for rows in self._file.iter_batches(many, row_groups=[group], use_threads=False):
                    yield rows
                    done += rows.num_rows
            except _DAMAGE as error:
                self._damage = self._damage or error
                yield from self._intact(group).slice(done).to_batches(ROWS)

    def _rows_at_once(self, group: int) -> int:
        """Return how many rows of a group to read together: one long text may stand for many."""
        found, longest = self._file.metadata.row_group(group), 0
        for chunk in map(found.column, range(found.num_columns)):
            most = chunk.total_uncompressed_size * min(ROWS, found.num_rows)
            is_other = chunk.path_in_schema in self._others
            if is_other and chunk.has_dictionary_page and most > MOST_BYTES:
                longest += self._longest(group, chunk.path_in_schema)
        return max(1, min(ROWS, MOST_BYTES // max(1, longest)))

    def _longest(self, group: int, path: str) -> int:
        """Return the length in bytes of the longest text that stands for several rows."""
        with opened(self._name, [path]) as file:
            batches = file.iter_batches(1, row_groups=[group], columns=[path], use_threads=False)
            lengths = [
                pc.max(pc.binary_length(text.dictionary)).as_py() or 0
                for rows in islice(batches, 1)
                for text in map(_innermost, rows.columns)
                if pa.types.is_dictionary(text.type)
            ]
        return sum(lengths)

    def _intact(self, group: int) -> ArrowColumn:
        """Return what can be read of a damaged row group, and nothing for its other columns."""
        count, columns = self._file.metadata.row_group(group).num_rows, {}
        for name in self.schema.names:
            with suppress(*_DAMAGE):
                read = self._file.read_row_group(group, columns=[name], use_threads=False)
                columns[name] = iter(read.columns)
        found = [
            next(columns.get(field.name, iter(())), pa.nulls(count, field.type))
            for field in self.schema
        ]
        return pa.table(found, schema=self.schema)


def opened(name: str | Path, few: Sequence[str] = ()) -> pq.ParquetFile:
    """Open a file, whose pages are compared with their checksums where it has any.

    Args:
        name: The file.
        few: The columns of which few values are different ones.
    """
    return pq.ParquetFile(local(name), read_dictionary=[*few], page_checksum_verification=True)


def _innermost(column: ArrowColumn) -> ArrowColumn:
    """Return the texts of a column that has been read for nothing else."""
    if pa.types.is_struct(column.type):
        return _innermost(column.field(0))
    return _innermost(column.values) if pa.types.is_nested(column.type) else column


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


def columns_in(path: Path) -> frozenset[str]:
    """Return the names of the columns of a file. Raises `ReadError`."""
    with explaining(visible(str(path))):
        return frozenset(pq.read_schema(local(path)).names)


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
    names: Sequence[str] = archive.schema.names
    if problems:
        names = as_known(known_columns(program, (), RESERVED), names)
    for batch in archive.batches():
        columns = map(values_of, batch.columns)
        for number, cells in enumerate(zip(*columns, strict=True), start=first):
            row = zip(names, cells, strict=True)
            yield column_row(program, number, archive.label, row, keep, parse, problems)
        first += batch.num_rows
        read(batch.num_rows)


@contextmanager
def thread() -> Iterator[ThreadPoolExecutor]:
    """Run a thread that no signal is delivered to: they are for the one that can heed them."""
    block = partial(signal.pthread_sigmask, signal.SIG_BLOCK, _SIGNALS)
    with ThreadPoolExecutor(1, initializer=block) as pool:
        yield pool
