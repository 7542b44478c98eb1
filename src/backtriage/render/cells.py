"""The width of text in terminal cells, and line breaking, with the standard library only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import category, east_asian_width

_SPACE: Final = re.compile(r"[ \t\r\n]+")
_NO_WIDTH: Final = ("Mn", "Me", "Cf")


def cell_len(text: str) -> int:
    """Return the number of terminal cells that a text occupies."""
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def _cells_of(character: str) -> int:
    if category(character) in _NO_WIDTH:
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def wrapped(text: str, width: int, first: str = "", rest: str = "") -> tuple[str, ...]:
    """Break text into lines of at most `width` cells that start with `first` and then `rest`."""
    lines: list[str] = []
    line, room = first, width - cell_len(first)
    is_empty = True
    for word in _words(text, width - max(cell_len(first), cell_len(rest))):
        needed = cell_len(word) + (not is_empty)
        if needed > room and not is_empty:
            lines.append(line)
            line, room, is_empty = rest, width - cell_len(rest), True
            needed = cell_len(word)
        line += word if is_empty else f" {word}"
        room -= needed
        is_empty = False
    return (*lines, line)


def _words(text: str, width: int) -> Iterator[str]:
    """Split text into words; within a sentence, a number stays with the word before it."""
    pending = ""
    for word in _SPACE.split(text.strip(" \t\r\n")):
        joined = f"{pending} {word}"
        starts_sentence = pending[-1:] in {"", ".", "!", "?"}
        if word[:1].isdigit() and not starts_sentence and cell_len(joined) <= width:
            pending = joined
            continue
        yield from _pieces(pending, width)
        pending = word
    yield from _pieces(pending, width)


def _pieces(word: str, width: int) -> Iterator[str]:
    """Split a word that is wider than a line."""
    piece, room = "", width
    for character in word:
        needed = _cells_of(character)
        if needed > room:
            yield piece
            piece, room = "", width
        piece += character
        room -= needed
    if piece:
        yield piece
