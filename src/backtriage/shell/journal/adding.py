"""Adding an entry: asked on a terminal, or told on the command line."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING

from msgspec.structs import replace

from backtriage.journal.entries import MAX_NOTE, Entry
from backtriage.journal.features import features
from backtriage.journal.trend import Opening, emergency_screens, opening, signs_opening
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.program.words import Words
from backtriage.render.journal.bars import near_day
from backtriage.shell.draft_times import is_of_another_time
from backtriage.shell.files import ReadError, WriteError
from backtriage.shell.journal import keeping
from backtriage.shell.journal.asking import ask
from backtriage.shell.journal.keeping import Keeping
from backtriage.shell.journal.note import ask_note
from backtriage.shell.journal.questions import PLAN, checklist, entry_program
from backtriage.shell.journal.store import journal_file
from backtriage.shell.journal.told import say_emergency, urgency_of
from backtriage.shell.output import say
from backtriage.terms.answers import Answers
from backtriage.terms.printable import visible
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Ticks

if TYPE_CHECKING:
    from backtriage.decide.assessment import Assessment
    from backtriage.exchange.recorded import RecordedAssessment

_ALREADY = "This result is in your journal already."


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """An entry that has been added, and whether more must be asked."""

    entry: Entry
    kept: Keeping
    """The journal with it."""
    opening: Opening
    known: Answers
    """What triage can begin with."""
    was_torn: bool
    """Whether an unfinished last line was found, which has been kept aside."""
    is_saved: bool

    def lines(self) -> Iterator[str]:
        """Say what was added."""
        day = f"{self.entry.day:%A} {near_day(self.entry.day, self.kept.today)}"
        if not self.is_saved:
            yield f"Not saved: the entry of {day}."
            return
        verb = "Corrected" if self.entry.supersedes else "Added"
        yield f"{verb}: the entry of {day}."
        if self.was_torn:
            aside = visible(str(self.kept.file.aside))
            yield f"The last line was cut off and had never counted. It is kept in {aside}."
        number = len(next(d for d in self.kept.days if d.day == self.entry.day).entries)
        if len(self.kept.journal.entries) == 1 and not self.opening.opens:
            words = Words(self.kept.program, None)
            texts = (section.text for section in self.kept.program.protocol.sections)
            yield from (words.fill(text) for text in texts if text)
        if number > 1:
            yield f"That day has {number} entries, which all count. --correct replaces the last."

    @property
    def is_emergency(self) -> bool:
        """Whether it comes from a result that is, or may be, an emergency."""
        return self.entry.urgency == Urgency.EMERGENCY.id

    def why_triage(self) -> str:
        """Say why all questions are to be asked now, or ""."""
        if self.opening.ticked or self.opening.unsure:
            return "You ticked an emergency sign, or were not sure."
        if self.opening.rules:
            return "Your last week was worse than your best week."
        if not self.opening.was_asked:
            return "Not all emergency signs were asked, so they may still be there."
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adding:
    """What an entry is about, and where it goes."""

    kept: Keeping
    country: str | None
    day: date
    corrects: bool
    """Whether it replaces the last entry of that day."""
    is_saved: bool

    def asked(self, note: str, *, plain: bool) -> Added:
        """Ask for an entry on a terminal; add it at the end, or at once if a danger is ticked.

        Raises:
            Stopped: The person left before the end; nothing is added.
            WriteError: It cannot be added.
        """
        program, begun = self.kept.program, time_ns()
        screens = emergency_screens(program.protocol)
        rest = [q for q in program.protocol.entry_questions if q not in screens]
        plan = checklist(program, self._plan())
        answers = ask(
            program, (*screens, *rest, *([plan] if plan else [])), self.country,
            lambda told: signs_opening(program, told).opens, plain=plain,
            day="" if self.day == self.kept.here else self._day_text,
        )  # fmt: skip
        done = answers.value(PLAN)
        answers = answers.without(PLAN)
        if signs_opening(program, answers).opens:
            say_emergency(program, self.country)
            return self._ticked(answers, note, begun)
        steps = tuple(sorted(done.yes)) if isinstance(done, Ticks) else ()
        note = note or ask_note(plain=plain)
        if is_of_another_time(begun, begun):
            say("A day has passed since you began this entry. So we ask again how you are now.")
            return self._again().asked(note, plain=plain)
        return self._add(answers, note, steps)

    @property
    def _day_text(self) -> str:
        return f"{self.day:%A} {near_day(self.day, self.kept.today)}"

    def _ticked(self, answers: Answers, note: str, begun: int) -> Added:
        """Add an entry of signs, whether or not it can be saved: all questions are to follow.

        They are asked as of now, whatever day was named, so it is of when they were ticked.
        """
        now = dataclasses.replace(self, day=self.kept.here, corrects=False)
        try:
            if now != self or is_of_another_time(begun, begun):
                kept = keeping.read(self.kept.program, self.kept.file)
                now = dataclasses.replace(now, kept=kept, day=kept.here)
            return now.told(answers, note)
        except (ReadError, WriteError) as error:
            say(f"backtriage: {error}")
            return dataclasses.replace(now, is_saved=False).told(answers, note)

    def _again(self) -> Adding:
        """Return the same for the journal as it is now, and for today if it was of that day."""
        kept = keeping.read(self.kept.program, self.kept.file)
        is_of_now = self.day == self.kept.here and not self.corrects
        day = kept.here if is_of_now else self.day
        return dataclasses.replace(self, kept=kept, day=day)

    def from_result(self, result: RecordedAssessment, note: str) -> Added:
        """Add an entry of a result: its answers and its plan. Raises `WriteError`."""
        program = self.kept.program
        asked = entry_program(program, program.protocol.entry_questions)
        shared = {id_: raw for id_, raw in result.sheet.items() if id_ in asked.questions}
        answers = validate(asked, Sheet(values=shared)).answers
        advice = result.record.get("advice")
        pieces = advice if isinstance(advice, list) else ()
        given = {str(each.get("id")) for each in pieces if isinstance(each, dict)}
        return self.begun(answers, given, urgency_of(result).id, note)

    def begun(self, answers: Answers, advice: Collection[str], urgency: str, note: str) -> Added:
        """Add an entry of a result. Raises `WriteError`.

        Args:
            answers: Its answers that entries ask too.
            advice: The ids of the advice that it gives; the steps among it are the plan.
            urgency: The id of its urgency.
            note: A note, or "".
        """
        return self._keep(self._of_result(answers, advice, urgency, note))

    def has(self, answers: Answers, advice: Collection[str], urgency: str) -> bool:
        """Return whether the last entry of the day is already of this result."""
        last = self.kept.last_of(self.day)
        entry = self._of_result(answers, advice, urgency, "")
        return last is not None and replace(entry, id=last.id, moment=last.moment) == last

    def _of_result(
        self, answers: Answers, advice: Collection[str], urgency: str, note: str
    ) -> Entry:
        steps = (each.id for each in self.kept.program.advice if each.step)
        plan = tuple(step for step in steps if step in advice)
        entry = keeping.new_entry(self.kept, self.day, answers)
        return replace(entry, note=note, plan=plan, urgency=urgency)

    def told(self, answers: Answers, note: str) -> Added:
        """Add an entry of what was told. Raises `WriteError`."""
        return self._add(answers, note)

    def _plan(self) -> tuple[str, ...]:
        """Return the steps of the last plan in the journal."""
        plans = (entry.plan for entry in reversed(self.kept.journal.entries) if entry.plan)
        return next(plans, ())

    def _add(self, answers: Answers, note: str, done: tuple[str, ...] | None = None) -> Added:
        """Add an entry. Without `done` not all was asked, so a correction leaves the rest."""
        entry = keeping.new_entry(self.kept, self.day, answers)
        entry = replace(entry, done=done or (), note=note[:MAX_NOTE])
        is_asked = signs_opening(self.kept.program, answers).was_asked
        last = self.kept.last_of(self.day) if self.corrects else None
        if last is None:
            return self._keep(entry, is_asked=is_asked)
        correction = replace(
            entry, supersedes=last.id, plan=last.plan, urgency=last.urgency,
            note=entry.note or last.note,
        )  # fmt: skip
        if done is None:
            every = Answers({**last.answers, **answers})
            correction = replace(correction, answers=every, done=last.done)
        else:
            correction = replace(correction, answers=self._with_signs(last.answers, answers))
        told = correction.answers if done is None else answers
        return self._keep(correction, entry, is_asked=is_asked, told=told)

    def _with_signs(self, before: Answers, now: Answers) -> Answers:
        """Return answers with the signs of the entry that they correct.

        What is asked again is whether any is there now, and no "no" to that takes one back.
        """
        for screen in emergency_screens(self.kept.program.protocol):
            then, new = before.value(screen.id), now.value(screen.id)
            if isinstance(then, Ticks) and isinstance(new, Ticks):
                yes = then.yes | new.yes
                now = now.with_(screen.id, Ticks(yes, (then.unsure | new.unsure) - yes))
        return now

    def _keep(
        self, entry: Entry, otherwise: Entry | None = None, *, is_asked: bool = False,
        told: Answers | None = None,
    ) -> Added:  # fmt: skip
        was_torn, kept = False, self.kept.with_(entry)
        if self.is_saved:
            kept, was_torn = keeping.add(self.kept, entry, otherwise)
        entry, program = kept.journal.entries[-1], kept.program
        course, answers = features(program, kept.days, kept.today), entry.answers
        is_now = entry.day == kept.here  # of another day nothing is known now
        shared = {id_: v for id_, v in answers.items() if is_now and id_ in program.questions}
        return Added(
            entry=entry, kept=kept,
            opening=replace(
                opening(program, answers if told is None else told, course), was_asked=is_asked
            ),
            known=Answers({**shared, **course}), was_torn=was_torn, is_saved=self.is_saved,
        )  # fmt: skip


def add_result(assessment: Assessment, journal: str | None = None) -> Iterator[str]:
    """Add a result to a journal, by default the person's own, and yield lines that say so.

    Raises:
        ReadError: The journal cannot be read.
        WriteError: It cannot be added.
    """
    program = assessment.program
    named = None if journal is None else Path(journal)
    kept = keeping.read(program, journal_file(named, program.protocol.id))
    adding = Adding(
        kept=kept, country=assessment.words.country, day=kept.here, corrects=False, is_saved=True
    )
    asked = {question.id for question in program.protocol.entry_questions}
    answers = Answers({id_: v for id_, v in assessment.answers.items() if id_ in asked})
    given = {advice.id for advice in assessment.advice}
    urgency = assessment.urgency.id
    if adding.has(answers, given, urgency):
        return iter((_ALREADY,))
    return adding.begun(answers, given, urgency, "").lines()
