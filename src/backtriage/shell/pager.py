"""A result that is longer than the terminal, read a screenful at a time."""

from __future__ import annotations

from typing import Final

from backtriage.render.layout import Line, lines_of, paginate
from backtriage.render.page import Page
from backtriage.shell import screen

_PAUSE: Final = "Press Enter to read on, or type e for the end:"
_PAUSE_ROWS: Final = 3
"""Rows for the pause itself; on a narrow terminal it takes two."""
_LEAST_ROWS: Final = 8
_END: Final = frozenset({"e", "end", "q", "quit", "s"})


def page_out(page: Page) -> None:
    """Print a page and wait wherever the screen is full. Nothing of it is drawn over.

    Whoever goes to the end, or away, still sees the last part: it is the action again.
    """
    rows = max(_LEAST_ROWS, screen.height() - _PAUSE_ROWS)
    *parts, last = paginate(lines_of(page.sections, screen.width()), rows)
    for part in parts:
        _print(part)
        if not _reads_on():
            last = _from_last_blank(last)
            break
    _print(last)


def _from_last_blank(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    blanks = [at for at, line in enumerate(lines) if not line.text]
    return lines[blanks[-1] + 1 :] if blanks else lines


def _reads_on() -> bool:
    print()
    try:
        typed = screen.ask_line(_PAUSE).strip().casefold()
    except (KeyboardInterrupt, EOFError):
        print()
        return False
    print()
    return typed not in _END


def _print(lines: tuple[Line, ...]) -> None:
    print("\n".join(line.text.rstrip() for line in lines))
