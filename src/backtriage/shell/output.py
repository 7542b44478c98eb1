"""Standard output and standard error: results, messages and progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from errno import EIO
from io import FileIO, RawIOBase, TextIOWrapper
from time import monotonic
from typing import IO, TYPE_CHECKING, Final, TextIO, TypeGuard

from backtriage.shell.files import WriteError, reason
from backtriage.terms.printable import visible

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_NARROWEST: Final = 20
"""Columns of a terminal that words can be told from."""


def is_terminal(stream: TextIO | None) -> TypeGuard[TextIO]:
    """Return whether a stream is a terminal, so that a person is likely to read it."""
    return stream is not None and stream.isatty()


def write_out(text: str, *, is_costly: bool = False) -> None:
    """Write a whole result to standard output as UTF-8, whatever the locale.

    Args:
        text: The result. The part of a file name that is not UTF-8 is written as an escape.
        is_costly: Whether to say it on standard error instead of losing it.

    Raises:
        WriteError: Standard output is closed or full, or its reader is gone.
    """
    if sys.stdout is None:  # closed by the caller: backtriage ... >&-
        if is_costly:
            say(text)
        raise WriteError("standard output is closed, so the result could not be written")
    with explaining_failures(text if is_costly else ""):
        sys.stdout.flush()
        write_all(sys.stdout.buffer, text.encode(errors="backslashreplace"))


@contextmanager
def explaining_failures(text: str = "") -> Iterator[None]:
    """Turn a failure to write a result to standard output into a `WriteError`.

    Args:
        text: What to say on standard error instead of losing it.
    """
    try:
        yield
    except OSError as error:
        detach_output()
        if text and not isinstance(error, BrokenPipeError):  # its reader has seen enough
            say(text)
        raise WriteError(f"cannot write the result to standard output: {reason(error)}") from None


def write_all(stream: IO[bytes] | RawIOBase, data: bytes) -> None:
    """Write everything, waiting for a reader that is slow; a stream may take only a part.

    Raises:
        OSError: It is closed or full, or its reader is gone.
    """
    rest = memoryview(data)
    while rest:
        try:
            count = stream.write(rest)
        except BlockingIOError as error:
            count = error.characters_written
            _wait_for(stream)
        else:
            if count is None:
                _wait_for(stream)
            elif count <= 0:
                raise OSError(EIO, os.strerror(EIO))
        rest = rest[count or 0 :]
    while True:
        try:
            stream.flush()
        except BlockingIOError:
            _wait_for(stream)
        else:
            return


def _wait_for(stream: IO[bytes] | RawIOBase) -> None:
    """Wait until a stream can take more, or has failed, which the next write then reports."""
    from select import POLLOUT, poll

    ready = poll()
    ready.register(stream.fileno(), POLLOUT)
    ready.poll()


class _WholeWrites(FileIO):
    """An open file of the system, to which a write is either whole or an error."""

    def write(self, data: ReadableBuffer, /) -> int:
        whole = bytes(data)
        write_all(FileIO(self.fileno(), "wb", closefd=False), whole)
        return len(whole)


def hold_closed_streams() -> None:
    """Keep the numbers of closed standard streams taken.

    The next file that is opened would get one, and what is meant for the stream, or reads from
    it, with it. What takes the place can be neither read nor written, where the system has
    such files, so that whoever names it is told.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, getattr(os, "O_PATH", os.O_RDONLY))  # gets the lowest free number


def write_whole(stream: TextIO | None, *, is_buffered: bool = True) -> TextIO | None:
    """Return a stream that writes all of what is printed, whatever kind of stream this is.

    Python ignores that only a part of a text was written if its streams have no buffer
    (`PYTHONUNBUFFERED`), or if the caller's file never waits.

    Args:
        stream: A standard stream, or None for one that is closed.
        is_buffered: Whether it may keep its buffer. What a full device did not take would stay
            there, and Python's final flush would exit with 120, whatever the result is.
    """
    try:
        if not isinstance(stream, TextIOWrapper) or (
            is_buffered
            and not isinstance(stream.buffer, RawIOBase)
            and os.get_blocking(stream.fileno())
        ):
            return stream
        stream.flush()
        return TextIOWrapper(
            _WholeWrites(stream.fileno(), "wb", closefd=False), encoding=stream.encoding,
            errors=stream.errors, write_through=True,
        )  # fmt: skip
    except (OSError, ValueError):  # closed, or no file of the system
        return stream


def detach_output() -> None:
    """Redirect standard output to nowhere, so that Python's final flush does not fail too."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def say(message: str) -> bool:
    """Write a message to standard error, which may be closed; return whether it was written."""
    import typer

    lines = (visible(line) for line in message.split("\n"))  # it may name a file or an argument
    with suppress(OSError, ValueError, AttributeError):
        typer.echo(fitted("\n".join(lines), sys.stderr), err=True)
        # The null device stands for a closed stream; see `cli.app`.
        return getattr(sys.stderr, "name", "") != os.devnull
    return False


def fitted(text: str, stream: TextIO | None) -> str:
    """Return text with its lines broken between words, as a terminal does not; tables stay."""
    if not is_terminal(stream):
        return text
    columns = 0
    with suppress(OSError):
        columns = os.get_terminal_size(stream.fileno()).columns
    return "\n".join(_broken(line, columns) for line in text.split("\n"))


def _broken(line: str, columns: int) -> str:
    words = line.strip(" ")
    is_table = "  " in words
    if len(line) <= columns or columns < _NARROWEST or is_table:
        return line
    if max(map(len, words.split(" "))) > columns:  # a path, which is to be copied whole
        return line
    # Imported late: most messages fit.
    from backtriage.render.cells import wrapped

    indent = line[: line.index(words)]
    return "\n".join(wrapped(words, columns, indent, indent))


def say_anyhow(message: str) -> None:
    """Say what must not be lost: on standard error, or else on standard output."""
    if say(message) or sys.stdout is None:
        return
    # Past its buffer, which would keep what is not taken, and let a result after it seem written.
    with suppress(OSError):
        sys.stdout.flush()
        text = f"{message}\n".encode(errors="backslashreplace")
        write_all(getattr(sys.stdout.buffer, "raw", sys.stdout.buffer), text)


def progress() -> Callable[[str], None]:
    """Return a function that reports progress on standard error, at most once a second."""
    last = monotonic()

    def report(text: str) -> None:
        nonlocal last
        if monotonic() - last > 1:
            last = monotonic()
            say(text)

    return report
