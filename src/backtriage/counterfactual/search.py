"""The smallest change of answers for another urgency, found on diagrams and run again.

Lower means: at most the target, whatever is still missing. Higher means: at least the target,
whatever is still missing. So the changed sheet may stay incomplete, and what is said of it
holds of every way to complete it. Of several smallest changes one is shown that keeps the
person in scope, and that does not overshoot a higher target, if there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from backtriage.counterfactual.answer_changes import changes, sheet
from backtriage.counterfactual.blockers import blockers
from backtriage.counterfactual.costs import Costs
from backtriage.counterfactual.counterfactual import Counterfactual, Goal, SearchOutcome
from backtriage.decide.assessment import is_out_of_scope, urgency_range
from backtriage.decide.evaluate import Evaluation
from backtriage.program.program import Program
from backtriage.prove.circuit import Formula
from backtriage.prove.domain import Assignment
from backtriage.prove.dual_rail import SheetKind
from backtriage.prove.engines.budget import Budget, Exhausted
from backtriage.prove.engines.mdd import Mdd
from backtriage.prove.engines.mdd_engine import MddEngine
from backtriage.prove.engines.recursion import raised_recursion_limit, variable_bound
from backtriage.prove.engines.variable_order import variable_order
from backtriage.prove.outcomes import Outcomes, SymbolicProgram
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency

SECONDS: Final = 10.0
"""How long somebody waits for it at most."""

_DIFFERS: Final = "came out differently in the rules, a fault in this program"


def why_not(
    program: Program, answers: Answers, target: Urgency, *, seconds: float = SECONDS
) -> Counterfactual:
    """What would have to be different for an urgency that is lower or higher than now."""
    evaluation = Evaluation(program, answers)
    now = urgency_range(evaluation)[1]
    goal = Goal.AT_MOST if target <= now else Goal.AT_LEAST
    asked = Counterfactual(target=target, goal=goal, outcome=SearchOutcome.ALREADY)
    if target is now:
        return asked
    try:
        with raised_recursion_limit(variable_bound(program)):
            return _Search(evaluation, asked, Budget(seconds)).found()
    except Exhausted as end:
        return replace(asked, outcome=SearchOutcome.UNDECIDED, ran_out=str(end))


class _Search:
    """The diagrams of one sheet and one target."""

    def __init__(self, evaluation: Evaluation, asked: Counterfactual, budget: Budget) -> None:
        self.evaluation = evaluation
        self.asked = asked
        model = SymbolicProgram(evaluation.program)
        self.costs = Costs(model.domain, evaluation)
        self.engine = MddEngine(model.circuit, variable_order(model), self.costs.of, budget)
        # Sheets with at least the answers given now, which keeps the formulas small.
        self.aims = Outcomes(model.circuit, model.domain, SheetKind.PARTIAL, evaluation.answers)

    def found(self) -> Counterfactual:
        """The cheapest way to the target, or what is in its way."""
        aim, *wishes = self.wanted()
        whole = self.engine.mdd(aim)
        path = self.min_cost_model(whole)
        if path is None:
            groups = blockers(self.engine.manager, whole, self.costs)
            return replace(self.asked, outcome=SearchOutcome.NONE, blockers=groups)
        for wish in wishes:
            tried = self.engine.manager.conjoin(whole, self.engine.mdd(wish))
            other = self.min_cost_model(tried)
            if other is not None and self.costs.size(other) == self.costs.size(path):
                whole, path = tried, other
        return self.confirmed(path)

    def wanted(self) -> Iterator[Formula]:
        """What must hold, and then what is wished for if it makes no change larger."""
        is_lower = self.asked.goal is Goal.AT_MOST
        yield (self.aims.at_most if is_lower else self.aims.at_least)(self.asked.target)
        if not is_out_of_scope(self.evaluation):
            yield self.aims.in_scope()
        if not is_lower:
            yield self.aims.at_most(self.asked.target)

    def min_cost_model(self, whole: Mdd) -> Assignment | None:
        """The cheapest way there that does nothing forbidden."""
        path = self.engine.manager.min_cost_model(whole, self.costs.of)
        if path is None or self.costs.total(path) >= self.costs.forbidden:
            return None
        return path

    def confirmed(self, path: Assignment) -> Counterfactual:
        """The change, once the interpreter agrees that it is enough."""
        values = {at: path.get(at, own.index(0)) for at, own in enumerate(self.costs.of)}
        different = tuple(changes(self.costs, values))
        changed = sheet(self.costs, values, frozenset(change.question for change in different))
        certain, possible = urgency_range(Evaluation(self.evaluation.program, changed))
        is_lower = self.asked.goal is Goal.AT_MOST
        if (possible > self.asked.target) if is_lower else (certain < self.asked.target):
            return replace(self.asked, outcome=SearchOutcome.UNDECIDED, ran_out=_DIFFERS)
        return replace(self.asked, outcome=SearchOutcome.FOUND, changes=different, sheet=changed,
                       urgency=possible if is_lower else certain)  # fmt: skip
