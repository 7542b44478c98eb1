"""How each role looks, by what the terminal can show: one table for every front end.

Colour never says anything alone, so each form has the same words. A terminal with 256 colours has
the same ones everywhere, because themes leave those numbers as they are. Of 16 colours a theme may
make anything, and no background of them keeps its letters legible: there a band is one cell of
colour, and letters in reverse video.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from msgspec import Struct

from backtriage.render.line import LineRole, Span
from backtriage.render.palette import PALETTE, hex_of
from backtriage.terms.urgency import Urgency

ColourDepth: TypeAlias = Literal["none", "mono", "16", "256"]
"""What a terminal shows: text only, bold and reverse video, or colours too."""


class Style(Struct, frozen=True):
    """How letters look. A colour has a number, from 0 to 15 or, with 256 colours, above."""

    is_bold: bool = False
    is_reverse: bool = False
    letters: int | None = None
    background: int | None = None


_EDGE_OF_16: Final = {
    Urgency.EMERGENCY: 1,
    Urgency.SAME_DAY: 3,
    Urgency.SOON: 7,
    Urgency.ROUTINE: 4,
    Urgency.SELF_CARE: 6,
}
FAINT: Final = 243
"""The only grey that can be read on black and on white."""

_PLAIN: Final = Style()
_BOLD: Final = Style(is_bold=True)
_MONO: Final[dict[LineRole, Style]] = {
    "action": Style(is_bold=True, is_reverse=True),
    "band": Style(is_bold=True, is_reverse=True),
    "band_text": Style(is_reverse=True),
    "chosen": Style(is_bold=True, is_reverse=True),
    "edge": Style(is_reverse=True),
    "faint": _PLAIN,
    "flag": Style(is_bold=True, is_reverse=True),
    "heading": _BOLD,
    "label": _BOLD,
    "strong": _BOLD,
    "text": _PLAIN,
}
_WITH_256: Final[dict[LineRole, Style]] = {
    "chosen": Style(is_bold=True, letters=231, background=25),
    "faint": Style(letters=FAINT),
}
"""What has a colour of its own, without an urgency."""
_ANSI: Final = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "gray")


def style_of(span: Span, depth: ColourDepth) -> Style:
    """Return how a part of a line looks."""
    if depth == "none":
        return _PLAIN
    style = _MONO[span.role]
    if span.urgency is None:
        return _WITH_256.get(span.role, style) if depth == "256" else style
    if depth == "256":
        colours = PALETTE[span.urgency]
        return Style(is_bold=style.is_bold, letters=colours.ink, background=colours.background)
    if depth == "16" and span.role == "edge":
        return Style(background=_EDGE_OF_16[span.urgency])
    return style


def for_rich(style: Style) -> str:
    """Return a style in the words of rich."""
    words = ["bold"] * style.is_bold + ["reverse"] * style.is_reverse
    words += [] if style.letters is None else [f"color({style.letters})"]
    words += [] if style.background is None else [f"on color({style.background})"]
    return " ".join(words)


def for_prompt_toolkit(style: Style) -> str:
    """Return a style in the words of prompt_toolkit."""
    words = ["bold"] * style.is_bold + ["reverse"] * style.is_reverse
    words += [] if style.letters is None else [f"fg:{_name(style.letters)}"]
    words += [] if style.background is None else [f"bg:{_name(style.background)}"]
    return " ".join(words)


def _name(colour: int) -> str:
    return f"ansi{_ANSI[colour]}" if colour < len(_ANSI) else hex_of(colour)
