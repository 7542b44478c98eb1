"""The state of one interview, and what it shows next.

The state is frozen and holds only what was answered and in which order; everything else is
worked out from it each time. So back, resume and "change this answer" are the same thing:
another state.
"""

from __future__ import annotations

from dataclasses import dataclass

from backtriage.decide.assessment import (
    is_out_of_scope,
    is_surely_in_scope,
    notes_of,
    urgency_range,
)
from backtriage.decide.evaluate import Evaluation
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
class InterviewView:
    """What a face shows: the question now, or the end."""

    question: Question | None
    """None when nothing is open any more: the interview is finished."""
    number: int
    """Which question this is, from 1. A question that is asked again keeps its number."""
    max_remaining: int
    """How many more questions can follow this one, at most, whatever is answered."""
    certain: Urgency
    possible: Urgency
    remembered: Value | None
    """The answer to this question that was taken back, or is being changed. Never counted as
    chosen: a face shows it, and takes it only when the person says so."""
    notes: tuple[str, ...]
    """Sentences to keep on the screen, with placeholders."""
    can_go_back: bool
    is_change: bool
    """Whether this question was answered before and is asked again."""
    can_end: bool
    """Whether no question that is left can change how soon, only what else is said."""
    offers_end: bool
    """Whether that came with the last answer, so that it is worth saying once."""

    @property
    def is_emergency(self) -> bool:
        """Whether an emergency is certain: show it at once."""
        return self.certain is Urgency.EMERGENCY


class Stopped(Exception):  # noqa: N818 - house word
    """The person left before the end. Carries the interview so far."""

    def __init__(self, interview: Interview, code: int) -> None:
        """Keep the interview, and the exit code that says how it was left."""
        super().__init__(code)
        self.interview = interview
        self.code = code


def view(interview: Interview) -> InterviewView:
    """Work out what to show."""
    evaluation = Evaluation(interview.program, interview.answers)
    certain, possible = urgency_range(evaluation)
    still_open = remaining_questions(evaluation)
    asked = interview.changing or (still_open[0] if still_open else None)
    can_end = bool(asked) and interview.changing is None and _is_settled(evaluation)
    return InterviewView(
        question=interview.program.questions[asked] if asked else None,
        number=_number(interview, asked),
        max_remaining=_max_remaining(interview, still_open),
        certain=certain,
        possible=possible,
        remembered=_remembered(interview, asked),
        notes=notes_of(evaluation),
        can_go_back=bool(interview.trail or interview.changing),
        is_change=interview.changing is not None,
        can_end=can_end,
        offers_end=can_end and not _is_settled(_without_last(interview)),
    )


def _is_settled(evaluation: Evaluation) -> bool:
    """Whether neither the urgency nor the scope can change any more."""
    certain, possible = urgency_range(evaluation)
    return certain == possible and (is_surely_in_scope(evaluation) or is_out_of_scope(evaluation))


def _without_last(interview: Interview) -> Evaluation:
    """The answers before the last one; before the first one, nothing is known."""
    if not interview.trail:
        return Evaluation(interview.program, Answers())
    *_, last = interview.trail
    before = interview.answers.without(last.question)
    if last.before is not None:
        before = before.with_(last.question, last.before)
    return Evaluation(interview.program, before)


def remaining_questions(evaluation: Evaluation) -> tuple[str, ...]:
    """What is still to be asked, in asking order. A certain emergency ends the interview."""
    certain, _ = urgency_range(evaluation)
    if certain is Urgency.EMERGENCY:
        return ()
    return open_questions(evaluation, certain, in_scope=not is_out_of_scope(evaluation))


def _number(interview: Interview, asked: str | None) -> int:
    seen = tuple(dict.fromkeys(step.question for step in interview.trail))
    return seen.index(asked) + 1 if asked in seen else len(seen) + 1


def _max_remaining(interview: Interview, still_open: tuple[str, ...]) -> int:
    """How many can follow. While an answer is changed it may be any, so it counts as absent."""
    if interview.changing is None:
        return max(0, len(still_open) - 1)
    without = Evaluation(interview.program, interview.answers.without(interview.changing))
    return len({*remaining_questions(without)} - {interview.changing})


def _remembered(interview: Interview, asked: str | None) -> Value | None:
    if asked is None:
        return None
    return interview.answers.get(asked, interview.remembered.get(asked))
