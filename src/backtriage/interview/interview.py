"""The state of one interview, and what it shows next.

The state is frozen and holds only what was answered and in which order; everything else is
worked out from it each time. So back, resume and "change this answer" are the same thing:
another state.
"""

from __future__ import annotations

from dataclasses import dataclass

from backtriage.decide.assessment import is_out_of_scope, urgency_range
from backtriage.decide.evaluate import F, Reading, T
from backtriage.decide.open_questions import open_questions
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One answer that was given: enough to take it back."""

    question: str
    before: Value | None
    """The counted answer it replaced, if there was one."""
    was_change: bool
    """Whether the person had come back to this question to change it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """Where one interview stands. Two interviews with equal fields are the same."""

    program: Program
    answers: Answers = Answers()
    """Every answer given, also those set aside by later changes."""
    trail: tuple[Step, ...] = ()
    """The answers in the order they were given."""
    remembered: Answers = Answers()
    """Answers taken back: shown again, never counted."""
    changing: str | None = None
    """A question that was answered and is asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a face shows: the question now, or the end."""

    question: Question | None
    """None when nothing is open any more: the interview is finished."""
    number: int
    """Which question this is, from 1."""
    at_most: int
    """How many more questions can follow this one, at most."""
    certain: Urgency
    possible: Urgency
    remembered: Value | None
    """The answer to this question that was taken back, or is being changed."""
    notes: tuple[str, ...]
    """Sentences to keep on the screen, with placeholders."""
    can_go_back: bool

    @property
    def is_emergency(self) -> bool:
        """Whether an emergency is certain: show it at once."""
        return self.certain is Urgency.EMERGENCY


def view(interview: Interview) -> View:
    """Work out what to show."""
    reading = Reading(interview.program, interview.answers)
    certain, possible = urgency_range(reading)
    in_scope = not is_out_of_scope(reading)
    left = open_questions(reading, certain, in_scope=in_scope)
    asked = interview.changing or (left[0] if left else None)
    more = len(left) if interview.changing else max(0, len(left) - 1)
    notes = interview.program.protocol.notes
    return View(
        question=interview.program.questions[asked] if asked else None,
        number=len(interview.trail) + 1,
        at_most=more,
        certain=certain,
        possible=possible,
        remembered=_remembered(interview, asked),
        notes=tuple(note.text for note in notes if reading.pair(note.when) == (T, T)),
        can_go_back=bool(interview.trail or interview.changing),
    )


def _remembered(interview: Interview, asked: str | None) -> Value | None:
    if asked is None:
        return None
    return interview.answers.get(asked, interview.remembered.get(asked))


def not_asked(interview: Interview) -> tuple[str, ...]:
    """Questions that earlier answers make certainly irrelevant, in asking order."""
    reading = Reading(interview.program, interview.answers)
    questions = interview.program.protocol.questions
    return tuple(q.id for q in questions if reading.guard(q.id)[1] == F)
