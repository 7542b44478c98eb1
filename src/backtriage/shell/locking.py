"""Files that a running process keeps locked, so that others can see that they are in use.

The lock is on the open file, so the system releases it when the process ends, however it ends.
A file is replaced by one that is locked already: at no time is its name that of a free file.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from errno import EBUSY
from typing import Final

from backtriage.shell.paths import temporary_name, temporary_pattern
from backtriage.shell.private import PrivateFolder, check_owner, check_private

_ATTEMPTS: Final = 100
_PAUSE: Final = 0.01
_TURN_SECONDS: Final = 10
"""How long to wait for a file that others lock only while they add to it."""

_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def is_locked(descriptor: int) -> bool:
    """Return whether another process uses an open file. Raises `OSError` if no lock works here."""
    if not _try_lock(descriptor, fcntl.LOCK_SH):
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def lock(descriptor: int, *, must_work: bool = True) -> bool:
    """Lock an open file for this process; return False if another process uses it.

    Args:
        descriptor: The file.
        must_work: Whether to fail where no lock works, as on some network drives.

    Raises:
        OSError: No lock works here.
    """
    try:
        for _ in range(_ATTEMPTS):
            if _try_lock(descriptor, fcntl.LOCK_EX):
                return True
            if is_locked(descriptor):
                return False
            time.sleep(_PAUSE)  # somebody else is only asking whether it is locked
    except OSError:
        if must_work:
            raise
        return True
    return False


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def replace(folder: PrivateFolder, name: str, data: bytes, *, must_lock: bool = True) -> int:
    """Write a file of a private folder atomically; return it open, and locked by this process.

    A crash leaves either the old file or the new one, and perhaps a temporary file beside it,
    which is not locked any more. `sweep` removes that.

    Args:
        folder: The folder.
        name: The name of the file.
        data: What to write.
        must_lock: Whether to fail where no lock works.

    Raises:
        OSError: It cannot be written; the old file is as it was.
    """
    temporary, descriptor = _create(folder, name, must_lock=must_lock)
    within = folder.descriptor
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(data)
        os.fsync(descriptor)
        os.replace(temporary, name, src_dir_fd=within, dst_dir_fd=within)
    except BaseException:
        _discard(folder, temporary, descriptor)
        raise
    with suppress(OSError):  # some file systems cannot do this; the file itself is safe
        os.fsync(within)
    return descriptor


def _create(folder: PrivateFolder, name: str, *, must_lock: bool) -> tuple[str, int]:
    """Create an empty temporary file that no other process takes for a left-over."""
    for _ in range(_ATTEMPTS):
        temporary = temporary_name(name)
        descriptor = os.open(temporary, _NEW, 0o600, dir_fd=folder.descriptor)
        try:
            os.fchmod(descriptor, 0o600)  # the umask may have taken rights from the owner
            check_private(os.fstat(descriptor))  # or the file system keeps none
            if lock(descriptor, must_work=must_lock) and is_named(folder, temporary, descriptor):
                return temporary, descriptor
        except BaseException:
            _discard(folder, temporary, descriptor)
            raise
        _discard(folder, temporary, descriptor)
    raise OSError(EBUSY, os.strerror(EBUSY))


def _discard(folder: PrivateFolder, temporary: str, descriptor: int) -> None:
    with suppress(OSError):
        os.unlink(temporary, dir_fd=folder.descriptor)
    os.close(descriptor)


def is_named(folder: PrivateFolder, name: str, descriptor: int) -> bool:
    """Return whether a name of a folder is still that of an open file."""
    try:
        named = os.stat(name, dir_fd=folder.descriptor, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(named, os.fstat(descriptor))


def claim(
    folder: PrivateFolder, name: str, *, must_lock: bool = True, access: int = os.O_RDWR
) -> tuple[int, os.stat_result]:
    """Open a file and lock it for this process; return its descriptor and its status.

    Args:
        folder: The folder that it is in.
        name: The name of the file.
        must_lock: Whether to fail where no lock works.
        access: How to open it. On some network drives a lock needs the right to write.

    Raises:
        OSError: Another process uses it, or it cannot be opened.
    """
    descriptor, status = folder.open(name, access)
    try:
        is_ours = lock(descriptor, must_work=must_lock) and is_named(folder, name, descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    if not is_ours:
        os.close(descriptor)
        raise OSError(EBUSY, "it is in use in another window")
    return descriptor, status


def claim_in_turn(folder: PrivateFolder, name: str, *, make: bool = False) -> int:
    """Open a file of this user and lock it, after whoever else is just writing to it.

    Args:
        folder: The folder that it is in.
        name: The name of the file.
        make: Whether to make it, for this user alone, if it is not there.

    Raises:
        OSError: It is in use for long, no lock works, it is not private, or cannot be opened.
    """
    until = time.monotonic() + _TURN_SECONDS
    while True:
        try:
            descriptor, status = claim(folder, name)
        except FileNotFoundError:
            if not make:
                raise
            make_empty(folder, name)
            continue
        except OSError as error:
            if error.errno != EBUSY or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
            continue
        try:
            check_private(status)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor


def make_empty(folder: PrivateFolder, name: str) -> None:
    """Make an empty file, unless somebody else has just made it."""
    with suppress(FileExistsError):
        descriptor = os.open(name, _NEW, 0o600, dir_fd=folder.descriptor)
        try:
            os.fchmod(descriptor, 0o600)  # the umask may have taken rights from the owner
        finally:
            os.close(descriptor)


def remove(folder: PrivateFolder, name: str) -> None:
    """Remove a regular file of this user, unless another process uses it. Raises `OSError`."""
    # Where no lock works, nothing is written that could be in use.
    descriptor, status = claim(folder, name, must_lock=False)
    try:
        check_owner(status)
        os.unlink(name, dir_fd=folder.descriptor)
    finally:
        os.close(descriptor)


def sweep(folder: PrivateFolder, names: str) -> None:
    """Remove what processes that were killed while writing have left, as far as possible."""
    pattern = temporary_pattern(names)
    for name in filter(pattern.fullmatch, folder.names()):
        with suppress(OSError):
            remove(folder, name)
