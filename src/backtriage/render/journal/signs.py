"""The emergency signs of a journal: what was ticked, and whether anything better may be said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from backtriage.journal.days import Day, since
from backtriage.journal.entries import Entry
from backtriage.journal.features import WEEK
from backtriage.journal.trend import emergency_screens, signs_opening
from backtriage.program.program import Program
from backtriage.program.words import Words
from backtriage.render.journal.bars import near_day
from backtriage.render.page import Block
from backtriage.render.page.phrasing import definite_phrases, pluralise, unsure_phrases
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Ticks

_PRIVATE: Final = "Private signs are asked too, and left out here, whatever was answered."
_LATELY: Final = timedelta(days=14)
"""How far back a sign stands first, as triage asks for the last 2 weeks.

That is 15 days, as today may have begun further east only.
"""


class Alarm(Struct, frozen=True, kw_only=True):
    """A day on which a sign was ticked, or was not sure."""

    day: str
    signs: str
    """Those that may be named, or "" if all of them are private."""

    @property
    def text(self) -> str:
        """The day and its signs."""
        return ", ".join(part for part in (self.day, self.signs) if part)


def alarms(
    program: Program, days: Sequence[Day], today: date, *, private: bool
) -> Iterator[Alarm]:
    """Yield each entry with a sign, earliest first.

    Args:
        program: The protocol.
        days: The days of a journal.
        today: The day by which a day of another year is named with it.
        private: Whether to name private signs.
    """
    for day in days:
        for entry in day.entries:
            if signs_opening(program, entry.answers).opens:
                yield Alarm(
                    day=near_day(day.day, today), signs=_signs(program, entry, private=private)
                )


def _signs(program: Program, entry: Entry, *, private: bool) -> str:
    from backtriage.program.private import public_part  # noqa: PLC0415 - few journals have a sign

    asked = [q for q in emergency_screens(program.protocol) if q.id in entry.answers]
    values = ((q, entry.answers[q.id]) for q in asked)
    shown = values if private else ((q, public_part(q, value)) for q, value in values)
    said = [(q, value) for q, value in shown if value is not None]
    parts = [phrase for question, v in said for phrase in definite_phrases(question, v)]
    parts += [f"not sure: {p}" for question, v in said for p in unsure_phrases(question, v)]
    return ", ".join(parts)


def of_late(days: Sequence[Day], today: date) -> Sequence[Day]:
    """Return the days of the last 2 weeks."""
    return since(days, today - _LATELY)


def lately(program: Program, days: Sequence[Day], today: date, *, private: bool) -> str:
    """Return the signs of the last 2 weeks with their days, or "".

    A day stands there even if its signs are private, so whoever wrote them is warned.
    """
    recent = alarms(program, of_late(days, today), today, private=private)
    return "; ".join(dict.fromkeys(alarm.text for alarm in recent))


def emergency_results(days: Sequence[Day], today: date) -> str:
    """Return the days of the last 2 weeks on which a result was an emergency, or ""."""
    return ", ".join(
        near_day(day.day, today)
        for day in of_late(days, today)
        if any(entry.urgency == Urgency.EMERGENCY.id for entry in day.entries)
    )


def are_clear(program: Program, days: Sequence[Day], today: date, *, private: bool) -> bool:
    """Return whether the signs were asked in the last week, and no alarm is of the last 2 weeks.

    Otherwise nothing is called better: a danger may be there, whatever the numbers say. A page
    that is not `private` heeds what it shows, or its silence would tell of the rest.
    """
    screens = emergency_screens(program.protocol)
    recent = since(days, today - WEEK + timedelta(days=1))
    is_asked = any(
        all(q.id in entry.answers for q in screens) for day in recent for entry in day.entries
    )
    found = alarms(program, of_late(days, today), today, private=private)
    is_alarm = any(private or alarm.signs for alarm in found)
    return is_asked and not is_alarm and not emergency_results(days, today)


def told_days(program: Program, days: Iterable[Day]) -> tuple[Day, ...]:
    """Return the days without entries that end at the screens with nothing but private ticks.

    An entry ends there only when something was ticked, so it alone would tell of them.
    """
    screens = {question.id: question for question in emergency_screens(program.protocol)}
    shown = {choice.id for q in screens.values() for choice in q.choices if not choice.private}

    def is_told(entry: Entry) -> bool:
        ticks = [v for v in map(entry.answers.value, screens) if isinstance(v, Ticks)]
        said = {item for value in ticks for item in value.yes | value.unsure}
        is_more = entry.answers.keys() - screens.keys() or entry.note or entry.plan
        return bool(is_more or not said or said & shown)

    kept = (Day(day=day.day, entries=tuple(filter(is_told, day.entries))) for day in days)
    return tuple(day for day in kept if day.entries)


def signs_block(
    program: Program, days: Sequence[Day], ticked: str, words: Words, *, private: bool
) -> Block:
    """Return how often the emergency signs were asked, and what was answered.

    Args:
        program: The protocol.
        days: The days that are shown; at least one.
        ticked: What to say of the signs that were ticked.
        words: Whose words to use.
        private: Whether to name private signs.
    """
    screens = emergency_screens(program.protocol)
    entries = [(day.day, entry) for day in days for entry in day.entries]
    unasked = [day for day, e in entries if not all(q.id in e.answers for q in screens)]
    missing = [near_day(day, days[-1].day) for day in unasked]
    signs = [choice for q in screens for choice in q.choices if private or not choice.private]
    every = "; ".join(choice.short for choice in signs)
    asked = len(entries) - len(missing)
    has_more = any(q.is_private for q in screens) and not private
    rows = (
        ("Asked", f"with {asked} of {pluralise(len(entries), 'entry', 'entries')}"),
        ("Ticked or not sure", ticked),
        ("Not asked", ", ".join(missing) or "never left out"),
        ("The signs", every),
    )
    return Block(
        heading="EMERGENCY SIGNS",
        labelled=tuple((label, words.fill(text)) for label, text in rows),
        closing=(_PRIVATE,) if has_more else (),
    )
