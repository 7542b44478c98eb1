"""Lines, and what each part of one is, before a terminal gives it a style."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from backtriage.terms.urgency import Urgency

LineRole: TypeAlias = Literal[
    "action",
    "band",
    "band_text",
    "chosen",
    "edge",
    "faint",
    "flag",
    "heading",
    "label",
    "strong",
    "text",
]
"""What a line or a span is, so that a front end can style it; `style.py` has the styles.

A band has the colour of an urgency. Its first cell is the edge, and it goes on in plain letters as
`band_text`. A label names a row of the card, and a flag one that nobody must miss.
What is chosen is the row under the cursor.
"""


class Span(Struct, frozen=True):
    """A part of a line."""

    role: LineRole
    text: str
    urgency: Urgency | None = None
    """That of a band and its edge."""


class Line(Struct, frozen=True):
    """One line of the layout, blank if its text is empty."""

    role: LineRole
    text: str
    spans: tuple[Span, ...] = ()
    """The text in parts, if not all of it looks the same."""

    @property
    def parts(self) -> tuple[Span, ...]:
        """The text in one or more parts."""
        return self.spans or (Span(self.role, self.text),)


def line_of(role: LineRole, *spans: Span) -> Line:
    """Return a line that consists of spans, with a role for the whole."""
    return Line(role, "".join(span.text for span in spans), spans)


def spaced(*groups: tuple[Line, ...]) -> tuple[Line, ...]:
    """Join groups of lines, with a blank line between any two that are not empty."""
    lines: list[Line] = []
    for group in groups:
        lines += [Line("text", "")] if lines and group else []
        lines += group
    return tuple(lines)
