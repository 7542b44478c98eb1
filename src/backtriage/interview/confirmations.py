"""Confirmations: a short test is asked for before a doubt alone makes it an emergency.

A doubt is pending while an emergency is certain that would fall if it were a no. Until it is
confirmed the emergency stays certain, so nobody who leaves is told less. No rule reads what was
confirmed: only the answer counts, which becomes a yes, a no, or stays in doubt.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from math import prod
from typing import Final

from backtriage.decide.assessment import is_out_of_scope
from backtriage.decide.contradictions import acted_on
from backtriage.decide.evaluate import Evaluation
from backtriage.program.doubts import Doubt, doubts
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency

MOST: Final = 2
"""How many doubts are confirmed: somebody in doubt about more than that needs to be seen."""

MOST_WAYS: Final = 100
"""In how many ways the doubts may come to a no: a one-of has several, and they multiply."""


class Finding(StrEnum):
    """What a person found when they tried."""

    YES = "yes"
    NO = "no"
    NOT_SURE = "not_sure"


def pending(program: Program, answers: Answers, checked: frozenset[str]) -> tuple[Doubt, ...]:
    """Return the doubts that decide an emergency and can be confirmed, in asking order.

    Protocols ask about the worst first, and so does this. It returns no more doubts than may
    still be confirmed. The others stay in doubt, so where an emergency rests on more, it would
    stand whatever is found: then there are none, and nobody is kept waiting by a test. Nor are
    there any out of scope: a test clears nothing about a person whom the questions do not fit, for
    example one who cannot be asked. And there are none where it would take long to find them.
    """
    deciding = [
        doubt
        for doubt in doubts(program)
        if doubt.name not in checked and doubt.is_in(answers.value(doubt.question.id))
    ]
    left = MOST - len(checked)
    if prod(doubt.ways for doubt in deciding) > MOST_WAYS:
        return ()
    if not deciding or left <= 0 or not _is_emergency(program, answers):
        return ()
    if is_out_of_scope(Evaluation(program, answers)):
        return ()
    if not _falls(program, answers, deciding):
        return ()
    for doubt in reversed(deciding):  # leave out what need not be cleared, the worst last
        others = [other for other in deciding if other is not doubt]
        if _falls(program, answers, others):
            deciding = others
    return tuple(deciding) if len(deciding) <= left else ()


def _is_emergency(program: Program, answers: Answers) -> bool:
    certain = acted_on(Evaluation(program, answers)).certain
    return bool(certain[Urgency.EMERGENCY])


def _falls(program: Program, answers: Answers, those: Iterable[Doubt]) -> bool:
    """Return whether an emergency falls if some doubts are a no."""
    cleared: tuple[Answers, ...] = (answers,)
    for doubt in those:
        cleared = tuple(way for one in cleared for way in doubt.refuted(one))
    return not all(_is_emergency(program, way) for way in cleared)


def after(answers: Answers, doubt: Doubt, finding: Finding) -> Answers:
    """Return the answers after a test. The doubt stays unless a yes, or a no that clears it."""
    if finding is Finding.YES:
        return doubt.confirmed(answers)
    if finding is Finding.NO and doubt.confirm.clears:
        (cleared,) = doubt.refuted(answers)
        return cleared
    return answers
