"""The second engine: formulas -> clauses for a SAT solver (python-sat, the extra `prove`).

Each value of a variable is a Boolean of its own, exactly one of which holds. A node of the
circuit becomes a Boolean when it is first asked for, so all claims share one solver.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from backtriage.prove.circuit import TRUE, Circuit, Formula
from backtriage.prove.domain import Assignment
from backtriage.prove.engines.budget import Budget

if TYPE_CHECKING:
    from types import ModuleType

SOLVER: Final = "glucose4"
"""Takes assumptions, a bound on its work, and writes proofs."""

_CONFLICTS: Final = 20_000
"""The solver looks at the clock after so many dead ends."""


class NotInstalled(Exception):  # noqa: N818 - says what is missing; caught once, in the command
    """python-sat is not there."""


def solvers() -> ModuleType:
    """The library, imported late and only here. Raises `NotInstalled`."""
    try:
        from pysat import solvers as found  # noqa: PLC0415
    except ImportError:
        raise NotInstalled(
            "python-sat is not installed: pip install 'backtriage[prove]'"
        ) from None
    return found  # type: ignore[no-any-return]


class Clauses:
    """Clauses that give every formula asked for a Boolean of its own."""

    def __init__(self, circuit: Circuit) -> None:
        """Start with one Boolean that is true."""
        self.circuit = circuit
        self.all: list[list[int]] = [[1]]
        self.count = 1
        self.of_value: dict[tuple[int, int], int] = {}
        """Variable and value -> its Boolean."""
        self._known: dict[int, int] = {TRUE: 1}

    def new(self) -> int:
        """A fresh Boolean."""
        self.count += 1
        return self.count

    def variable(self, at: int) -> list[int]:
        """The Booleans of a variable's values; exactly one holds."""
        values = range(len(self.circuit.space.variables[at].values))
        if (at, 0) not in self.of_value:
            found = [self.new() for _ in values]
            self.of_value.update(((at, value), b) for value, b in zip(values, found, strict=True))
            self.all.append(found)
            self.all += [[-one, -two] for one, two in combinations(found, 2)]
        return [self.of_value[at, value] for value in values]

    def literal(self, formula: Formula) -> int:
        """The Boolean of a formula."""
        node = abs(formula)
        found = self._known.get(node)
        if found is None:
            found = self._known[node] = self._of(node)
        return found if formula > 0 else -found

    def _of(self, node: int) -> int:
        if node in self.circuit.literals:
            variable, values = self.circuit.literals[node]
            booleans = self.variable(variable)
            chosen = [booleans[value] for value in values]
            return chosen[0] if len(chosen) == 1 else -self._all([-one for one in chosen])
        return self._all([self.literal(part) for part in self.circuit.operands[node]])

    def _all(self, parts: list[int]) -> int:
        whole = self.new()
        self.all += [[-whole, part] for part in parts]
        self.all.append([whole, *(-part for part in parts)])
        return whole


class SatEngine:
    """Decides formulas of one circuit."""

    name = "sat"

    def __init__(self, circuit: Circuit, costs: Sequence[Sequence[int]], budget: Budget) -> None:
        """`costs` says how far each value of each variable is from normal."""
        self.circuit = circuit
        self.costs = costs
        self.budget = budget
        self.clauses = Clauses(circuit)
        self._solver: Any = solvers().Solver(name=SOLVER)
        self._told = 0

    def find_model(self, conjunction: Sequence[Formula]) -> Assignment | None:
        """Any assignment of which all these hold, or None when there is none."""
        self.budget.spend()
        assumed = self._assumed(conjunction)
        for clause in self.clauses.all[self._told :]:
            self._solver.add_clause(clause)
        self._told = len(self.clauses.all)
        while True:
            self._solver.conf_budget(_CONFLICTS)
            answer = self._solver.solve_limited(assumptions=assumed)
            if answer is not None:
                return self._assignment(self._solver.get_model()) if answer else None
            self.budget.spend()

    def _assumed(self, conjunction: Sequence[Formula]) -> list[int]:
        parts = (part for formula in conjunction for part in self.circuit.conjuncts(formula))
        return [self.clauses.literal(part) for part in dict.fromkeys(parts)]

    def min_cost_model(self, conjunction: Sequence[Formula]) -> Assignment | None:
        """The assignment nearest to normal of which all these hold."""
        from pysat.examples.rc2 import RC2  # noqa: PLC0415
        from pysat.formula import WCNF  # noqa: PLC0415

        assumed = self._assumed(conjunction)
        whole = WCNF()
        whole.extend(self.clauses.all)
        whole.extend([[one] for one in assumed])
        for (variable, value), boolean in self.clauses.of_value.items():
            cost = self.costs[variable][value]
            if cost:
                whole.append([-boolean], weight=cost)
        with RC2(whole) as search:
            found = search.compute()
        return None if found is None else self._assignment(found)

    def _assignment(self, found: Sequence[int]) -> Assignment:
        """The values that hold in a model, and normal ones where it says nothing."""
        held = {boolean for boolean in found if boolean > 0}
        chosen = {at: own.index(min(own)) for at, own in enumerate(self.costs)}
        for (variable, value), boolean in self.clauses.of_value.items():
            if boolean in held:
                chosen[variable] = value
        return chosen
