"""A result for the terminal: the same lines as the plain text, with headings that stand out.

One column, no boxes. Only bold and reverse video, which work on light and on dark; the
display word is always in the text, so nothing hangs on colour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct
from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.text import Text

from backtriage.decide.assessment import Assessment
from backtriage.render.cells import cell_len
from backtriage.render.layout import NARROWEST, Line, LineRole, after_lines, lines_of
from backtriage.render.page import Action, Audience, Block, page_for

_STYLES: Final[dict[LineRole, str]] = {"action": "bold reverse", "heading": "bold", "text": ""}


class Card(Struct, frozen=True):
    """Lines that draw themselves at whatever width a console has."""

    lines: Callable[[int], tuple[Line, ...]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """The lines of the page."""
        del console
        for line in self.lines(options.max_width):
            yield _drawn(line, options.max_width)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Any width will do, the widest is best."""
        del console
        return Measurement(min(NARROWEST, options.max_width), options.max_width)


def as_card(
    assessment: Assessment, *, audience: Audience = "patient", why: bool = False
) -> RenderableType:
    """The care card, or the hand-over sheet, for a rich console."""
    page = page_for(assessment, audience, why=why)
    return Card(lambda width: lines_of(page, width))


def after_as_card(block: Block, action: Action) -> RenderableType:
    """What is added below such a card, after a blank line."""
    return Card(lambda width: (Line("text", ""), *after_lines(block, action, width)))


def _drawn(line: Line, width: int) -> Text:
    text = line.text
    if line.role == "action":
        # One bar across the screen, whatever the length of the words.
        text = f" {text}" + " " * (width - cell_len(text) - 1)
    return Text(text, style=_STYLES[line.role], overflow="fold")
