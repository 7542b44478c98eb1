"""Reading answer sheets, and writing files. Nothing else opens or writes these."""

from __future__ import annotations

import os
import sys
from errno import EACCES
from pathlib import Path

from backtriage.shell.reading import inherited_descriptor, read_descriptor, read_regular

MAX_SHEET_BYTES = 1024 * 1024 + 1
"""One byte more than the limit for a sheet, so that validation can see that it is too large."""


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
        return _read_stdin() if descriptor == 0 else _read_inherited(descriptor)
    except OSError as error:
        raise ReadError(f"cannot read {name}: {reason(error)}") from None


def _read_stdin() -> bytes:
    if sys.stdin is None:  # closed by the caller: backtriage assess - <&-
        raise ReadError("standard input is closed; give a file, or send the answers to it")
    try:
        descriptor = sys.stdin.fileno()
    except ValueError:  # no file of the system, but an object of a Python program
        return sys.stdin.buffer.read(MAX_SHEET_BYTES)
    return _read_inherited(descriptor)


def _read_inherited(descriptor: int) -> bytes:
    return read_descriptor(descriptor, MAX_SHEET_BYTES, may_wait=True)


def write_private(path: Path, text: str) -> None:
    """Write a file atomically, readable by its owner only. Raises `OSError`.

    A temporary file in the same folder replaces it in one step, so that a crash leaves either
    the old file or the new one. `mkstemp` gives it mode 0600.
    """
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)  # noqa: PTH105 - the atomic call itself
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def check_writable(path: Path) -> None:
    """Check that a result can be written here, and leave nothing behind. Raises `WriteError`."""
    import tempfile

    try:
        if path.exists() and not path.is_file():
            path.open("a").close()  # a device or a pipe; for a folder this raises
            return
        with tempfile.TemporaryFile(dir=path.parent):
            pass
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))
    except OSError as error:
        raise WriteError(f"cannot write {path}: {reason(error)}") from None


def new_file(name: str) -> Path:
    """Return the path of a file, as typed by a person, that must not exist yet.

    Raises:
        WriteError: It exists, or cannot be written.
    """
    try:
        path = Path(name).expanduser()
        exists = path.exists()
    except (OSError, RuntimeError):  # a name that is too long, or of a user who does not exist
        raise WriteError(f"{name} cannot be a file") from None
    if exists:
        raise WriteError(f"{path} is there already")
    check_writable(path)
    return path


def write_result(path: Path, text: str) -> None:
    """Write a result, readable by its owner only. Raises `WriteError`."""
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")  # a device is written to, never replaced
        else:
            write_private(path, text)
    except OSError as error:
        raise WriteError(f"cannot write {path}: {reason(error)}") from None


def reason(error: OSError) -> str:
    """Return why the system refused, in lower case."""
    return (error.strerror or str(error)).lower()
