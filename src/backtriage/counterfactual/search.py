"""Find the smallest change of answers for another urgency, confirmed by the interpreter.

A lower target is reached if the urgency is at most that, whatever is still missing; a higher one
if it is at least that. So a changed sheet may be incomplete, and the result is true of all its
completions. An answer that contradicts the others keeps a lower target out of reach, and reaches
no higher one. Among equally small changes, prefer one that keeps the person in scope, then one
that does not overshoot a higher target.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from backtriage.counterfactual.answer_changes import answer_changes, changed_sheet
from backtriage.counterfactual.blockers import find_blockers
from backtriage.counterfactual.costs import ChangeCosts
from backtriage.counterfactual.counterfactual import Counterfactual, Goal, SearchOutcome
from backtriage.decide.assessment import is_out_of_scope, urgency_range
from backtriage.decide.evaluate import Evaluation
from backtriage.program.program import Program
from backtriage.prove.circuit import Formula
from backtriage.prove.claims.claim import Conjunction
from backtriage.prove.domain import Assignment
from backtriage.prove.dual_rail import SheetKind
from backtriage.prove.engines.budget import (
    Budget,
    Exhausted,
    depth_limited,
    raised_recursion_limit,
    variable_bound,
)
from backtriage.prove.engines.mdd_engine import MddEngine
from backtriage.prove.engines.variable_order import variable_order
from backtriage.prove.outcomes import Outcomes, SymbolicProgram
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency

SECONDS: Final = 10.0
"""The default budget."""

_NOT_CONFIRMED: Final = "came out differently in the rules, a fault in this program"


def find_counterfactual(
    program: Program, answers: Answers, target: Urgency, *, seconds: float = SECONDS
) -> Counterfactual:
    """Return what would have to be different for a target urgency.

    Args:
        program: The program.
        answers: Every answer that was given, whether or not it counts.
        target: The urgency to reach.
        seconds: The budget; when it runs out, the result is undecided.
    """
    # What a journal answers is known without one too, and nobody can change it.
    kept = {q.id: q.if_skipped for q in program.protocol.questions if q.from_journal is not None}
    evaluation = Evaluation(program, Answers({**kept, **answers}))
    now = urgency_range(evaluation)[1]
    goal = Goal.AT_MOST if target <= now else Goal.AT_LEAST
    query = Counterfactual(target=target, goal=goal, outcome=SearchOutcome.ALREADY)
    if target is now:
        return query
    try:
        with depth_limited(), raised_recursion_limit(variable_bound(program)):
            return _Search(evaluation, query, Budget(seconds)).run()
    except Exhausted as end:
        return replace(query, outcome=SearchOutcome.UNDECIDED, ran_out=str(end))


class _Search:
    """A search over the sheets that keep the answers of one sheet."""

    def __init__(self, evaluation: Evaluation, query: Counterfactual, budget: Budget) -> None:
        self.evaluation = evaluation
        self.query = query
        symbolic = SymbolicProgram(evaluation.program)
        circuit, domain = symbolic.circuit, symbolic.domain
        self.costs = ChangeCosts(domain, evaluation)
        order = variable_order(symbolic, budget)
        self.engine = MddEngine(circuit, order, self.costs.table, budget)
        # Treating the given answers as present keeps the formulas small.
        self.outcomes = Outcomes(circuit, domain, SheetKind.PARTIAL, evaluation.answers)
        self.counting = Outcomes(
            circuit, domain, SheetKind.PARTIAL, evaluation.answers, self.outcomes
        )
        """The same where what is set aside may count: it may contradict the rest."""

    def run(self) -> Counterfactual:
        """Return the smallest change, or what prevents any."""
        ways = self._ways()
        allowed = tuple(self.costs.allowed(self.engine.circuit, self.costs.fixed))
        found = self._smallest([(way, *allowed) for way in ways])
        if not found:
            blockers = find_blockers(self.engine, ways, self.costs)
            return replace(self.query, outcome=SearchOutcome.NONE, blockers=blockers)
        for preference in self._preferences():
            preferred = self._smallest([(*way, preference) for way in found])
            if self._sizes(preferred) == self._sizes(found):
                found = preferred
        return self._confirm(min(found.values(), key=self._rank))

    def _at_most(self) -> Formula:
        target, both = self.query.target, (self.outcomes, self.counting)
        return self.outcomes.circuit.conjoin(*(each.at_most(target) for each in both))

    def _ways(self) -> Sequence[Formula]:
        """Encode each way to reach the target; all ways together have a large diagram."""
        if self.query.is_lower:
            return (self._at_most(),)
        return tuple(self.outcomes.reaching(self.query.target).values())

    def _preferences(self) -> Iterator[Formula]:
        """Yield what to prefer among equally small changes."""
        if not is_out_of_scope(self.evaluation):
            yield self.outcomes.in_scope()
        if not self.query.is_lower:
            yield self._at_most()

    def _smallest(self, ways: Iterable[Conjunction]) -> Mapping[Conjunction, Assignment]:
        """Return the ways with the smallest change, each with that change."""
        models = ((way, self.engine.min_cost_model(way)) for way in ways)
        found = {way: model for way, model in models if model is not None}
        least = min(self._sizes(found), default=0)
        return {way: model for way, model in found.items() if self.costs.size(model) == least}

    def _sizes(self, found: Mapping[Conjunction, Assignment]) -> set[int]:
        return {self.costs.size(model) for model in found.values()}

    def _rank(self, model: Assignment) -> tuple[int, Sequence[int]]:
        """Return how far a model is from the sheet, then its values, to choose one of several."""
        return self.costs.total(model), [model[index] for index in self.engine.manager.order]

    def _confirm(self, model: Assignment) -> Counterfactual:
        """Return a change if the interpreter agrees that it reaches the target."""
        changes = tuple(answer_changes(self.costs, model))
        sheet = changed_sheet(self.costs, model, changes)
        certain, possible = urgency_range(Evaluation(self.evaluation.program, sheet))
        urgency = possible if self.query.is_lower else certain
        target = self.query.target
        if (urgency > target) if self.query.is_lower else (urgency < target):
            return replace(self.query, outcome=SearchOutcome.UNDECIDED, ran_out=_NOT_CONFIRMED)
        return replace(self.query, outcome=SearchOutcome.FOUND, changes=changes, sheet=sheet,
                       urgency=urgency)  # fmt: skip
