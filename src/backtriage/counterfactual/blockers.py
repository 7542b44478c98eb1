"""Minimal conflicts: which answers that cannot change rule a target out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backtriage.counterfactual.answer_changes import current_answer
from backtriage.counterfactual.costs import ChangeCosts
from backtriage.counterfactual.counterfactual import Blocker
from backtriage.prove.circuit import Formula
from backtriage.prove.domain import Variable
from backtriage.prove.engines.mdd_engine import MddEngine


def find_blockers(
    engine: MddEngine, ways: Sequence[Formula], costs: ChangeCosts
) -> tuple[tuple[Blocker, ...], ...]:
    """Return disjoint minimal groups of fixed answers, each of which alone rules a target out.

    Without all groups the target can be reached in some way. There are none if nobody can.
    """
    depends_on = engine.circuit.depends_on
    fixed = [v for v in costs.fixed if any(depends_on(way, v.index) for way in ways)]

    def is_reachable(fixed: Sequence[Variable]) -> bool:
        """Return whether some sheet reaches the target while these answers stay."""
        allowed = tuple(costs.allowed(engine.circuit, fixed))
        return any(engine.find_model((way, *allowed)) is not None for way in ways)

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
