"""Why a question is asked: the sources of the question and of the rules that read it."""

from __future__ import annotations

from backtriage.program.program import Program
from backtriage.protocol.dependencies import questions_read
from backtriage.protocol.protocol import Evidence, Question


def sources_of(program: Program, question: Question) -> tuple[Evidence, ...]:
    """Return the sources of a question, then those of its rules, most urgent first."""
    ids = dict.fromkeys(question.evidence)
    for rule in sorted(program.rules, key=lambda rule: -rule.urgency):
        if question.id in questions_read(rule.when, program.facts, program.scores):
            ids.update(dict.fromkeys(rule.evidence))
    return tuple(program.evidence[id_] for id_ in ids)
