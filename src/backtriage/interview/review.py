"""The review page: every question with its answer, or why it has none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backtriage.decide.contradictions import acted_on, contradictions, may_be_asked_again
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F
from backtriage.decide.reasons import reasons_of
from backtriage.interview.interview import questions_to_come
from backtriage.interview.state import (
    Interview,
    counted_answers,
    may_answer_afresh,
    shown_answer,
    unasked,
)
from backtriage.program.program import Program
from backtriage.protocol.dependencies import questions_read
from backtriage.protocol.protocol import Question
from backtriage.protocol.texts import Evidence
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Value


class QuestionStatus(StrEnum):
    """The status of a question in an interview."""

    ANSWERED = "answered"
    SET_ASIDE = "set_aside"
    """Answered, but its guard is certainly false now. Kept, and contradicts nothing."""
    NOT_ASKED = "not_asked"
    """Not answered, or private, and its guard is certainly false."""
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
    """Return every question of the protocol, in asking order.

    One that is concealed, or private and set aside, is shown as if it had never been answered,
    whether it counts against others or not: somebody else may answer by now. A list that is
    concealed is shown without what is private in it, and an answer that may be given afresh
    without what it is.
    """
    acted = acted_on(Evaluation(interview.program, counted_answers(interview)))
    remaining, corrigible = questions_to_come(interview), may_be_asked_again(acted)
    hidden = unasked(interview) | {
        id_
        for id_ in interview.concealed - interview.outdated
        if shown_answer(interview, id_) is None
    }
    return tuple(
        _hidden_row(interview, question)
        if question.id in hidden
        else _row(interview, acted.kernel, question, remaining, corrigible)
        for question in interview.program.protocol.questions
    )


def _hidden_row(interview: Interview, question: Question) -> ReviewRow:
    is_own = question.id in interview.answers and may_answer_afresh(interview, question.id)
    status = QuestionStatus.ANSWERED if is_own else QuestionStatus.NOT_ASKED
    return ReviewRow(question=question, status=status, value=None)


def _row(
    interview: Interview, evaluation: Evaluation, question: Question,
    remaining: tuple[str, ...], corrigible: tuple[str, ...],
) -> ReviewRow:  # fmt: skip
    id_, value = question.id, evaluation.answers.get(question.id)
    if id_ in interview.concealed:
        value = shown_answer(interview, id_)
    is_later = id_ in interview.program.advice_questions and not interview.has_gone_on
    if evaluation.guard(id_)[1] == F and id_ not in corrigible:
        value = None if question.is_private else value
        status = QuestionStatus.NOT_ASKED if value is None else QuestionStatus.SET_ASIDE
    elif value is not None:
        status = QuestionStatus.ANSWERED
    elif id_ in remaining:
        status = QuestionStatus.OPEN
    else:
        status = QuestionStatus.LATER if is_later else QuestionStatus.NOT_NEEDED
    return ReviewRow(question=question, status=status, value=value)


def emergency_questions(interview: Interview) -> tuple[str, ...]:
    """Return the answered questions that a certain emergency rests on, the latest first.

    Of a contradiction, these are both sides, unless a private answer is one: who else may ask for
    it would tell that. None is concealed.
    """
    acted = acted_on(Evaluation(interview.program, counted_answers(interview)))
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
        else:
            supporting |= each.guard.keys()
    supporting -= interview.concealed | unasked(interview)
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
