"""The nouns of a page. No widths, no styles: text, Markdown and the card draw the same page."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

Audience: TypeAlias = Literal["patient", "clinician"]
"""Who reads: the person with the pain, or whoever takes over."""


class Action(Struct, frozen=True, kw_only=True):
    """What to do. It stands first, and again last, so that it is seen without scrolling."""

    word: str
    """The display word of the urgency. Always said, so that colour never has to."""
    headline: str
    where: str = ""

    @property
    def call(self) -> str:
        """The one line that matters most."""
        return f"{self.word}: {self.headline}"


class Clause(Struct, frozen=True, kw_only=True):
    """One line of an unfolded condition."""

    depth: int
    text: str


class Block(Struct, frozen=True, kw_only=True):
    """A heading and what stands under it, in the order of the fields."""

    heading: str = ""
    says: tuple[str, ...] = ()
    """Paragraphs."""
    terms: tuple[tuple[str, str], ...] = ()
    """Label and text."""
    items: tuple[str, ...] = ()
    is_numbered: bool = False
    clauses: tuple[Clause, ...] = ()
    closing: tuple[str, ...] = ()
    """Paragraphs after the list."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands under the heading."""
        return not (self.says or self.terms or self.items or self.clauses or self.closing)


class Page(Struct, frozen=True, kw_only=True):
    """A whole result."""

    lead: tuple[Block, ...] = ()
    """What must be known before the action: that it is no result yet, or rests on a doubt."""
    action: Action
    blocks: tuple[Block, ...]
