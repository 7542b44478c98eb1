"""The engine of decision diagrams: formulas -> diagrams. Needs nothing but Python.

Two things keep diagrams small. Conjuncts are taken in the order in which they meet what is
there, so that what refutes comes first. And where any example will do, the nearest one of the
first conjuncts is tried before the whole is built.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from backtriage.prove.budget import Budget
from backtriage.prove.circuit import TRUE, Circuit, Formula
from backtriage.prove.diagram import ALWAYS, NEVER, Diagram, Diagrams
from backtriage.prove.domain import Assignment


class ByDiagram:
    """Decides formulas of one circuit."""

    name = "diagram"

    def __init__(
        self, circuit: Circuit, order: Sequence[int], costs: Sequence[Sequence[int]],
        budget: Budget,
    ) -> None:  # fmt: skip
        """`costs` says how far each value of each variable is from normal."""
        self.circuit = circuit
        self.costs = costs
        sizes = [len(variable.values) for variable in circuit.domain.variables]
        self.diagrams = Diagrams(order, sizes, budget)
        self.budget = budget
        self._known: dict[int, Diagram] = {TRUE: ALWAYS}
        # Conditions nest to 50 and diagrams are as deep as there are variables.
        sys.setrecursionlimit(max(sys.getrecursionlimit(), 20_000))

    def example(self, formula: Formula) -> Assignment | None:
        """Any assignment of which a formula holds, or None when there is none."""
        for part in self.circuit.disjuncts(formula):
            found = self._example(part)
            if found is not None:
                return found
        return None

    def _example(self, formula: Formula) -> Assignment | None:
        self.budget.spend()
        parts = self._by_meeting(formula)
        whole: Diagram = ALWAYS
        for at, part in enumerate(parts):
            whole = self.diagrams.both(whole, self.diagram(part))
            if whole == NEVER:
                return None
            if at + 1 < len(parts):
                guess = self.diagrams.nearest(whole, self.costs) or {}
                if all(self.circuit.holds(rest, self._filled(guess)) for rest in parts[at + 1 :]):
                    return self._filled(guess)
        return self._filled(self.diagrams.nearest(whole, self.costs) or {})

    def nearest(self, formula: Formula) -> Assignment | None:
        """The assignment nearest to normal of which a formula holds."""
        found = None
        for part in self.circuit.disjuncts(formula):
            whole: Diagram = ALWAYS
            for conjunct in self._by_meeting(part):
                whole = self.diagrams.both(whole, self.diagram(conjunct))
            path = self.diagrams.nearest(whole, self.costs)
            if path is not None:
                full = self._filled(path)
                if found is None or self.cost(full) < self.cost(found):
                    found = full
        return found

    def cost(self, assignment: Assignment) -> int:
        """How far an assignment is from normal."""
        return sum(self.costs[variable][value] for variable, value in assignment.items())

    def _filled(self, path: Assignment) -> Assignment:
        """A path with the cheapest value for every variable that it does not name."""
        return {
            variable.at: path.get(variable.at, self._cheapest(variable.at))
            for variable in self.circuit.domain.variables
        }

    def _cheapest(self, variable: int) -> int:
        own = self.costs[variable]
        return own.index(min(own))

    def count(self, formula: Formula, weights: Sequence[Sequence[int]]) -> int:
        """Of how many assignments a formula holds."""
        return self.diagrams.count(self.diagram(formula), weights)

    def diagram(self, formula: Formula) -> Diagram:
        """The diagram of a formula."""
        node = abs(formula)
        found = self._known.get(node)
        if found is None:
            if node in self.circuit.literals:
                found = self.diagrams.has(*self.circuit.literals[node])
            else:
                found = ALWAYS
                for part in self._by_meeting(node):
                    found = self.diagrams.both(found, self.diagram(part))
                    if found == NEVER:
                        break
            self._known[node] = found
        return found if formula > 0 else self.diagrams.opposite(found)

    def _by_meeting(self, formula: Formula) -> tuple[Formula, ...]:
        """The conjuncts: the one with fewest variables first, then those that meet it most."""
        parts = self.circuit.conjuncts(formula)
        if len(parts) < 3:  # noqa: PLR2004 - nothing to order
            return parts
        support = self.circuit.support
        first = min(parts, key=lambda part: support[abs(part)].bit_count())
        core = support[abs(first)]

        def distance(part: Formula) -> tuple[int, int]:
            own = support[abs(part)]
            return -(own & core).bit_count(), own.bit_count()

        return (first, *sorted((part for part in parts if part != first), key=distance))

