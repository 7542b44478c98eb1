"""Where a thing stands in a text that somebody wrote."""

from __future__ import annotations

from msgspec import Struct


class Place(Struct, frozen=True, kw_only=True):
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
