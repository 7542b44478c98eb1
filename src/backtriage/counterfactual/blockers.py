"""Minimal conflicts: which answers that cannot change rule a target out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backtriage.counterfactual.answer_changes import current_answer
from backtriage.counterfactual.costs import ChangeCosts
from backtriage.counterfactual.counterfactual import Blocker
from backtriage.prove.domain import Variable
from backtriage.prove.engines.mdd_engine import Mdd, MddManager


def find_blockers(
    manager: MddManager, target: Mdd, costs: ChangeCosts
) -> tuple[tuple[Blocker, ...], ...]:
    """Return disjoint minimal groups of fixed answers, each of which alone rules a target out.

    Without all groups the target can be reached. There are none if nobody can reach it.
    """
    support = manager.support(target)
    fixed = [v for v in costs.domain.answers if v.index in support and costs.is_fixed(v)]

    def is_reachable(fixed: Sequence[Variable]) -> bool:
        """Return whether some sheet reaches the target while these answers stay."""
        violations = costs.violations(fixed)
        model = manager.min_cost_model(target, violations)
        return model is not None and not any(violations[v][value] for v, value in model.items())

    groups: list[tuple[Blocker, ...]] = []
    while is_reachable(()) and not is_reachable(fixed):
        conflict = _minimal_conflict(fixed, is_reachable)
        groups.append(tuple(
            Blocker(question=v.question, item=v.item, answer=current_answer(costs, v))
            for v in conflict
        ))  # fmt: skip
        fixed = [variable for variable in fixed if variable not in conflict]
    return tuple(groups)


def _minimal_conflict(
    fixed: Sequence[Variable], is_reachable: Callable[[Sequence[Variable]], bool]
) -> list[Variable]:
    """Drop every answer that is not needed to rule the target out, one by one."""
    conflict = list(fixed)
    for variable in fixed:
        rest = [other for other in conflict if other is not variable]
        if not is_reachable(rest):
            conflict = rest
    return conflict
