"""A pager for results that are longer than the terminal."""

from __future__ import annotations

from typing import Final

from backtriage.render.layout import Line, lines_of, paginate
from backtriage.render.page import Page
from backtriage.shell import terminal

_PROMPT: Final = "Press Enter to read on, or type e for the end:"
_PROMPT_ROWS: Final = 3
"""Rows of the prompt; on a narrow terminal it takes two."""
_MIN_ROWS: Final = 8
_END: Final = frozenset({"e", "end", "q", "quit", "s"})


def page_out(page: Page) -> None:
    """Print a page and wait whenever the screen is full. Nothing of it is drawn over.

    Skipping to the end, or leaving, still prints the last part: the action again.
    """
    rows = max(_MIN_ROWS, terminal.height() - _PROMPT_ROWS)
    *screens, last = paginate(lines_of(page.sections, terminal.width()), rows)
    for screen in screens:
        _print(screen)
        if not _reads_on():
            blanks = [number for number, line in enumerate(last) if not line.text]
            last = last[blanks[-1] + 1 :] if blanks else last
            break
    _print(last)


def _reads_on() -> bool:
    print()
    try:
        typed = terminal.ask_line(_PROMPT).strip().casefold()
    except (KeyboardInterrupt, EOFError):
        typed = "e"
    print()
    return typed not in _END


def _print(lines: tuple[Line, ...]) -> None:
    print("\n".join(line.text.rstrip() for line in lines))
