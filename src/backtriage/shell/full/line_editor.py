"""A line of text with a cursor: what a key makes of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PASTE: Final = "paste:"
"""What the name of a paste begins with, where the terminal tells a paste from typing."""

MAX_LENGTH: Final = 200
"""More characters are no number and no sensible file name."""


@dataclass(frozen=True, slots=True)
class LineEditor:
    """A line of text with a cursor in it."""

    text: str = ""
    cursor: int = 0
    is_prefilled: bool = False
    """Whether it shows an earlier answer, which the first typed character replaces."""

    @property
    def is_at_start(self) -> bool:
        """Whether nothing is left of the cursor, so that Left goes back a screen."""
        return self.cursor == 0 or self.is_prefilled


def edit(editor: LineEditor, key: str, allowed: str = "") -> LineEditor | None:
    """Return the line after a key, or None when the key means nothing to it.

    Only characters of `allowed` can be typed; by default all printable ones.
    """
    text, cursor = editor.text, editor.cursor
    moves = {
        "left": max(0, cursor - 1),
        "right": min(len(text), cursor + 1),
        "home": 0,
        "end": len(text),
    }
    if key in moves:
        return LineEditor(text, moves[key])
    if key == "backspace":
        start = max(0, cursor - 1)
        return LineEditor(text[:start] + text[cursor:], start)
    if key == "delete":
        return LineEditor(text[:cursor] + text[cursor + 1 :], cursor)
    typed = key if len(key) == 1 else ""
    if key.startswith(PASTE):
        typed = " ".join(key.removeprefix(PASTE).split())
    if not typed or not (set(typed) <= set(allowed) if allowed else typed.isprintable()):
        return None
    if editor.is_prefilled:
        text, cursor = "", 0
    inserted = text[:cursor] + typed + text[cursor:]
    return LineEditor(inserted, cursor + len(typed)) if len(inserted) <= MAX_LENGTH else editor
