"""Why a question is asked: the sources of the question, and of the rules that it feeds."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.program.program import Program
from backtriage.protocol.protocol import Evidence, Question
from backtriage.terms.condition import Always, Condition, Fact, Scores, leaves


def sources_of(program: Program, question: Question) -> tuple[Evidence, ...]:
    """What stands behind a question: its own sources, then those of its rules, worst first."""
    ids = dict.fromkeys(question.evidence)
    for rule in sorted(program.rules, key=lambda rule: -rule.urgency):
        if question.id in set(_asked_by(program, rule.when)):
            ids.update(dict.fromkeys(rule.evidence))
    return tuple(program.evidence[id_] for id_ in ids)


def _asked_by(program: Program, condition: Condition) -> Iterator[str]:
    """The questions that a condition rests on, through facts and scores."""
    for leaf in leaves(condition):
        if isinstance(leaf, Fact):
            yield from _asked_by(program, program.facts[leaf.fact])
        elif isinstance(leaf, Scores):
            yield from (points.question for points in program.scores[leaf.score].points)
        elif not isinstance(leaf, Always):
            yield leaf.question
