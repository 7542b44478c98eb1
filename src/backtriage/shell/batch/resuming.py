"""The part of a result that a stopped run leaves, and how far it is: what `--resume` goes on with.

A part is two files beside the result, readable by their owner only. A mark says how many rows are
in the part, and is replaced as a whole after each chunk: what the part has beyond it is written
again. A part goes on only with the same rules, inputs and columns.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from errno import EPERM
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import IO, Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta, Struct

from backtriage.batch.decisions import AnyRow, Result, Tally
from backtriage.batch.rows import Row
from backtriage.shell.batch.inputs import PARQUET, Input
from backtriage.shell.files import ReadError, WriteError, name_file, reason, write_private
from backtriage.shell.private import check_private
from backtriage.shell.reading import inherited_descriptor, open_regular, read_descriptor
from backtriage.shell.result_file import ResultFile
from backtriage.terms.printable import visible
from backtriage.terms.urgency import Urgency

_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_MAX_MARK: Final = 16 * 1024 * 1024
"""In bytes; names of files are all that makes one long."""

_Count: TypeAlias = Annotated[int, Meta(ge=0)]
_AnUrgency: TypeAlias = Annotated[int, Meta(ge=min(Urgency).value, le=max(Urgency).value)]


class Mark(Struct, frozen=True, kw_only=True):
    """How far a part is. What became of refused rows is found out again."""

    job: str
    """Names the rules, the inputs and the columns."""
    rows: _Count = 0
    """Rows that were read."""
    size: _Count = 0
    """Bytes of the part."""
    urgencies: dict[_AnUrgency, _Count] = {}
    statuses: dict[str, _Count] = {}
    rules: dict[str, _Count] = {}
    certain_emergencies: _Count = 0
    shown: list[tuple[str, int]] = []
    """Source and number of the most urgent rows."""

    def count_in(self, tally: Tally) -> None:
        """Add what was decided."""
        tally.rows += sum(self.urgencies.values())
        tally.urgencies.update({Urgency(at): n for at, n in self.urgencies.items()})
        tally.statuses.update(self.statuses)
        tally.rules.update(self.rules)
        tally.certain_emergencies += self.certain_emergencies

    def again(self, rows: Iterator[AnyRow]) -> Iterator[AnyRow]:
        """Take the rows in the part, and yield those that are decided again.

        They are the refused ones, which the part has not, and the most urgent ones.
        """
        shown = {*self.shown}
        for row in islice(rows, self.rows):
            is_refused = isinstance(row, Row) and not row.validated.is_valid
            if is_refused or (row.source, row.number) in shown:
                yield row


def job_of(digest: str, inputs: Sequence[Input], columns: Sequence[str], form: str) -> str:
    """Return what names a job: a part of another one is not gone on with. Raises `ReadError`."""
    try:
        files = [
            (str(Path(each.name).resolve()), each.label, status.st_size, status.st_mtime_ns)
            for each in inputs
            for status in (os.stat(each.name),)  # noqa: PTH116 - as `Input` has them
        ]
    except OSError as error:
        raise ReadError(f"an input can no longer be read: {reason(error)}") from None
    return sha256(msgspec.json.encode((digest, files, columns, form))).hexdigest()


def why_not(inputs: Sequence[Input], output: ResultFile | None, *, is_held: bool) -> str:
    """Return why a run cannot be gone on with, or "".

    Args:
        inputs: What is read.
        output: Where the results go.
        is_held: Whether no result is written before the end.
    """
    if output is None or not output.is_file:
        return "it needs --output FILE"
    if is_held or output.extension == PARQUET:
        return "with Parquet, --sort or --strict nothing is whole before the end"
    if any(inherited_descriptor(each.name) is not None for each in inputs):
        return "standard input cannot be read again"
    return ""


def has_part(output: ResultFile | None) -> bool:
    """Return whether a run that was stopped has left a part."""
    return output is not None and output.is_file and _mark_path(output).exists()


class ResultPart:
    """A part that is being written."""

    def __init__(self, result: ResultFile, file: IO[bytes], mark: Mark) -> None:
        """Keep the file, which is at its end."""
        self._result = result
        self._file: IO[bytes] | None = file
        self.mark = mark

    def write(self, line: bytes, _: object = None) -> None:
        """Write a line."""
        try:
            if self._file is not None:
                self._file.write(line)
        except OSError as error:
            raise self._result.problem(error) from None

    def save(self, tally: Tally, shown: Sequence[Result]) -> None:
        """Save how far the part is, unless it is closed."""
        if self._file is None:
            return
        try:
            self._file.flush()
            self.mark = Mark(
                job=self.mark.job, rows=tally.rows, size=self._file.tell(),
                urgencies={int(u): n for u, n in tally.urgencies.items()},
                statuses=dict(tally.statuses), rules=dict(tally.rules),
                certain_emergencies=tally.certain_emergencies,
                shown=[(each.row.source, each.row.number) for each in shown],
            )  # fmt: skip
            write_private(_mark_path(self._result), msgspec.json.encode(self.mark).decode())
        except OSError as error:
            raise self._result.problem(error) from None

    def close(self) -> None:
        """Write no more, and keep what is there."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def finish(self) -> None:
        """Give the part the name of the result. Raises `WriteError`."""
        path = self._result.path
        try:
            if self._file is not None:
                self._file.flush()
                os.fsync(self._file.fileno())
            name_file(_part_path(self._result), path, is_new=not self._result.is_forced)
        except OSError as error:
            raise self._result.problem(error) from None
        _mark_path(self._result).unlink(missing_ok=True)


@contextmanager
def part_of(result: ResultFile, job: str, head: bytes) -> Iterator[ResultPart]:
    """Open the part of a result, at the end of what it has.

    Raises:
        WriteError: It cannot be written, is in use, is of another job, or may be somebody else's.
    """
    path = _part_path(result)
    descriptor = _open_part(path)
    with os.fdopen(descriptor, "r+b") as file:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise WriteError(f"another run is writing {visible(str(path))}") from None
        mark = _mark(result, os.fstat(descriptor).st_size) or Mark(job=job)
        if mark.job != job:
            message = f"{visible(str(path))} is of a run with other inputs, rules or columns"
            raise WriteError(f"{message}; remove it to begin anew")
        file.seek(mark.size)
        file.truncate()
        part = ResultPart(result, file, mark)
        if not mark.size:
            part.write(head)
        try:
            yield part
        finally:
            part.close()
            if not part.mark.rows:  # nothing to go on with
                path.unlink(missing_ok=True)


def _open_part(path: Path) -> int:
    """Open a part that this program made for this user alone, or make it. Raises `WriteError`."""
    try:
        with suppress(FileExistsError):
            descriptor = os.open(path, _NEW, 0o600)
            os.fchmod(descriptor, 0o600)  # the umask may have taken rights from the owner
            return descriptor
        return _open_ours(path, os.O_RDWR)
    except OSError as error:
        raise WriteError(f"cannot write {visible(str(path))}: {reason(error)}") from None


def _open_ours(path: Path, access: int) -> int:
    """Open a file as `_open_part` leaves it: what others may have written decides nothing."""
    descriptor, status = open_regular(path, access=access | os.O_NOFOLLOW)
    try:
        _check_ours(status)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _check_ours(status: os.stat_result) -> None:
    check_private(status)
    if status.st_nlink != 1:
        raise OSError(EPERM, "it has another name")


def _part_path(result: ResultFile) -> Path:
    return result.path.with_name(f"{result.path.name}.part")


def _mark_path(result: ResultFile) -> Path:
    return result.path.with_name(f"{result.path.name}.part.mark")


def _mark(result: ResultFile, size: int) -> Mark | None:
    """Return the mark of a part, or None if there is no whole one.

    Raises:
        WriteError: It may be somebody else's, or cannot be read.
    """
    path = _mark_path(result)
    try:
        descriptor = _open_ours(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"cannot go on as {visible(str(path))} says: {reason(error)}"
        raise WriteError(f"{message}; remove it to begin anew") from None
    try:
        mark = msgspec.json.decode(read_descriptor(descriptor, _MAX_MARK), type=Mark)
    except (OSError, msgspec.DecodeError):
        return None
    finally:
        os.close(descriptor)
    return mark if mark.size <= size else None
