"""The days of a journal as bars of one number, with every gap and every bad day named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Final

from msgspec import Struct

from backtriage.journal.days import Day, median
from backtriage.protocol.protocol import Question
from backtriage.render.cells import wrapped
from backtriage.render.line import Line, Span, line_of
from backtriage.render.page import Table
from backtriage.terms.value import number_text

NO_ENTRY: Final = "no entry"
BAD_DAY: Final = "bad day"
"""What a day is called that is much worse than the best week before it."""

MIDDLE: Final = "middle score"
"""What the median is called."""

WIDE: Final = 60
"""With fewer cells a day is named without its weekday."""

_STEPS: Final = 10
_ONE_DAY: Final = timedelta(days=1)


class Bar(Struct, frozen=True, kw_only=True):
    """One day, or several days in a row without a number."""

    first: date
    last: date
    value: Decimal | None = None
    """The median of the day; None for a gap."""
    worst: Decimal | None = None
    is_setback: bool = False

    @property
    def days(self) -> int:
        """How many days it stands for."""
        return (self.last - self.first).days + 1


class Week(Struct, frozen=True, kw_only=True):
    """Seven days, counted from the first day of the journal."""

    first: date
    bars: tuple[Bar, ...]
    median: Decimal | None


def bars_of(days: Iterable[Day], question: str, setbacks: Iterable[date] = ()) -> tuple[Bar, ...]:
    """Return a bar for every day from the first to the last, gaps too.

    Args:
        days: The days with entries, earliest first.
        question: The question whose numbers are drawn.
        setbacks: The days that are marked.
    """
    marked = frozenset(setbacks)
    found: dict[date, Bar] = {}
    for day in days:
        value = day.middle(question)
        if value is not None:
            found[day.day] = Bar(
                first=day.day, last=day.day, value=value, worst=day.worst(question),
                is_setback=day.day in marked,
            )  # fmt: skip
    return tuple(_with_gaps(found))


def _with_gaps(found: dict[date, Bar]) -> Iterator[Bar]:
    before: date | None = None
    for day, bar in found.items():
        if before is not None and day - before > _ONE_DAY:
            yield Bar(first=before + _ONE_DAY, last=day - _ONE_DAY)
        yield bar
        before = day


def weeks_of(bars: Sequence[Bar]) -> tuple[Week, ...]:
    """Group bars, at least one, by weeks from the first day; a gap stands where it begins."""
    start = bars[0].first
    grouped = groupby(bars, key=lambda bar: (bar.first - start).days // 7)
    return tuple(_week(start + timedelta(weeks=number), tuple(week)) for number, week in grouped)


def _week(first: date, bars: tuple[Bar, ...]) -> Week:
    values = (bar.value for bar in bars if bar.value is not None)
    return Week(first=first, bars=bars, median=median(values))


def day_text(day: date, *, with_year: bool = False) -> str:
    """Return a day in words: `2 November`, or `2 November 2026`."""
    return f"{day.day} {day:%B}{f' {day.year}' if with_year else ''}"


def near_day(day: date, today: date) -> str:
    """Return a day in words, with its year if that is not this one."""
    return day_text(day, with_year=day.year != today.year)


def short_day(day: date, before: date | None = None) -> str:
    """Return a day for a column that may be narrow: `Mon 2 Nov`.

    Args:
        day: The day.
        before: The one above it, if any: from another year, the year is named.
    """
    year = f" {day.year}" if before is not None and before.year != day.year else ""
    return f"{day:%a} {day.day} {day:%b}{year}"


def days_text(bar: Bar, before: date | None = None) -> str:
    """Return the day or the days of a bar, as `short_day` does."""
    until = f" to {short_day(bar.last, bar.first)}" if bar.days > 1 else ""
    return f"{short_day(bar.first, before)}{until}"


def bar_lines(weeks: Iterable[Week], question: Question, width: int) -> Iterator[Line]:
    """Yield a heading for each week and a line for each day, in at most `width` cells."""
    is_wide = width >= WIDE
    named = max(6, 10 * is_wide)
    cells = max(0, (width - named - 12) // _STEPS)
    for number, week in enumerate(weeks):
        if number:
            yield Line("text", "")
        heading = wrapped(week_text(week, with_year=is_wide), width)
        yield from (Line("heading", line) for line in heading)
        for bar in week.bars:
            line = _bar_line(bar, question, cells, is_wide=is_wide)
            if len(line.text) <= width:
                yield line
            else:
                yield from (Line("text", part) for part in wrapped(line.text, width, "", "  "))


def _bar_line(bar: Bar, question: Question, cells: int, *, is_wide: bool) -> Line:
    name = f"{bar.first:%a %d %b}" if is_wide else f"{bar.first:%d %b}"
    if bar.value is None:
        until = f"to {bar.last:%d %b} " if bar.days > 1 else ""
        return line_of("text", Span("text", f"{name} {until}"), Span("faint", NO_ENTRY))
    scale = max(1, question.most - question.least)
    length = int((bar.value - question.least) * cells * _STEPS / scale + Decimal("0.5"))
    drawn = f"{'#' * length} " if length else ""
    spans = [Span("text", f"{name} "), Span("text", drawn), Span("strong", number_text(bar.value))]
    if bar.is_setback:
        spans.append(Span("strong", f" {BAD_DAY}"))
    return line_of("text", *spans)


def bar_table(bars: Iterable[Bar], question: Question) -> Table:
    """Return the same as a table, as a screen reader reads it."""
    bars = tuple(bars)
    above = (None, *(bar.last for bar in bars))
    rows = tuple(
        (days_text(bar, before), _cell(bar)) for bar, before in zip(bars, above, strict=False)
    )
    return Table(headings=("Day", question.short), rows=rows)


def _cell(bar: Bar) -> str:
    if bar.value is None or bar.worst is None:
        return NO_ENTRY
    worst = f", {number_text(bar.worst)} at worst" if bar.worst != bar.value else ""
    return f"{number_text(bar.value)}{worst}{f', {BAD_DAY}' if bar.is_setback else ''}"


def week_text(week: Week, *, with_year: bool = True) -> str:
    """Return what a week is called, with its median."""
    middle = "no number" if week.median is None else f"{MIDDLE} {number_text(week.median)}"
    return f"Week from {day_text(week.first, with_year=with_year)}: {middle}"
