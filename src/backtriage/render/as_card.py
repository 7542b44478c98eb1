"""The terminal card: the lines of the plain text, with headings that stand out.

One column, no boxes, and only bold and reverse video, which work on light and dark backgrounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct
from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.text import Text

from backtriage.render.as_text import MIN_WIDTH, LineRole, lines_of
from backtriage.render.cells import cell_len
from backtriage.render.page import Section

_STYLES: Final[dict[LineRole, str]] = {"action": "bold reverse", "heading": "bold", "text": ""}


def as_card(sections: Iterable[Section]) -> RenderableType:
    """Return a renderable that lays itself out at the width of the console."""
    return _Card(tuple(sections))


class _Card(Struct, frozen=True):
    sections: tuple[Section, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        del console
        for line in lines_of(self.sections, options.max_width):
            text = line.text
            if line.role == "action":
                # A bar across the whole screen, however short the text is.
                text = f" {text}" + " " * (options.max_width - cell_len(text) - 1)
            yield Text(text, style=_STYLES[line.role], overflow="fold")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        del console
        return Measurement(min(MIN_WIDTH, options.max_width), options.max_width)
