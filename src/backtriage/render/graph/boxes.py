"""Boxes with text in them, as large as the text needs: no letter stands outside of its box.

A picture has no font of its own, so the width of text is estimated, and rather too wide: by
terminal cells, each as wide as a broad letter of the fonts that are likely to be there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from backtriage.render.cells import cell_len, wrapped
from backtriage.render.graph.graph import Part
from backtriage.render.graph.says import TOGETHER, Role, Said
from backtriage.terms.urgency import Urgency

Style: TypeAlias = Role | Literal["heading", "title"]
"""How text is drawn."""

SIZES: Final[dict[Style, float]] = {
    "title": 22, "heading": 15, "head": 13.5, "text": 12.5, "note": 11.5
}  # fmt: skip
"""The size of each style, in pixels."""

_BOLD: Final = frozenset({"title", "heading", "head"})
_CELL, _BOLD_CELL = 0.58, 0.66
"""The width of a cell, in sizes."""
_MORE: Final = 0.35
"""What a broad letter takes beyond that."""
_BROAD: Final = frozenset("mwMW@%&")
_LEADING: Final = 1.35
PADDING: Final = 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One line of text; `y` is its base line."""

    x: float
    y: float
    style: Style
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One part with its lines, somewhere."""

    part: Part
    x: float = 0
    y: float = 0
    width: float
    height: float
    lines: tuple[Text, ...]
    """Placed as if the box stood at 0, 0."""

    @property
    def middle(self) -> float:
        """Halfway down."""
        return self.y + self.height / 2

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height


def box(part: Part, said: Iterable[Said], width: float) -> Box:
    """A box of some width, as high as its lines."""
    lines, y = [], PADDING
    for style, text in said:
        for line in folded(text, style, width - 2 * PADDING):
            y += leading(style)
            lines.append(Text(x=PADDING, y=y - 0.3 * SIZES[style], style=style, text=line))
    return Box(part=part, width=width, height=y + PADDING, lines=tuple(lines))


def leading(style: Style) -> float:
    """From one base line to the next."""
    return SIZES[style] * _LEADING


def folded(text: str, style: Style, width: float) -> tuple[str, ...]:
    """Text in lines, none of which is wider."""
    plain = printable(text)
    cell = SIZES[style] * (_BOLD_CELL if style in _BOLD else _CELL)
    # Broad letters need more room than their cells, so a line may have to hold fewer.
    tries = (wrapped(plain, room) for room in range(max(2, int(width / cell)), 1, -1))
    return next(lines for lines in tries if all(breadth(line, style) <= width for line in lines))


def printable(text: str) -> str:
    """Text without what has no shape, and what XML does not take."""
    return "".join(c if c.isprintable() or c == TOGETHER else " " for c in text)


def breadth(text: str, style: Style) -> float:
    """How wide text is, at most."""
    cell = _BOLD_CELL if style in _BOLD else _CELL
    broad = sum(c in _BROAD or c.isupper() for c in text)
    return SIZES[style] * (cell * cell_len(text) + _MORE * broad)


# -- a whole picture ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line from place to place, with the head of an arrow at its end."""

    places: tuple[tuple[float, float], ...]
    branches: tuple[tuple[tuple[float, float], tuple[float, float]], ...] = ()
    """Where others leave it, and where they end."""
    is_curved: bool = False
    is_dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Lines above boxes; with an urgency, they have that urgency's mark."""

    lines: tuple[Text, ...]
    urgency: Urgency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Everything in its place, and how far it reaches."""

    headings: tuple[Heading, ...] = ()
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...] = ()
    right: float
    bottom: float
