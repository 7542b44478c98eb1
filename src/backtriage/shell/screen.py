"""The terminal: the only place that makes a rich Console, and the line that is read from it."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING, Final

from backtriage.shell.output import is_terminal

if TYPE_CHECKING:
    from types import FrameType

    from rich.console import Console, RenderableType

WIDEST: Final = 80
"""Longer lines are hard to read, so a wider terminal is not filled."""

LEAST_ROWS: Final = 14
"""A terminal with fewer rows shows too little of a question at once; plain mode scrolls."""

_NARROWEST: Final = 20
_UNABLE: Final = frozenset({"", "dumb", "unknown"})
_SETTLE: Final = 0.1
"""Seconds in which a paste is still arriving; nobody reads a question and answers so fast."""


class Ended(SystemExit):
    """The system asked the program to stop. The code is 128 and the signal's number."""


def width() -> int:
    """Columns to write in."""
    return max(_NARROWEST, min(WIDEST, shutil.get_terminal_size().columns))


def height() -> int:
    """Rows of the terminal."""
    return shutil.get_terminal_size().lines


def is_interactive() -> bool:
    """Whether a person can be asked: a terminal on both sides."""
    return is_terminal(sys.stdin) and is_terminal(sys.stdout)


def is_capable() -> bool:
    """Whether the terminal can be drawn on: it can move its cursor and has rows enough."""
    able = is_interactive() and os.environ.get("TERM", "") not in _UNABLE
    return able and height() >= LEAST_ROWS


def console() -> Console:
    """A console that writes at most 80 columns and turns no number or name into colour."""
    # Imported here: text for a pipe does not pay for it.
    from rich.console import Console  # noqa: PLC0415

    return Console(width=width(), highlight=False, markup=False, emoji=False)


def show(renderable: RenderableType) -> None:
    """Print a result once."""
    console().print(renderable)


def ask_line(prompt: str) -> str:
    """Print a prompt and read one line. What was typed before the prompt is dropped.

    Raises `EOFError` when the terminal is at its end or gone.
    """
    sys.stdout.flush()
    if drop_typed_ahead():
        print("(What was typed before this line was not counted.)")
    print(prompt, end=" ", flush=True)
    try:
        # No text for input(): it would go to standard error when readline is not loaded.
        return input()
    except ValueError:
        return "\N{REPLACEMENT CHARACTER}"  # bytes that are no text; no answer reads like this
    except OSError:
        raise EOFError from None


def drop_typed_ahead() -> bool:
    """Drop what was typed or pasted before it was asked for. Says whether there was any."""
    if not is_terminal(sys.stdin):
        return False
    import termios  # noqa: PLC0415 - not on every system; only a terminal needs it
    from fcntl import ioctl  # noqa: PLC0415

    time.sleep(_SETTLE)
    handle = sys.stdin.fileno()
    waiting = ioctl(handle, termios.FIONREAD, b"\0" * 4)
    termios.tcflush(handle, termios.TCIFLUSH)
    return any(waiting)


@contextmanager
def ending_calmly() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into `Ended`, so that answers are kept and the terminal restored."""

    def end(number: int, _: FrameType | None) -> None:
        raise Ended(128 + number)

    if isinstance(sys.stdout, TextIOWrapper):
        # A character that the terminal's encoding lacks is a question mark, never a crash.
        sys.stdout.reconfigure(errors="replace")
    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
