"""What a browser makes of one of our pages: its elements in order, and its text."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

_VOID: Final = frozenset({"meta"})
"""Elements that have no end."""


class HtmlReader(HTMLParser):
    """A parser that knows only pages without a mistake: each element is closed in its turn."""

    def __init__(self, page: str) -> None:
        """Read a whole page."""
        super().__init__()
        self.elements: list[str] = []
        """Each element with its attributes, as it was written."""
        self.texts: list[str] = []
        """The text between two tags, with white space as a browser shows it."""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    @property
    def text(self) -> str:
        """All text."""
        return " ".join(text for text in self.texts if text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.elements.append(str(self.get_starttag_text()))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open[-1:] != ["style"]:
            self.texts.append(" ".join(data.split()))
