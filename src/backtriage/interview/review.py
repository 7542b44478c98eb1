"""The review page: every question with its answer, or why it has none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backtriage.decide.contradictions import acted_on, contradictions, may_be_asked_again
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F
from backtriage.decide.reasons import reasons_of
from backtriage.interview.interview import Interview, remaining_questions
from backtriage.program.program import Program
from backtriage.protocol.dependencies import questions_read
from backtriage.protocol.protocol import (
    Question,
)
from backtriage.protocol.texts import Evidence
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Value


class QuestionStatus(StrEnum):
    """The status of a question in an interview."""

    ANSWERED = "answered"
    SET_ASIDE = "set_aside"
    """Answered, but its guard is certainly false now. Kept, and contradicts nothing."""
    NOT_ASKED = "not_asked"
    """Not answered, and its guard is certainly false."""
    OPEN = "open"
    LATER = "later"
    """It belongs to the advice part, to which the person has not gone on."""
    NOT_NEEDED = "not_needed"
    """Its guard may hold, but it can no longer change the result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """One question on the review page."""

    question: Question
    status: QuestionStatus
    value: Value | None


def review(interview: Interview) -> tuple[ReviewRow, ...]:
    """Return every question of the protocol, in asking order."""
    acted = acted_on(Evaluation(interview.program, interview.answers))
    remaining, corrigible = remaining_questions(interview), may_be_asked_again(acted)
    return tuple(
        ReviewRow(
            question=question,
            status=_status(interview, acted.kernel, question.id, remaining, corrigible),
            value=interview.answers.get(question.id),
        )
        for question in interview.program.protocol.questions
    )


def _status(
    interview: Interview, evaluation: Evaluation, question: str, remaining: tuple[str, ...],
    corrigible: tuple[str, ...],
) -> QuestionStatus:  # fmt: skip
    not_asked = evaluation.guard(question)[1] == F
    if question in evaluation.answers:
        counts = not not_asked or question in corrigible
        return QuestionStatus.ANSWERED if counts else QuestionStatus.SET_ASIDE
    if not_asked:
        return QuestionStatus.NOT_ASKED
    if question in remaining:
        return QuestionStatus.OPEN
    is_later = question in interview.program.advice_questions and not interview.has_gone_on
    return QuestionStatus.LATER if is_later else QuestionStatus.NOT_NEEDED


def emergency_questions(interview: Interview) -> tuple[str, ...]:
    """Return the answered questions that a certain emergency rests on, the latest first.

    Of a contradiction, these are both sides.
    """
    acted = acted_on(Evaluation(interview.program, interview.answers))
    reasons = reasons_of(acted.kernel, Urgency.EMERGENCY, Urgency.EMERGENCY, acted.counting)
    supporting = {
        question
        for reason in reasons
        if reason.urgency is Urgency.EMERGENCY
        for question in reason.because
    }
    for each in contradictions(acted):
        if interview.program.questions[each.question].is_private:
            supporting.discard(each.question)  # somebody else may answer now
        supporting |= each.guard.keys()
    latest = [step.question for step in reversed(interview.trail)]
    order = dict.fromkeys((*latest, *interview.program.questions))
    return tuple(question for question in order if question in supporting)


def sources_of(program: Program, question: Question) -> tuple[Evidence, ...]:
    """Return the sources of a question, then those of its rules, most urgent first."""
    ids = dict.fromkeys(question.evidence)
    for rule in sorted(program.rules, key=lambda rule: -rule.urgency):
        if question.id in questions_read(rule.when, program.facts, program.scores):
            ids.update(dict.fromkeys(rule.evidence))
    return tuple(program.evidence[id_] for id_ in ids)
