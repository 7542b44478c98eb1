"""What a journal says first: how the number that it follows has changed, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from msgspec import Struct

from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import T
from backtriage.journal.days import Day, since
from backtriage.journal.features import Course, features
from backtriage.journal.trend import TrendReason, is_of_journal, trend_reasons
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.render.journal.bars import Bar, bars_of, day_text
from backtriage.render.journal.signs import are_clear
from backtriage.render.page.phrasing import pluralise
from backtriage.terms.answers import Answers
from backtriage.terms.value import NUMBER, number_text

_NONE_LATELY: Final = "No entry in the last week"
_TOO_SHORT: Final = "It takes more than a week to see where this goes."


class Trend(Struct, frozen=True, kw_only=True):
    """A journal as far as it follows a number."""

    question: Question
    start: date
    """The first day with a number."""
    bars: tuple[Bar, ...]
    sentence: str
    facts: tuple[str, ...]
    """What the rules call it, each as a clause; nothing while they find it worse, or while an
    emergency sign may be there."""
    reasons: tuple[TrendReason, ...]
    """The rules that it makes fire, most urgent first."""


def trend_question(program: Program) -> Question | None:
    """Return the number that a journal follows: the first one that entries ask."""
    asked = program.protocol.entry_questions
    return next((question for question in asked if question.kind == NUMBER), None)


def trend_of(  # noqa: PLR0913 - what is shown, and how
    program: Program, days: Sequence[Day], today: date, most: int | None = None,
    *, earlier: Sequence[Day] = (), private: bool = True,
) -> Trend | None:  # fmt: skip
    """Return how the number that a journal follows has changed, or None without any number.

    Args:
        program: The protocol.
        days: The days of the journal, earliest first.
        today: The last day that counts.
        most: For how many days up to the last one there are bars; None for all.
        earlier: Days before these that are not told. Nothing is better, and no bad day any less
            one, for want of them.
        private: Whether private signs are heeded before anything is called better.
    """
    question = trend_question(program)
    if question is None:
        return None
    course = Course(days, question.id, today)
    if not course.middle:
        return None
    every = (*earlier, *days)
    whole = Course(every, question.id, today) if earlier else course
    first, last = next(iter(course.middle)), next(reversed(course.middle))
    back = last.toordinal() - (most or 0) + 1
    shown_from = first if most is None else date.fromordinal(max(back, first.toordinal()))
    setbacks = whole.setback_days(_setback(program, question), shown_from)
    bars = bars_of(since(days, shown_from), question.id, setbacks)
    found = features(program, days, today, {question.id: course})
    all_found = features(program, every, today, {question.id: whole}) if earlier else found
    reasons = trend_reasons(program, all_found)
    is_worse = any(reason.rule.opens_triage for reason in reasons)
    is_quiet = is_worse or not are_clear(program, every, today, private=private)
    facts = () if is_quiet else tuple(_facts(program, found))
    if earlier:
        true = set(_facts(program, all_found))
        facts = tuple(fact for fact in facts if fact in true)
    return Trend(
        question=question, start=first, bars=bars, facts=facts, reasons=reasons,
        sentence=_sentence(question, course, bars[-1], facts),
    )  # fmt: skip


def _setback(program: Program, question: Question) -> int:
    """Return by how much a day is worse than the best week to be a setback by the rules."""
    read = (q.from_journal for q in program.protocol.questions if q.from_journal)
    distances = (feature.by for feature in read if feature.by and feature.of == question.id)
    return next(distances, question.most + 1)


def _facts(program: Program, journal: Answers) -> Iterator[str]:
    """Yield the text of each fact that the journal alone makes true."""
    evaluation = Evaluation(program, journal)
    for fact in program.protocol.facts:
        is_own = fact.text and is_of_journal(program, fact.when)
        if is_own and evaluation.interval(fact.when)[0] == T:
            yield fact.text


def _sentence(question: Question, course: Course, last: Bar, facts: Sequence[str]) -> str:
    if course.start is None:
        return f"{question.short}: {_of(question, last.value)} on {_day(last)}. {_TOO_SHORT}"
    if course.recent is None:
        number = _of(question, last.value)
        why = "Too few entries lately to compare" if course.is_recent else _NONE_LATELY
        return f"{why}. The last one said {number}, on {_day(last)}."
    days = (last.last - next(iter(course.middle))).days
    word = f": {facts[-1]}" if facts else ""
    change = f"From {number_text(course.start)} to {_of(question, course.recent)}"
    return f"{change} over {pluralise(days, 'day', 'days')}{word}."


def _of(question: Question, value: Decimal | None) -> str:
    return f"{number_text(value or Decimal(0))} out of {question.most}"


def _day(bar: Bar) -> str:
    return day_text(bar.last, with_year=True)
