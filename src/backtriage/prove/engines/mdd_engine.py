"""The engine of decision diagrams: formulas -> diagrams. Needs nothing but Python.

Two things keep diagrams small. Conjuncts are taken in the order in which they meet what is
there, so that what refutes comes first. And where any example will do, the nearest one of the
first conjuncts is tried before the whole is built.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from backtriage.prove.circuit import TRUE, Circuit, Formula
from backtriage.prove.domain import Assignment
from backtriage.prove.engines.budget import Budget
from backtriage.prove.engines.mdd import ONE, ZERO, Mdd, MddManager

_GUESSES: Final = frozenset({0, 1, 2, 3, 5, 7, 10, 14, 20, 30, 45, 70})
"""After how many conjuncts the nearest example so far is tried on the others."""


class MddEngine:
    """Decides formulas of one circuit."""

    name = "diagram"

    def __init__(
        self, circuit: Circuit, order: Sequence[int], costs: Sequence[Sequence[int]],
        budget: Budget,
    ) -> None:  # fmt: skip
        """`costs` says how far each value of each variable is from normal."""
        self.circuit = circuit
        self.costs = costs
        sizes = [len(variable.values) for variable in circuit.space.variables]
        self.manager = MddManager(order, sizes, budget)
        self.budget = budget
        self._normal = {at: own.index(min(own)) for at, own in enumerate(costs)}
        self._known: dict[int, Mdd] = {TRUE: ONE}

    def set_budget(self, budget: Budget) -> None:
        """Another budget. What is worked out already stays."""
        self.budget = self.manager.budget = budget

    def find_model(self, conjunction: Sequence[Formula]) -> Assignment | None:
        """Any assignment of which all these hold, or None when there is none."""
        self.budget.spend()
        parts = self._by_meeting(conjunction)
        whole: Mdd = ONE
        for at, part in enumerate(parts):
            whole = self.manager.conjoin(whole, self.mdd(part))
            if whole == ZERO:
                return None
            if at in _GUESSES and at + 1 < len(parts):
                guess = self._filled(self.manager.min_cost_model(whole, self.costs) or {})
                if all(self.circuit.evaluate(rest, guess) for rest in parts[at + 1 :]):
                    return guess
        return self._filled(self.manager.min_cost_model(whole, self.costs) or {})

    def min_cost_model(self, conjunction: Sequence[Formula]) -> Assignment | None:
        """The assignment nearest to normal of which all these hold."""
        whole: Mdd = ONE
        for part in self._by_meeting(conjunction):
            whole = self.manager.conjoin(whole, self.mdd(part))
        return self.min_cost_model_of(whole)

    def min_cost_model_of(self, diagram: Mdd) -> Assignment | None:
        """The assignment nearest to normal of which a diagram holds."""
        path = self.manager.min_cost_model(diagram, self.costs)
        return None if path is None else self._filled(path)

    def _filled(self, path: Assignment) -> Assignment:
        """A path with the cheapest value for every variable that it does not name."""
        return {**self._normal, **path}

    def count(self, formula: Formula, weights: Sequence[Sequence[int]]) -> int:
        """Of how many assignments a formula holds."""
        return self.manager.count(self.mdd(formula), weights)

    def mdd(self, formula: Formula) -> Mdd:
        """The diagram of a formula."""
        node = abs(formula)
        found = self._known.get(node)
        if found is None:
            if node in self.circuit.literals:
                found = self.manager.literal(*self.circuit.literals[node])
            else:
                found = ONE
                for part in self._by_meeting((node,)):
                    found = self.manager.conjoin(found, self.mdd(part))
                    if found == ZERO:
                        break
            self._known[node] = found
        return found if formula > 0 else self.manager.negate(found)

    def _by_meeting(self, conjunction: Sequence[Formula]) -> list[Formula]:
        """All conjuncts: those of the first, then those that share most variables with it."""
        support = self.circuit.support
        head, *rest = conjunction
        first = self.circuit.conjuncts(head)
        if not rest:
            small = min(first, key=lambda part: support[abs(part)].bit_count())
            first, rest = (small,), [part for part in first if part != small]
        core = 0
        for part in first:
            core |= support[abs(part)]

        def distance(part: Formula) -> tuple[int, int]:
            own = support[abs(part)]
            return -(own & core).bit_count(), own.bit_count()

        others = {c: None for part in rest for c in self.circuit.conjuncts(part)}
        return [*first, *sorted(others, key=distance)]
