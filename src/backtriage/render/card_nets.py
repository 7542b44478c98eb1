"""The lower half of a card: when to get help sooner, side by side on a wide screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from backtriage.render.card_rows import BLANK, Frame, beside, heading_text
from backtriage.render.cells import cell_len, wrapped
from backtriage.render.line import Line, Span, line_of
from backtriage.render.page.card import Card, Net
from backtriage.terms.urgency import Urgency

_TWO: Final = 2


class Nets(Struct, frozen=True):
    """The lists of a card, its time course and its footer, in a frame."""

    card: Card
    frame: Frame
    provenance: str
    """Which rules were applied, "" if it is left out."""

    def lines(self) -> Iterator[Line]:
        """Yield the lists and the time course and, if it stands beside them, the footer."""
        if self.frame.is_wide and len(self.card.nets) == _TWO:
            yield from self._side_by_side(*self.card.nets)
        else:
            parts = [*self.most_urgent()], [*self.others()], [*self.book()]
            air = [BLANK] * self.frame.is_plain  # a pipe has room
            first, *rest = [part for part in parts if part] or [[]]
            yield from first
            for part in rest:
                yield from (*air, *part)

    def most_urgent(self) -> Iterator[Line]:
        """Yield the first list, across the screen."""
        return (line for net in self.card.nets[:1] for line in self._across(net))

    def others(self) -> Iterator[Line]:
        """Yield the other list, across the screen."""
        return (line for net in self.card.nets[1:] for line in self._across(net))

    def footer(self, frame: Frame | None = None) -> Iterator[Line]:
        """Yield that this is no diagnosis, in plain letters, and which rules were applied."""
        frame = frame or self.frame
        indent = " " if frame.is_wide else ""
        texts, provenance = [self.card.disclaimer], self.provenance
        parts = [Span("text", f"{indent}{texts[0]} "), Span("faint", provenance)]
        if cell_len(f"{indent}{texts[0]}") > frame.width:  # on two lines, none with a single word
            before, _, after = texts[0].partition(". ")
            texts = [f"{before}.", after] if after else texts
            parts = [Span("faint", f"{indent}{provenance}  "), Span("text", texts[0])]
        if provenance and cell_len("".join(part.text for part in parts)) <= frame.width:
            yield line_of("text", *parts)
            texts, provenance = texts[1:], ""
        for text in texts:
            yield from (Line("text", line) for line in wrapped(text, frame.width, indent, indent))
        if provenance:
            for line in wrapped(provenance, frame.width, indent, indent):
                yield Line("faint", line)

    def has_footer_beside(self) -> bool:
        """Return whether the footer stands in free cells under the second list."""
        if not self.frame.is_wide or len(self.card.nets) != _TWO:
            return False
        first, second = self.card.nets
        return len(self._under(second)) + len([*self.footer(self._right)]) <= len(
            [*_net(first, self._left)]
        )

    @property
    def _left(self) -> Frame:
        return Frame(self.frame.width // 2, is_wide=True)

    @property
    def _right(self) -> Frame:
        return Frame(self.frame.width - self._left.width - 1, is_wide=True)

    def _side_by_side(self, first: Net, second: Net) -> Iterator[Line]:
        left, right = [*_net(first, self._left)], self._under(second)
        spare = len(left) - len(right)
        if self.has_footer_beside():
            footer = [*self.footer(self._right)]
            spare -= len(footer)
            right += [BLANK] * max(0, spare - 1) + footer
        if spare > 0:
            right.insert(len([*_net(second, self._right)]), BLANK)
        yield from beside(left, right, self._left.width + 1)

    def _under(self, net: Net) -> list[Line]:
        """Return a list, and below it the time course."""
        return [*_net(net, self._right), *self.book(self._right)]

    def _across(self, net: Net) -> Iterator[Line]:
        """Yield a list in two columns on a wide screen, else in one."""
        if not self.frame.is_wide:
            yield from _net(net, self.frame)
            return
        yield from self.frame.heading(net.urgency, net.heading)
        yield from self._halves(net.lines)

    def _halves(self, texts: tuple[str, ...]) -> Iterator[Line]:
        """Yield the items of one list in two columns, the taller of which is as low as can be."""
        heights = [len([*self._left.items((text,))]) for text in texts]
        splits = range(len(texts), 0, -1)
        first = min(splits, key=lambda at: max(sum(heights[:at]), sum(heights[at:])))
        beyond = Frame(self.frame.width - self._left.width, is_wide=True)
        left, right = [*self._left.items(texts[:first])], [*beyond.items(texts[first:])]
        yield from beside(left, right, self._left.width)

    def book(self, frame: Frame | None = None) -> Iterator[Line]:
        """Yield the one time course; in one column its heading and text share a line."""
        frame = frame or self.frame
        heading, text = self.card.book
        if heading and frame.is_wide:
            yield from frame.heading(Urgency.ROUTINE, heading)
            yield from frame.items((text,))
        elif heading:
            yield from frame.run_in(f"{heading_text(Urgency.ROUTINE, heading)}:", text)


def _net(net: Net, frame: Frame) -> Iterator[Line]:
    yield from frame.heading(net.urgency, net.heading)
    yield from frame.items(net.lines)
