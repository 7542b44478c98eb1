"""The sign and the colours of each urgency, the same on terminals, on screens and on paper.

The colours are those of the 256 that themes rarely change. The inks keep a contrast of 6 to 1 or
more, and the five backgrounds can be told apart by people who do not see all colours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from backtriage.terms.urgency import Urgency

_LEVELS: Final = ("00", "5f", "87", "af", "d7", "ff")
"""The six shades of red, green and blue among the 256 colours."""

_FIRST_MIXED: Final = 16
"""The code of the first colour that is mixed of those shades."""

_FIRST_GREY: Final = 232


class Colours(Struct, frozen=True):
    """How an urgency looks. Its word stands beside it, so nothing depends on colour alone."""

    sign: str
    """Plain ASCII, and longer the sooner."""
    background: int
    """A code from 16 to 231."""
    ink: int

    @property
    def background_hex(self) -> str:
        """The background for HTML, such as `#af0000`."""
        return hex_of(self.background)

    @property
    def ink_hex(self) -> str:
        """The colour of text on the background."""
        return hex_of(self.ink)


PALETTE: Final[Mapping[Urgency, Colours]] = {
    Urgency.EMERGENCY: Colours("!!!", 124, 231),
    Urgency.SAME_DAY: Colours("!!", 208, 16),
    Urgency.SOON: Colours("!", 226, 16),
    Urgency.ROUTINE: Colours(">", 25, 231),
    Urgency.SELF_CARE: Colours("=", 79, 16),
}
"""Each urgency, the most urgent first."""


def hex_of(code: int) -> str:
    """Return a colour from 16 to 255 for HTML."""
    if code >= _FIRST_GREY:
        return "#" + f"{8 + 10 * (code - _FIRST_GREY):02x}" * 3
    mixed = code - _FIRST_MIXED
    return f"#{_LEVELS[mixed // 36]}{_LEVELS[mixed // 6 % 6]}{_LEVELS[mixed % 6]}"
