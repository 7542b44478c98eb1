"""Folders of this program that no other user can change.

A folder is held open while it is used, and its files are found through it, so that nothing can
take its place between a check and what relies on the check.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from errno import ELOOP, ENOENT, ENOTDIR, EPERM
from pathlib import Path
from stat import S_IMODE, S_ISDIR, S_ISGID, S_ISLNK, S_IWGRP, S_IWOTH
from typing import Final, Self

from backtriage.shell.paths import home
from backtriage.shell.reading import open_regular

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_ABOVE: Final = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
"""For a folder that is only gone through, which we may not be allowed to read."""

_PRIVATE: Final = 0o700
_PRIVATE_FILE: Final = 0o600


def check_owner(status: os.stat_result) -> None:
    """Raise `OSError` for a file or folder of another user."""
    if status.st_uid != os.geteuid():
        raise OSError(EPERM, "it belongs to another user")


def check_private(status: os.stat_result) -> None:
    """Raise `OSError` for a file or folder with other rights than this program gives it.

    What this user has unpacked is theirs too, though a stranger wrote it, and may have been moved
    here. It seldom has just these rights.
    """
    check_owner(status)
    mode = S_IMODE(status.st_mode) & ~S_ISGID  # which a new folder takes from the one above
    wanted = _PRIVATE if S_ISDIR(status.st_mode) else _PRIVATE_FILE
    if mode & (S_IWGRP | S_IWOTH):
        raise OSError(EPERM, "other users can write to it")
    if mode != wanted:
        raise OSError(EPERM, f"its mode is {mode:04o} and not {wanted:04o}")


class PrivateFolder:
    """An open folder of this user."""

    __slots__ = ("descriptor", "path")

    def __init__(
        self, path: Path, *, own: int = 1, tighten: bool = False, make: bool = False
    ) -> None:
        """Open a folder.

        Args:
            path: The folder.
            own: How many of its last parts this program makes. None of them may be a link. With 0
                it is a folder of the user, who alone decides about its rights.
            tighten: Whether to take the rights of others away. By default a folder that others
                may have written to is refused.
            make: Whether to make it, and those above it, for this user alone. Never makes a home.

        Raises:
            OSError: There is no such folder, it cannot be made, it is a link, or not private; a
                folder above it is the link of another user; or the superuser would make it at a
                place of another user, who could not use it afterwards.
        """
        self.path = path
        parts = [path, *path.parents][:own][::-1]
        above = parts[0].parent if parts else path
        self.descriptor = _open_above(above, make=make and bool(parts))
        try:
            if not parts:
                self._enter(Path())
            for part in parts:
                if make:
                    _make(part.name, self.descriptor)
                self._enter(part)
                self._check(tighten=tighten)
        except BaseException:
            self.close()
            raise

    def _enter(self, part: Path) -> None:
        """Open a part within the one before."""
        try:
            opened = os.open(part.name or ".", _FOLDER, dir_fd=self.descriptor)
        except OSError as error:
            raise _clearer(error, part) from None
        self.close()
        self.descriptor = opened

    def _check(self, *, tighten: bool) -> None:
        status = os.fstat(self.descriptor)
        check_owner(status)
        if tighten and S_IMODE(status.st_mode) != _PRIVATE:
            os.fchmod(self.descriptor, _PRIVATE)
            status = os.fstat(self.descriptor)  # some file systems keep no rights
        check_private(status)

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close it; its files that are open stay open."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def names(self) -> list[str]:
        """Return the names of all its entries, in order. Raises `OSError`."""
        return sorted(os.listdir(self.descriptor))  # noqa: PTH208 - it may have been renamed

    def latest(self, names: Iterable[str]) -> list[str]:
        """Return those that still exist, the last changed one first. Raises `OSError`."""
        changed: dict[str, int] = {}
        for name in names:
            with suppress(FileNotFoundError):
                status = os.stat(name, dir_fd=self.descriptor, follow_symlinks=False)
                changed[name] = status.st_mtime_ns
        return sorted(changed, key=changed.__getitem__, reverse=True)

    def open(self, name: str, access: int = os.O_RDONLY) -> tuple[int, os.stat_result]:
        """Open a regular file in it, whoever owns that. Raises `OSError`, also for a link."""
        return open_regular(name, access=access, folder=self.descriptor)


def _clearer(error: OSError, path: Path) -> OSError:
    """Say that a folder is a link, which the system calls a loop or not a folder."""
    if error.errno in {ELOOP, ENOTDIR}:
        with suppress(OSError):
            if S_ISLNK(path.lstat().st_mode):
                return OSError(ELOOP, "it is a symbolic link")
    return error


def _open_above(path: Path, *, make: bool) -> int:
    """Open a folder to go through, one part after the other. Links of other users are refused."""
    if make and (home_ := home()) and path.is_relative_to(home_) and not home_.exists():
        raise OSError(ENOENT, os.strerror(ENOENT))
    path = path.absolute()
    descriptor = os.open(path.anchor, _ABOVE)
    try:
        for name in path.parts[1:]:
            if make:
                _make(name, descriptor)
            above, descriptor = descriptor, _go_through(name, descriptor)
            os.close(above)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _go_through(name: str, within: int) -> int:
    """Open a folder in an open one, or what a link of this user or the superuser leads to."""
    try:
        return os.open(name, _ABOVE, dir_fd=within)
    except OSError as error:
        if error.errno not in {ELOOP, ENOTDIR}:
            raise
        status = os.stat(name, dir_fd=within, follow_symlinks=False)
        if not S_ISLNK(status.st_mode):
            raise
        if status.st_uid not in {0, os.geteuid()}:
            raise OSError(ELOOP, "it is behind a symbolic link of another user") from None
    return os.open(name, _ABOVE & ~os.O_NOFOLLOW, dir_fd=within)


def _make(name: str, within: int) -> None:
    """Make a folder in an open one, unless there is something of that name."""
    with suppress(FileNotFoundError):
        os.stat(name, dir_fd=within, follow_symlinks=False)
        return
    if os.geteuid() == 0:
        check_owner(os.fstat(within))
    with _no_umask(), suppress(FileExistsError):  # another window was faster
        os.mkdir(name, _PRIVATE, dir_fd=within)


@contextmanager
def _no_umask() -> Iterator[None]:
    """Make private folders whatever the umask, which may leave some that we cannot use."""
    before = os.umask(0o777 - _PRIVATE)
    try:
        yield
    finally:
        os.umask(before)
