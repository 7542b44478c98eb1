"""Which answers that cannot change stand in the way of an urgency."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backtriage.counterfactual.answer_changes import before
from backtriage.counterfactual.costs import Costs
from backtriage.counterfactual.counterfactual import Blocker
from backtriage.prove.domain import Variable
from backtriage.prove.engines.mdd import Mdd, MddManager


def blockers(diagrams: MddManager, aim: Mdd, costs: Costs) -> tuple[tuple[Blocker, ...], ...]:
    """Groups of fixed answers. While one whole group stays, no other answers reach the aim.

    No group has an answer too many, and without all groups the aim can be reached. There is no
    group when nobody can reach it.
    """
    asked = diagrams.support(aim)
    fixed = [v for v in costs.domain.answers if v.index in asked and costs.is_fixed(v)]

    def fits(stay: Sequence[Variable]) -> bool:
        """Whether some sheet reaches the aim while these answers stay."""
        bare = costs.bare(stay)
        path = diagrams.min_cost_model(aim, bare)
        return path is not None and not any(bare[at][value] for at, value in path.items())

    groups: list[tuple[Blocker, ...]] = []
    while fits(()) and not fits(fixed):
        group = _needed(fixed, fits)
        groups.append(tuple(
            Blocker(question=v.question, item=v.item, answer=before(costs, v)) for v in group
        ))  # fmt: skip
        fixed = [variable for variable in fixed if variable not in group]
    return tuple(groups)


def _needed(
    fixed: Sequence[Variable], fits: Callable[[Sequence[Variable]], bool]
) -> list[Variable]:
    """Some of the answers that are in the way already, none of which can be left out."""
    group = list(fixed)
    for variable in fixed:
        rest = [other for other in group if other is not variable]
        if not fits(rest):
            group = rest
    return group
