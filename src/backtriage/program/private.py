"""Which answers may be private, by the marks in the rules."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.program.program import Program
from backtriage.protocol.dependencies import unfold
from backtriage.protocol.protocol import Question
from backtriage.terms.condition import Condition, Scores
from backtriage.terms.value import SOME_OF


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
