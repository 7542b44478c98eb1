"""The part of a result that a stopped run leaves, and how far it is: what `--resume` goes on with.

A part is two files beside the result, readable by their owner only. A mark says how many rows are
in the part, and is replaced as a whole after each chunk: what the part has beyond it is written
again. A part goes on only with the same rules, inputs and columns.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

import msgspec
from msgspec import structs

from backtriage.batch.decisions import Result, Tally
from backtriage.shell.batch.inputs import PARQUET, Input
from backtriage.shell.batch.marks import Mark, mark_of, mark_path, open_ours, save_mark
from backtriage.shell.files import ReadError, WriteError, name_file, reason
from backtriage.shell.reading import inherited_descriptor, open_regular
from backtriage.shell.result_file import ResultFile
from backtriage.terms.printable import visible
from backtriage.terms.version import __version__

_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_AT_ONCE: Final = 1024 * 1024
"""Bytes of a file that are in memory."""


def job_of(digest: str, inputs: Sequence[Input], columns: Sequence[str], form: str) -> str:
    """Return what names a job: a part of another one is not gone on with. Raises `ReadError`.

    A copy can have the size and the time of the file that it replaces, but not when it got there.
    """
    try:
        files = [
            (
                os.fsencode(Path(each.name).resolve()), each.label,
                status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino,
            )
            for each in inputs
            for status in (os.stat(each.name),)  # noqa: PTH116 - as `Input` has them
        ]  # fmt: skip
    except OSError as error:
        raise ReadError(f"an input can no longer be read: {reason(error)}") from None
    return sha256(msgspec.json.encode((__version__, digest, files, columns, form))).hexdigest()


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


def is_left(rejects: str | None, output: ResultFile | None) -> bool:
    """Return whether a file is the rejects of a run that was stopped between the names of both.

    They are known by their bytes, which are written again.

    Args:
        rejects: The name of the file.
        output: Where the results go.

    Raises:
        WriteError: The mark of a part may be somebody else's.
    """
    if rejects is None or output is None or not output.is_file:
        return False
    mark = mark_of(output)
    if mark is None or not mark.rejects:
        return False
    try:
        descriptor, _ = open_regular(Path(rejects).expanduser())
        with os.fdopen(descriptor, "rb") as file:
            return _digest(file) == mark.rejects
    except (OSError, RuntimeError, ValueError):  # it is not there, or no file
        return False


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
            # On disk before the mark, or after a power cut it could count what is not there.
            self._file.flush()
            os.fsync(self._file.fileno())
            self._save(Mark(
                job=self.mark.job, rows=tally.rows, size=self._file.tell(),
                urgencies={int(u): n for u, n in tally.urgencies.items()},
                statuses=dict(tally.statuses), rules=dict(tally.rules),
                certain_emergencies=tally.certain_emergencies,
                shown=[(each.row.source, each.row.number) for each in shown],
            ))  # fmt: skip
        except OSError as error:
            raise self._result.problem(error) from None

    def begin(self, head: bytes) -> None:
        """Cut off what the mark does not count; where that is all, say whose the part is first."""
        if self._file is None:
            return
        try:
            if not self.mark.rows:
                self._save(self.mark)
            self._file.seek(self.mark.size)
            self._file.truncate()
        except OSError as error:
            raise self._result.problem(error) from None
        if not self.mark.rows:
            self.write(head)

    def write_rejects(self, lines: IO[bytes], target: IO[bytes]) -> None:
        """Write the rejects, which get their name first, once it is saved what they are."""
        self._save(structs.replace(self.mark, rejects=_digest(lines)))
        lines.seek(0)
        shutil.copyfileobj(lines, target)

    def _save(self, mark: Mark) -> None:
        save_mark(self._result, mark)
        self.mark = mark

    def close(self) -> None:
        """Write no more, and keep what is there, if it is something to go on with."""
        if self._file is not None:
            if not self.mark.rows:  # while it is locked, so that it is no other run's
                _part_path(self._result).unlink(missing_ok=True)
                mark_path(self._result).unlink(missing_ok=True)
            with suppress(OSError):  # what it had no room for is not counted by the mark
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
        mark_path(self._result).unlink(missing_ok=True)


@contextmanager
def part_of(result: ResultFile, job: str, head: bytes) -> Iterator[ResultPart]:
    """Open the part of a result, at the end of what it has.

    Raises:
        WriteError: It cannot be written, is in use, is of another job, or may be somebody else's.
    """
    path = _part_path(result)
    descriptor = _open_part(path)
    with os.fdopen(descriptor, "r+b") as file:
        _lock(path, descriptor)
        size = os.fstat(descriptor).st_size
        try:
            mark = _begun(result, job, size)
        except WriteError:
            if not size:  # made for nothing
                path.unlink(missing_ok=True)
            raise
        part = ResultPart(result, file, mark)
        try:
            part.begin(head)
            yield part
        finally:
            part.close()


def _lock(path: Path, descriptor: int) -> None:
    """Lock a part, which has its name still. Raises `WriteError`."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # A run that ended after it was opened has made it a result, which has no part.
        is_named = os.path.samestat(path.lstat(), os.fstat(descriptor))
    except OSError:
        is_named = False
    if not is_named:
        raise WriteError(f"another run is writing {visible(str(path))}")


def _begun(result: ResultFile, job: str, size: int) -> Mark:
    """Return how far a part is: at its beginning, if there is nothing to go on with.

    Args:
        result: Where the results go.
        job: What the part must be of.
        size: Of the part, in bytes.

    Raises:
        WriteError: It is of another job, or may be somebody else's.
    """
    where = visible(str(_part_path(result)))
    mark = mark_of(result)
    if mark is None and size:
        raise WriteError(f"{where} is there already, and no run has left it; move it away")
    if mark is None or not mark.rows or mark.size > size:
        return Mark(job=job)
    if mark.job != job:
        message = f"{where} is of a run with other inputs, rules, columns or program"
        raise WriteError(f"{message}; remove it to begin anew")
    return mark


def _open_part(path: Path) -> int:
    """Open a part that this program made for this user alone, or make it. Raises `WriteError`."""
    try:
        with suppress(FileExistsError):
            descriptor = os.open(path, _NEW, 0o600)
            os.fchmod(descriptor, 0o600)  # the umask may have taken rights from the owner
            return descriptor
        return open_ours(path, os.O_RDWR)
    except OSError as error:
        raise WriteError(f"cannot write {visible(str(path))}: {reason(error)}") from None


def _part_path(result: ResultFile) -> Path:
    return result.path.with_name(f"{result.path.name}.part")


def _digest(file: IO[bytes]) -> str:
    digest = sha256()
    while part := file.read(_AT_ONCE):
        digest.update(part)
    return digest.hexdigest()
