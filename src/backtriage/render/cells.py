"""How wide text is on a terminal, and where to break it. The standard library only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import category, east_asian_width

_SPACE: Final = re.compile(r"[ \t\r\n]+")
_NO_WIDTH: Final = ("Mn", "Me", "Cf")


def cell_len(text: str) -> int:
    """The number of terminal cells that a text fills."""
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def _cells_of(character: str) -> int:
    if category(character) in _NO_WIDTH:
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def wrapped(text: str, width: int, first: str = "", rest: str = "") -> tuple[str, ...]:
    """Lines of at most `width` cells; `first` and `rest` begin the first and the other lines."""
    lines: list[str] = []
    line, room = first, width - cell_len(first)
    is_fresh = True
    for word in _words(text, width - max(cell_len(first), cell_len(rest))):
        needed = cell_len(word) + (not is_fresh)
        if needed > room and not is_fresh:
            lines.append(line)
            line, room, is_fresh = rest, width - cell_len(rest), True
            needed = cell_len(word)
        line += word if is_fresh else f" {word}"
        room -= needed
        is_fresh = False
    return (*lines, line)


def _words(text: str, width: int) -> Iterator[str]:
    """Words that fit a line. Within a sentence a number stays with the word before it."""
    held = ""
    for word in _SPACE.split(text.strip(" \t\r\n")):
        conjunction = f"{held} {word}"
        starts_anew = held[-1:] in {"", ".", "!", "?"}
        if word[:1].isdigit() and not starts_anew and cell_len(conjunction) <= width:
            held = conjunction
            continue
        yield from _pieces(held, width)
        held = word
    yield from _pieces(held, width)


def _pieces(word: str, width: int) -> Iterator[str]:
    """A word, cut where it is wider than a line."""
    piece, filled = "", 0
    for character in word:
        more = _cells_of(character)
        if filled + more > width:
            yield piece
            piece, filled = "", 0
        piece += character
        filled += more
    if piece:
        yield piece
