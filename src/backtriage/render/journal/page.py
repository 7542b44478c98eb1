"""The page of a journal to hand over: what a nurse or doctor wants to know within a minute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from msgspec import Struct

from backtriage.journal.days import Day, since
from backtriage.journal.entries import Entry
from backtriage.journal.trend import emergency_screens
from backtriage.program.program import Program
from backtriage.program.words import Words
from backtriage.protocol.protocol import Question
from backtriage.render.journal.bars import bar_table, day_text, near_day, short_day, weeks_of
from backtriage.render.journal.signs import (
    alarms,
    emergency_results,
    of_late,
    signs_block,
    told_days,
)
from backtriage.render.journal.summary import Trend, trend_of
from backtriage.render.page import Block, Table
from backtriage.render.page.advice import advice_name, spell_out
from backtriage.render.page.phrasing import (
    answer_phrase,
    as_sentence,
    definite_phrases,
    lower_first,
    pluralise,
    upper_first,
)
from backtriage.terms.printable import visible
from backtriage.terms.value import NUMBER, YES_NO, Ticks, Value, number_text

_NOT_ASKED: Final = "not asked"
_NONE: Final = "none of these"
_NOT_ALL: Final = "none of these in the lines that count"
_NOT_SHOWN: Final = "none of these in the days shown"
_LEFT_OUT: Final = "What was answered with no or none is left out here."
_TICKED: Final = "The person ticked an emergency sign, or was not sure: {}."
_FROM: Final = "Days before {} are left out, but for emergency signs of the last 2 weeks."
_RESULT: Final = "A result of these days was an emergency: {}."
_PARTIAL: Final = (
    "Some lines of this journal cannot be read, or lie in the future. They may tell of an "
    "emergency sign."
)
_REPORTED: Final = "All of it is what the person wrote down; nobody was examined."


class JournalPage(Struct, frozen=True, kw_only=True):
    """A journal to hand over, in the order of the page."""

    title: str
    sentence: str
    """What it says first."""
    summary: Block
    """Situation, background, assessment and recommendation."""
    signs: Block
    """The emergency signs: on which days they were asked, and what was answered."""
    trend: Trend | None
    table: Block
    """The numbers by day, which stand behind the picture."""
    entries: Block
    """Every entry, with when it was written."""
    record: Block

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Everything below the sentence."""
        found = (self.summary, self.signs, self.table, self.entries, self.record)
        return tuple(block for block in found if not block.is_empty)


def journal_page(  # noqa: PLR0913 - what is shown, and how
    program: Program, days: tuple[Day, ...], today: date, country: str | None = None,
    *, private: bool = False, is_partial: bool = False, first: date = date.min,
) -> JournalPage:  # fmt: skip
    """Return the page of a journal.

    Args:
        program: The protocol.
        days: Its days, earliest first.
        today: The last day that counts.
        country: Whose words to use.
        private: Whether to show private signs.
        is_partial: Whether something in the file is not in the days, or not as it was told.
        first: The first day to show; at least one is from then on. No sign of the last 2 weeks
            is left out, and nothing is better without the days before.
    """
    shown = tuple(since(days, first))
    earlier = days[: len(days) - len(shown)]
    if private:
        days = shown
    else:
        earlier, days = told_days(program, earlier), told_days(program, shown) or shown
    read = (*of_late(earlier, today), *days)
    named = [alarm for alarm in alarms(program, read, today, private=private) if alarm.signs]
    ticked = "; ".join(alarm.text for alarm in named)
    trend = trend_of(program, days, today, earlier=earlier, private=private)
    words = Words(program, country)
    bars = trend.bars if trend else ()
    said = trend.sentence if trend else f"{pluralise(len(days), 'day', 'days')} written."
    result = emergency_results(earlier, today)
    lead = (
        words.fill(_TICKED.format(ticked)) if ticked else "",
        _FROM.format(day_text(first, with_year=True)) if earlier else "",
        _RESULT.format(result) if result else "",
        _PARTIAL if is_partial else "",
    )
    none = _NOT_ALL if is_partial else _NOT_SHOWN if earlier else _NONE
    return JournalPage(
        title=f"Journal: {spell_out(program.protocol.id)}, {_period(days)}",
        sentence=" ".join(text for text in (*lead, said) if text),
        summary=Block(heading="SBAR", labelled=_summary(program, days, ticked, trend, words)),
        signs=signs_block(program, days, ticked or none, words, private=private),
        trend=trend,
        table=Block(
            heading="Day by day", table=bar_table(bars, trend.question) if trend else None
        ),
        entries=_entries(program, days, words),
        record=_record(program, days),
    )


def _period(days: tuple[Day, ...]) -> str:
    first, last = (day_text(day.day, with_year=True) for day in (days[0], days[-1]))
    return first if first == last else f"{first} to {last}"


def _summary(
    program: Program, days: tuple[Day, ...], ticked: str, trend: Trend | None, words: Words
) -> tuple[tuple[str, str], ...]:
    return (
        ("Situation", " ".join(_situation(program, days, trend))),
        ("Background", " ".join(map(words.fill, _background(program, days)))),
        ("Assessment", " ".join((*_assessment(trend, words), _REPORTED))),
        ("Recommendation", " ".join(_recommendation(program, ticked, trend, words))),
    )


def _situation(program: Program, days: tuple[Day, ...], trend: Trend | None) -> Iterator[str]:
    length = (days[-1].day - days[0].day).days + 1
    written = pluralise(len(days), "day", "days")
    yield f"{upper_first(spell_out(program.protocol.id))}: entries on {written} of {length}."
    if trend:
        yield trend.sentence


def _background(program: Program, days: tuple[Day, ...]) -> Iterator[str]:
    """Yield how often each answer was given, of questions that are neither signs nor numbers."""
    screens = emergency_screens(program.protocol)
    for question in program.protocol.entry_questions:
        if question in screens or question.kind == NUMBER:
            continue
        counted = _counts(question, days)
        told = (f"{phrase} on {pluralise(n, 'day', 'days')}" for phrase, n in counted.items())
        asked = sum(question.id in entry.answers for day in days for entry in day.entries)
        said = "; ".join(told) or ("none" if asked else _NOT_ASKED)
        yield f"{question.short}: {said}."


def _counts(question: Question, days: tuple[Day, ...]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for day in days:
        values = [entry.answers.value(question.id) for entry in day.entries]
        phrases = {phrase for v in values if v is not None for phrase in _said(question, v)}
        for phrase in sorted(phrases):
            counts[phrase] = counts.get(phrase, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def _said(question: Question, value: Value) -> tuple[str, ...]:
    if question.kind == YES_NO:
        return ("yes",) if value is True else ()
    return definite_phrases(question, value)


def _assessment(trend: Trend | None, words: Words) -> Iterator[str]:
    if trend is None:
        return
    last = trend.bars[-1].last
    weeks = (
        f"week from {near_day(week.first, last)}, {number_text(week.median)}"
        for week in weeks_of(trend.bars)
        if week.median is not None
    )
    yield f"Weekly median: {'; '.join(weeks)}."
    setbacks = [near_day(bar.first, last) for bar in trend.bars if bar.is_setback]
    if setbacks:
        yield f"Days much worse than the best week before: {', '.join(setbacks)}."
    yield from (words.fill(as_sentence(fact)) for fact in trend.facts)
    yield from (words.fill(reason.rule.because) for reason in trend.reasons)


def _recommendation(
    program: Program, ticked: str, trend: Trend | None, words: Words
) -> Iterator[str]:
    if ticked:
        yield words.fill(f"{_TICKED.format(ticked)} Ask about it now.")
    if trend and trend.reasons:
        level = program.levels[trend.reasons[0].urgency]
        yield words.fill(f"By the journal alone: {level.word}: {as_sentence(level.headline)}")
    yield (
        "A journal cannot tell how soon to get help: how soon someone needs help depends on all "
        "the questions."
    )


def _entries(program: Program, days: tuple[Day, ...], words: Words) -> Block:
    above = (None, *(day.day for day in days))
    rows = tuple(
        (
            short_day(day.day, before),
            f"{entry_text(program, entry, words)} {_written(entry)}",
        )
        for day, before in zip(days, above, strict=False)
        for entry in day.entries
    )
    return Block(
        heading="ENTRIES", table=Table(headings=("Day", "What was said"), rows=rows),
        closing=(_LEFT_OUT,),
    )  # fmt: skip


def entry_text(program: Program, entry: Entry, words: Words) -> str:
    """Return what an entry says beside its numbers and signs, safe on a terminal."""
    screens = emergency_screens(program.protocol)
    asked = [q for q in program.protocol.entry_questions if q.kind != NUMBER and q not in screens]
    parts = [
        f"{question.short}: {answer_phrase(question, value)}"
        for question in asked
        if (value := entry.answers.value(question.id)) not in {None, False, Ticks()}
    ]
    missing = [lower_first(q.short) for q in asked if q.id not in entry.answers]
    # An entry that ends with the signs had one, which may be private. So it tells of no more.
    if missing and entry.answers.keys() - {q.id for q in screens}:
        parts.append(f"Not answered: {', '.join(missing)}")
    if entry.done:
        parts.append(f"Done of the plan: {', '.join(steps_done(program, entry))}")
    if entry.urgency:
        parts.append(f"From a result: {visible(entry.urgency)}")
    said = [words.fill(part) for part in parts]
    note = [f"Note: {visible(entry.note)}"] if entry.note else []
    return " ".join(map(as_sentence, (*said, *note))) or "Nothing more."


def steps_done(program: Program, entry: Entry) -> Iterator[str]:
    """Yield the names of the steps of the plan that an entry ticks."""
    advice = {each.id: each for each in program.advice}
    for step in entry.done:
        yield lower_first(advice_name(advice[step])) if step in advice else visible(step)


def _written(entry: Entry) -> str:
    return f"Written {entry.moment:%Y-%m-%d %H:%M %z}."


def _record(program: Program, days: Iterable[Day]) -> Block:
    asked = dict.fromkeys(entry.protocol for day in days for entry in day.entries)
    protocol = program.protocol
    return Block(
        heading="RECORD",
        labelled=(
            ("Asked with", "; ".join(visible(name) for name in asked if name) or "not known"),
            ("Shown with", f"{protocol.id} {protocol.version} {program.digest}"),
            ("Clinically reviewed by", protocol.reviewed_by or "nobody yet"),
        ),
        closing=(protocol.disclaimer,),
    )
