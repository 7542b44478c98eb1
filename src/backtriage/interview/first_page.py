"""The first page: the short questions that everybody is asked before the first list."""

from __future__ import annotations

from itertools import takewhile

from backtriage.program.program import Program
from backtriage.terms.condition import Always
from backtriage.terms.value import SOME_OF


def first_page(program: Program) -> frozenset[str]:
    """Return the questions that a front end may show one below the other, on one page.

    They ask who this is. What is wrong is asked by the lists, each on a page of its own.
    """
    first = takewhile(
        lambda question: question.kind != SOME_OF and isinstance(question.ask_when, Always),
        program.protocol.questions,
    )
    return frozenset(question.id for question in first)
