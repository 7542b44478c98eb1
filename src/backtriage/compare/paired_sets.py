"""Sets of pairs of sheets, as decision diagrams over the paired domain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Final, TypeAlias

from backtriage.compare.paired_domain import PairedDomain
from backtriage.prove.circuit import FALSE, Circuit, Formula
from backtriage.prove.domain import Assignment
from backtriage.prove.engines.baseline import Baseline
from backtriage.prove.engines.budget import Budget, Exhausted
from backtriage.prove.engines.mdd_engine import ONE, ZERO, Mdd, MddEngine
from backtriage.prove.engines.variable_order import interactions, orders
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.urgency import Urgency

Reaching: TypeAlias = Mapping[Urgency, Mapping[str, Formula]]
"""For each urgency, what reaches at least that, by id."""

RAISED: Final = tuple(urgency for urgency in Urgency if urgency)
"""Every urgency above the lowest: only a rule leads to it."""

SMALL: Final = 50_000
"""With so few entries of the tables for emergencies, no other order is tried."""

_TRIAL: Final = 0.02
"""The part of the time for each order that is tried."""


class PairedSets:
    """Both versions encoded in one circuit, and set operations on the diagrams of its formulas."""

    def __init__(self, domain: PairedDomain, budget: Budget) -> None:
        """Encode the conditions, and order the variables by how they interact in both."""
        self.domain = domain
        self.circuit = Circuit(domain.variables)
        self.old, self.new = (SymbolicProgram(d.program, d, self.circuit) for d in domain.domains)
        self.baseline = Baseline(domain.variables, domain.domains, budget)
        groups = [*interactions(self.old, budget), *interactions(self.new, budget)]
        self.engine = self._engine(groups, budget)

    def _engine(self, groups: Sequence[Sequence[int]], budget: Budget) -> MddEngine:
        """Return an engine with small diagrams: of some orders, the best for emergencies."""
        best, least = None, budget.nodes
        costs, count = self.baseline.costs(), len(self.domain.variables)
        for order in orders(count, groups, budget):
            trial = budget.share(_TRIAL)
            trial.nodes = least
            engine = MddEngine(self.circuit, order, costs, trial)
            with suppress(Exhausted):
                for version in (self.old, self.new):
                    engine.mdd(version.complete.at_least(Urgency.EMERGENCY))
                engine.manager.check_budget()
                best, least = engine, engine.manager.entries
            if least <= SMALL or budget.is_spent:
                break
        best = best or engine
        best.set_budget(budget)
        return best

    def where(self, *formulas: Formula) -> Mdd:
        """Return the pairs for which all formulas are true."""
        return self.engine.mdd(self.circuit.conjoin(*formulas))

    def intersect(self, *sets: Mdd) -> Mdd:
        """Return the intersection of some sets."""
        result = ONE
        for mdd in sets:
            result = self.engine.manager.conjoin(result, mdd)
        return result

    def subtract(self, minuend: Mdd, *sets: Mdd) -> Mdd:
        """Return a set without the members of some others."""
        return self.intersect(minuend, *map(self.engine.manager.negate, sets))

    def union(self, *sets: Mdd) -> Mdd:
        """Return the union of some sets."""
        return self.engine.manager.negate(self.subtract(ONE, *sets))

    def count(self, members: Mdd) -> int:
        """Return the exact number of pairs in a set."""
        return self.engine.manager.count(members, self.domain.weights)

    def example(self, members: Mdd) -> Assignment:
        """Return the member of a set that is closest to the baseline; it has one."""
        return self.engine.min_cost_model_of(members) or {}

    def matched(self) -> Mdd:
        """Return the pairs without a mismatched answer."""
        return self.where(self.domain.matched(self.circuit))

    def split_by_match(self, members: Mdd) -> Iterator[tuple[bool, Mdd]]:
        """Yield the matched and the mismatched part of a set, unless it is empty."""
        matched = self.matched()
        parts = (self.intersect(members, matched), self.subtract(members, matched))
        yield from ((bool(index), part) for index, part in enumerate(parts) if part != ZERO)


class Thresholds:
    """Who reaches each urgency in one version."""

    def __init__(
        self, sets: PairedSets, version: SymbolicProgram,
        find: Callable[[SymbolicProgram], Reaching],
    ) -> None:  # fmt: skip
        """Build nothing yet; `find` returns what reaches each urgency in a version."""
        self.sets = sets
        self._version = version
        self._find = find
        self._cache: dict[int, Mdd] = {Urgency.SELF_CARE: ONE, max(Urgency) + 1: ZERO}

    @cached_property
    def reaching(self) -> Reaching:
        """What reaches each urgency."""
        return self._find(self._version)

    def at_least(self, urgency: int) -> Mdd:
        """Return the pairs with at least an urgency; empty above the highest."""
        if urgency not in self._cache:
            formula = self.sets.circuit.disjoin(*self.reaching[Urgency(urgency)].values())
            self._cache[urgency] = self.sets.engine.mdd(formula)
        return self._cache[urgency]


def reaching_rules(version: SymbolicProgram) -> Reaching:
    """Return the rules that reach each urgency."""
    return {urgency: _possible(version.complete.reaching(urgency)) for urgency in RAISED}


def reaching_contradicted(version: SymbolicProgram) -> Reaching:
    """Return the rules that reach each urgency, set-aside answers counted where they are worse."""
    reaching = version.contradicted.reaching
    return {urgency: _possible(reaching(urgency, at_hi=True)) for urgency in RAISED}


def _possible(rules: Mapping[str, Formula]) -> Mapping[str, Formula]:
    """Leave out the rules that never apply."""
    return {rule: formula for rule, formula in rules.items() if formula != FALSE}


def reaching_floors(version: SymbolicProgram) -> Reaching:
    """Return the safety floors that guarantee each urgency."""
    reaching: dict[Urgency, dict[str, Formula]] = {urgency: {} for urgency in RAISED}
    for floor in version.program.protocol.floors:
        surely, maybe = version.complete.encode(floor.when).lo
        for urgency, formulas in reaching.items():
            if floor.if_unsure is not None and floor.if_unsure >= urgency:
                formulas[floor.id] = maybe
            elif floor.at_least >= urgency:
                formulas[floor.id] = surely
    return reaching
