"""Standard output and standard error: results, messages and progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import TextIO

from backtriage.shell.files import WriteError, reason
from backtriage.terms.printable import visible


def is_terminal(stream: TextIO | None) -> bool:
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
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode(errors="backslashreplace"))
        sys.stdout.buffer.flush()
    except OSError as error:
        detach_output()
        if is_costly and not isinstance(error, BrokenPipeError):  # its reader has seen enough
            say(text)
        raise WriteError(f"cannot write the result to standard output: {reason(error)}") from None


def detach_output() -> None:
    """Redirect standard output to nowhere, so that Python's final flush does not fail too."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def say(message: str) -> None:
    """Write a message to standard error, ignoring that it may be closed."""
    import typer

    lines = (visible(line) for line in message.split("\n"))  # it may name a file or an argument
    with suppress(OSError, ValueError, AttributeError):
        typer.echo("\n".join(lines), err=True)


def progress() -> Callable[[str], None]:
    """Return a function that reports progress on standard error, at most once a second."""
    last = monotonic()

    def report(text: str) -> None:
        nonlocal last
        if monotonic() - last > 1:
            last = monotonic()
            say(text)

    return report
