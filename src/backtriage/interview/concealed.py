"""What somebody else may know of private answers, once they go on with an interview.

The answers count, but they are not shown, and what they alone would ask is not asked.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F, T
from backtriage.program.private import may_be_private, parts_read, private_items
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.value import NOT_SURE, SOME_OF, Ticks, Value

NONE: Final = Answers()


def shown(question: Question, value: Value | None, said: Value | None) -> Value | None:
    """Return a concealed answer as it may be shown: of a list, what is not private in it.

    And what is `said`: private items that have been ticked since, by whoever answers now. Nothing
    is shown of an answer that is concealed only because a private one asked for it.
    """
    if not isinstance(value, Ticks) or not question.is_private:
        return None
    return _with_said(question, value, said)


def private_part(question: Question, value: Value) -> Ticks:
    """Return what is private in an answer to a list; of any other answer, nothing."""
    if not isinstance(value, Ticks):
        return Ticks()
    hidden = private_items(question)
    return Ticks(value.yes & hidden, value.unsure & hidden)


def untold(
    program: Program, answers: Answers, concealed: Collection[str], said: Answers = NONE,
    *, is_any_told: bool = True,
) -> frozenset[str]:  # fmt: skip
    """Return the questions that only a concealed answer may ask, answered or not.

    Which they are depends on no concealed answer: to ask one, or to list it, would tell that. One
    that was answered afresh is none of them, unless not `is_any_told`.
    """
    if not concealed:
        return frozenset()
    found: set[str] = set()
    veiled = Answers({
        id_: _veiled(program.questions[id_], value, said.get(id_)) if id_ in concealed else value
        for id_, value in answers.items()
    })  # fmt: skip
    evaluation = Evaluation(program, veiled)
    for question in program.protocol.questions:
        reads_hidden = any(
            part[0] in found
            or (
                part[0] in concealed
                and part[1] not in _ticked(said.get(part[0]))
                and _may_be_hidden(program, *part)
            )
            for part in parts_read(program, question.ask_when)
        )
        is_told = is_any_told and question.id in answers and question.id not in concealed
        if reads_hidden and not is_told and evaluation.guard(question.id)[0] != T:
            found.add(question.id)
    return frozenset(found)


def with_untold(
    program: Program, answers: Answers, concealed: Collection[str], said: Answers
) -> Answers:
    """Return the answers as they count: what is not asked for that reason is not sure."""
    unasked = untold(program, answers, concealed, said) - answers.keys()
    for id_ in program.questions:
        question = program.questions[id_]
        if id_ not in unasked or not question.allows_not_sure:
            continue
        # Only while it would be asked: set aside, it would contradict other answers.
        if Evaluation(program, answers).guard(id_)[1] != F:
            answers = answers.with_(id_, _not_sure(question))
    return answers


def _may_be_hidden(program: Program, question: str, item: str) -> bool:
    """Return whether a concealed answer is hidden there: as a whole if a private one asked it."""
    is_private = program.questions[question].is_private
    return may_be_private(program, question, item) or not is_private


def _veiled(question: Question, value: Value, said: Value | None) -> Value:
    """Return a concealed answer with everything in doubt that may be private."""
    if not isinstance(value, Ticks) or not question.is_private:
        return _not_sure(question)
    known = _with_said(question, value, said)
    hidden = private_items(question) - _ticked(known)
    return Ticks(known.yes, known.unsure | hidden)


def _with_said(question: Question, value: Ticks, said: Value | None) -> Ticks:
    """Return what is public in an answer to a list, and what is said."""
    hidden = private_items(question)
    more = said if isinstance(said, Ticks) else Ticks()
    return Ticks((value.yes - hidden) | more.yes, (value.unsure - hidden) | more.unsure)


def _ticked(value: Value | None) -> frozenset[str]:
    return value.yes | value.unsure if isinstance(value, Ticks) else frozenset()


def _not_sure(question: Question) -> Value:
    if question.kind != SOME_OF:
        return NOT_SURE
    return Ticks(unsure=frozenset(choice.id for choice in question.choices))
