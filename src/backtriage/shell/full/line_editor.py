"""A line of text with a cursor: what a key makes of it. Pure."""

from __future__ import annotations

from collections.abc import Callable
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
    if key in _MOVES:
        return LineEditor(text, _MOVES[key](editor))
    if key == "backspace":
        start = max(0, cursor - 1)
        return LineEditor(text[:start] + text[cursor:], start)
    if key == "delete":
        return LineEditor(text[:cursor] + text[cursor + 1 :], cursor)
    typed = key if len(key) == 1 else _pasted(key)
    if not typed or not all(_is_allowed(character, allowed) for character in typed):
        return None
    return _insert(editor, typed)


def _is_allowed(character: str, allowed: str) -> bool:
    return character in allowed if allowed else character.isprintable()


def _pasted(key: str) -> str:
    """Return pasted text as one line; nothing for the name of a key."""
    return " ".join(key.removeprefix(PASTE).split()) if key.startswith(PASTE) else ""


def _insert(editor: LineEditor, typed: str) -> LineEditor:
    text, cursor = ("", 0) if editor.is_prefilled else (editor.text, editor.cursor)
    inserted = text[:cursor] + typed + text[cursor:]
    return LineEditor(inserted, cursor + len(typed)) if len(inserted) <= MAX_LENGTH else editor


_MOVES: Final[dict[str, Callable[[LineEditor], int]]] = {
    "left": lambda editor: max(0, editor.cursor - 1),
    "right": lambda editor: min(len(editor.text), editor.cursor + 1),
    "home": lambda _: 0,
    "end": lambda editor: len(editor.text),
}
