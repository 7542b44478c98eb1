"""What to come back for: every rule that could raise this person's urgency later.

One more evaluation, with every answer that can change taken as absent. It covers follow-ups,
numbers and any number of changes at once, and nothing that is not listed can raise the
urgency.
"""

from __future__ import annotations

from msgspec import Struct

from backtriage.decide.evaluate import Evaluation
from backtriage.decide.reasons import urgency_from
from backtriage.protocol.protocol import Rule
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency


class ComeBack(Struct, frozen=True, kw_only=True):
    """A rule that could come to hold."""

    rule: Rule
    urgency: Urgency
    """The most it could give."""


def come_back_if(evaluation: Evaluation, urgency: Urgency) -> tuple[ComeBack, ...]:
    """The rules that could rise above an urgency, worst first. An emergency has none."""
    program = evaluation.program
    lasting = {
        question: value
        for question, value in evaluation.answers.items()
        if not program.questions[question].can_change
    }
    later = Evaluation(program, Answers(lasting))
    found = []
    for rule in program.rules:
        most = urgency_from(rule, later.interval(rule.when)[1])
        if most is not None and most > urgency:
            found.append(ComeBack(rule=rule, urgency=most))
    return tuple(sorted(found, key=lambda entry: -entry.urgency))
