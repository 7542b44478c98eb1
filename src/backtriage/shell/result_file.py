"""Files for results, as a person names them: checked before the work, overwritten by force."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from errno import EEXIST, ENAMETOOLONG
from pathlib import Path
from stat import S_ISCHR, S_ISDIR, S_ISLNK, S_ISREG, S_IWUSR
from typing import IO, Final

from backtriage.shell.files import WriteError, reason, write_private, writing_private
from backtriage.shell.output import write_all, write_out
from backtriage.shell.reading import inherited_descriptor
from backtriage.terms.printable import visible

_STDOUT: Final = 1
_STREAMS: Final = {"-": _STDOUT, "/dev/stdout": _STDOUT, "/dev/stderr": 2}
_THERE: Final = "it is there already"
_TO_DEVICE: Final = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFile:
    """Where a result goes: a file, a device, or an open file such as standard output for `-`."""

    name: str
    extensions: tuple[str, ...]
    """How its name may end; "" stands for a name without an extension."""
    is_forced: bool = False
    """Whether a file that is there already is overwritten."""
    hint: str = ""
    """How to overwrite it, if that is possible."""

    @property
    def is_standard_output(self) -> bool:
        """Whether it is standard output, where no other report belongs then."""
        return self.descriptor == _STDOUT

    @property
    def is_file(self) -> bool:
        """Whether it is a file with a name of its own, neither a device nor open already."""
        return self.descriptor is None and not self._is_device()

    @property
    def extension(self) -> str:
        """How the name ends, in lower case."""
        return os.path.splitext(self.name)[1].casefold()  # noqa: PTH122 - pathlib's changes in 3.14

    @property
    def extension_problem(self) -> str:
        """Why nothing can be written under such a name, and which names would do; or ""."""
        if self.extension in self.extensions or self.descriptor is not None or self._is_device():
            return ""
        *first, last = (extension for extension in self.extensions if extension)
        ending = f"{', '.join(first)} or {last}" if first else last
        what = f"as '{visible(self.extension)}'" if self.extension else "without an extension"
        return f"{visible(self.name)} cannot be written {what}; end the name in {ending}"

    def check(self) -> None:
        """Check that the result can be written, and leave nothing behind. Raises `WriteError`."""
        import tempfile

        if self.extension_problem:
            raise WriteError(self.extension_problem)
        with self._explaining():
            descriptor, path = self.descriptor, self.path
            if self.is_standard_output:
                if sys.stdout is None:
                    raise OSError("it is closed")
            elif descriptor is not None:
                _check_open_for_writing(descriptor)
            elif self._is_device():
                os.close(os.open(path, _TO_DEVICE))
            else:
                self._refuse_existing()
                with tempfile.TemporaryFile(dir=path.parent):
                    pass

    def write(self, text: str) -> None:
        """Write a result, readable by its owner only. Raises `WriteError`."""
        if self.is_standard_output:
            write_out(text)
            return
        with self._explaining():
            if self.descriptor is not None:
                _write(os.dup(self.descriptor), text)
            elif self._is_device():  # written to, never replaced
                _write(os.open(self.path, _TO_DEVICE), text)
            else:
                self._refuse_existing()
                write_private(self.path, text, is_new=not self.is_forced)

    @contextmanager
    def writing(self) -> Iterator[IO[bytes]]:
        """Write a result in parts, as `write` does at once. Raises `WriteError`.

        Other errors than those of the system are the writer's own, and stay what they are.
        """
        with self._explaining():
            descriptor, path, is_device = self.descriptor, self.path, self._is_device()
        with self._explaining(of_system=True):
            if descriptor is not None or is_device:
                at = os.open(path, _TO_DEVICE) if descriptor is None else os.dup(descriptor)
                with os.fdopen(at, "wb") as file:
                    yield file
            else:
                self._refuse_existing()
                with writing_private(path, is_new=not self.is_forced) as file:
                    yield file

    @contextmanager
    def _explaining(self, *, of_system: bool = False) -> Iterator[None]:
        """Turn whatever goes wrong, or only errors of the system, into a `WriteError`."""
        try:
            yield
        except OSError as error:
            raise self.problem(error) from None
        except (RuntimeError, ValueError):  # no such user; a NUL in the name
            if of_system:
                raise
            raise WriteError(f"{self._shown} cannot be a file") from None

    def problem(self, error: OSError) -> WriteError:
        """Return what a failure to write means for whoever named this file."""
        if isinstance(error, FileExistsError):
            return WriteError(f"cannot write {self._shown}: {_THERE}{self.hint}")
        if error.errno == ENAMETOOLONG:
            return WriteError(f"{self._shown} cannot be a file: {reason(error)}")
        return WriteError(f"cannot write {self._shown}: {reason(error)}")

    @property
    def _shown(self) -> str:
        return visible(self.name) or "''"

    @property
    def path(self) -> Path:
        """The file. Raises `RuntimeError` if it is in the home of a user who does not exist."""
        return Path(self.name).expanduser()

    @property
    def descriptor(self) -> int | None:
        """The open file that the name stands for, if it does."""
        named = _STREAMS.get(self.name)
        return inherited_descriptor(self.name) if named is None else named

    @property
    def identity(self) -> object:
        """What tells it from other files, whatever they are called."""
        return (
            _identity_of_open(self.descriptor)
            if self.descriptor is not None
            else (identity_of(self.path))
        )

    def _is_device(self) -> bool:
        try:
            return S_ISCHR(self.path.stat().st_mode)
        except (OSError, RuntimeError, ValueError):
            return False  # which `check` explains

    def _refuse_existing(self) -> None:
        """Raise `OSError` for what is there and must stay."""
        if self.name.endswith(os.sep):
            raise OSError("it names a folder")
        try:
            status = self.path.lstat()
        except FileNotFoundError:
            return
        if S_ISLNK(status.st_mode):
            raise OSError(f"{_THERE}, as a link; name the file itself")
        if S_ISDIR(status.st_mode):
            raise OSError(f"{_THERE}, as a folder")
        if not S_ISREG(status.st_mode):
            raise OSError(f"{_THERE}, and not a file")
        if not self.is_forced:
            raise FileExistsError(EEXIST, "")
        if not status.st_mode & S_IWUSR or not os.access(self.path, os.W_OK):
            raise OSError("it is read-only")
        if status.st_uid != os.geteuid():  # a new file would be ours, and only ours to read
            raise OSError("it belongs to another user")


def identity_of(path: Path) -> object:
    """Return what tells a file from others, whatever they are called, also one that is not there.

    Links and folders that are called by two names are followed.
    """
    found = path.resolve()
    try:
        return _file(found.stat())
    except OSError:
        pass
    try:
        return *_file(found.parent.stat()), found.name
    except OSError:
        return found


def identity_of_input(name: str) -> object:
    """Return the same of what is read: a file, or what the caller hands over open."""
    descriptor = inherited_descriptor(name)
    return identity_of(Path(name)) if descriptor is None else _identity_of_open(descriptor)


def _identity_of_open(descriptor: int) -> object:
    try:
        status = os.fstat(descriptor)
    except OSError:  # closed by the caller, which is explained when it is read
        return descriptor
    return _file(status) if S_ISREG(status.st_mode) else descriptor


def _file(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def new_file(name: str, extensions: tuple[str, ...]) -> ResultFile:
    """Return the file that a person names in an interview; it must not exist yet.

    Raises:
        WriteError: It exists, or cannot be written.
    """
    file = ResultFile(name=name, extensions=extensions)
    if file.descriptor is not None:  # the interview itself is there
        raise WriteError(f"{visible(name)} is not a file")
    file.check()
    return file


def _check_open_for_writing(descriptor: int) -> None:
    from fcntl import F_GETFL, fcntl

    if fcntl(descriptor, F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        raise OSError("it is open for reading only")


def _write(descriptor: int, text: str) -> None:
    """Write to an open file and close it."""
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        write_all(file, text.encode(errors="backslashreplace"))
