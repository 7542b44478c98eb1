"""The state of the process and its terminal during an interview, whatever was there before."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types import FrameType

_ASCII: Final = "\n\x1b09AZaz"
"""Characters that have to be the same in every encoding of a terminal."""

_STOPPING: Final = (signal.SIGTERM, signal.SIGHUP)


def leave_no_core_file() -> None:
    """Let no crash write the memory, and the answers in it, to a file."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))


def set_encodings() -> None:
    """Use UTF-8 where an encoding is none of a terminal: one without ASCII, such as UTF-16.

    A character missing in the encoding becomes a question mark, not a crash.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if not isinstance(stream, TextIOWrapper):
            continue
        if _ASCII.encode(stream.encoding, "replace") != _ASCII.encode():
            stream.reconfigure(encoding="utf-8")
        if stream is not sys.stdin:
            stream.reconfigure(errors="replace")


@contextmanager
def whole_lines() -> Iterator[None]:
    """Let the terminal show what is typed, send it by the line, and keep its interrupt keys.

    Another program may have left it otherwise, and so it is left at the end. After SIGCONT it is
    set again: the shell has had it.
    """
    import termios

    try:
        keyboard = sys.stdin.fileno()
        before = termios.tcgetattr(keyboard)
        was_blocking = {end: os.get_blocking(end) for end in (keyboard, sys.stdout.fileno())}
    except (OSError, ValueError, termios.error):  # no terminal, or gone
        yield
        return
    for_lines = _for_lines(before)

    def use(settings: list[Any], *, are_blocking: dict[int, bool]) -> None:
        with suppress(OSError, termios.error):
            termios.tcsetattr(keyboard, termios.TCSANOW, settings)
            for end, is_blocking in are_blocking.items():
                os.set_blocking(end, is_blocking)

    def set_up(*_: object) -> None:
        use(for_lines, are_blocking=dict.fromkeys(was_blocking, True))

    handler = signal.signal(signal.SIGCONT, set_up)
    try:
        set_up()
        yield
    finally:
        signal.signal(signal.SIGCONT, handler)
        use(before, are_blocking=was_blocking)


def _for_lines(settings: list[Any]) -> list[Any]:
    """Return the settings of a terminal with those of line by line input and output."""
    import termios

    inputs, outputs, control, local, *rest = settings
    return [
        (inputs | termios.ICRNL) & ~(termios.IGNCR | termios.INLCR),
        outputs | termios.OPOST | termios.ONLCR,
        control,
        local | termios.ICANON | termios.ECHO | termios.ISIG,
        *rest,
    ]


@contextmanager
def handling_termination(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    r"""Handle SIGTERM, SIGHUP and SIGQUIT, and restore the handlers that were there before.

    SIGQUIT is handled as SIGINT: it comes from Ctrl-\, which leaves as Ctrl-C does. After the
    first SIGTERM or SIGHUP no other is heeded, also not by an outer handler.
    """

    def interrupt(_: int, frame: FrameType | None) -> None:
        handler(signal.SIGINT, frame)

    def stop(number: int, frame: FrameType | None) -> None:
        heed_no_more_signals()
        handler(number, frame)

    handlers = {**dict.fromkeys(_STOPPING, stop), signal.SIGQUIT: interrupt}
    before = {number: signal.signal(number, each) for number, each in handlers.items()}
    try:
        yield
    finally:
        for number, previous in before.items():
            is_inner = callable(previous)
            if not (is_inner and signal.getsignal(number) is signal.SIG_IGN):
                signal.signal(number, previous)


def heed_no_more_signals() -> None:
    """Ignore SIGTERM and SIGHUP: the program is ending.

    Closing a window sends two, and the second must not cut off what the first one has begun.
    """
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def undisturbed(more: Collection[signal.Signals] = ()) -> Iterator[None]:
    """Put off SIGTERM, SIGHUP and more signals until something short is done."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (*_STOPPING, *more))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
