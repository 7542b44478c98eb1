"""Writing results to standard output, and noticing when that fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from time import monotonic
from typing import TextIO

from backtriage.shell.files import Unwritable


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person is likely to be at the other end."""
    return stream is not None and stream.isatty()


def write_out(text: str) -> None:
    """Write a whole result as UTF-8, whatever the locale. Raises `Unwritable`."""
    if sys.stdout is None:  # closed by the caller: backtriage ... >&-
        raise Unwritable("standard output is closed, so the result could not be written")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except OSError as error:
        forget_output()
        why = (error.strerror or str(error)).lower()
        raise Unwritable(f"cannot write the result to standard output: {why}") from None


def forget_output() -> None:
    """Point standard output nowhere, so that Python's own last flush does not fail too."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except OSError:
        return


def progress() -> Callable[[str], None]:
    """Says how far it is, on standard error, at most once a second and not within the first."""
    said = monotonic()

    def on_progress(how_far: str) -> None:
        nonlocal said
        if monotonic() - said > 1:
            said = monotonic()
            sys.stderr.write(f"{how_far}\n")

    return on_progress
