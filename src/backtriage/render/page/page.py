"""The content model of a page, without widths or styles, so that any output format can draw it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

Audience: TypeAlias = Literal["patient", "clinician"]


class Action(Struct, frozen=True, kw_only=True):
    """What to do. Shown first and repeated last, so that it is visible without scrolling."""

    word: str
    """The display word of the urgency. Always in the text, so nothing depends on colour."""
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
    """A heading and its content, in the order of the fields."""

    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    labelled: tuple[tuple[str, str], ...] = ()
    """Pairs of label and text."""
    items: tuple[str, ...] = ()
    is_numbered: bool = False
    clauses: tuple[Clause, ...] = ()
    closing: tuple[str, ...] = ()
    """Paragraphs after the list."""

    @property
    def is_empty(self) -> bool:
        """Whether there is no content under the heading."""
        return not (self.paragraphs or self.labelled or self.items or self.clauses or self.closing)


Section: TypeAlias = Action | Block


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
