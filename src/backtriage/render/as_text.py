"""Plain text, for pipes, files, screen readers and tests; terminals show the same lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from backtriage.render.cells import wrapped
from backtriage.render.page import Action, Block, Section
from backtriage.terms.urgency import Urgency

LineRole: TypeAlias = Literal[
    "action", "band", "band_text", "edge", "faint", "flag", "heading", "label", "strong", "text"
]
"""What a line or a span is, so that a front end can style it; `render/style.py` has the styles.

A band has the colour of an urgency. Its first cell is the edge, and it goes on in plain letters as
`band_text`. A label names a row of the card, and a flag one that nobody must miss.
"""

WIDTH: Final = 80

MIN_WIDTH: Final = 20
"""Narrower widths are laid out as this one, because they could not hold a word."""

_INDENT: Final = "  "
_ITEM: Final = re.compile(r" *(-|\d+\.) ")
_CELLS_PER_LEVEL: Final = 7
"""The deepest indent of a condition is one level for every so many cells of width."""


class Span(Struct, frozen=True):
    """A part of a line."""

    role: LineRole
    text: str
    urgency: Urgency | None = None
    """That of a band and its edge."""


class Line(Struct, frozen=True):
    """One line of the layout, blank if its text is empty."""

    role: LineRole
    text: str
    spans: tuple[Span, ...] = ()
    """The text in parts, if not all of it looks the same."""

    @property
    def parts(self) -> tuple[Span, ...]:
        """The text in one or more parts."""
        return self.spans or (Span(self.role, self.text),)


def line_of(role: LineRole, *spans: Span) -> Line:
    """Return a line that consists of spans, with a role for the whole."""
    return Line(role, "".join(span.text for span in spans), spans)


def as_text(sections: Iterable[Section], width: int = WIDTH) -> str:
    """Return text without colour, no line wider than `width`, with one final newline."""
    return "".join(f"{line.text.rstrip()}\n" for line in lines_of(sections, width))


def lines_of(sections: Iterable[Section], width: int) -> tuple[Line, ...]:
    """Lay sections out in lines of at most `width` cells, with blank lines between them."""
    width = max(width, MIN_WIDTH)
    groups = (_action(s, width) if isinstance(s, Action) else _block(s, width) for s in sections)
    return spaced(*map(tuple, groups))


def spaced(*groups: tuple[Line, ...]) -> tuple[Line, ...]:
    """Join groups of lines, with a blank line between any two that are not empty."""
    lines: list[Line] = []
    for group in groups:
        lines += [Line("text", "")] if lines and group else []
        lines += group
    return tuple(lines)


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
    item = next((index for index in candidates if _ITEM.match(lines[index].text)), 0)
    return blank or item or height


def _action(action: Action, width: int) -> Iterator[Line]:
    # Two cells narrower, so that a front end can draw it as a bar.
    yield from (Line("action", text) for text in wrapped(action.call, width - 2))
    if action.where:
        yield from (Line("text", text) for text in wrapped(action.where, width))


def _block(block: Block, width: int) -> Iterator[Line]:
    if block.heading:
        yield from (Line("heading", text) for text in wrapped(block.heading, width))
    indent = _INDENT if block.heading else ""
    for first, rest, text in _parts(block, width // _CELLS_PER_LEVEL):
        yield from (
            Line("text", line) for line in wrapped(text, width, indent + first, indent + rest)
        )


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
    yield from (("", "", text) for text in block.closing)
