"""Adding an entry: asked on a terminal, or told on the command line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from backtriage.decide.assessment import assess_readable
from backtriage.journal.entries import MAX_NOTE, Entry
from backtriage.journal.features import features
from backtriage.journal.trend import Opening, emergency_screens, opening, signs_opening
from backtriage.program.sheet import Sheet
from backtriage.program.validate import ValidatedSheet, validate
from backtriage.program.words import Words
from backtriage.render.journal.bars import near_day
from backtriage.shell.files import ReadError
from backtriage.shell.journal import keeping
from backtriage.shell.journal.asking import ask
from backtriage.shell.journal.keeping import Keeping
from backtriage.shell.journal.questions import PLAN, checklist, entry_program
from backtriage.shell.journal.store import journal_file
from backtriage.shell.output import say_anyhow
from backtriage.shell.prompts import ask_note
from backtriage.shell.sheets import read_answers, read_result, typed_answer
from backtriage.terms.answers import Answers
from backtriage.terms.printable import visible
from backtriage.terms.problem import Location
from backtriage.terms.urgency import URGENCIES, Urgency
from backtriage.terms.value import Ticks

if TYPE_CHECKING:
    from backtriage.decide.assessment import Assessment
    from backtriage.exchange.recorded import RecordedAssessment
    from backtriage.program.program import Program
    from backtriage.protocol.answer_parser import Raw
    from backtriage.protocol.protocol import Question

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
        program = self.kept.program
        screens = emergency_screens(program.protocol)
        rest = [q for q in program.protocol.entry_questions if q not in screens]
        plan = checklist(program, self._plan())
        answers = ask(
            program, (*screens, *rest, *([plan] if plan else [])), self.country,
            lambda told: signs_opening(program, told).opens, plain=plain,
        )  # fmt: skip
        done = answers.value(PLAN)
        answers = answers.without(PLAN)
        if signs_opening(program, answers).opens:
            say_emergency(program, self.country)
            return self._add(answers, note)
        steps = tuple(sorted(done.yes)) if isinstance(done, Ticks) else ()
        return self._add(answers, note or ask_note(plain=plain), steps)

    def from_result(self, result: RecordedAssessment, note: str) -> Added:
        """Add an entry of a result: its answers and its plan. Raises `WriteError`."""
        program = self.kept.program
        asked = entry_program(program, program.protocol.entry_questions)
        shared = {id_: raw for id_, raw in result.sheet.items() if id_ in asked.questions}
        answers = validate(asked, Sheet(values=shared)).answers
        advice = result.record.get("advice")
        pieces = advice if isinstance(advice, list) else ()
        given = {str(each.get("id")) for each in pieces if isinstance(each, dict)}
        return self.begun(answers, given, _urgency_of(result).id, note)

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
        return self._keep(correction, entry, is_asked=is_asked)

    def _keep(
        self, entry: Entry, otherwise: Entry | None = None, *, is_asked: bool = False
    ) -> Added:
        was_torn, kept = False, self.kept.with_(entry)
        if self.is_saved:
            kept, was_torn = keeping.add(self.kept, entry, otherwise)
        entry, program = kept.journal.entries[-1], kept.program
        course, answers = features(program, kept.days, kept.today), entry.answers
        shared = {id_: value for id_, value in answers.items() if id_ in program.questions}
        return Added(
            entry=entry, kept=kept,
            opening=replace(opening(program, answers, course), was_asked=is_asked),
            known=Answers({**shared, **course}), was_torn=was_torn, is_saved=self.is_saved,
        )  # fmt: skip


def validated_entry(program: Program, settings: dict[str, str]) -> ValidatedSheet:
    """Return answers by question, given as text on the command line, once they are checked."""
    asked = entry_program(program, program.protocol.entry_questions)
    typed = {key: typed_answer(asked.questions.get(key), value)
             for key, value in settings.items()}  # fmt: skip
    sheet = Sheet(values=typed, text=True, location=lambda k: Location(file="--set", path=k))
    return validate(asked, sheet, others=program.protocol.questions)


def may_be_emergency(program: Program, told: ValidatedSheet) -> bool:
    """Return whether a sign is ticked or in doubt, or may be meant by what was refused.

    A refused answer to an emergency screen is never a no, whatever it was. What was given
    under a name that no question has is compared with the signs.
    """
    if signs_opening(program, told.answers).opens:
        return True
    screens, meant = emergency_screens(program.protocol), told.find_meanings()
    asked = {question.id for question in program.protocol.entry_questions}
    stray = [{key: raw} for sheet in told.sheets for key, raw in sheet.values.items()
             if key not in asked]  # fmt: skip
    return any(
        screen.id in meant or any(_names_sign(screen, each) for each in stray)
        for screen in screens
    )


def result_in(program: Program, name: str, country: str | None) -> RecordedAssessment:
    """Return a result that was saved, once it is said if it is an emergency.

    Raises:
        ReadError: The file cannot be read, or is no result of this protocol. It may be answers.
    """
    try:
        result = read_result(program, name)
    except ReadError:
        with suppress(ReadError):
            answers = read_answers(program, name)
            if assess_readable(program, answers, country).certain is Urgency.EMERGENCY:
                say_emergency(program, country)
        raise
    if _urgency_of(result) is Urgency.EMERGENCY:
        say_emergency(program, country)
    return result


def _urgency_of(result: RecordedAssessment) -> Urgency:
    # Another hand may have changed one of the two, or left one out: the worse counts.
    said = str(result.record.get("urgency"))
    return max(result.possible, URGENCIES.get(said, result.possible))


def say_emergency(program: Program, country: str | None) -> None:
    """Say for which signs to call, and whom."""
    say_anyhow(Words(program, country).fill(program.protocol.emergency_line))


def _names_sign(screen: Question, stray: Mapping[str, Raw]) -> bool:
    """Return whether an answer under an unknown name has an item of a screen, or is named so."""
    # Imported late: nothing is suggested while every answer is one.
    from backtriage.protocol.suggestions import marks_in

    marks = [marks_in(screen, raw) for raw in (stray, *stray.values())]
    return any(each.yes or each.unsure for each in marks)


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
