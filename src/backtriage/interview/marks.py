"""Marks on an answer that is being changed: they do not count, and must not be lost for it."""

from __future__ import annotations

from dataclasses import replace

from backtriage.interview.interview import view
from backtriage.interview.state import Interview, is_marked, shown_answer
from backtriage.interview.transitions import take
from backtriage.terms.value import Ticks, Value


def leave_open(interview: Interview, marks: Value) -> Interview:
    """Leave the current question with marks that were not given as its answer.

    An earlier answer counts until another is given, but the question is asked again. What is
    marked in a list is kept with it; of other questions it may be no more than where the cursor
    stood. An emergency is shown first, and no mark is shown to somebody else: there those on a
    list count as not sure.

    Args:
        interview: The current state.
        marks: What is marked for the question.

    Returns:
        The state to go on with later; the same one if the marks say nothing new.
    """
    current = view(interview)
    if current.question is None:
        return interview
    id_, is_list = current.question.id, isinstance(marks, Ticks)
    before, is_counted = given_before(interview, id_), id_ in interview.answers
    if before is None or not adds_to(before, marks):
        return interview
    if not (current.is_emergency or id_ in interview.concealed):
        if not (is_list or is_counted):
            return interview
        kept = interview.remembered.with_(id_, marks if is_list else before)
        again = id_ if is_counted else interview.changing
        return replace(interview, changing=again, remembered=kept)
    return _with_doubts(interview, id_, before, marks)


def _with_doubts(interview: Interview, question: str, before: Value, marks: Value) -> Interview:
    """Return an interview in which the marks on a list count as not sure."""
    if not (isinstance(before, Ticks) and isinstance(marks, Ticks)):
        return interview
    doubts = before.unsure | marks.unsure | marks.yes
    return take(interview, question, Ticks(before.yes, doubts - before.yes))


def without_marks(interview: Interview) -> Interview:
    """Return an interview without marks, for what is read elsewhere: they count as not sure."""
    id_ = interview.changing
    before = given_before(interview, id_) if id_ is not None and is_marked(interview) else None
    if id_ is None or before is None:
        return interview
    return _with_doubts(interview, id_, before, interview.remembered[id_])


def adds_to(before: Value, marks: Value) -> bool:
    """Return whether marks say more than an earlier answer, or something else."""
    if isinstance(before, Ticks) and isinstance(marks, Ticks):
        return not marks.yes <= before.yes or not marks.unsure <= before.yes | before.unsure
    return before != marks


def given_before(interview: Interview, question: str) -> Value | None:
    """Return the earlier answer to a question, which counts or was taken back."""
    is_outdated = question in interview.outdated
    counted = None if is_outdated else shown_answer(interview, question)
    return interview.remembered.get(question) if counted is None else counted
