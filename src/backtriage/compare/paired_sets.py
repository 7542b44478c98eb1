"""Kinds of people under two versions at once: sets of answers, as diagrams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from backtriage.compare.paired_domain import PairedDomain
from backtriage.prove.circuit import FALSE, Circuit, Formula
from backtriage.prove.domain import Assignment
from backtriage.prove.engines.baseline import Baseline
from backtriage.prove.engines.budget import Budget
from backtriage.prove.engines.mdd import ONE, ZERO, Mdd
from backtriage.prove.engines.mdd_engine import MddEngine
from backtriage.prove.engines.variable_order import force, interactions
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.urgency import Urgency

Rungs: TypeAlias = Mapping[Urgency, Mapping[str, Formula]]
"""What reaches each urgency or more, by id."""

ABOVE_HOME: Final = tuple(urgency for urgency in Urgency if urgency)


class PairedSets:
    """Both versions read into one circuit, and the one engine that looks at them."""

    def __init__(self, domain: PairedDomain, budget: Budget) -> None:
        """Read both versions; nothing is decided yet."""
        self.domain = domain
        self.circuit = Circuit(domain)
        self.old, self.new = (SymbolicProgram(s.program, s, self.circuit) for s in domain.domains)
        self.normal = Baseline(domain)
        groups = [group for model in (self.old, self.new) for group in interactions(model)]
        order = force(len(domain.variables), groups)
        self.engine = MddEngine(self.circuit, order, self.normal.costs(), budget)

    def who(self, *formulas: Formula) -> Mdd:
        """Those of whom all these hold."""
        return self.engine.mdd(self.circuit.conjoin(*formulas))

    def conjoin(self, *kinds: Mdd) -> Mdd:
        """Those who are of all these kinds."""
        found = ONE
        for kind in kinds:
            found = self.engine.manager.conjoin(found, kind)
        return found

    def without(self, kind: Mdd, *others: Mdd) -> Mdd:
        """Those of one kind who are of none of the others."""
        return self.conjoin(kind, *(self.engine.manager.negate(other) for other in others))

    def disjoin(self, *kinds: Mdd) -> Mdd:
        """Those who are of one of these kinds."""
        return self.engine.manager.negate(self.without(ONE, *kinds))

    def count(self, kind: Mdd) -> int:
        """How many there are, exactly."""
        return self.engine.manager.count(kind, self.domain.weights)

    def min_cost_model(self, kind: Mdd) -> Assignment:
        """The one with the fewest answers that are not normal. There is one."""
        return self.engine.min_cost_model_of(kind) or {}

    def same(self) -> Mdd:
        """Those whose answers do not differ between the versions."""
        return self.who(self.domain.same(self.circuit))

    def alike(self, kind: Mdd) -> Iterator[tuple[bool, Mdd]]:
        """Those whose answers do not differ between the versions, then those whose do."""
        same = self.same()
        for differs, part in ((False, self.conjoin(kind, same)), (True, self.without(kind, same))):
            if part != ZERO:
                yield differs, part


class Thresholds:
    """How high one version sends people, and what sends them there."""

    def __init__(self, sets: PairedSets, rungs: Rungs) -> None:
        """Look at nothing yet."""
        self.sets = sets
        self.rungs = rungs
        self._known: dict[Urgency, Mdd] = {Urgency.SELF_CARE: ONE}

    def at_least(self, urgency: int) -> Mdd:
        """Those who are sent to an urgency or higher; nobody is sent above the highest."""
        if urgency > max(Urgency):
            return ZERO
        found = self._known.get(Urgency(urgency))
        if found is None:
            reaching = self.rungs[Urgency(urgency)].values()
            found = self.sets.engine.mdd(self.sets.circuit.disjoin(*reaching))
            self._known[Urgency(urgency)] = found
        return found


def rules_of(model: SymbolicProgram) -> Rungs:
    """The rules that reach each urgency."""
    return {
        urgency: {
            rule.id: formula
            for rule in model.program.rules
            if (formula := model.complete.reaches(rule, urgency)) != FALSE
        }
        for urgency in ABOVE_HOME
    }


def floors_of(model: SymbolicProgram) -> Rungs:
    """The red flags that promise each urgency."""
    rails = model.complete.encode
    found: dict[Urgency, dict[str, Formula]] = {urgency: {} for urgency in ABOVE_HOME}
    for floor in model.program.protocol.floors:
        for urgency, own in found.items():
            surely = floor.at_least >= urgency
            unsure = floor.if_unsure is not None and floor.if_unsure >= urgency
            if surely or unsure:
                own[floor.id] = (
                    rails(floor.when).lo.maybe if unsure else rails(floor.when).lo.surely
                )
    return found
