"""The terminal: its size, lines, pages and signals."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from errno import EIO
from typing import TYPE_CHECKING, Final, cast

from backtriage.render.as_text import paginate
from backtriage.render.cells import wrapped
from backtriage.render.line import Line
from backtriage.shell.output import explaining_failures, is_terminal
from backtriage.shell.terminal_setup import (
    handling_termination,
    heed_no_more_signals,
    set_encodings,
    whole_lines,
)
from backtriage.shell.typed_ahead import discard_type_ahead
from backtriage.terms.printable import first_unprintable

if TYPE_CHECKING:
    from io import BufferedReader, RawIOBase
    from types import FrameType

    from backtriage.render.style import ColourDepth

MAX_WIDTH: Final = 80
"""Longer lines are hard to read, so the rest of a wider terminal stays empty."""

MIN_HEIGHT: Final = 14
"""With fewer rows too little of a question is visible at once; plain mode can scroll."""

_MIN_WIDTH: Final = 20
"""With fewer columns lines are not cut, as the full screen would do, but go on below."""

_WITHOUT_CURSOR: Final = frozenset({"", "dumb", "unknown"})
_TRUE_COLOUR: Final = frozenset({"truecolor", "24bit"})
_WITH_256_COLOURS: Final = frozenset({"256color", "kitty"})
_MAX_LINE: Final = 1000
"""Characters of a line; no answer and no sensible file name is longer."""
MOST_BYTES: Final = 4095  # of a line: a terminal loses the rest of a longer one
_TOO_LONG: Final = "That line is too long, so nothing in it was counted. Type a shorter one."
_NOT_TEXT: Final = (
    "That line had keys or characters in it that cannot be used here, so nothing in it was "
    "counted. Please type it again."
)

_READ_ON: Final = "Press Enter to read on, or type e for the end:"
_READ_ON_ROWS: Final = 3
"""Rows for that and what is typed, where it takes one line."""
_MIN_PAGE_ROWS: Final = 8
_END: Final = frozenset({"e", "end", "q", "quit", "s"})
HIDE: Final = "x"
"""The line that leaves nothing on the screen, wherever a line is read."""

_WIPE: Final = "\x1b[H\x1b[2J\x1b[3J"
"""Clears the screen, and what can be scrolled back to."""


class Terminated(SystemExit):
    """The system asked the program to stop. Uncaught, it exits as a shell reports a signal."""

    def __init__(self, signal_number: int) -> None:
        """Keep the number of the signal."""
        super().__init__(128 + signal_number)
        self.signal = signal_number
        self.is_result_shown = False
        """Whether it came after the first screen of a result, which says how soon to act."""


class Hidden(Exception):  # noqa: N818 - a way to end, not an error
    """The person wants nothing left on the screen, at once."""


def _size() -> os.terminal_size:
    """Return the size of the terminal itself: COLUMNS and LINES may be wrong, or of another."""
    with suppress(AttributeError, ValueError, OSError):  # closed, or not a terminal
        size = os.get_terminal_size(sys.stdout.fileno())
        if all(size):
            return size
    return shutil.get_terminal_size()


def width() -> int:
    """Return the columns to write in."""
    return max(_MIN_WIDTH, min(MAX_WIDTH, _size().columns))


def height() -> int:
    """Return the rows of the terminal."""
    return _size().lines


def is_interactive() -> bool:
    """Return whether a person can be asked: input and output are both a terminal."""
    return is_terminal(sys.stdin) and is_terminal(sys.stdout)


def is_full_screen_capable() -> bool:
    """Return whether the terminal can move its cursor, and is high and wide enough."""
    able = is_interactive() and os.environ.get("TERM", "") not in _WITHOUT_CURSOR
    return able and height() >= MIN_HEIGHT and _size().columns >= _MIN_WIDTH


def colour_depth() -> ColourDepth:
    """Return what the terminal can show. Whoever sets NO_COLOR still gets bold letters."""
    term = os.environ.get("TERM", "")
    if term in _WITHOUT_CURSOR:
        return "none"
    if os.environ.get("NO_COLOR"):
        return "mono"
    is_rich = os.environ.get("COLORTERM", "").strip().lower() in _TRUE_COLOUR
    return "256" if is_rich or term.rpartition("-")[2] in _WITH_256_COLOURS else "16"


def show(layout: Callable[[int], Iterable[Line]]) -> None:
    """Print lines that are laid out in at most 80 columns.

    Raises:
        WriteError: The terminal is gone.
    """
    # Imported here: text for a pipe does not pay for it.
    from backtriage.render.as_card import as_card

    columns = width()
    with explaining_failures():
        print(as_card(layout(columns), columns, colour_depth()), end="", flush=True)


def clear() -> None:
    """Leave nothing on the screen. Where it cannot be cleared, blank lines push it away."""
    can_clear = os.environ.get("TERM", "") not in _WITHOUT_CURSOR
    with suppress(OSError, ValueError):  # the terminal is gone
        print(_WIPE if can_clear else "\n" * height(), end="", flush=True)


def ask_line(prompt: str, most: int = _MAX_LINE) -> str:
    """Print a prompt, wrapped, and read one line of text; discard what was typed before it.

    A line with anything else in it, such as the sequence of an arrow key, is asked for again as a
    whole: what is left of it without that might be another answer.

    Args:
        prompt: What to print.
        most: How many characters it may have.

    Raises:
        EOFError: The input is at its end.
        Terminated: The terminal has been closed.
        Hidden: The line asks to leave at once.
    """
    while True:
        sys.stdout.flush()
        if discard_type_ahead():
            print("(Keys pressed before this line was shown do not count.)")
        print("\n".join(_prompt_lines(prompt)), end=" ", flush=True)
        line = read_line()
        if line.strip().casefold() == HIDE:
            raise Hidden
        is_long = len(line) > most or len(line.encode(errors="replace")) >= MOST_BYTES
        if not is_long and first_unprintable(line.replace("\t", " ")) is None:
            return line
        print("\n".join(wrapped(_TOO_LONG if is_long else _NOT_TEXT, width())))


def _prompt_lines(prompt: str) -> tuple[str, ...]:
    """Break a prompt into lines, with room for a space and a letter behind it."""
    return wrapped(prompt, width() - 2)


def read_line() -> str:
    """Read a line. Bytes that cannot be decoded become characters that do not print.

    Errors are those of `ask_line`, but for `Hidden`. EOFError carries the line that has no end.

    Not with input(), which takes a NUL for the end of the line and joins it with the next one, and
    without a buffer, which would keep what was typed ahead out of reach of `discard_type_ahead`.
    """
    try:
        keyboard = cast("BufferedReader[RawIOBase]", sys.stdin.buffer).raw
        line = keyboard.readline()
    except (OSError, ValueError):  # the terminal is gone, or closed
        line = b""
    if not line.endswith(b"\n"):  # the rest of a line is no line: Enter was not pressed
        if _has_hung_up():  # SIGHUP is about to say so
            heed_no_more_signals()
            raise Terminated(signal.SIGHUP)
        raise EOFError(line.decode(sys.stdin.encoding, "surrogateescape"))
    return line.decode(sys.stdin.encoding, "surrogateescape").removesuffix("\n")


def _has_hung_up() -> bool:
    """Return whether the terminal has been closed, rather than its input ended."""
    import termios

    try:
        termios.tcgetattr(sys.stdin.fileno())
    except termios.error as error:
        return bool(error.args[0] == EIO)
    except (OSError, ValueError):
        pass
    return False


def page_out(lines: tuple[Line, ...], end: tuple[Line, ...]) -> None:
    """Print a page, pausing whenever the screen is full. Nothing is overwritten.

    Args:
        lines: All of it.
        end: What to print instead of the rest for whoever skips that, or leaves.

    Raises:
        WriteError: The terminal is gone.
    """
    prompt_rows = _READ_ON_ROWS + len(_prompt_lines(_READ_ON)) - 1
    rows = max(_MIN_PAGE_ROWS, height() - prompt_rows)
    *screens, last = paginate(lines, rows)
    is_shown = False
    try:
        with explaining_failures():
            for screen in screens:
                _print(screen)
                is_shown = True
                if not _reads_on():
                    last = end
                    break
            _print(last)
    except Terminated as terminated:
        terminated.is_result_shown = is_shown
        raise


def _reads_on() -> bool:
    print()
    try:
        typed = ask_line(_READ_ON).strip().casefold()
    except (KeyboardInterrupt, EOFError):
        typed = "e"
    print()
    return typed not in _END


def _print(lines: tuple[Line, ...]) -> None:
    print("\n".join(line.text.rstrip() for line in lines), flush=True)


def raise_on_signal(number: int, _: FrameType | None) -> None:
    """Raise `Terminated`, or `KeyboardInterrupt` for SIGINT: a handler of signals."""
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise Terminated(number)


@contextmanager
def raising_on_termination() -> Iterator[None]:
    """Prepare the terminal, and turn signals into exceptions, so that answers are saved.

    SIGTERM and SIGHUP raise `Terminated`, and SIGQUIT `KeyboardInterrupt`. At the end, what the
    terminal has sent and nobody has read must not reach the shell.
    """
    set_encodings()
    try:
        with handling_termination(raise_on_signal), whole_lines():
            yield
    finally:
        discard_type_ahead()
