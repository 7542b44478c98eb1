"""Opening files to read them, without ever waiting for one and without reading too much."""

from __future__ import annotations

import os
from errno import EINVAL, EISDIR, ELOOP, ENXIO
from io import BufferedReader, RawIOBase
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_WITHOUT_WAITING: Final = os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_MAX_DESCRIPTOR_DIGITS: Final = 7
_CHUNK: Final = 1024 * 1024


def open_regular(
    path: Path | str, *, access: int = os.O_RDONLY, folder: int | None = None
) -> tuple[int, os.stat_result]:
    """Open a regular file; return its descriptor and its status.

    This never waits: a pipe without a writer would keep the program for ever.

    Args:
        path: The file.
        access: Whether to read it, or also to write it.
        folder: The open folder that it is in. Then `path` is its name, and it may not be a link.

    Raises:
        OSError: It cannot be opened, or is something else, such as a folder, pipe or device.
    """
    flags = access | _WITHOUT_WAITING | (0 if folder is None else os.O_NOFOLLOW)
    try:
        descriptor = os.open(path, flags, dir_fd=folder)
    except OSError as error:
        if error.errno == ENXIO:  # a socket, or a device without its driver
            raise OSError(EINVAL, "not a regular file") from None
        if error.errno == ELOOP and folder is not None:
            raise OSError(ELOOP, "it is a symbolic link") from None
        raise
    try:
        status = os.fstat(descriptor)
        _check_regular(status)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor, status


def _check_regular(status: os.stat_result) -> None:
    """Raise `OSError` for anything but a regular file."""
    if S_ISDIR(status.st_mode):
        raise OSError(EISDIR, os.strerror(EISDIR))
    if not S_ISREG(status.st_mode):
        raise OSError(EINVAL, "not a regular file")


def read_regular(path: Path | str, limit: int) -> bytes:
    """Read a regular file, up to a limit in bytes. Raises `OSError`, as `open_regular` does."""
    descriptor, _ = open_regular(path)
    try:
        return read_descriptor(descriptor, limit)
    finally:
        os.close(descriptor)


def read_descriptor(
    descriptor: int, limit: int, *, may_wait: bool = False, part: int = _CHUNK
) -> bytes:
    """Read an open file to its end, or up to a limit in bytes. Raises `OSError`.

    Args:
        descriptor: The open file.
        limit: How much to read at most.
        may_wait: Whether to wait for data that the other end of a pipe has yet to write.
        part: How much to read at once: to join parts takes as much memory again.
    """
    chunks = []
    while limit > 0:
        try:
            chunk = os.read(descriptor, min(limit, part))
        except BlockingIOError:  # what was read so far would pass for the whole
            if not may_wait:
                raise
            _wait_for(descriptor)
            continue
        if not chunk:
            break
        chunks.append(chunk)
        limit -= len(chunk)
    return b"".join(chunks)


def _wait_for(descriptor: int) -> None:
    from select import select  # rare

    select([descriptor], [], [])


class _Awaited(RawIOBase):
    """An inherited file. Where a pipe that does not block has no data yet, it waits."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        while True:
            try:
                return os.readv(self._descriptor, [buffer])
            except BlockingIOError:
                _wait_for(self._descriptor)

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()


def open_inherited(descriptor: int) -> BufferedReader:
    """Return a reader of an inherited file, which stays open after it. Raises `OSError`."""
    return BufferedReader(_Awaited(os.dup(descriptor)))


def inherited_descriptor(name: str) -> int | None:
    """Return the open file that the caller handed over by this name, as `-` or `<(command)`."""
    if name in {"-", "/dev/stdin"}:
        return 0
    folder, _, number = name.rpartition("/")
    is_number = number.isascii() and number.isdecimal() and len(number) < _MAX_DESCRIPTOR_DIGITS
    return int(number) if folder in {"/dev/fd", "/proc/self/fd"} and is_number else None
