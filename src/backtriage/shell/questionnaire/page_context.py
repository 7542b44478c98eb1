"""What text is laid out for: the size of a page, and one country's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from backtriage.program.words import Words
from backtriage.render.cells import cell_len, wrapped


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """The size of a page, and the words that fill its placeholders."""

    words: Words
    width: int
    height: int

    def wrap(self, text: str, first: str = "", rest: str | None = None) -> str:
        """Fill the placeholders of a paragraph and wrap it.

        `first` begins its first line and `rest` the others, by default blanks of that width.
        """
        hanging = " " * cell_len(first) if rest is None else rest
        return "\n".join(wrapped(self.words.fill(text), self.width, first, hanging))


Opening: TypeAlias = Callable[[PageContext], str]
"""The page before the first question, for any width."""


def joined(parts: Iterable[str]) -> str:
    """Join the parts that are not empty, one below the other."""
    return "\n".join(part for part in parts if part)
