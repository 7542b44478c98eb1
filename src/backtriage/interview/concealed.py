"""What somebody else may know of private answers, once they go on with an interview.

The answers count, but they are not shown, and what they alone would ask is not asked.
"""

from __future__ import annotations

from collections.abc import Collection

from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F, T
from backtriage.program.private import may_be_private, parts_read, private_items
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.value import NOT_SURE, SOME_OF, Ticks, Value


def shown(question: Question, value: Value | None) -> Value | None:
    """Return a concealed answer as it may be shown: of a list, what is not private in it."""
    if not isinstance(value, Ticks):
        return None
    hidden = private_items(question)
    return Ticks(value.yes - hidden, value.unsure - hidden)


def untold(program: Program, answers: Answers, concealed: Collection[str]) -> frozenset[str]:
    """Return the questions that only a concealed answer may ask, answered or not.

    Which they are depends on no concealed answer: to ask one, or to list it, would tell that. One
    that was answered afresh is none of them.
    """
    if not concealed:
        return frozenset()
    found: set[str] = set()
    veiled = Answers({
        id_: _veiled(program.questions[id_], value) if id_ in concealed else value
        for id_, value in answers.items()
    })  # fmt: skip
    evaluation = Evaluation(program, veiled)
    for question in program.protocol.questions:
        reads_hidden = any(
            part[0] in found or (part[0] in concealed and may_be_private(program, *part))
            for part in parts_read(program, question.ask_when)
        )
        is_told = question.id in answers and question.id not in concealed
        if reads_hidden and not is_told and evaluation.guard(question.id)[0] != T:
            found.add(question.id)
    return frozenset(found)


def with_untold(program: Program, answers: Answers, concealed: Collection[str]) -> Answers:
    """Return the answers as they count: what is not asked for that reason is not sure."""
    unasked = untold(program, answers, concealed) - answers.keys()
    for id_ in program.questions:
        question = program.questions[id_]
        if id_ not in unasked or not question.allows_not_sure:
            continue
        # Only while it would be asked: set aside, it would contradict other answers.
        if Evaluation(program, answers).guard(id_)[1] != F:
            answers = answers.with_(id_, _not_sure(question))
    return answers


def _veiled(question: Question, value: Value) -> Value:
    """Return a concealed answer with everything in doubt that may be private."""
    if not isinstance(value, Ticks):
        return NOT_SURE
    hidden = private_items(question)
    return Ticks(value.yes - hidden, value.unsure | hidden)


def _not_sure(question: Question) -> Value:
    if question.kind != SOME_OF:
        return NOT_SURE
    return Ticks(unsure=frozenset(choice.id for choice in question.choices))
