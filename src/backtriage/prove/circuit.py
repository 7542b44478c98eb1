"""A hash-consed Boolean circuit over finite-domain variables, like an and-inverter graph.

A formula is an edge into the circuit: `n` for a node, `-n` for its complement. Nodes are literals
(a variable has one of some values) and conjunctions; structurally equal nodes are shared. The
engines read nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final, Protocol, TypeAlias

from backtriage.prove.domain import Assignment, Variable

Formula: TypeAlias = int

TRUE: Final[Formula] = 1
FALSE: Final[Formula] = -1


_VARIABLES_PER_ENTRY: Final = 400
"""The set of the variables below a node takes as much memory as an entry of a diagram's table
for so many of them; the rest of a node takes twice that, and so does a clause."""


class Meter(Protocol):
    """Counts the work on a circuit, and ends it when that is too much."""

    def is_due(self, steps: int = 1) -> bool:
        """Count some steps, and return whether to call `spend` now."""

    def spend(self, nodes: int = 0) -> None:
        """Raise an exception if the work must end, or there are too many nodes."""


class Circuit:
    """A growing table of formulas over some variables."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        """Start with the constants only."""
        self.variables = variables
        self.literals: dict[int, tuple[int, frozenset[int]]] = {}
        """Literal node -> its variable, and the values that satisfy it."""
        self.operands: dict[int, tuple[Formula, ...]] = {}
        """Conjunction node -> its conjuncts."""
        self.support: list[int] = [0, 0]
        """Node -> the variables below it, as a bit set."""
        self.meter: Meter | None = None
        """The budget of whoever uses the circuit."""
        self._unique: dict[object, int] = {}
        self._weight = 2 + len(variables) // _VARIABLES_PER_ENTRY

    def count_steps(self, steps: int = 1, clauses: int = 0) -> None:
        """Count work on this circuit, and the clauses that are made from it."""
        if self.meter is not None and self.meter.is_due(steps):
            self.meter.spend(max(2 * clauses, self._weight * len(self.support)))

    def literal(self, variable: int, values: Iterable[int]) -> Formula:
        """Return the formula "the variable has one of these values"."""
        size = len(self.variables[variable].values)
        chosen = frozenset(values)
        if not chosen or len(chosen) == size:
            return TRUE if chosen else FALSE
        if 0 in chosen:  # of two complements, only the one without the first value is stored
            return -self.literal(variable, frozenset(range(size)) - chosen)
        key = (variable, chosen)
        node = self._unique.get(key)
        if node is None:
            node = self._new(key, 1 << variable)
            self.literals[node] = key
        return node

    def conjoin(self, *formulas: Formula) -> Formula:
        """Return the conjunction of formulas."""
        self.count_steps(len(formulas))
        operands: dict[Formula, None] = {}
        for formula in formulas:
            if formula == FALSE or -formula in operands:
                return FALSE
            if formula != TRUE:
                operands[formula] = None
        if len(operands) <= 1:
            return next(iter(operands), TRUE)
        key = tuple(sorted(operands))
        node = self._unique.get(key)
        if node is None:
            support = 0
            for formula in key:
                support |= self.support[abs(formula)]
            node = self._new(key, support)
            self.operands[node] = key
        return node

    def _new(self, key: object, support: int) -> int:
        node = len(self.support)
        self.support.append(support)
        self._unique[key] = node
        return node

    def disjoin(self, *formulas: Formula) -> Formula:
        """Return the disjunction of formulas."""
        return -self.conjoin(*[-formula for formula in formulas])

    def if_then_else(self, test: Formula, then: Formula, otherwise: Formula) -> Formula:
        """Return `then` where the test is true and `otherwise` where it is false."""
        if then == otherwise:
            return then
        if otherwise == FALSE:
            return self.conjoin(test, then)
        if then == FALSE:
            return self.conjoin(-test, otherwise)
        return self.conjoin(self.disjoin(-test, then), self.disjoin(test, otherwise))

    def xor(self, left: Formula, right: Formula) -> Formula:
        """Return the exclusive disjunction of two formulas."""
        return self.disjoin(self.conjoin(left, -right), self.conjoin(-left, right))

    def at_least(self, bound: int, weighted: Sequence[tuple[int, Formula]]) -> Formula:
        """Return the pseudo-Boolean constraint that the true formulas weigh at least `bound`.

        Weights are positive. The result has one node for each suffix and remaining weight.
        """
        weights = [weight for weight, _ in weighted]
        remaining = [*accumulate(reversed(weights), initial=0)][::-1]
        memo: dict[tuple[int, int], Formula] = {}

        def build(index: int, need: int) -> Formula:
            if need <= 0 or remaining[index] < need:
                return TRUE if need <= 0 else FALSE
            result = memo.get((index, need))
            if result is None:
                weight, formula = weighted[index]
                taken = self.conjoin(formula, build(index + 1, need - weight))
                result = memo[index, need] = self.disjoin(build(index + 1, need), taken)
            return result

        return build(0, bound)

    def cofactor(self, formula: Formula, variable: int, value: int) -> Formula:
        """Return the formula with one variable fixed to a value."""
        bit = 1 << variable
        memo: dict[int, Formula] = {}

        def walk(formula: Formula) -> Formula:
            node = abs(formula)
            if not self.support[node] & bit:
                return formula
            result = memo.get(node)
            if result is None:
                if node in self.literals:
                    result = TRUE if value in self.literals[node][1] else FALSE
                else:
                    result = self.conjoin(*[walk(operand) for operand in self.operands[node]])
                memo[node] = result
            return result if formula > 0 else -result

        result = walk(formula)
        self.count_steps(len(memo))
        return result

    def depends_on(self, formula: Formula, variable: int) -> bool:
        """Return whether a variable is in the structural support, perhaps without any effect."""
        return bool(self.support[abs(formula)] >> variable & 1)

    def evaluate(self, formula: Formula, assignment: Assignment) -> bool:
        """Return the truth of a formula; an unassigned variable has its first value."""
        return not self.falsified((formula,), assignment)

    def falsified(self, formulas: Iterable[Formula], assignment: Assignment) -> list[Formula]:
        """Return the formulas that are false; an unassigned variable has its first value."""
        literals, operands = self.literals, self.operands
        memo: dict[int, bool] = {TRUE: True}

        def walk(formula: Formula) -> bool:
            node = formula if formula > 0 else -formula
            result = memo.get(node)
            if result is None:
                if node in literals:
                    variable, values = literals[node]
                    result = assignment.get(variable, 0) in values
                else:
                    result = True
                    for operand in operands[node]:  # all() would use the stack of C
                        if not walk(operand):
                            result = False
                            break
                memo[node] = result
            return result is (formula > 0)

        false = [formula for formula in formulas if not walk(formula)]
        self.count_steps(len(memo))
        return false

    def conjuncts(self, *formulas: Formula) -> tuple[Formula, ...]:
        """Flatten nested conjunctions into a list of conjuncts, each of them once."""
        seen: dict[Formula, bool] = {}
        """Formula -> whether it is a conjunct."""
        stack = list(reversed(formulas))
        while stack:
            part = stack.pop()
            if part not in seen:
                inside = self.operands.get(part, ())
                seen[part] = not inside
                stack += reversed(inside)
        self.count_steps(len(seen))
        return tuple(part for part, is_conjunct in seen.items() if is_conjunct)
