"""Reading answer sheets, and writing files. Nothing else opens or writes these."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time
from typing import IO, Final

from backtriage.shell.paths import temporary_name, temporary_pattern
from backtriage.shell.reading import (
    inherited_descriptor,
    open_regular,
    read_descriptor,
    read_regular,
)

MAX_SHEET_BYTES = 1024 * 1024 + 1
"""One byte more than the limit for a sheet, so that validation can see that it is too large."""

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_UNNAMED: Final = getattr(os, "O_TMPFILE", 0) | os.O_WRONLY | os.O_CLOEXEC
"""Where the system has no files without a name, no folder can be opened like this."""

_LEFT_AFTER: Final = 60
"""Seconds after which a temporary file that nobody holds is what a killed run has left."""

_MAX_PREFIX: Final = 40
"""Characters of a name that a temporary file repeats; the name itself may be as long as can be."""


class ReadError(Exception):
    """A file that cannot be read. The message says which, why, and what to do."""


class WriteError(Exception):
    """Output that cannot be written. The message says where, why, and what to do."""


def read_sheet(name: str) -> bytes:
    """Read an answer sheet: a file, or what the caller handed over open. Raises `ReadError`.

    Reads just enough to see whether a sheet is too large, so that 100 MB cost nothing.
    """
    descriptor = inherited_descriptor(name)
    try:
        if descriptor is None:
            return read_regular(name, MAX_SHEET_BYTES)
        if descriptor == 0:
            return read_stdin()
        return read_descriptor(descriptor, MAX_SHEET_BYTES, may_wait=True)
    except IsADirectoryError as error:
        why = f"{reason(error)}; name one answer sheet in it, or use 'backtriage batch'"
        raise ReadError(f"cannot read {name}: {why}") from None
    except OSError as error:
        raise ReadError(f"cannot read {name}: {reason(error)}") from None


def read_stdin(limit: int = MAX_SHEET_BYTES) -> bytes:
    """Read standard input to its end, or up to a limit in bytes. Raises `ReadError`, `OSError`."""
    if sys.stdin is None:  # closed by the caller: backtriage assess - <&-
        raise ReadError("standard input is closed; give a file, or send the answers to it")
    try:
        descriptor = sys.stdin.fileno()
    except ValueError:  # no file of the system, but an object of a Python program
        return sys.stdin.buffer.read(limit)
    return read_descriptor(descriptor, limit, may_wait=True)


def write_private(path: Path, text: str, *, is_new: bool = False) -> None:
    """Write a file atomically and durably, readable by its owner only.

    It gets its name in one step, so that a crash leaves either the old file or the new one. Until
    then it has no name where the system allows that, so that a crash leaves nothing else.

    Raises:
        FileExistsError: A file that must be new is there already.
        OSError: It cannot be written.
    """
    data = text.encode(errors="backslashreplace")
    temporary = _temporary(path)
    try:
        is_named = _write_unnamed(path if is_new else temporary, data)
        if not is_named:
            _write_named(temporary, data)
        if not (is_named and is_new):
            _rename(temporary, path, is_new=is_new)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


@contextmanager
def writing_private(path: Path, *, is_new: bool = False) -> Iterator[IO[bytes]]:
    """Write a file in parts, as `write_private` does at once: it gets its name at the end.

    Raises:
        FileExistsError: A file that must be new is there already.
        OSError: It cannot be written.
    """
    _remove_leftovers(path)
    temporary = _temporary(path)
    try:
        descriptor = _open_unnamed(path.parent)
        is_named = descriptor is None
        if descriptor is None:
            descriptor = _open_locked(temporary)
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if not is_named and not _name(file.fileno(), temporary):
                _copy(file, temporary)
        _rename(temporary, path, is_new=is_new)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _temporary(path: Path) -> Path:
    return path.with_name(temporary_name(path.name[:_MAX_PREFIX]))


def _open_unnamed(folder: Path) -> int | None:
    """Open a file without a name, of which a kill leaves nothing, if the system has such files."""
    try:
        return os.open(folder, _UNNAMED & ~os.O_WRONLY | os.O_RDWR, 0o600)
    except OSError:
        return None


def _open_locked(path: Path) -> int:
    """Open a new file, and lock it as long as it is open, where the file system can do this."""
    from fcntl import LOCK_EX, LOCK_NB, flock

    descriptor = os.open(path, _NEW & ~os.O_WRONLY | os.O_RDWR, 0o600)
    with suppress(OSError):
        flock(descriptor, LOCK_EX | LOCK_NB)
    return descriptor


def _copy(file: IO[bytes], path: Path) -> None:
    """Copy a file that the system gives no name to."""
    import shutil

    file.seek(0)
    with os.fdopen(os.open(path, _NEW, 0o600), "wb") as target:
        shutil.copyfileobj(file, target)
        target.flush()
        os.fsync(target.fileno())


def _remove_leftovers(path: Path) -> None:
    """Remove what runs that were killed have left of a file; nobody else has such names.

    What is locked, or was just made, is still being written.
    """
    is_temporary = temporary_pattern(re.escape(path.name[:_MAX_PREFIX])).fullmatch
    with suppress(OSError):
        for entry in os.scandir(path.parent):
            if is_temporary(entry.name):
                with suppress(OSError):
                    _remove_if_left(Path(entry.path))


def _remove_if_left(path: Path) -> None:
    from fcntl import LOCK_EX, LOCK_NB, flock

    descriptor, status = open_regular(path)
    try:
        is_ours = status.st_uid == os.geteuid() and status.st_nlink == 1 and not path.is_symlink()
        if is_ours and time() - status.st_mtime > _LEFT_AFTER:
            flock(descriptor, LOCK_EX | LOCK_NB)
            path.unlink()
    finally:
        os.close(descriptor)


def _write_unnamed(path: Path, data: bytes) -> bool:
    """Write a file that has no name, then give it one; return whether that is possible here.

    Raises:
        FileExistsError: There is a file of that name already.
        OSError: It cannot be written.
    """
    try:
        descriptor = os.open(path.parent, _UNNAMED, 0o600)
    except OSError:
        return False
    try:
        _fill(descriptor, data)
        return _name(descriptor, path)
    finally:
        os.close(descriptor)


def _name(descriptor: int, path: Path) -> bool:
    try:
        # With a folder for the source, even though that is absolute, its link is followed.
        os.link(f"/proc/self/fd/{descriptor}", path, src_dir_fd=descriptor)
    except FileExistsError:
        raise
    except OSError:
        return False
    return True


def _write_named(path: Path, data: bytes) -> None:
    descriptor = os.open(path, _NEW, 0o600)
    try:
        _fill(descriptor, data)
    finally:
        os.close(descriptor)


def _fill(descriptor: int, data: bytes) -> None:
    with open(descriptor, "wb", closefd=False) as file:
        file.write(data)
    os.fsync(descriptor)


def name_file(temporary: Path, path: Path, *, is_new: bool) -> None:
    """Give a file that is whole its name. Raises `OSError`, as when one must be new and is not."""
    _rename(temporary, path, is_new=is_new)
    _sync_folder(path.parent)


def _rename(temporary: Path, path: Path, *, is_new: bool) -> None:
    """Give a temporary file its name, which no other process may have taken if it must be new."""
    if is_new:
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError:  # not every file system has hard links
            path.touch(mode=0o600, exist_ok=False)
        else:
            temporary.unlink()
            return
    os.replace(temporary, path)  # noqa: PTH105 - the atomic call itself


def _sync_folder(folder: Path) -> None:
    """Make the name of a new file durable, where the file system can do this."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def reason(error: OSError) -> str:
    """Return why the system refused, in lower case."""
    return error.strerror.lower() if error.strerror else str(error)
