"""Lines on a terminal, with the styles of their roles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct
from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.text import Text

from backtriage.render.as_text import MIN_WIDTH
from backtriage.render.cells import cell_len
from backtriage.render.line import Line, Span
from backtriage.render.style import ColourDepth, for_rich, style_of

Layout: TypeAlias = Callable[[int], Iterable[Line]]
"""Lays lines out in a number of cells."""


def as_card(layout: Layout, depth: ColourDepth) -> RenderableType:
    """Return a renderable that lays itself out at the width of the console."""
    return _Card(layout, depth)


class _Card(Struct, frozen=True):
    layout: Layout
    depth: ColourDepth

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        del console
        for line in self.layout(options.max_width):
            spans = line.parts
            if line.role == "action":
                # A bar across the whole screen, however short the text is.
                padding = " " * (options.max_width - cell_len(line.text) - 1)
                spans = (Span("action", f" {line.text}{padding}"),)
            parts = ((span.text, for_rich(style_of(span, self.depth))) for span in spans)
            yield Text.assemble(*parts, overflow="fold")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        del console
        return Measurement(min(MIN_WIDTH, options.max_width), options.max_width)
