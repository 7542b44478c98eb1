"""The features of a journal: what rules can read of it, and what a page says first.

Values are taken by day: the middle value of its entries, or the worst of them. Three stretches of
time matter, each of 3 days with a value at least, so that no single day decides:

    start     the first 7 days
    earlier   every day before the recent stretch, in weeks counted from the first day
    recent    the 7 days up to today

A week with fewer days counts together with its neighbours, 3 weeks at most, since somebody may
write once a week. A stretch has the median of its days, and nothing is recent without a value in
the last 7 days.

The start and the best week are taken from earlier days alone, so what is compared never
overlaps, and a worse value in the recent stretch makes nothing look better. A worse value of an
earlier day can: whoever was worse off then has come further since.

Nor does a new day make anything look better that is as bad as any before. It moves the recent
stretch of somebody who seldom writes, and days that leave it join the earlier ones. So the best
week is the best with or without them, and a fall takes 3 days below the start.

A feature that the entries cannot give, such as the recent value of somebody who wrote nothing
down this week, is "not sure", and each rule says what that means.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property
from itertools import takewhile
from typing import Final, TypeAlias

from backtriage.journal.days import Day, middle_of, up_to
from backtriage.program.program import Program
from backtriage.protocol.features import Feature
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.value import NOT_SURE, YES_NO, Value

WEEK: Final = timedelta(days=7)

LEAST_DAYS: Final = 3
"""How many days with a value a stretch needs: one day says little."""

MOST_WEEKS: Final = 3
"""How long a stretch may be so as to have them."""


Stretch: TypeAlias = tuple[date, Decimal]
"""The first day after a stretch, and its median."""


class Course:
    """How a number went from day to day."""

    def __init__(self, days: Sequence[Day], question: str, today: date) -> None:
        """Take the days that have a value.

        Args:
            days: The days of a journal, earliest first.
            question: A number question of the journal.
            today: The last day that counts.
        """
        self.middle: dict[date, Decimal] = {}
        highest: dict[date, Decimal] = {}
        for day in up_to(days, today):
            entries = day.entries
            if len(entries) == 1:  # as on nearly every day, in ten years of days
                value = entries[0].answers.value(question)
                if isinstance(value, Decimal):
                    self.middle[day.day] = value
                continue
            middle, worst = day.middle(question), day.worst(question)
            if middle is not None and worst is not None:
                self.middle[day.day], highest[day.day] = middle, worst
        self.worst = self.middle | highest
        self._dates = tuple(self.middle)
        self._cuts = _cuts(self._dates, today)
        self.recent_from = self._cuts[-1]
        """The first day of the recent stretch."""
        self.is_recent = next(reversed(self.middle), date.min) > today - WEEK
        """Whether there is a value in the last 7 days."""

    @cached_property
    def weeks(self) -> tuple[Stretch, ...]:
        """Each earlier stretch that has enough days, with and without those of late cuts."""
        settled, tails = self._grouped
        return (*settled, *sorted({stretch for tail in tails for stretch in tail}))

    @cached_property
    def _grouped(self) -> tuple[Sequence[Stretch], Sequence[Sequence[Stretch]]]:
        """The stretches that are the same whatever the cut, and then those up to each cut."""
        first = next(iter(self._dates), date.min)
        whole = self._stretches(first, self._cuts[0])
        settled = [*takewhile(lambda each: each[0] <= self._cuts[0], whole)]
        behind = settled[-1][0] if settled else first
        tails = (self._stretches(behind, cut) for cut in self._cuts[1:])
        return settled, (whole[len(settled) :], *tails)

    def _stretches(self, first: date, cut: date) -> Sequence[Stretch]:
        """Return the stretches that have enough days, of the days from one to before another."""
        found: list[Stretch] = []
        kept: list[tuple[date, list[Decimal]]] = []
        longest = MOST_WEEKS * WEEK
        for end, more in self._values_by_week(first, cut):
            values = more
            if kept:
                kept = [pair for pair in kept if end - pair[0] < longest]
                values = [*(value for _, each in kept for value in each), *more]
            if len(values) < LEAST_DAYS:
                kept.append((end, more))
                continue
            found.append((end, middle_of(values)))
            kept = []
        return found

    def _values_by_week(self, first: date, cut: date) -> Iterator[tuple[date, list[Decimal]]]:
        """Yield the values of each week that has any, and the first day after it."""
        days, values = self._dates, [*self.middle.values()]
        at, stop = bisect_left(days, first), bisect_left(days, cut)
        end = first
        while at < stop:
            end += WEEK
            if days[at] >= end:
                end += ((days[at] - end) // WEEK + 1) * WEEK
            behind = bisect_left(days, end, at, min(at + WEEK.days, stop))
            yield end, values[at:behind]
            at = behind

    @property
    def start(self) -> Decimal | None:
        """The median of the first stretch."""
        settled, tails = self._grouped
        return next((value for _, value in (*settled[:1], *tails[-1])), None)

    @property
    def best(self) -> Decimal | None:
        """The least median of an earlier stretch."""
        return min((value for _, value in self.weeks), default=None)

    @cached_property
    def _recent_days(self) -> tuple[date, ...]:
        """The days of the recent stretch that have a value, latest first: few of many."""
        return tuple(takewhile(self.recent_from.__le__, reversed(self.middle)))

    @cached_property
    def recent(self) -> Decimal | None:
        """The median of the recent stretch."""
        values = [self.middle[day] for day in self._recent_days]
        return middle_of(values) if self.is_recent and len(values) >= LEAST_DAYS else None

    def recent_worst(self) -> Decimal | None:
        """Return the highest value of the recent stretch."""
        if self.recent is None:
            return None
        return max(self.worst[day] for day in self._recent_days)

    def change(self) -> Decimal | None:
        """Return how much the start is above the recent stretch; None if either is unknown."""
        start = self.start
        if start is None or self.recent is None:
            return None
        below = sum(self.middle[day] < start for day in self._recent_days)
        change = start - self.recent
        return change if below >= LEAST_DAYS else min(change, Decimal(0))

    def change_percent(self) -> Decimal | None:
        """Return the same in percent of the start; nothing can fall below a start of 0."""
        change = self.change()
        return change * 100 / self.start if change is not None and self.start else change

    def rise(self) -> Decimal | None:
        """Return how much the recent stretch is above the best one."""
        return None if self.best is None or self.recent is None else self.recent - self.best

    def days_above(self, by: int) -> Decimal | None:
        """Return on how many recent days the worst was so far above the best stretch."""
        if self.best is None or self.recent is None:
            return None
        limit = self.best + by
        return Decimal(sum(self.worst[day] >= limit for day in self._recent_days))

    def setback_days(self, by: int, first: date = date.min) -> tuple[date, ...]:
        """Return the days whose worst was so far above the best of the weeks before.

        Args:
            by: How far.
            first: The first day that is asked for.
        """
        found: list[date] = []
        weeks = [*self.weeks, (date.max, Decimal(0))]
        at, limit = 0, Decimal("Infinity")
        asked = [*takewhile(lambda each: each[0] >= first, reversed(self.worst.items()))]
        for day, worst in reversed(asked):
            while weeks[at][0] <= day:
                limit = min(limit, weeks[at][1] + by)
                at += 1
            if worst >= limit:
                found.append(day)
        return tuple(found)


def _cuts(days: Sequence[date], today: date) -> Sequence[date]:
    """Return where the earlier days end: last where they do, and where without the latest days.

    The recent stretch is a week, or goes further back for enough days.
    """
    week, longest = (today - many * WEEK + timedelta(days=1) for many in (1, MOST_WEEKS))
    at = bisect_left(days, week)
    missing = LEAST_DAYS - (len(days) - at)
    if missing == LEAST_DAYS:
        return (week,)
    before = [day for day in days[max(0, at - LEAST_DAYS + 1) : at] if day >= longest]
    cuts = [*before, week]
    return cuts[: max(1, len(cuts) - max(0, missing))]


_OF_NUMBER: Final[Mapping[str, tuple[Callable[[Course, int], Decimal | None], str]]] = {
    "start": (lambda course, _: course.start, ROUND_CEILING),
    "best": (lambda course, _: course.best, ROUND_CEILING),
    "recent": (lambda course, _: course.recent, ROUND_CEILING),
    "recent_worst": (lambda course, _: course.recent_worst(), ROUND_CEILING),
    "fall": (lambda course, _: course.change(), ROUND_FLOOR),
    "fall_percent": (lambda course, _: course.change_percent(), ROUND_FLOOR),
    "rise": (lambda course, _: course.rise(), ROUND_CEILING),
    "days_above": (lambda course, by: course.days_above(by), ROUND_CEILING),
    "setbacks": (lambda course, by: Decimal(len(course.setback_days(by))), ROUND_CEILING),
}
"""How each feature of a number is worked out, and rounded to the cautious side."""


def features(
    program: Program, days: Sequence[Day], today: date, known: Mapping[str, Course] | None = None
) -> Answers:
    """Return the answers that a journal gives to the questions of a protocol.

    Args:
        program: The protocol.
        days: The days of the journal, earliest first; without any there are no answers.
        today: The last day that counts, as the person would name it.
        known: Courses of these days that have been worked out, by question.
    """
    kept = up_to(days, today)
    courses = dict(known or {})
    values: dict[str, Value] = {}
    for id_, question in program.questions.items() if kept else ():
        feature = question.from_journal
        if feature is not None:
            values[id_] = _value(question, feature, kept, today, courses)
    return Answers(values)


def _value(
    question: Question, feature: Feature, days: Sequence[Day], today: date,
    courses: dict[str, Course],
) -> Value:  # fmt: skip
    if question.kind == YES_NO:
        return True
    if feature.name == "weeks":
        return _fitted(question, Decimal((today - days[0].day) // WEEK), ROUND_FLOOR)
    if feature.name == "days_with":
        yes = {d.day for d in days for e in d.entries if e.answers.value(feature.of) is True}
        return _fitted(question, Decimal(len(yes)), ROUND_CEILING)
    if feature.of not in courses:
        courses[feature.of] = Course(days, feature.of, today)
    course = courses[feature.of]
    work_out, rounding = _OF_NUMBER[feature.name]
    number = work_out(course, feature.by)
    return NOT_SURE if number is None else _fitted(question, number, rounding)


def _fitted(question: Question, number: Decimal, rounding: str) -> Decimal:
    """Return a number as an answer to a question: within its range, on one of its steps."""
    step = Decimal(question.step)
    steps = ((number - question.least) / step).to_integral_value(rounding)
    last = (question.most - question.least) // step
    return (question.least + max(Decimal(0), min(steps, last)) * step).normalize() + Decimal(0)
