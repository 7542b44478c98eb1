"""The second engine: an incremental SAT solver on a CNF encoding (python-sat, the extra `prove`).

The encoding has one-hot variables, and a Boolean for each node of the circuit (Tseitin 1968).
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
"""Supports assumptions, a conflict budget and DRUP proofs."""

_CONFLICTS: Final = 1000
"""After so many conflicts a solver returns, so that the clock can be read and Ctrl-C is heard."""


class NotInstalled(Exception):  # noqa: N818 - says what is missing; caught once, in the command
    """python-sat is not installed."""


def solvers() -> ModuleType:
    """Import the solvers of python-sat on first use, and only here.

    Raises:
        NotInstalled: If python-sat is missing.
    """
    try:
        from pysat import solvers as module  # noqa: PLC0415
    except ImportError:
        raise NotInstalled(
            "python-sat is not installed: pip install 'backtriage[prove]'"
        ) from None
    return module  # type: ignore[no-any-return]


class BudgetedSolver:
    """A solver of python-sat that searches only as long as a budget allows."""

    def __init__(self, solver: Any, budget: Budget) -> None:  # noqa: ANN401 - it has no types
        """Share the solver, with all of its clauses."""
        self._solver = solver
        self._budget = budget

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        """Return anything else of the solver."""
        return getattr(self._solver, name)

    def solve(self, assumptions: Sequence[int] = (), **_: object) -> bool:
        """Return whether the clauses are satisfiable. Raises `Exhausted`."""
        while True:
            self._budget.spend()
            self._solver.conf_budget(_CONFLICTS)
            # Else the solver handles Ctrl-C itself, and calls it an error.
            outcome = self._solver.solve_limited(assumptions=assumptions, expect_interrupt=True)
            if outcome is not None:
                return bool(outcome)

    solve_limited = solve


class CnfEncoder:
    """Encodes formulas of one circuit on demand, into one growing set of clauses."""

    def __init__(self, circuit: Circuit, after: int = 0) -> None:
        """Start with a Boolean for the constant true; the Booleans up to `after` are taken."""
        self.circuit = circuit
        self.count = true = after + 1
        """The last Boolean in use."""
        self.clauses: list[list[int]] = [[true]]
        self.of_value: dict[tuple[int, int], int] = {}
        """Variable and value -> its Boolean."""
        self._of_node: dict[int, int] = {TRUE: true}

    def variable(self, index: int) -> list[int]:
        """Return the Booleans of a variable's values, exactly one of which is true."""
        values = range(len(self.circuit.variables[index].values))
        if (index, 0) not in self.of_value:
            self._count(len(values) ** 2 // 2)
            booleans = [self._new() for _ in values]
            self.of_value |= {(index, value): b for value, b in zip(values, booleans, strict=True)}
            self.clauses.append(booleans)
            self.clauses += [[-left, -right] for left, right in combinations(booleans, 2)]
        return [self.of_value[index, value] for value in values]

    def literal(self, formula: Formula) -> int:
        """Return the literal that is equivalent to a formula."""
        node = abs(formula)
        if node not in self._of_node:
            self._of_node[node] = self._encode(node)
        return self._of_node[node] if formula > 0 else -self._of_node[node]

    def _encode(self, node: int) -> int:
        if node in self.circuit.literals:
            variable, values = self.circuit.literals[node]
            booleans = self.variable(variable)
            chosen = [booleans[value] for value in values]
            return chosen[0] if len(chosen) == 1 else -self._conjunction([-b for b in chosen])
        return self._conjunction([self.literal(part) for part in self.circuit.operands[node]])

    def _conjunction(self, literals: list[int]) -> int:
        """Define a Boolean as the conjunction of literals, in both directions."""
        self._count(len(literals))
        whole = self._new()
        self.clauses += [[-whole, literal] for literal in literals]
        self.clauses.append([whole, *(-literal for literal in literals)])
        return whole

    def _count(self, clauses: int) -> None:
        """Count clauses that are about to be made."""
        self.circuit.count_steps(clauses, len(self.clauses) + clauses)

    def _new(self) -> int:
        self.count += 1
        return self.count


class SatEngine:
    """Decides formulas of one circuit with one solver, which all claims share."""

    def __init__(self, circuit: Circuit, costs: Sequence[Sequence[int]], budget: Budget) -> None:
        """`costs` holds, for each variable, the distance of each value from the baseline."""
        self.circuit = circuit
        self.costs = costs
        self.budget = circuit.meter = budget
        self.encoder = CnfEncoder(circuit)
        self._solver: Any = solvers().Solver(name=SOLVER)
        self._clauses_added = 0

    def find_model(self, conjunction: Sequence[Formula]) -> Assignment | None:
        """Return any model, or None if the conjunction is unsatisfiable."""
        self.budget.spend()
        assumptions = self._literals(conjunction)
        for clause in self.encoder.clauses[self._clauses_added :]:
            self._solver.add_clause(clause)
        self._clauses_added = len(self.encoder.clauses)
        if not BudgetedSolver(self._solver, self.budget).solve(assumptions):
            return None
        return self._assignment(self._solver.get_model())

    def min_cost_model(self, conjunction: Sequence[Formula]) -> Assignment | None:
        """Return the cheapest model by weighted MaxSAT (RC2, Ignatiev et al. 2019)."""
        from pysat.examples.rc2 import RC2  # noqa: PLC0415
        from pysat.formula import WCNF  # noqa: PLC0415

        literals = self._literals(conjunction)
        wcnf = WCNF()
        wcnf.extend(self.encoder.clauses)
        wcnf.extend([[literal] for literal in literals])
        for (variable, value), boolean in self.encoder.of_value.items():
            cost = self.costs[variable][value]
            if cost:
                wcnf.append([-boolean], weight=cost)
        with RC2(wcnf) as solver:
            solver.oracle = BudgetedSolver(solver.oracle, self.budget)
            model = solver.compute()
        return None if model is None else self._assignment(model)

    def _literals(self, conjunction: Sequence[Formula]) -> list[int]:
        return [self.encoder.literal(part) for part in self.circuit.conjuncts(*conjunction)]

    def _assignment(self, model: Sequence[int]) -> Assignment:
        """Decode a model; a variable that is not encoded has its cheapest value."""
        cheapest = {variable: own.index(min(own)) for variable, own in enumerate(self.costs)}
        true = set(model)
        encoded = self.encoder.of_value.items()
        return cheapest | {variable: v for (variable, v), boolean in encoded if boolean in true}
