"""Lines on a terminal, with the codes of their styles.

rich makes the codes. Its Console is left out: it lays text out anew, which the lines do not need,
and takes three times as long to load.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from rich.color import ColorSystem
from rich.style import Style

from backtriage.render.cells import cell_len
from backtriage.render.line import Line, Span
from backtriage.render.style import ColourDepth, for_rich, style_of

_SYSTEMS: Final[Mapping[ColourDepth, ColorSystem | None]] = {
    "none": None,
    "mono": ColorSystem.STANDARD,
    "16": ColorSystem.STANDARD,
    "256": ColorSystem.EIGHT_BIT,
}
"""What each depth is for rich, which would turn colours that a terminal lacks into others."""


def as_card(lines: Iterable[Line], width: int, depth: ColourDepth) -> str:
    """Return lines with codes for a terminal.

    Args:
        lines: Lines of at most `width` cells.
        width: How many cells the bar of an action has.
        depth: What the terminal can show.
    """
    return "".join(f"{_line(line, width, depth)}\n" for line in lines)


def _line(line: Line, width: int, depth: ColourDepth) -> str:
    spans = line.parts
    if line.role == "action":
        # A bar across the whole screen, however short the text is.
        padding = " " * (width - cell_len(line.text) - 1)
        spans = (Span("action", f" {line.text}{padding}"),)
    return "".join(_span(span, depth) for span in spans)


def _span(span: Span, depth: ColourDepth) -> str:
    style = Style.parse(for_rich(style_of(span, depth)))
    return style.render(span.text, color_system=_SYSTEMS[depth])
