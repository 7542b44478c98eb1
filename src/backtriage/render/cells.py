"""The width of text in terminal cells, and line breaking, with the standard library only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_SPACE: Final = re.compile(r"[ \t\r\n]+")
_NO_WIDTH: Final = ("Mn", "Me", "Cf")


def cell_len(text: str) -> int:
    """Return the number of terminal cells that a text occupies."""
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def _cells_of(character: str) -> int:
    from unicodedata import category, east_asian_width  # noqa: PLC0415 - a megabyte

    if category(character) in _NO_WIDTH:
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def wrapped(text: str, width: int, first: str = "", rest: str = "") -> tuple[str, ...]:
    """Break text into lines of at most `width` cells that start with `first` and then `rest`."""
    lines: list[str] = []
    line, room = first, width - cell_len(first)
    space = ""
    for word, needed in _words(text, width - max(cell_len(first), cell_len(rest))):
        if space and needed >= room:
            lines.append(line)
            line, room = rest + word, width - cell_len(rest) - needed
        else:
            line, room = line + space + word, room - len(space) - needed
        space = " "
    return (*lines, line)


def evenly_wrapped(text: str, width: int, first: str = "", rest: str = "") -> tuple[str, ...]:
    """Break text into as many lines as `wrapped`, but leave no word alone on the last one."""
    lines = wrapped(text, width, first, rest)
    for narrower in range(width - 1, width // 2, -1):
        if len(lines) == 1 or " " in lines[-1].strip():
            return lines
        again = wrapped(text, narrower, first, rest)
        if len(again) > len(lines):
            break
        lines = again
    return wrapped(text, width, first, rest)


def _words(text: str, width: int) -> Iterator[tuple[str, int]]:
    """Yield words and their cells; within a sentence, a number stays with the word before it."""
    measure = len if text.isascii() else cell_len  # a page has thousands of words
    pending = ""
    for word in (*_SPACE.split(text.strip(" \t\r\n")), ""):
        if word[:1].isdigit() and pending[-1:] not in {"", ".", "!", "?"}:
            joined = f"{pending} {word}"
            if measure(joined) <= width:
                pending = joined
                continue
        needed = measure(pending)
        if needed > width:
            yield from _pieces(pending, width)
        elif pending:
            yield pending, needed
        pending = word


def _pieces(word: str, width: int) -> Iterator[tuple[str, int]]:
    """Split a word that is wider than a line."""
    piece, cells = "", 0
    for character in word:
        needed = _cells_of(character)
        if cells + needed > width:
            yield piece, cells
            piece, cells = "", 0
        piece += character
        cells += needed
    yield piece, cells
