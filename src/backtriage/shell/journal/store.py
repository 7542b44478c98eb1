"""A journal on disk: lines are only added, each by one write that is on disk before it counts.

A line is added under a lock, so that two windows never mix theirs. A last line that an earlier
write has left unfinished is kept in a file beside the journal: it was never confirmed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from errno import EFBIG, EIO, EMLINK
from pathlib import Path
from re import escape
from typing import Final

from backtriage.shell.files import ReadError, WriteError, reason
from backtriage.shell.locking import claim_in_turn, make_empty, replace, sweep
from backtriage.shell.paths import journals_folder
from backtriage.shell.private import PrivateFolder, check_owner, check_private
from backtriage.shell.reading import read_descriptor
from backtriage.terms.printable import visible

MAX_BYTES: Final = 64 * 1024 * 1024
"""Ten years of entries every day take a thirtieth of that."""

_OWN_PARTS: Final = 2
"""How many parts of the folder's path this program makes: `backtriage/journal`."""

_CHUNK: Final = 4096
_MAX_NAME: Final = 200
"""In bytes, of a journal: others stand beside it, whose names are longer."""
_ASIDE: Final = ".torn"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFile:
    """A journal, which need not exist: our own, or one that the person has named."""

    path: Path
    own: int
    """How many of the last parts of its folder this program makes; 0 for a named one."""

    @property
    def shown(self) -> str:
        """Its path, safe on a terminal."""
        return visible(str(self.path))

    @property
    def named(self) -> str | None:
        """Its path if the person has named it; None if it is their own."""
        return None if self.own else str(self.path)

    @property
    def aside(self) -> Path:
        """The file beside it that keeps unfinished lines."""
        return self.path.with_name(f"{self.path.name}{_ASIDE}")

    def read(self) -> bytes:
        """Return all of its lines; nothing if it does not exist. Raises `ReadError`.

        Makes nothing and changes nothing, so that a home that cannot be written is no matter.
        """
        try:
            with self._folder() as folder:
                descriptor, status = folder.open(self.path.name)
                try:
                    check_private(status)
                    return _content(descriptor, status.st_size)
                finally:
                    os.close(descriptor)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise ReadError(f"cannot read the journal {self.shown}: {_why(error)}") from None

    def add(
        self, line: bytes, is_whole: Callable[[bytes], bool],
        instead: Callable[[bytes], bytes] | None = None, unless_size: int | None = None,
    ) -> bool:  # fmt: skip
        """Add a line, which is on disk when this returns.

        Args:
            line: The line, without its end.
            is_whole: Returns whether a last line without an end is whole: some editors leave one.
            instead: Returns the line to add by what the journal holds now, which nothing else can
                change meanwhile; None to add the line whatever was added since.
            unless_size: How many bytes the journal had when it was read: with as many it is still
                the same, and the line is added. None to look in any case.

        Returns:
            Whether an unfinished last line was found, which has been kept aside.

        Raises:
            WriteError: It cannot be written, and the journal is as it was.
        """
        with self._changing(make=True) as (folder, descriptor):
            size = os.fstat(descriptor).st_size
            if instead is not None and size != unless_size:
                line = instead(_content(descriptor, size))
            rest = _unfinished(descriptor, size)
            is_torn = bool(rest) and not is_whole(rest)
            if is_torn:
                self._keep_aside(folder, rest)
                size -= len(rest)
                os.ftruncate(descriptor, size)
            _append(descriptor, size, (b"\n" if rest and not is_torn else b"") + line + b"\n")
            _sync(folder)
            return is_torn

    def _keep_aside(self, folder: PrivateFolder, rest: bytes) -> None:
        make_empty(folder, self.aside.name)
        descriptor, status = folder.open(self.aside.name, os.O_WRONLY | os.O_APPEND)
        try:
            check_owner(status)
            os.fchmod(descriptor, 0o600)
            os.write(descriptor, rest + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def rewrite(self, keep: Callable[[bytes], bytes]) -> None:
        """Replace its lines by those to keep, and remove all that was kept aside.

        Args:
            keep: Returns which of its bytes to keep; without any, the file is removed.

        Raises:
            WriteError: It cannot be changed, and the journal is as it was.
        """
        with self._changing(make=False) as (folder, descriptor):
            status = os.fstat(descriptor)
            if status.st_nlink > 1:
                raise OSError(EMLINK, "it has another name too, under which nothing would change")
            kept = keep(_content(descriptor, status.st_size))
            if kept:
                os.close(replace(folder, self.path.name, kept))
            else:
                os.unlink(self.path.name, dir_fd=folder.descriptor)
            with suppress(FileNotFoundError):
                os.unlink(self.aside.name, dir_fd=folder.descriptor)
            sweep(folder, escape(self.path.name))
            _sync(folder)
        if not kept and self.own:
            with suppress(OSError):  # something else is there
                for folder_path in (self.path.parent, self.path.parent.parent):
                    folder_path.rmdir()

    def exists(self) -> bool:
        """Return whether there is anything to forget."""
        return any(os.path.lexists(path) for path in (self.path, self.aside))

    @contextmanager
    def _changing(self, *, make: bool) -> Iterator[tuple[PrivateFolder, int]]:
        """Open it, locked by this process. Raises `WriteError` for whatever fails meanwhile."""
        try:
            with self._folder(make=make) as folder:
                descriptor = claim_in_turn(folder, self.path.name, make=make)
                try:
                    yield folder, descriptor
                finally:
                    os.close(descriptor)
        except OSError as error:
            raise WriteError(f"cannot write the journal {self.shown}: {_why(error)}") from None

    def _folder(self, *, make: bool = False) -> PrivateFolder:
        return PrivateFolder(self.path.parent, own=self.own, tighten=True, make=make)


def journal_file(named: Path | None, protocol: str) -> JournalFile:
    """Return the journal that the person has named, or their own for a protocol.

    Raises:
        ReadError: It is `-`, which is standard input elsewhere, or no name of a file.
        WriteError: This user has no home.
    """
    if named == Path("-"):
        raise ReadError("a journal is a file, and cannot be standard input or output")
    if named is not None:
        try:
            path = named.expanduser().absolute()
        except RuntimeError:
            raise ReadError(f"there is no home for {visible(str(named))}") from None
        except OSError as error:
            raise ReadError(f"cannot find {visible(str(named))}: {reason(error)}") from None
        if not path.name or len(os.fsencode(path.name)) > _MAX_NAME:
            raise ReadError(f"{visible(str(named))} cannot be a file: give it a shorter name")
        return JournalFile(path=path, own=0)
    folder = journals_folder()
    if folder is None:
        raise WriteError("there is no place for a journal: this user has no home (see HOME)")
    return JournalFile(path=folder / f"{protocol}.jsonl", own=_OWN_PARTS)


def _why(error: OSError) -> str:
    why = reason(error)
    return f"{why}; only its owner may read it (chmod 600)" if "its mode is" in why else why


def _content(descriptor: int, size: int) -> bytes:
    data = read_descriptor(descriptor, MAX_BYTES + 1, part=max(size + 1, _CHUNK))
    if len(data) > MAX_BYTES:
        raise OSError(EFBIG, os.strerror(EFBIG))
    return data


def _unfinished(descriptor: int, size: int) -> bytes:
    """Return what stands behind the last line that has an end, reading from the end."""
    if size > MAX_BYTES:
        raise OSError(EFBIG, os.strerror(EFBIG))
    parts: list[bytes] = []
    while size > 0:
        start = max(0, size - _CHUNK)
        _, end, after = os.pread(descriptor, size - start, start).rpartition(b"\n")
        parts.append(after)
        if end:
            break
        size = start
    return b"".join(reversed(parts))


def _append(descriptor: int, size: int, data: bytes) -> None:
    """Write at the end, all or nothing, and wait until it is on disk."""
    try:
        _write(descriptor, size, data)
    except OSError:
        with suppress(OSError):
            os.ftruncate(descriptor, size)
        raise


def _write(descriptor: int, size: int, data: bytes) -> None:
    if os.pwrite(descriptor, data, size) != len(data):
        raise OSError(EIO, "the disk took only a part of it")
    os.fsync(descriptor)


def _sync(folder: PrivateFolder) -> None:
    """Make the name of a new file durable, where the file system can do this."""
    with suppress(OSError):
        os.fsync(folder.descriptor)
