"""The card as lines: two columns on a wide screen, else one, as high as there is room."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from backtriage.render.as_text import MIN_WIDTH
from backtriage.render.card_nets import Nets
from backtriage.render.card_rows import BLANK, Frame
from backtriage.render.cells import cell_len, evenly_wrapped, wrapped
from backtriage.render.line import Line
from backtriage.render.page.card import Card
from backtriage.render.page.page import call_text
from backtriage.render.page.phrasing import as_sentence, upper_first
from backtriage.render.palette import PALETTE
from backtriage.terms.urgency import Urgency

MIN_WIDE: Final = 76
"""With fewer cells there is one column."""

_CUT: Final = " ..."
_CLAUSE: Final = r"(Why: .{20,})[,;] "
"""The part of a reason before its last comma."""


class _Fit(Struct, frozen=True, kw_only=True):
    """What to leave out so that the card fits, in the order in which it goes."""

    has_air: tuple[bool, bool, bool] = (True, True, True)
    """Whether there is a blank line before the lists, before the footer and after the band."""
    is_short: bool = False
    """Whether the band says only how soon, where its word already says what to do."""
    do_now: int | None = None
    """How many things to do and not to do, None for all."""
    has_provenance: bool = True
    has_whole_why: bool = True


_NO_AIR: Final = (False, False, False)
_WHOLE: Final = _Fit()
_WITH_LESS_AIR: Final = (
    _WHOLE,
    _Fit(has_air=(True, True, False)),
    _Fit(has_air=(True, False, False)),
    _Fit(has_air=_NO_AIR),
)
_TIGHT: Final = _Fit(has_air=_NO_AIR, is_short=True)
_SHORT: Final = (
    _TIGHT,
    *(replace(_TIGHT, do_now=count) for count in (2, 1)),
    replace(_TIGHT, do_now=1, has_provenance=False),
    replace(_TIGHT, do_now=1, has_provenance=False, has_whole_why=False),
)
"""For all but an emergency: there are no pages behind that."""
_SHORT_WHY: Final = replace(_TIGHT, has_whole_why=False)
"""On pages: there is room for what to do on those that follow, and the first one gains."""


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
            form does not fit, there are as few pages as possible, and what must be seen at once
            comes first.
    """
    if rows is None:
        return tuple(_Drawing(card, width, stacked=stacked).lines())
    whole, short = (
        [_Drawing(card, width, fit, stacked=stacked) for fit in fits]
        for fits in (_WITH_LESS_AIR, _SHORT)
    )
    is_emergency = card.band.urgency is Urgency.EMERGENCY
    for drawing in whole if is_emergency else (*whole, *short):
        lines = tuple(drawing.lines())
        if len(lines) <= rows:
            return lines
    if is_emergency:
        return _on_pages(whole[-1:], rows)
    first, *rest = short
    return _on_pages((first, _Drawing(card, width, _SHORT_WHY, stacked=stacked), *rest), rows)


def _on_pages(drawings: Sequence[_Drawing], rows: int) -> tuple[Line, ...]:
    """Return the first form on as few pages as there can be, with its 999 list on the first one.

    Each page has a line that says that there is more, and each but the first repeats the call.
    """
    forms = [(drawing.at_once(), drawing.later(), drawing) for drawing in drawings]
    header = len([*drawings[-1].call()])

    def pages(once: tuple[Line, ...], later: Sequence[tuple[Line, ...]]) -> int:
        return -(-(len(once) + sum(map(len, later)) - header) // max(1, rows - 1 - header))

    fewest = pages(*forms[-1][:2])
    forms = [form for form in forms if pages(*form[:2]) == fewest]
    least = min(forms, key=lambda form: len(form[0]))
    once, later, drawing = next((form for form in forms if len(form[0]) < rows), least)
    advice, others, end = later
    room = rows - 1 - len(once) - len(advice)
    # A last page is filled from above, so it shows the whole of the rest wherever that begins.
    is_last = len(others) + len(end) < rows - header
    air = [BLANK] * room if 0 < room < len(others) < rows - header and not is_last else ()
    first = (*once, *advice) if room < 0 else drawing.at_once(is_advised=True)
    return (*first, *air, *others, *end)


def things_to_do(card: Card, width: int, rows: int) -> int:
    """Return how many things to do a card has room for, at a height of some rows.

    Of what to do today nothing is left out, nor of what not to do, which is not counted.
    """
    if card.band.urgency >= Urgency.SAME_DAY:
        return len(card.to_do)
    for fit in (*_WITH_LESS_AIR, *_SHORT):
        lines = [*_Drawing(card, width, fit, stacked=False).lines()]
        if len(lines) <= rows:
            return _at_most(card, fit)
    return _at_most(card, _SHORT[-1])


def _at_most(card: Card, fit: _Fit) -> int:
    """Return how many things to do a form has: what is not to be done stays, and may be enough."""
    every = len(card.to_do)
    if fit.do_now is None or card.band.urgency >= Urgency.SAME_DAY:
        return every
    return min(every, max(not card.not_to_do, fit.do_now - len(card.not_to_do)))


def with_things_to_do(card: Card, count: int) -> Card:
    """Return a card with some of the things to do, and with all that is not to be done."""
    return replace(card, do_now=(*card.to_do[:count], *card.not_to_do))


def printed_lines(card: Card, width: int, rows: int) -> tuple[Line, ...]:
    """Return the lines of a card that is printed: on one screen of some rows, else all of them.

    A terminal can be scrolled, so the reason is never cut.
    """
    shown = with_things_to_do(card, things_to_do(card, width, rows))
    lines = card_lines(shown, width, rows=rows)
    is_cut = any(line.text.rstrip().endswith(_CUT) for line in lines)
    return card_lines(shown, width) if is_cut or len(lines) > rows else lines


def head_lines(card: Card, width: int, *, stacked: bool = False) -> tuple[Line, ...]:
    """Return what stands above a page behind the card: what to know first, and the band."""
    return tuple(_Drawing(card, width, stacked=stacked).head())


def call_lines(card: Card, width: int, *, stacked: bool = False) -> tuple[Line, ...]:
    """Return what a long page says once more at its end: how soon, what to do and where."""
    return tuple(_Drawing(card, width, stacked=stacked).call())


def reminder_lines(card: Card, width: int, *, stacked: bool = False) -> tuple[Line, ...]:
    """Return what a terminal shows once more where the top of a card has left it.

    That is what to know first, how soon, what to do, where and why, and what not to do.
    """
    drawing = _Drawing(card, width, stacked=stacked)
    return (*drawing.head(), *drawing.stops())


class _Drawing:
    """A card in one form."""

    def __init__(self, card: Card, width: int, fit: _Fit = _WHOLE, *, stacked: bool) -> None:
        self.card = card
        self.fit = fit
        is_wide = width >= MIN_WIDE and not stacked
        self.frame = Frame(max(width, MIN_WIDTH), is_plain=stacked, is_wide=is_wide)
        provenance = card.provenance if fit.has_provenance else ""
        self.nets = Nets(card, self.frame, provenance)

    def lines(self) -> Iterator[Line]:
        """Yield all lines."""
        above_nets, above_footer, below_band = self.fit.has_air
        yield from self.head()
        yield from self.remarks()
        nets = [*self.nets.lines()]
        rows = [*self.rows()]
        yield from [BLANK] * (below_band and bool(rows))
        yield from rows
        yield from [BLANK] * (above_nets and bool(nets))
        yield from nets
        if not self.nets.has_footer_beside():
            yield from [BLANK] * above_footer
            yield from self.nets.footer()

    def at_once(self, *, is_advised: bool = False) -> tuple[Line, ...]:
        """Return the first page of several: with the advice, or with what cannot wait."""
        urgent, advised = (self.say_and_stops(), self.modules()), (self.remarks(), self.rows())
        rows = (line for part in (advised if is_advised else urgent) for line in part)
        return (*self.head(), *rows, *self.nets.most_urgent())

    def later(self) -> Sequence[tuple[Line, ...]]:
        """Return what may be on the pages behind that: advice, the other list, and the end."""
        nets = self.nets
        advice = (*self.remarks(), *self.do_now(), *self.medicine())
        return advice, tuple(nets.others()), (*nets.book(), *nets.footer())

    def rows(self) -> Iterator[Line]:
        """Yield what to say, not to do, to do and to take, and what each module concludes."""
        yield from self.say_and_stops()
        yield from self.do_now()
        yield from self.medicine()
        yield from self.modules()

    def head(self) -> Iterator[Line]:
        for text in self.card.notices:
            yield from self.paragraph(text)
        yield from self.call()
        yield from self.why()

    def call(self) -> Iterator[Line]:
        """Yield how soon, what to do and where."""
        band = self.card.band
        what = self.short_what() if self.fit.is_short else band.headline
        start = f"{PALETTE[band.urgency].sign} {call_text(band.word, what and as_sentence(what))}"
        where = band.where
        if cell_len(f"{start} {where}") <= self.frame.bar_width:
            start, where = f"{start} {where}".rstrip(), ""
        yield from self.frame.bar("band", band.urgency, start)
        if where:
            yield from self.frame.bar("band_text", band.urgency, where)

    def why(self) -> Iterator[Line]:
        band, room = self.card.band, self.frame.bar_width
        lines = evenly_wrapped(f"Why: {band.why}", room) if band.why else ()
        if len(lines) > 1 and not self.fit.has_whole_why:
            lines = evenly_wrapped(f"Why: {band.meaning}", room)
        if len(lines) > 1 and not self.fit.has_whole_why:
            line, *_ = wrapped(f"Why: {band.meaning}", room - len(_CUT))
            clause = re.match(_CLAUSE, line)
            lines = ((clause[1] if clause else line) + _CUT,)
        yield from (self.frame.bar_line("band_text", band.urgency, line) for line in lines)

    def short_what(self) -> str:
        """Return how soon, unless the word or the place says so."""
        band = self.card.band
        is_said = band.within.casefold() in f"{band.word} {band.where}".casefold()
        return "" if is_said else f"{upper_first(band.within)}."

    def remarks(self) -> Iterator[Line]:
        for number, text in enumerate(self.card.remarks):
            if self.frame.is_wide:
                yield from self.frame.row("" if number else "Note", text, "strong")
            else:
                yield from self.paragraph(text)
        for number, text in enumerate(self.card.checks, 1):
            label = "Check now" if number == 1 or not self.frame.is_wide else ""
            yield from self.frame.row(label, text)
        if self.card.after_checks:
            yield from self.paragraph(self.card.after_checks)

    def paragraph(self, text: str) -> Iterator[Line]:
        return (Line("strong", line) for line in evenly_wrapped(text, self.frame.width))

    def say_and_stops(self) -> Iterator[Line]:
        """Yield what to read out, and what not to do."""
        if self.card.say:
            yield from self.frame.row("SAY THIS", f'"{self.card.say}"', "strong", "flag")
        yield from self.stops()

    def stops(self) -> Iterator[Line]:
        return (line for text in self.card.stops for line in self.frame.forbidden(text))

    def do_now(self) -> Iterator[Line]:
        """Yield what not to do, and what to do, numbered if there is more than one thing."""
        for text in self.card.not_to_do:
            yield from self.frame.forbidden(text)
        texts = self.card.to_do[: _at_most(self.card, self.fit)]
        for number, text in enumerate(texts, 1):
            name = f" {number}" if len(texts) > 1 else ""
            if self.frame.is_wide:
                label = "Do now" if number == 1 else ""
                first = f"{name}. ".lstrip() if name else ""
                yield from self.frame.row(label, text, "strong", first=first)
            else:
                yield from self.frame.row(f"Do now{name}", text)

    def medicine(self) -> Iterator[Line]:
        if self.card.medicine:
            yield from self.frame.row("Medicine", self.card.medicine)

    def modules(self) -> Iterator[Line]:
        for title, text in self.card.modules:
            yield from self.frame.row(title, text)
