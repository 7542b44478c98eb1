"""Reading answer sheets, and writing files. Nothing else opens or writes these."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from backtriage.shell.reading import inherited_descriptor, read_descriptor, read_regular

MAX_SHEET_BYTES = 1024 * 1024 + 1
"""One byte more than the limit for a sheet, so that validation can see that it is too large."""

_MAX_PREFIX = 40
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
        return _read_stdin() if descriptor == 0 else _read_inherited(descriptor)
    except IsADirectoryError as error:
        why = f"{reason(error)}; name one answer sheet in it"
        raise ReadError(f"cannot read {name}: {why}") from None
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


def write_private(path: Path, text: str, *, is_new: bool = False) -> None:
    """Write a file atomically, readable by its owner only.

    A temporary file in the same folder replaces it in one step, so that a crash leaves either
    the old file or the new one. `mkstemp` gives it mode 0600.

    Raises:
        FileExistsError: A file that must be new is there already.
        OSError: It cannot be written.
    """
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:_MAX_PREFIX]}.")
    try:
        with os.fdopen(
            handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n"
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            _name_new(temporary, path)
        else:
            os.replace(temporary, path)  # noqa: PTH105 - the atomic call itself
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _name_new(temporary: str, path: Path) -> None:
    """Give a temporary file its name, which no other process may have taken meanwhile."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # not every file system has hard links
        path.touch(mode=0o600, exist_ok=False)
        os.replace(temporary, path)  # noqa: PTH105
    else:
        Path(temporary).unlink()


def reason(error: OSError) -> str:
    """Return why the system refused, in lower case."""
    return error.strerror.lower() if error.strerror else str(error)
