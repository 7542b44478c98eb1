"""The only place that opens files of answers and rules, and the only place that writes them."""

from __future__ import annotations

import os
import sys
from errno import EACCES
from pathlib import Path

MAX_SHEET_BYTES = 1024 * 1024 + 1
"""One byte more than a sheet may have: enough for `admit` to see that it is too large."""

MAX_RULES_BYTES = 4 * 1024 * 1024


class Unreadable(Exception):  # noqa: N818 - house word
    """A file that cannot be read. The message says which, why, and what to do."""


class Unwritable(Exception):  # noqa: N818 - house word
    """Output that cannot be written. The message says where, why, and what to do."""


def read_sheet(name: str) -> bytes:
    """The bytes of an answers file, or of standard input for `-`.

    Reads no more than it takes to see that a sheet is too large, so that 100 MB cost nothing.
    Raises `Unreadable`.
    """
    try:
        if name != "-":
            with Path(name).open("rb") as file:
                return file.read(MAX_SHEET_BYTES)
        if sys.stdin is None:  # closed by the caller: backtriage assess - <&-
            raise Unreadable("standard input is closed; give a file, or send the answers to it")
        return sys.stdin.buffer.read(MAX_SHEET_BYTES)
    except OSError as error:
        raise Unreadable(f"cannot read {name}: {_reason(error)}") from None


def read_rules(folder: Path) -> dict[str, str]:
    """The text of every `.yaml` file of a rules folder by file name. Raises `Unreadable`."""
    try:
        if not folder.is_dir():
            what = "it is not a folder" if folder.exists() else "there is no such folder"
            raise Unreadable(f"cannot read the rules in {folder}: {what}")
        # Not glob: it takes a folder that may not be read for an empty one.
        files = sorted(path for path in folder.iterdir() if is_rules(path.name))
    except OSError as error:
        raise Unreadable(f"cannot read the rules in {folder}: {_reason(error)}") from None
    return {path.name: _text(path) for path in files}


def is_rules(name: str) -> bool:
    """Whether a file holds rules. Hidden files are an editor's or a file manager's."""
    return name.endswith(".yaml") and not name.startswith(".")


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_RULES_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"cannot read {path}: {_reason(error)}") from None
    return decoded(data, str(path))


def decoded(data: bytes, name: str) -> str:
    """The text of a rules file. Raises `Unreadable`."""
    if len(data) > MAX_RULES_BYTES:
        size = MAX_RULES_BYTES // 1024 // 1024
        raise Unreadable(f"cannot read {name}: a rules file may have {size} MiB at most")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(f"cannot read {name}: it is not UTF-8 text") from None


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all. Raises `OSError`.

    A temporary file in the same folder takes its place in one step, so that a crash leaves
    either the old file or the new one. `mkstemp` gives it mode 0600.
    """
    # Imported here: a run that writes nothing does without it.
    import tempfile  # noqa: PLC0415

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
    """See that a result could be written here, and leave nothing behind. Raises `Unwritable`."""
    # Imported here: a run that writes nothing does without it.
    import tempfile  # noqa: PLC0415

    try:
        if path.exists() and not path.is_file():
            path.open("a").close()  # a device or a pipe; a folder says what it is
            return
        with tempfile.TemporaryFile(dir=path.parent):
            pass
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))
    except OSError as error:
        raise Unwritable(f"cannot write {path}: {_reason(error)}") from None


def write_result(path: Path, text: str) -> None:
    """Write a result for its owner only. Raises `Unwritable`."""
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")  # a device is written to, never replaced
        else:
            write_private(path, text)
    except OSError as error:
        raise Unwritable(f"cannot write {path}: {_reason(error)}") from None


def private_folder(path: Path) -> Path:
    """A folder that only its owner can enter, made if it is not there. Raises `OSError`."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
