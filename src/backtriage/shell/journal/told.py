"""What the command line tells of an entry, and whether that may be an emergency."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from backtriage.decide.assessment import assess_readable
from backtriage.journal.trend import emergency_screens, signs_opening
from backtriage.program.sheet import Sheet
from backtriage.program.validate import ValidatedSheet, validate
from backtriage.program.words import Words
from backtriage.shell.files import ReadError
from backtriage.shell.journal.questions import entry_program
from backtriage.shell.output import say_anyhow
from backtriage.shell.sheets import read_answers, read_result, typed_answer
from backtriage.terms.problem import Location
from backtriage.terms.urgency import URGENCIES, Urgency

if TYPE_CHECKING:
    from backtriage.exchange.recorded import RecordedAssessment
    from backtriage.program.program import Program
    from backtriage.protocol.answer_parser import Raw
    from backtriage.protocol.protocol import Question


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
    if any(
        screen.id in meant or any(_names_sign(screen, each) for each in stray)
        for screen in screens
    ):
        return True
    # Also a sign by its name in triage.
    sheets = (Sheet(values=each, text=True) for each in stray)
    found = (assess_readable(program, validate(program, each)) for each in sheets)
    return any(each.certain is Urgency.EMERGENCY for each in found)


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
    if urgency_of(result) is Urgency.EMERGENCY:
        say_emergency(program, country)
    return result


def urgency_of(result: RecordedAssessment) -> Urgency:
    """Return the urgency of a saved result."""
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
