"""Confirmations: a short test is asked for before a doubt alone makes it an emergency.

A doubt is pending while an emergency is certain that would fall if it were a no. Until it is
confirmed the emergency stays certain, so nobody who leaves is told less. No rule reads what was
confirmed: only the answer counts, which becomes a yes, a no, or stays in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from math import prod
from typing import Final

from backtriage.decide.contradictions import acted_on
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.outcome import urgencies
from backtriage.decide.tested import fitting_questions
from backtriage.program.doubts import Doubt, doubts
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency

MOST: Final = 2
"""How many doubts are confirmed: somebody in doubt about more than that needs to be seen."""

MOST_TRIES: Final = 100
"""How many sheets are tried to find the doubts that decide: each costs time, and nobody with a
doubt that is an emergency waits for that. A one-of may come to a no in several ways, and those of
several doubts multiply."""


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
    there any where a test would clear nothing, where it would take long to find them, or where
    the emergency rests on answers that are set aside: those are to be corrected, not tried.
    """
    left = MOST - len(checked)
    deciding = [
        doubt
        for doubt in doubts(program)
        if doubt.name not in checked and doubt.is_in(answers.value(doubt.question.id))
    ]
    if not deciding or left <= 0 or not _is_one_as_asked(program, answers):
        return ()
    fitting = fitting_questions(program, answers)
    deciding = [doubt for doubt in deciding if doubt.question.id in fitting]
    if prod(doubt.ways for doubt in deciding) * len(deciding) > MOST_TRIES:
        return ()
    if not _falls(program, answers, deciding, _is_one_as_asked):
        return ()
    for doubt in reversed(deciding):  # leave out what need not be cleared, the worst last
        others = [other for other in deciding if other is not doubt]
        if _falls(program, answers, others, _is_one_as_asked):
            deciding = others
    is_enough = len(deciding) <= left and _falls(program, answers, deciding, is_emergency)
    return tuple(deciding) if is_enough else ()


def is_emergency(program: Program, answers: Answers) -> bool:
    """Return whether answers make an emergency certain."""
    certain = acted_on(Evaluation(program, answers)).certain
    return bool(certain[Urgency.EMERGENCY])


def _is_one_as_asked(program: Program, answers: Answers) -> bool:
    """Return whether answers make an emergency certain without any that is set aside."""
    return bool(urgencies(Evaluation(program, answers))[0][Urgency.EMERGENCY])


def _falls(
    program: Program, answers: Answers, those: Iterable[Doubt],
    is_one: Callable[[Program, Answers], bool],
) -> bool:  # fmt: skip
    """Return whether an emergency falls if some doubts are a no."""
    cleared: tuple[Answers, ...] = (answers,)
    for doubt in those:
        cleared = tuple(way for one in cleared for way in doubt.refuted(one))
    return not all(is_one(program, way) for way in cleared)


def after(answers: Answers, doubt: Doubt, finding: Finding) -> Answers:
    """Return the answers after a test. The doubt stays unless a yes, or a no that clears it."""
    if finding is Finding.YES:
        return doubt.confirmed(answers)
    if finding is Finding.NO and doubt.confirm.clears:
        (cleared,) = doubt.refuted(answers)
        return cleared
    return answers
