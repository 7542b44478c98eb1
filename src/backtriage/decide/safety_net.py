"""The safety net: every rule that could raise this person's urgency later.

Evaluates once more with every answer that can change taken as missing. This covers any number
of changes at once, so no other rule can raise the urgency.
"""

from __future__ import annotations

from msgspec import Struct

from backtriage.decide.evaluate import Evaluation
from backtriage.decide.reasons import urgency_from
from backtriage.protocol.protocol import Rule
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency


class ComeBack(Struct, frozen=True, kw_only=True):
    """A rule that could come to apply."""

    rule: Rule
    urgency: Urgency
    """The highest urgency it could give."""


def come_back_if(evaluation: Evaluation, urgency: Urgency) -> tuple[ComeBack, ...]:
    """Return the rules that could exceed an urgency, highest first."""
    program = evaluation.program
    unchanging = {
        question: value
        for question, value in evaluation.answers.items()
        if not program.questions[question].can_change
    }
    later = Evaluation(program, Answers(unchanging))
    come_back = []
    for rule in program.rules:
        highest = urgency_from(rule, later.interval(rule.when)[1])
        if highest is not None and highest > urgency:
            come_back.append(ComeBack(rule=rule, urgency=highest))
    return tuple(sorted(come_back, key=lambda entry: -entry.urgency))
