"""The review page: every question, its answer, or why it has none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backtriage.decide.evaluate import Evaluation, F
from backtriage.decide.reasons import reasons_of
from backtriage.interview.interview import Interview, remaining_questions
from backtriage.protocol.protocol import Question
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Value


class QuestionStatus(StrEnum):
    """How a question stands in an interview."""

    ANSWERED = "answered"
    SET_ASIDE = "set_aside"
    """Answered, but later answers made it certainly irrelevant. Kept, never counted."""
    NOT_ASKED = "not_asked"
    """Earlier answers make it certainly irrelevant: its guard is false."""
    OPEN = "open"
    NOT_NEEDED = "not_needed"
    """Asked of some people, but it can no longer change this person's result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """One question on the review page."""

    question: Question
    status: QuestionStatus
    value: Value | None


def review(interview: Interview) -> tuple[ReviewRow, ...]:
    """Every question of the protocol, in asking order."""
    evaluation = Evaluation(interview.program, interview.answers)
    still_open = remaining_questions(evaluation)
    return tuple(
        ReviewRow(
            question=question,
            status=_status(evaluation, question.id, still_open),
            value=interview.answers.get(question.id),
        )
        for question in interview.program.protocol.questions
    )


def _status(evaluation: Evaluation, question: str, still_open: tuple[str, ...]) -> QuestionStatus:
    not_asked = evaluation.guard(question)[1] == F
    if question in evaluation.answers:
        return QuestionStatus.SET_ASIDE if not_asked else QuestionStatus.ANSWERED
    if not_asked:
        return QuestionStatus.NOT_ASKED
    return QuestionStatus.OPEN if question in still_open else QuestionStatus.NOT_NEEDED


def emergency_questions(interview: Interview) -> tuple[str, ...]:
    """The answered questions that a certain emergency rests on: the latest answer first."""
    evaluation = Evaluation(interview.program, interview.answers)
    reasons = reasons_of(evaluation, Urgency.EMERGENCY, Urgency.EMERGENCY)
    alarms = [reason for reason in reasons if reason.urgency is Urgency.EMERGENCY]
    carrying = {question for reason in alarms for question in reason.because}
    latest = [step.question for step in reversed(interview.trail)]
    order = dict.fromkeys((*latest, *interview.program.questions))
    return tuple(question for question in order if question in carrying)
