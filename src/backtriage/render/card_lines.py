"""The card as lines: two columns on a wide screen, else one, as high as there is room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from backtriage.render.as_text import Line, LineRole, Span, line_of
from backtriage.render.cells import cell_len, wrapped
from backtriage.render.page.card import Card
from backtriage.render.palette import PALETTE
from backtriage.terms.urgency import Urgency

MIN_WIDE: Final = 76
"""With fewer cells there is one column."""

_MIN_WIDTH: Final = 20
_LABEL: Final = 11
"""Cells of the column with the labels."""

_BLANK: Final = Line("text", "")
_CUT: Final = " ..."


class _Fit(Struct, frozen=True, kw_only=True):
    """What to leave out so that the card fits, in the order in which it goes."""

    air: int = 3
    """How many blank lines there are: before the nets, before the footer, after the band."""
    is_short: bool = False
    """Whether the band says how soon only, where its word already says what to do."""
    do_now: int | None = None
    has_provenance: bool = True
    has_whole_why: bool = True


_FITS: Final = (
    *(_Fit(air=air) for air in (3, 2, 1, 0)),
    _Fit(air=0, is_short=True),
    *(_Fit(air=0, is_short=True, do_now=count) for count in (2, 1)),
    _Fit(air=0, is_short=True, do_now=1, has_provenance=False),
    _Fit(air=0, is_short=True, do_now=1, has_provenance=False, has_whole_why=False),
)


def card_lines(
    card: Card, width: int, *, stacked: bool = False, rows: int | None = None
) -> tuple[Line, ...]:
    """Return the lines of a card, none wider than `width`.

    Args:
        card: What it says.
        width: Cells of a line.
        stacked: Whether it is read line by line, as in a pipe, a file or with a screen reader: one
            column in reading order and in ASCII. A narrow screen has one column too.
        rows: How many lines there are room for, None if for any number. Where even the shortest
            form does not fit, everything is said, and what must be seen at once comes first.
    """
    width = max(width, _MIN_WIDTH)
    if rows is not None:
        for fit in _FITS:
            lines = tuple(_Drawing(card, width, fit, is_plain=stacked).lines())
            if len(lines) <= rows:
                return lines
    fit = _FITS[0] if rows is None else _Fit(air=0)
    return tuple(_Drawing(card, width, fit, is_plain=stacked).lines(is_paged=rows is not None))


class _Drawing:
    """A card in one form."""

    def __init__(self, card: Card, width: int, fit: _Fit, *, is_plain: bool) -> None:
        self.card = card
        self.width = width
        self.fit = fit
        self.is_plain = is_plain
        self.is_wide = width >= MIN_WIDE and not is_plain

    def lines(self, *, is_paged: bool = False) -> Iterator[Line]:
        """Yield all lines; on pages, what must be seen at once comes before what can wait."""
        card = self.card
        first, then = [*self.first()], [*self.do_now(), *self.medicine()]
        modules, nets = [*self.modules()], [*self.nets()]
        yield from self.head()
        if self.fit.air > 2:  # noqa: PLR2004 - the last to come
            yield _BLANK
        yield from first
        if is_paged and card.band.urgency < Urgency.SAME_DAY:
            yield from (*modules, *nets, *then)
        else:
            yield from (*then, *modules, *([_BLANK] if nets and self.fit.air else []), *nets)
        if not self.has_footer_beside():
            yield from self.footer()

    # -- above the nets ----------------------------------------------------------------------

    def head(self) -> Iterator[Line]:
        for text in self.card.notices:
            yield from (Line("strong", line) for line in wrapped(text, self.width))
        yield from self.band()

    def band(self) -> Iterator[Line]:
        band, room = self.card.band, self.width - 2 * (not self.is_plain)
        what = self.short_what() if self.fit.is_short else band.headline
        start = f"{PALETTE[band.urgency].sign} {band.word}{f': {what}' if what else ''}"
        where = band.where
        if cell_len(f"{start} {where}") <= room:
            start, where = f"{start} {where}".rstrip(), ""
        yield from self.bar(start, "band", band.urgency)
        if where:
            yield from self.bar(where, "band_text", band.urgency)
        if band.why:
            why = wrapped(f"Why: {band.why}", room)
            if len(why) > 1 and not self.fit.has_whole_why:
                why = (wrapped(why[0], room - len(_CUT))[0] + _CUT,)
            yield from (self.bar_line(line, "band_text", band.urgency) for line in why)

    def short_what(self) -> str:
        band = self.card.band
        is_said = band.within.casefold() in f"{band.word} {band.where}".casefold()
        return "" if is_said else f"{band.within[:1].upper()}{band.within[1:]}."

    def first(self) -> Iterator[Line]:
        """Yield what to read out, and what not to do."""
        if self.card.say:
            yield from self.row("SAY THIS", f'"{self.card.say}"', "strong", "flag")
        for text in self.card.stops:
            yield from self.row("STOP", text, "strong", "flag")

    def do_now(self) -> Iterator[Line]:
        steps = self.card.do_now[: self.fit.do_now]
        for number, text in enumerate(steps, 1):
            if self.is_wide:
                label = "Do now" if number == 1 else ""
                yield from self.row(label, text, "strong", first=f"{number}. ")
            else:
                yield from self.row(f"Do now {number}", text, "text")

    def medicine(self) -> Iterator[Line]:
        if self.card.medicine:
            yield from self.row("Medicine", self.card.medicine, "text")

    def modules(self) -> Iterator[Line]:
        for title, text in self.card.modules:
            yield from self.row(title, text, "text")

    def row(
        self, label: str, text: str, role: LineRole, label_role: LineRole = "label",
        first: str = "",
    ) -> Iterator[Line]:  # fmt: skip
        """Yield a label, and a text beside it or, in one column, after it."""
        if not self.is_wide or cell_len(label) >= _LABEL:
            yield from _run_in(f"{label}: ", text, self.width, role)
            return
        shown = f" {label} "
        before = " " * (_LABEL + 1)
        texts = wrapped(text, self.width - len(before), first, " " * len(first))
        name = Span(label_role, shown) if label else Span("text", "")
        gap = Span("text", before[cell_len(name.text) :])
        yield line_of("text", name, gap, Span(role, texts[0]))
        yield from (line_of("text", Span("text", before), Span(role, line)) for line in texts[1:])

    # -- the nets ----------------------------------------------------------------------------

    def nets(self) -> Iterator[Line]:
        card = self.card
        if not self.is_wide:
            for net in card.nets:
                yield from self.bar(_heading(net.urgency, net.heading), "band", net.urgency)
                yield from self.items(net.lines, self.width)
            yield from self.book(self.width)
        elif len(card.nets) > 1:
            yield from self.beside(self.left(), self.right())
        else:
            for net in card.nets:
                yield from self.bar(_heading(net.urgency, net.heading), "band", net.urgency)
                yield from self.beside(*self.halves(net.lines))
            yield from self.book(self.width)

    def left_width(self) -> int:
        return self.width // 2

    def right_width(self) -> int:
        return self.width - self.left_width() - 1

    def left(self) -> list[Line]:
        net, width = self.card.nets[0], self.left_width()
        bar = self.bar(_heading(net.urgency, net.heading), "band", net.urgency, width)
        return [*bar, *self.items(net.lines, width)]

    def right(self) -> list[Line]:
        """Return the other net, and below it the time course and the footer."""
        width = self.right_width()
        lines: list[Line] = []
        for net in self.card.nets[1:]:
            lines += self.bar(_heading(net.urgency, net.heading), "band", net.urgency, width)
            lines += self.items(net.lines, width)
        book = [*self.book(width)]
        footer = [*self.footer_lines(width)]
        spare = len(self.left()) - len(lines) - len(book) - len(footer)
        lines += [_BLANK] * (spare > 0) + book
        if self.has_footer_beside():
            lines += [_BLANK] * (spare - 1) + footer
        return lines

    def has_footer_beside(self) -> bool:
        """Return whether the footer stands in free cells below the second net."""
        if not self.is_wide or len(self.card.nets) < 2:  # noqa: PLR2004 - two columns
            return False
        width = self.right_width()
        net = self.card.nets[1]
        rows = len([*self.bar(_heading(net.urgency, net.heading), "band", net.urgency, width)])
        rows += len([*self.items(net.lines, width), *self.book(width), *self.footer_lines(width)])
        return rows <= len(self.left())

    def halves(self, texts: tuple[str, ...]) -> tuple[list[Line], list[Line]]:
        """Split the items of one net into two columns of about the same height."""
        left = [[*self.items((text,), self.left_width())] for text in texts]
        half, used, count = sum(map(len, left)) / 2, 0, 0
        while used < half:
            used += len(left[count])
            count += 1
        right = self.items(texts[count:], self.right_width())
        return [line for item in left[:count] for line in item], [*right]

    def beside(self, left: list[Line], right: list[Line]) -> Iterator[Line]:
        for row in range(max(len(left), len(right))):
            a = left[row] if row < len(left) else _BLANK
            b = right[row] if row < len(right) else _BLANK
            gap = Span("text", " " * (self.left_width() + 1 - cell_len(a.text)))
            parts = (*a.parts, gap, *b.parts) if b.text else a.parts
            role: LineRole = "heading" if "heading" in {a.role, b.role} else "text"
            yield line_of(role, *(part for part in parts if part.text))

    def items(self, texts: tuple[str, ...], width: int) -> Iterator[Line]:
        bullet = " - " if self.is_plain else " \N{BULLET} "
        for text in texts:
            yield from (Line("text", line) for line in wrapped(text, width, bullet, "   "))

    def book(self, width: int) -> Iterator[Line]:
        """Yield the one time course; in one column its heading and text share a line."""
        heading, text = self.card.book
        if not heading:
            return
        shown = _heading(Urgency.ROUTINE, heading)
        if self.is_wide:
            yield from self.bar(shown, "band", Urgency.ROUTINE, width)
            yield from self.items((text,), width)
        else:
            yield from _run_in(f"{shown}: ", text, width, "text")

    # -- the footer, and bars ----------------------------------------------------------------

    def footer(self) -> Iterator[Line]:
        if self.fit.air > 1:
            yield _BLANK
        yield from self.footer_lines(self.width)

    def footer_lines(self, width: int) -> Iterator[Line]:
        """Yield that this is no diagnosis, in plain letters, and which rules were applied."""
        indent = " " if self.is_wide else ""
        card, provenance = self.card, self.card.provenance * self.fit.has_provenance
        both = f"{indent}{card.disclaimer} {provenance}"
        if provenance and cell_len(both) <= width:
            yield line_of(
                "text", Span("text", f"{indent}{card.disclaimer} "), Span("faint", provenance)
            )
            return
        yield from (Line("text", line) for line in wrapped(card.disclaimer, width, indent, indent))
        if provenance:
            yield from (Line("faint", line) for line in wrapped(provenance, width, indent, indent))

    def bar(
        self, text: str, role: LineRole, urgency: Urgency, width: int | None = None
    ) -> Iterator[Line]:
        """Yield a text as a bar of colour across the width, or as it is."""
        width = width or self.width
        for line in wrapped(text, width - 2 * (not self.is_plain)):
            yield self.bar_line(line, role, urgency, width)

    def bar_line(
        self, text: str, role: LineRole, urgency: Urgency, width: int | None = None
    ) -> Line:
        if self.is_plain:
            return Line("heading" if role == "band" else "text", text)
        padding = " " * ((width or self.width) - 1 - cell_len(text))
        edge = Span("edge", " ", urgency)
        whole: LineRole = "heading" if role == "band" else "text"
        return line_of(whole, edge, Span(role, f"{text}{padding}", urgency))


def _heading(urgency: Urgency, text: str) -> str:
    return f"{PALETTE[urgency].sign} {text.upper()}"


def _run_in(label: str, text: str, width: int, role: LineRole) -> Iterator[Line]:
    """Yield a text after its label, or below one that leaves too little room."""
    if cell_len(label) > width // 2:
        yield from (Line("label", line) for line in wrapped(label, width))
        yield from (Line(role, line) for line in wrapped(text, width, "  ", "  "))
        return
    first, *rest = wrapped(text, width, label, "  ")
    yield line_of("text", Span("label", label.rstrip()), Span(role, first[len(label) - 1 :]))
    yield from (Line(role, line) for line in rest)
