"""Entries folded to calendar days: corrections applied, several entries to one day.

A day is the calendar day that the person named, so neither summer time nor travel moves one,
and a clock that was set back reorders nothing: what counts is the order of the file.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import attrgetter, lt

from msgspec import Struct

from backtriage.journal.entries import Entry

HALF = Decimal("0.5")


class Day(Struct, frozen=True, kw_only=True, gc=False):
    """A day with at least one entry; a day without any is no `Day`, and no value either."""

    day: date
    entries: tuple[Entry, ...]
    """Those that nothing supersedes, in the order of the file."""

    def numbers(self, question: str) -> tuple[Decimal, ...]:
        """Return the numbers that entries of this day give for a question, in order."""
        return tuple([
            value for entry in self.entries
            if isinstance(value := entry.answers.value(question), Decimal)
        ])  # fmt: skip

    def worst(self, question: str) -> Decimal | None:
        """Return the highest number of the day, or None without any."""
        return max(self.numbers(question), default=None)

    def middle(self, question: str) -> Decimal | None:
        """Return the median of the day, or None without any number."""
        return median(self.numbers(question))


def since(days: Sequence[Day], first: date) -> Sequence[Day]:
    """Return the days from one on, quickly: they are few of many.

    Args:
        days: Days, earliest first.
        first: The first one to return, whether or not it has entries.
    """
    return days[bisect_left(days, first, key=lambda each: each.day) :]


def up_to(days: Sequence[Day], last: date) -> Sequence[Day]:
    """Return the days up to one.

    Args:
        days: Days, earliest first.
        last: The last one to return, whether or not it has entries.
    """
    return days[: bisect_right(days, last, key=lambda each: each.day)]


def median(numbers: Iterable[Decimal]) -> Decimal | None:
    """Return the median: the mean of the middle two of an even count, None of no number."""
    known = tuple(numbers)
    return middle_of(known) if known else None


def middle_of(numbers: Sequence[Decimal]) -> Decimal:
    """Return the median of one number or more."""
    ordered = sorted(numbers)
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) * HALF


def roots(entries: Iterable[Entry]) -> dict[str, str]:
    """Return, by id, the first entry that each corrects in the end: itself, if it corrects none.

    A correction names an earlier entry of the file, itself perhaps a correction. One of an entry
    that is not there is an entry of its own.
    """
    first: dict[str, str] = {}
    for entry in entries:
        first[entry.id] = first.get(entry.supersedes, entry.id)
    return first


def current(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries that count: of each and its corrections, the last in the file."""
    entries = tuple(entries)
    if not any(entry.supersedes for entry in entries):
        return entries
    first = roots(entries)
    return tuple({first[entry.id]: entry for entry in entries}.values())


def days_of(entries: Iterable[Entry], until: date | None = None) -> tuple[Day, ...]:
    """Fold entries to days, earliest first.

    Args:
        entries: Every entry of a journal, in the order of the file.
        until: The last day that counts: what lies ahead of it is not there yet. None for all.
    """
    day_of = attrgetter("day")
    counting, last = current(entries), until or date.max
    days = [*map(day_of, counting)]
    by_day: Iterable[tuple[date, Iterable[Entry]]]
    if all(map(lt, days, days[1:])):  # most people write once a day, which is quick to fold
        by_day = zip(days, zip(counting, strict=True), strict=True)
    else:
        by_day = groupby(sorted(counting, key=day_of), day_of)
    return tuple([Day(day=day, entries=tuple(each)) for day, each in by_day if day <= last])
