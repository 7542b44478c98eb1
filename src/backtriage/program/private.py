"""Which answers may be private, by the marks in the rules."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.program.program import Program
from backtriage.protocol.dependencies import unfold
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Condition, Scores
from backtriage.terms.value import SOME_OF, Ticks, Value


def private_items(question: Question) -> frozenset[str]:
    """Return the choices of a question that are private."""
    return frozenset(c.id for c in question.choices if c.private or question.private)


def is_left_out(question: Question) -> bool:
    """Return whether a page tells no answer to a question: any would tell that another is not."""
    return question.private or (question.is_private and question.kind != SOME_OF)


def may_be_private(program: Program, question: str, item: str) -> bool:
    """Return whether the answer about an item, or to a whole question, can be private."""
    asked = program.questions[question]
    if item:
        return is_left_out(asked) or item in private_items(asked)
    return asked.is_private


def parts_read(program: Program, condition: Condition) -> Iterator[tuple[str, str]]:
    """Yield the questions that a condition reads, each with the item of a list or "".

    Those that its facts and scores read are among them, but not those that guards read.
    """
    for leaf in unfold(condition, program.facts):
        if isinstance(leaf, Scores):
            yield from ((points.question, "") for points in program.scores[leaf.score].points)
        else:
            yield leaf.question, getattr(leaf, "item", "")


def reads_private(program: Program, condition: Condition) -> bool:
    """Return whether a condition, its facts or its scores read what may be a private answer."""
    return any(may_be_private(program, *part) for part in parts_read(program, condition))


def visible_answers(program: Program, answers: Answers) -> Answers:
    """Return the answers, and the parts of lists, that a page may list."""
    kept = {id_: v for id_, v in answers.items() if not is_left_out(program.questions[id_])}
    return public_answers(program, Answers(kept))


def public_answers(program: Program, answers: Answers) -> Answers:
    """Return the answers, and the parts of lists, that are not private themselves."""
    public = ((id_, public_part(program.questions[id_], v)) for id_, v in answers.items())
    return Answers({id_: value for id_, value in public if value is not None})


def public_part(question: Question, value: Value) -> Value | None:
    """Return what is not private of an answer, or None if nothing is left to tell."""
    hidden = {choice.id for choice in question.choices if choice.private}
    if isinstance(value, Ticks):
        return None if question.private else Ticks(value.yes - hidden, value.unsure - hidden)
    return None if question.private or value in hidden else value
