"""What has been typed, pasted or replied, and not read: a terminal keeps it for the next line."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from backtriage.shell.output import is_terminal

_PASTE_SECONDS: Final = 0.1
"""Seconds in which a paste is still arriving; nobody reads and answers that fast."""


def is_waiting(*, or_begun: bool = False) -> bool:
    """Return whether there is a line that has not been read.

    Args:
        or_begun: Whether the beginning of one counts too. It cannot be erased any more then.
    """
    if not is_terminal(sys.stdin):
        return False
    import termios

    time.sleep(_PASTE_SECONDS)
    is_any = _is_any()  # first: to look at what has begun makes one line of all that is there
    if is_any or not or_begun:
        return is_any
    with suppress(OSError, termios.error), _without_lines():  # the terminal is gone
        return _is_any()
    return False


def discard_type_ahead() -> bool:
    """Discard what is there, also a line that has no end yet; return whether there was any."""
    if not is_terminal(sys.stdin):
        return False
    import termios

    time.sleep(_PASTE_SECONDS)
    with suppress(OSError, termios.error), _without_lines():  # the terminal is gone
        is_any = _is_any()
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
        return is_any
    return False


def _is_any() -> bool:
    import termios
    from fcntl import ioctl

    try:
        return any(ioctl(sys.stdin.fileno(), termios.FIONREAD, b"\0" * 4))
    except OSError:  # the terminal is gone
        return False


@contextmanager
def _without_lines() -> Iterator[None]:
    """Let the terminal send what is typed at once: by the line, it tells of whole lines only."""
    import termios

    keyboard = sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)
    at_once = [*before]
    at_once[3] &= ~termios.ICANON
    termios.tcsetattr(keyboard, termios.TCSANOW, at_once)
    try:
        yield
    finally:
        termios.tcsetattr(keyboard, termios.TCSANOW, before)
