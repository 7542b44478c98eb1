"""What the lines of a card are made of: bars, items, rows with a label, and columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from backtriage.render.cells import cell_len, evenly_wrapped
from backtriage.render.line import Line, LineRole, Span, line_of
from backtriage.render.page.card import DO_NOT
from backtriage.render.palette import PALETTE
from backtriage.terms.urgency import Urgency

LABEL: Final = 11
"""Cells of the column with the labels, after the first cell, which stays empty."""

BLANK: Final = Line("text", "")


class Frame(Struct, frozen=True):
    """Where lines go."""

    width: int
    is_plain: bool = False
    """Whether they are read one by one, in ASCII, and a bar is only its text."""
    is_wide: bool = False
    """Whether a text stands beside its label, and not after it."""

    @property
    def bar_width(self) -> int:
        """The cells for text in a bar: its first cell and its last stay empty."""
        return self.width if self.is_plain else self.width - 2

    def bar(self, role: LineRole, urgency: Urgency, text: str) -> Iterator[Line]:
        """Yield a text as a bar of colour across the width."""
        for line in evenly_wrapped(text, self.bar_width):
            yield self.bar_line(role, urgency, line)

    def bar_line(self, role: LineRole, urgency: Urgency, text: str) -> Line:
        """Return one line of a bar."""
        whole: LineRole = "heading" if role == "band" else "text"
        if self.is_plain:
            return Line(whole, text)
        padding = " " * (self.width - 1 - cell_len(text))
        return line_of(whole, Span("edge", " ", urgency), Span(role, text + padding, urgency))

    def heading(self, urgency: Urgency, text: str) -> Iterator[Line]:
        """Yield the heading of a list, with the sign of its urgency."""
        return self.bar("band", urgency, heading_text(urgency, text))

    def items(self, texts: Iterable[str]) -> Iterator[Line]:
        """Yield a list."""
        bullet = " - " if self.is_plain else " \N{BULLET} "
        for text in texts:
            yield from (
                Line("text", line) for line in evenly_wrapped(text, self.width, bullet, "   ")
            )

    def row(
        self, label: str, text: str, role: LineRole = "text", label_role: LineRole = "label",
        first: str = "",
    ) -> Iterator[Line]:  # fmt: skip
        """Yield a text beside its label or, in one column, after it.

        Args:
            label: The label. In a wide frame, "" continues the row above.
            text: The text.
            role: What the text is.
            label_role: What the label is.
            first: What stands before the first line of the text, in a wide frame.
        """
        if not self.is_wide or cell_len(label) >= LABEL:
            yield from self.run_in(f"{label}:", text, role)
            return
        before = " " * (LABEL + 1)
        name = Span(label_role, f" {label} ") if label else Span("text", "")
        gap = Span("text", before[cell_len(name.text) :])
        texts = evenly_wrapped(text, self.width - len(before), first, " " * len(first))
        yield line_of("text", name, gap, Span(role, texts[0]))
        yield from (line_of("text", Span("text", before), Span(role, line)) for line in texts[1:])

    def forbidden(self, text: str) -> Iterator[Line]:
        """Yield what not to do. If it begins by saying so, these words are its label."""
        label, rest = DO_NOT.rstrip(), text.removeprefix(DO_NOT)
        if rest == text:
            return self.row("STOP", text, "strong", "flag")
        if self.is_wide:
            return self.row(label, rest, "strong", "flag")
        return self.run_in(label, rest, "strong")

    def run_in(self, label: str, text: str, role: LineRole = "text") -> Iterator[Line]:
        """Yield a text after its label, or below one that leaves too little room."""
        if cell_len(label) > self.width // 2:
            yield from (Line("label", line) for line in evenly_wrapped(label, self.width))
            yield from (Line(role, line) for line in evenly_wrapped(text, self.width, "  ", "  "))
            return
        first, *rest = evenly_wrapped(text, self.width, f"{label} ", "  ")
        yield line_of("text", Span("label", label), Span(role, first.removeprefix(label)))
        yield from (Line(role, line) for line in rest)


def heading_text(urgency: Urgency, text: str) -> str:
    """Return a heading as it stands above a list, or before a single text."""
    return f"{PALETTE[urgency].sign} {text.upper()}"


def beside(left: list[Line], right: list[Line], width: int) -> Iterator[Line]:
    """Yield two columns as lines; the right one begins after `width` cells."""
    for row in range(max(len(left), len(right))):
        first = left[row] if row < len(left) else BLANK
        second = right[row] if row < len(right) else BLANK
        gap = Span("text", " " * (width - cell_len(first.text)))
        spans = (*first.parts, gap, *second.parts) if second.text else first.parts
        is_heading = "heading" in {first.role, second.role}
        yield line_of("heading" if is_heading else "text", *(span for span in spans if span.text))
