"""The first engine: compiles formulas into decision diagrams. Needs nothing but Python.

Two heuristics keep diagrams small. Conjuncts that share most variables come first, so that
contradictions show early. And where any model will do, the cheapest model of the first conjuncts
is tried on the others before the whole conjunction is built.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from backtriage.prove.circuit import TRUE, Circuit, Formula
from backtriage.prove.domain import Assignment
from backtriage.prove.engines.budget import Budget
from backtriage.prove.engines.mdd import ONE, ZERO, Mdd, MddManager

_GUESSES: Final = frozenset({0, 1, 2, 3, 5, 7, 10, 14, 20, 30, 45, 70})
"""The conjuncts after which the cheapest model so far is tried on the rest."""


class MddEngine:
    """Decides formulas of one circuit with one MDD manager."""

    def __init__(
        self, circuit: Circuit, order: Sequence[int], costs: Sequence[Sequence[int]],
        budget: Budget,
    ) -> None:  # fmt: skip
        """`costs` holds, for each variable, the distance of each value from the baseline."""
        self.circuit = circuit
        self.costs = costs
        sizes = [len(variable.values) for variable in circuit.variables]
        self.manager = MddManager(order, sizes, budget)
        self.budget = budget
        self._cheapest = {variable: own.index(min(own)) for variable, own in enumerate(costs)}
        self._cache: dict[int, Mdd] = {TRUE: ONE}

    def set_budget(self, budget: Budget) -> None:
        """Replace the budget; all diagrams stay."""
        self.budget = self.manager.budget = budget

    def find_model(self, conjunction: Sequence[Formula]) -> Assignment | None:
        """Return any model, or None if the conjunction is unsatisfiable."""
        self.budget.spend()
        parts = self._ordered(conjunction)
        product = ONE
        for index, part in enumerate(parts):
            product = self.manager.conjoin(product, self.mdd(part))
            if product == ZERO:
                return None
            if index in _GUESSES:
                model, rest = self.min_cost_model_of(product), parts[index + 1 :]
                if model and all(self.circuit.evaluate(part, model) for part in rest):
                    return model
        return self.min_cost_model_of(product)

    def min_cost_model(self, conjunction: Sequence[Formula]) -> Assignment | None:
        """Return the cheapest model, or None if the conjunction is unsatisfiable."""
        product = ONE
        for part in self._ordered(conjunction):
            product = self.manager.conjoin(product, self.mdd(part))
        return self.min_cost_model_of(product)

    def min_cost_model_of(self, mdd: Mdd) -> Assignment | None:
        """Return the cheapest model of a diagram, with a value for every variable."""
        path = self.manager.min_cost_model(mdd, self.costs)
        return None if path is None else {**self._cheapest, **path}

    def mdd(self, formula: Formula) -> Mdd:
        """Return the diagram of a formula."""
        node = abs(formula)
        result = self._cache.get(node)
        if result is None:
            if node in self.circuit.literals:
                result = self.manager.literal(*self.circuit.literals[node])
            else:
                result = ONE
                for part in self._ordered((node,)):
                    result = self.manager.conjoin(result, self.mdd(part))
                    if result == ZERO:
                        break
            self._cache[node] = result
        return result if formula > 0 else self.manager.negate(result)

    def _ordered(self, conjunction: Sequence[Formula]) -> list[Formula]:
        """Return all conjuncts: those of the first, then those that share most variables with it.

        A single formula starts from its conjunct with the smallest support.
        """
        support = self.circuit.support
        head, *rest = conjunction
        first = self.circuit.conjuncts(head)
        if not rest:
            smallest = min(first, key=lambda part: support[abs(part)].bit_count())
            first, rest = (smallest,), [part for part in first if part != smallest]
        core = 0
        for part in first:
            core |= support[abs(part)]

        def rank(part: Formula) -> tuple[int, int]:
            own = support[abs(part)]
            return -(own & core).bit_count(), own.bit_count()

        others = {c: None for part in rest for c in self.circuit.conjuncts(part)}
        return [*first, *sorted(others, key=rank)]
