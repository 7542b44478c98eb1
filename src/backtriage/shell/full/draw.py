"""Drawing: from a state and a terminal size to lines and a cursor. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from backtriage.render.line import Line
from backtriage.shell.full.layout.frame import BLANK, Layout
from backtriage.shell.full.layout.screens import layout_of
from backtriage.shell.full.state import Size, UiState

_USUAL_ROWS: Final = 24
"""Rows of a screen on a taller terminal, to keep the footer close to the text."""

_HEADINGS: Final = frozenset({"action", "heading"})


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a terminal shows."""

    lines: tuple[Line, ...]
    cursor: tuple[int, int]
    """Row and character."""


def draw(state: UiState, size: Size) -> Drawing:
    """Draw a state. When the body does not fit, a line says that there is more."""
    layout = layout_of(state, size)
    header, footer = layout.header, layout.footer
    top, height = layout.top, layout.height
    if height < len(layout.body):
        where = " and ".join(["above"] * (top > 0) + ["below"] * layout.has_more)
        body = [*layout.body[top : top + height], Line("text", f"--- more {where} ---")]
    else:
        used = len(header) + len(layout.body) + len(footer)
        body = [*layout.body, *([BLANK] * (min(size.rows, _USUAL_ROWS) - used))]
    lines = (*header, *body, *footer)[: size.rows]
    return Drawing(lines, _cursor(layout, lines))


def _cursor(layout: Layout, lines: Sequence[Line]) -> tuple[int, int]:
    """Return where the cursor is: on the focused row, else where reading begins."""
    if layout.cursor_line:
        return _first(line.text.startswith(layout.cursor_line) for line in lines), 0
    if layout.cursor is None:
        return _first(line.role in _HEADINGS for line in layout.header), 0
    line, column = layout.cursor
    row = max(0, min(len(layout.header) + line - layout.top, len(lines) - 1))
    return row, min(column, len(lines[row].text)) if lines else 0


def _first(matches: Iterable[bool]) -> int:
    """Return the index of the first match, or 0."""
    return next((index for index, is_match in enumerate(matches) if is_match), 0)
