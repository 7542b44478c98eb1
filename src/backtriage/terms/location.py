"""Where a thing stands in a text that somebody wrote."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

_BREAK: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""What YAML takes for the end of a line; its line numbers count all of these."""

_LONGEST: Final = 160
"""An excerpt is at most so long: a sheet on one line would fill the screen."""


class Location(Struct, frozen=True, kw_only=True):
    """A place in a file. Lines and columns count from 1; 0 means unknown."""

    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""
    """The keys that lead there, as `rules.fever.when`."""

    excerpt: str = ""
    """The text to show under the message, if it helps."""

    at: int = 0
    """Offset in `excerpt` where the caret starts."""

    length: int = 0
    """How many characters the caret marks; 0 for no caret."""

    def __str__(self) -> str:
        """`file:line:column`, leaving out what is not known."""
        parts = [self.file] if self.file else []
        if self.line:
            parts += [str(self.line), str(self.column)]
        return ":".join(parts)


def lines_of(text: str) -> list[str]:
    """The lines of a text, as YAML counts them."""
    return _BREAK.split(text)


def excerpt_of(line: str, at: int) -> tuple[str, int]:
    """The neighbourhood of an offset in a line, and where the offset stands in it."""
    if len(line) <= _LONGEST:
        return line, at
    cut = max(0, min(at, len(line)) - _LONGEST // 2)
    return line[cut : cut + _LONGEST], at - cut
