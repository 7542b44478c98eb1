"""The content model of a page, without widths or styles, so that any output format can draw it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

Audience: TypeAlias = Literal["patient", "clinician"]


def call_text(word: str, headline: str) -> str:
    """Return how soon and what to do, in one line; a word that says both needs no headline."""
    return f"{word}: {headline}" if headline else f"{word}."


class Action(Struct, frozen=True, kw_only=True):
    """What to do. Shown first and repeated last, so that it is visible without scrolling."""

    word: str
    """The display word of the urgency. Always in the text, so nothing depends on colour."""
    headline: str
    where: str = ""

    @property
    def call(self) -> str:
        """The one line that matters most."""
        return call_text(self.word, self.headline)


class Title(Struct, frozen=True):
    """The heading of several blocks."""

    text: str


class Clause(Struct, frozen=True, kw_only=True):
    """One line of an unfolded condition."""

    depth: int
    text: str


class Table(Struct, frozen=True, kw_only=True):
    """Rows that belong together. The first cell of each says what it is about."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Block(Struct, frozen=True, kw_only=True):
    """A heading and its content, in the order of the fields."""

    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    labelled: tuple[tuple[str, str], ...] = ()
    """Pairs of label and text."""
    items: tuple[str, ...] = ()
    is_numbered: bool = False
    clauses: tuple[Clause, ...] = ()
    table: Table | None = None
    closing: tuple[str, ...] = ()
    """Paragraphs after the list."""

    @property
    def is_empty(self) -> bool:
        """Whether there is no content under the heading."""
        lists = self.labelled or self.items or self.clauses or self.table
        return not (self.paragraphs or lists or self.closing)


Section: TypeAlias = Action | Title | Block


class Page(Struct, frozen=True, kw_only=True):
    """A whole result."""

    lead: tuple[Block, ...] = ()
    """What to know before the action: that the result is incomplete, or rests on a doubt."""
    action: Action
    blocks: tuple[Block, ...]

    @property
    def sections(self) -> tuple[Section, ...]:
        """Everything in reading order, the action repeated at the end."""
        return (*self.lead, self.action, *self.blocks, self.action)
