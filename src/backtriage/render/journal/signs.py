"""The emergency signs of a journal: what was ticked, and whether anything better may be said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from backtriage.journal.days import Day
from backtriage.journal.entries import Entry
from backtriage.journal.features import WEEK
from backtriage.journal.trend import emergency_screens, signs_opening
from backtriage.program.private import public_part
from backtriage.program.program import Program
from backtriage.render.journal.bars import day_text
from backtriage.render.page.phrasing import definite_phrases, unsure_phrases
from backtriage.terms.urgency import Urgency

_LATELY: Final = timedelta(weeks=2)
"""How long a sign stands first, as triage asks for the last 2 weeks."""


class Alarm(Struct, frozen=True, kw_only=True):
    """A day on which a sign was ticked, or was not sure."""

    day: date
    signs: str
    """Those that may be named, or "" if all of them are private."""

    @property
    def text(self) -> str:
        """The day and its signs."""
        return ", ".join(part for part in (day_text(self.day), self.signs) if part)


def alarms(program: Program, days: Sequence[Day], *, private: bool) -> Iterator[Alarm]:
    """Yield each entry with a sign, earliest first.

    Args:
        program: The protocol.
        days: The days of a journal.
        private: Whether to name private signs.
    """
    for day in days:
        for entry in day.entries:
            if signs_opening(program, entry.answers).opens:
                yield Alarm(day=day.day, signs=_signs(program, entry, private=private))


def _signs(program: Program, entry: Entry, *, private: bool) -> str:
    asked = [q for q in emergency_screens(program.protocol) if q.id in entry.answers]
    values = ((q, entry.answers[q.id]) for q in asked)
    shown = values if private else ((q, public_part(q, value)) for q, value in values)
    said = [(q, value) for q, value in shown if value is not None]
    parts = [phrase for question, v in said for phrase in definite_phrases(question, v)]
    parts += [f"not sure: {p}" for question, v in said for p in unsure_phrases(question, v)]
    return ", ".join(parts)


def lately(program: Program, days: Sequence[Day], today: date, *, private: bool) -> str:
    """Return the signs of the last 2 weeks with their days, or "".

    A day stands there even if its signs are private, so whoever wrote them is warned.
    """
    recent = [day for day in days if day.day > today - _LATELY]
    return "; ".join(dict.fromkeys(a.text for a in alarms(program, recent, private=private)))


def emergency_results(days: Sequence[Day], today: date) -> str:
    """Return the days of the last 2 weeks on which a result was an emergency, or ""."""
    return ", ".join(
        day_text(day.day)
        for day in days
        if day.day > today - _LATELY
        and any(entry.urgency == Urgency.EMERGENCY.id for entry in day.entries)
    )


def are_clear(program: Program, days: Sequence[Day], today: date) -> bool:
    """Return whether the signs were asked in the last week, and no alarm is of the last 2 weeks.

    Otherwise nothing is called better: a danger may be there, whatever the numbers say.
    """
    screens = emergency_screens(program.protocol)
    recent = [day for day in days if day.day > today - WEEK]
    is_asked = any(
        all(q.id in entry.answers for q in screens) for day in recent for entry in day.entries
    )
    is_alarm = emergency_results(days, today) or lately(program, days, today, private=True)
    return is_asked and not is_alarm
