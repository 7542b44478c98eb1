"""Which questions could still matter: one evaluation for stop, pruning and "at most N more".

A question is open when it has no answer, may be asked, and stands in an undecided part of
something that could still count: a rule that may rise above what is certain or may say that
this is not for the person, advice or a module that may still be shown, or the guard of such a
question.
"""

from __future__ import annotations

from itertools import takewhile

from backtriage.decide.evaluate import Evaluation, F, T, points_by_variable
from backtriage.decide.reasons import urgency_from
from backtriage.terms.condition import (
    ATOMS,
    Condition,
    Fact,
    Scores,
    parts,
)
from backtriage.terms.urgency import Urgency


def open_questions(evaluation: Evaluation, certain: Urgency, *, in_scope: bool) -> tuple[str, ...]:
    """The open questions, in asking order. Out of scope, no advice is given, so none asks."""
    found = _Undecided(evaluation)
    for rule in evaluation.program.rules:
        possible = urgency_from(rule, evaluation.interval(rule.when)[1])
        if possible is not None and possible > certain:
            found.visit(rule.when)
    if in_scope:
        _visit_scope(found, evaluation, certain)
        _visit_advice(found, evaluation, certain)
        _visit_modules(found, evaluation, certain)
    return tuple(sorted(found.open, key=evaluation.program.order.__getitem__))


def open_questions_in(evaluation: Evaluation, condition: Condition) -> frozenset[str]:
    """The open questions that an undecided condition waits for; a score always counts."""
    found = _Undecided(evaluation)
    found.visit(condition, force=isinstance(condition, Scores))
    return frozenset(found.open)


def _visit_scope(found: _Undecided, evaluation: Evaluation, certain: Urgency) -> None:
    """Whether this is for the person matters below an emergency: no advice without it."""
    for rule in evaluation.program.rules:
        if rule.out_of_scope and certain < Urgency.EMERGENCY:
            lo, hi = evaluation.interval(rule.when)
            if lo == F and hi != F:
                found.visit(rule.when)


def _visit_advice(found: _Undecided, evaluation: Evaluation, certain: Urgency) -> None:
    for advice in evaluation.program.advice:
        held = (F, F) if advice.withhold_if is None else evaluation.interval(advice.withhold_if)
        if advice.show_up_to < certain or evaluation.interval(advice.when)[1] != T or held[0] != F:
            continue  # not at this urgency, not for this person, or held back already
        found.visit(advice.when)
        if advice.withhold_if is not None:
            found.visit(advice.withhold_if)


def _visit_modules(found: _Undecided, evaluation: Evaluation, certain: Urgency) -> None:
    for module in evaluation.program.modules:
        if module.show_up_to < certain:
            continue
        for score in module.counts:
            found.visit(Scores(score, 1), force=True)
        # The first that surely may hold ends the list: it holds whatever comes, or one before it.
        for verdict in takewhile(
            lambda one: evaluation.interval(one.when)[0] == F, module.verdicts
        ):
            found.visit(verdict.when)


class _Undecided:
    """Gathers the open questions of undecided conditions."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.open: set[str] = set()
        self.seen: set[str] = set()
        self.facts: set[str] = set()

    def visit(self, condition: Condition, *, force: bool = False) -> None:
        """Walk the undecided parts of a condition. `force` walks a decided score as well."""
        lo, hi = self.evaluation.interval(condition)
        if lo == hi and not force:
            return
        if isinstance(condition, ATOMS):
            self.question(condition.question)
        elif isinstance(condition, Fact):
            if condition.fact not in self.facts:
                self.facts.add(condition.fact)
                self.visit(self.evaluation.program.facts[condition.fact])
        elif isinstance(condition, Scores):
            self.score(condition.score)
        for part in parts(condition):
            self.visit(part)

    def score(self, score: str) -> None:
        for part in points_by_variable(self.evaluation.program, score):
            lo_surely, lo_maybe, hi_surely, hi_maybe = self.evaluation.points(part)
            if (lo_surely, lo_maybe) != (hi_surely, hi_maybe):
                self.question(part[0].question)

    def question(self, question: str) -> None:
        """A question in an undecided part: itself if it has no answer, and its guard.

        It may be asked: what rests on a question that is certainly not asked is decided.
        """
        if question in self.seen:
            return
        self.seen.add(question)
        lo, hi = self.evaluation.guard(question)
        if question not in self.evaluation.answers:
            self.open.add(question)
        if lo != hi:
            self.visit(self.evaluation.program.questions[question].ask_when)
