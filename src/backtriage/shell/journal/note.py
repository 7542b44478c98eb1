"""Asking for a note in the person's own words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from backtriage.journal.entries import MAX_NOTE
from backtriage.shell.prompts import ask_text, say_wrapped
from backtriage.shell.terminal import (
    HIDE,
    MOST_BYTES,
    Hidden,
    ask_line,
    read_line,
)
from backtriage.shell.typed_ahead import is_waiting
from backtriage.terms.printable import first_unprintable

_ASKED: Final = (
    "Is there more to say? Write it in your own words for whoever reads your journal.",
    "It changes no result. For nothing more, press Enter.",
)
_LINES: Final = "An empty line ends it."
_AGAIN: Final = (
    f"A note has at most {MAX_NOTE} characters, and all of them print. Type it again, a long one "
    "in several lines."
)


def ask_note(*, plain: bool) -> str:
    """Ask for a note; "" for none.

    Raises:
        EOFError: The input is at its end.
        Terminated: The terminal has been closed.
        Hidden: The person leaves at once.
    """
    print()
    for line in (*_ASKED, *([_LINES] if plain else ())):
        say_wrapped(line)
    while True:
        lines = _ask_lines() if plain else (ask_text("Note:"),)
        written = [*lines]
        typed = " ".join(" ".join(written).split())
        if typed.casefold() == HIDE:
            raise Hidden
        longest = max(len(each.encode(errors="replace")) for each in written)
        is_whole = len(typed) <= MAX_NOTE and not (plain and longest >= MOST_BYTES)
        if is_whole and first_unprintable(typed) is None:
            return typed
        say_wrapped(_AGAIN)


def _ask_lines() -> Iterator[str]:
    """Yield lines up to an empty one; a paste has several, and its last may have no end yet."""
    line = ask_line("Note:", MAX_NOTE)
    try:
        while line.strip() or is_waiting(or_begun=True):
            yield line
            line = read_line()
            if line.strip().casefold() == HIDE and not is_waiting():
                raise Hidden
    except EOFError as end:  # Ctrl-D ends it too, at once and behind a line
        if str(end).strip().casefold() == HIDE:
            raise Hidden from None
        yield str(end)
    yield ""
