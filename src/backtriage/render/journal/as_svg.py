"""The bars of a journal as a picture for HTML, with a title and a description that are read out.

It has no style of its own: all of it is drawn in the colour of the text around it, so that it can
be read in dark, in forced colours and on paper. A table behind it says the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from backtriage.protocol.protocol import Question
from backtriage.render.html_page import escaped
from backtriage.render.journal.bars import BAD_DAY, MIDDLE, Bar, day_text, weeks_of
from backtriage.terms.value import number_text

_WIDTH: Final = 360
_HEIGHT: Final = 200
_LEFT: Final = 24
_TOP: Final = 18
_BOTTOM: Final = 26
_ROOM: Final = _WIDTH - _LEFT - 4
_HIGH: Final = _HEIGHT - _TOP - _BOTTOM
_LINES: Final = 5
"""Into how many parts the scale is cut."""

_LABELS: Final = 4
"""How many days are named below the bars at most."""


def as_svg(bars: Sequence[Bar], question: Question, title: str, description: str) -> str:
    """Return a picture of bars, one for each day with a number.

    Args:
        bars: Every day from the first to the last, gaps too; at least one.
        question: The question, which has the scale.
        title: What it is.
        description: What it shows, in a sentence.
    """
    chart = _Chart(bars, question)
    parts = (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="chart-is chart-says">',
        f'<title id="chart-is">{escaped(title)}</title>',
        f'<desc id="chart-says">{escaped(description)}</desc>',
        '<g fill="currentColor" font-size="11">',
        *chart.scale(),
        *chart.bars(),
        *chart.medians(),
        *chart.days(),
        "</g>",
        "</svg>",
    )
    return "".join(parts)


class _Chart:
    """Where things are in the picture."""

    def __init__(self, bars: Sequence[Bar], question: Question) -> None:
        self._bars = bars
        self._first = bars[0].first
        self._days = (bars[-1].last - self._first).days + 1
        self._question = question

    def _x(self, day: date) -> float:
        return _LEFT + _ROOM * (day - self._first).days / self._days

    def _y(self, value: Decimal | int) -> float:
        least, most = self._question.least, self._question.most
        share = (float(value) - least) / max(1, most - least)
        return _TOP + _HIGH * (1 - share)

    def scale(self) -> Iterator[str]:
        """Yield the lines across, with their numbers."""
        least, most = self._question.least, self._question.most
        for part in range(_LINES + 1):
            value = least + (most - least) * part // _LINES
            y = self._y(value)
            yield (
                f'<line x1="{_LEFT}" x2="{_WIDTH - 4}" y1="{y:.1f}" y2="{y:.1f}" '
                'stroke="currentColor" stroke-opacity="0.25"/>'
            )
            yield f'<text x="{_LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{value}</text>'

    def bars(self) -> Iterator[str]:
        """Yield a bar for each day, a stroke for a number that is the least, and each setback."""
        wide = _ROOM / self._days
        drawn = max(0.4, wide * 0.8)
        for bar in self._bars:
            if bar.value is None:
                continue
            x, y = (
                self._x(bar.first) + (wide - drawn) / 2,
                min(self._y(bar.value), _TOP + _HIGH - 1),
            )
            yield (
                f'<rect x="{x:.2f}" y="{y:.1f}" width="{drawn:.2f}" '
                f'height="{_TOP + _HIGH - y:.1f}" fill-opacity="0.45"/>'
            )
            if bar.is_setback:
                middle = x + drawn / 2
                yield (f'<path d="M{middle:.1f} {y - 3:.1f}l-4 -7h8z"/>')

    def medians(self) -> Iterator[str]:
        """Yield a thick line over each week, at its median."""
        for week in weeks_of(self._bars):
            if week.median is not None:
                left = self._x(week.first)
                right = min(left + _ROOM * 7 / self._days, _WIDTH - 4)
                y = self._y(week.median)
                yield (
                    f'<line x1="{left:.1f}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}" '
                    'stroke="currentColor" stroke-width="2.5"/>'
                )

    def days(self) -> Iterator[str]:
        """Yield the names of some days below."""
        step = max(1, -(-self._days // _LABELS))
        for bar in self._bars:
            offset = (bar.first - self._first).days
            if offset % step == 0 and bar.value is not None:
                x = self._x(bar.first)
                yield f'<text x="{x:.1f}" y="{_HEIGHT - 8}">{escaped(f"{bar.first:%d %b}")}</text>'


def description_of(bars: Sequence[Bar], question: Question) -> str:
    """Return in words what the picture shows: the medians of the weeks, setbacks and gaps."""
    weeks = [
        f"from {day_text(week.first)}, {number_text(week.median)}"
        for week in weeks_of(bars) if week.median is not None
    ]  # fmt: skip
    setbacks = [day_text(bar.first) for bar in bars if bar.is_setback]
    missing = sum(bar.days for bar in bars if bar.value is None)
    parts = [f"{question.short}, a bar for each day."]
    parts += [f"{MIDDLE.capitalize()} of each week: {'; '.join(weeks)}."]
    parts += [f"Marked as {BAD_DAY}: {', '.join(setbacks)}."] if setbacks else []
    parts += [f"Days without an entry: {missing}."] if missing else []
    return " ".join(parts)
