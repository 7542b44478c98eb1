"""Which questions could still matter: decides when to stop, what to skip, and "at most N more".

A question is open if it has no answer, may be asked, and occurs in an undecided part of
something that could still count: a rule that may exceed the certain urgency or put the person
out of scope, advice or a module that may still be shown, or the guard of such a question.
"""

from __future__ import annotations

from itertools import takewhile

from backtriage.decide.evaluate import Evaluation, F, T, points_by_variable
from backtriage.decide.reasons import urgency_from
from backtriage.terms.condition import ATOMS, Condition, Fact, Scores, parts
from backtriage.terms.urgency import Urgency


def open_questions(evaluation: Evaluation, certain: Urgency, *, in_scope: bool) -> tuple[str, ...]:
    """Return the open questions, in asking order.

    Args:
        evaluation: The answers so far.
        certain: The certain urgency.
        in_scope: False if the person is certainly out of scope: then nothing waits for advice.
    """
    search = _Search(evaluation)
    for rule in evaluation.program.rules:
        lo, hi = evaluation.interval(rule.when)
        possible = urgency_from(rule, hi)
        may_raise = possible is not None and possible > certain
        # Only below an emergency does being out of scope withhold advice.
        may_exclude = in_scope and rule.out_of_scope and lo == F and certain < Urgency.EMERGENCY
        if may_raise or may_exclude:
            search.visit(rule.when)
    if in_scope:
        _visit_advice(search, evaluation, certain)
        _visit_modules(search, evaluation, certain)
    return tuple(sorted(search.open, key=evaluation.program.order.__getitem__))


def open_questions_in(evaluation: Evaluation, condition: Condition) -> frozenset[str]:
    """Return the open questions of an undecided condition, or of a score, decided or not."""
    search = _Search(evaluation)
    search.visit(condition, force=isinstance(condition, Scores))
    return frozenset(search.open)


def _visit_advice(search: _Search, evaluation: Evaluation, certain: Urgency) -> None:
    for advice in evaluation.program.advice:
        withhold = advice.withhold_if
        is_withheld = withhold is not None and evaluation.interval(withhold)[0] != F
        may_apply = advice.show_up_to >= certain and evaluation.interval(advice.when)[1] == T
        if may_apply and not is_withheld:
            search.visit(advice.when)
            if withhold is not None:
                search.visit(withhold)


def _visit_modules(search: _Search, evaluation: Evaluation, certain: Urgency) -> None:
    for module in evaluation.program.modules:
        if module.show_up_to < certain:
            continue
        for score in module.counts:
            search.visit(Scores(score, 1), force=True)
        # Nothing after the first verdict that is certainly not false can be reached.
        for verdict in takewhile(lambda v: evaluation.interval(v.when)[0] == F, module.verdicts):
            search.visit(verdict.when)


class _Search:
    """Collects the open questions of undecided conditions."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.open: set[str] = set()
        self.seen: set[str] = set()
        self.facts: set[str] = set()

    def visit(self, condition: Condition, *, force: bool = False) -> None:
        """Search the undecided parts of a condition. `force` also searches a decided score."""
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
            lo_fewest, lo_most, hi_fewest, hi_most = self.evaluation.points(part)
            if (lo_fewest, lo_most) != (hi_fewest, hi_most):
                self.question(part[0].question)

    def question(self, question: str) -> None:
        """Add a question that has no answer, and search its guard if that is undecided.

        The question may be asked: if it certainly is not, everything that reads it is decided.
        """
        if question in self.seen:
            return
        self.seen.add(question)
        lo, hi = self.evaluation.guard(question)
        if question not in self.evaluation.answers:
            self.open.add(question)
        if lo != hi:
            self.visit(self.evaluation.program.questions[question].ask_when)
