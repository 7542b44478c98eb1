"""Plain text, for pipes, files, screen readers and tests; terminals show the same lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from backtriage.render.cells import wrapped
from backtriage.render.line import Line, spaced
from backtriage.render.page import Action, Block, Section, Title
from backtriage.render.tables import table_lines

WIDTH: Final = 80

MIN_WIDTH: Final = 20
"""Narrower widths are laid out as this one, because they could not hold a word."""

_INDENT: Final = "  "
_ITEM: Final = r" *(-|\d+\.) "
_CELLS_PER_LEVEL: Final = 7
"""The deepest indent of a condition is one level for every so many cells of width."""


def as_text(sections: Iterable[Section], width: int = WIDTH) -> str:
    """Return text without colour, no line wider than `width`, with one final newline."""
    return text_of(lines_of(sections, width, stacked=True))


def text_of(lines: Iterable[Line]) -> str:
    """Return lines as text with one final newline."""
    return "".join(f"{line.text.rstrip()}\n" for line in lines)


def lines_of(
    sections: Iterable[Section], width: int, *, stacked: bool = False
) -> tuple[Line, ...]:
    """Lay sections out in lines of at most `width` cells, with blank lines between them.

    Args:
        sections: What to lay out.
        width: Cells of a line.
        stacked: Whether tables are read line by line, as in a pipe or with a screen reader.
    """
    width = max(width, MIN_WIDTH)
    return spaced(*(tuple(_section(each, width, stacked=stacked)) for each in sections))


def paginate(lines: tuple[Line, ...], height: int) -> tuple[tuple[Line, ...], ...]:
    """Split lines into screens of at most `height`, each starting with a block or an item."""
    screens: list[tuple[Line, ...]] = []
    while len(lines) > height:
        cut = _page_break(lines, height)
        screens.append(lines[: cut - (not lines[cut - 1].text)])
        lines = lines[cut + (not lines[cut].text) :]
    return (*screens, lines)


def _page_break(lines: tuple[Line, ...], height: int) -> int:
    """Break at a blank line in the lower half of the screen, else before an item."""
    candidates = range(height, height // 2, -1)
    blank = next((index for index in candidates if not lines[index].text), 0)
    item = next((index for index in candidates if re.match(_ITEM, lines[index].text)), 0)
    return blank or item or height


def _section(section: Section, width: int, *, stacked: bool) -> Iterator[Line]:
    if isinstance(section, Action):
        yield from _action(section, width)
    elif isinstance(section, Title):
        title = section.text.upper()
        yield from (Line("action", text) for text in wrapped(title, width - 2))
    else:
        yield from _block(section, width, stacked=stacked)


def _action(action: Action, width: int) -> Iterator[Line]:
    # Two cells narrower, so that a front end can draw it as a bar.
    yield from (Line("action", text) for text in wrapped(action.call, width - 2))
    if action.where:
        yield from (Line("text", text) for text in wrapped(action.where, width))


def _block(block: Block, width: int, *, stacked: bool) -> Iterator[Line]:
    if block.heading:
        yield from (Line("heading", text) for text in wrapped(block.heading, width))
    indent = _INDENT if block.heading else ""
    for first, rest, text in _parts(block, width // _CELLS_PER_LEVEL):
        yield from (
            Line("text", line) for line in wrapped(text, width, indent + first, indent + rest)
        )
    if block.table:
        yield from table_lines(block.table, width, indent, stacked=stacked)
    for text in block.closing:
        yield from (Line("text", line) for line in wrapped(text, width, indent, indent))


def _parts(block: Block, max_depth: int) -> Iterator[tuple[str, str, str]]:
    """Yield the prefix of the first line, the prefix of the other lines, and the text."""
    yield from (("", "", text) for text in block.paragraphs)
    yield from (("", _INDENT, f"{label}: {text}") for label, text in block.labelled)
    for number, text in enumerate(block.items, start=1):
        marker = f"{number}. " if block.is_numbered else "- "
        yield marker, " " * len(marker), text
    for clause in block.clauses:
        indent = _INDENT * min(clause.depth, max_depth)
        yield indent, indent + _INDENT, clause.text
