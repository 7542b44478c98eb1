"""True-or-false formulas over the variables, each distinct one stored once.

A formula is a number: `n` is a node, `-n` its opposite. There are two kinds of node: a variable
has one of some values, or all of several formulas hold. Both engines read nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from backtriage.prove.domain import Assignment, Space

Formula: TypeAlias = int

TRUE: Final[Formula] = 1
FALSE: Final[Formula] = -1


class Circuit:
    """A growing table of formulas over one space."""

    def __init__(self, domain: Space) -> None:
        """Start with nothing but true."""
        self.domain = domain
        self.literals: dict[int, tuple[int, frozenset[int]]] = {}
        """Node -> variable and the values for which it holds."""
        self.parts: dict[int, tuple[Formula, ...]] = {}
        """Node -> the formulas that must all hold."""
        self.support: list[int] = [0, 0]
        """Node -> the variables it depends on, a bit each."""
        self._known: dict[object, int] = {}

    # -- making -------------------------------------------------------------------------------

    def literal(self, variable: int, values: Iterable[int]) -> Formula:
        """The variable has one of these values."""
        size = len(self.domain.variables[variable].values)
        chosen = frozenset(values)
        if not chosen or len(chosen) == size:
            return TRUE if chosen else FALSE
        if 0 in chosen:  # one of two opposites is stored: the one without the first value
            return -self.literal(variable, frozenset(range(size)) - chosen)
        key = (variable, chosen)
        node = self._known.get(key)
        if node is None:
            node = self._new(key, 1 << variable)
            self.literals[node] = key
        return node

    def all(self, formulas: Iterable[Formula]) -> Formula:
        """Every one of them holds."""
        found: dict[Formula, None] = {}
        for formula in formulas:
            if formula == FALSE or -formula in found:
                return FALSE
            if formula != TRUE:
                found[formula] = None
        if len(found) <= 1:
            return next(iter(found), TRUE)
        key = tuple(sorted(found))
        node = self._known.get(key)
        if node is None:
            bits = 0
            for formula in key:
                bits |= self.support[abs(formula)]
            node = self._new(key, bits)
            self.parts[node] = key
        return node

    def _new(self, key: object, bits: int) -> int:
        node = len(self.support)
        self.support.append(bits)
        self._known[key] = node
        return node

    def any(self, formulas: Iterable[Formula]) -> Formula:
        """At least one of them holds."""
        return -self.all([-formula for formula in formulas])

    def conjoin(self, *formulas: Formula) -> Formula:
        """All of these hold."""
        return self.all(formulas)

    def disjoin(self, *formulas: Formula) -> Formula:
        """One of these holds."""
        return self.any(formulas)

    def if_then_else(self, test: Formula, then: Formula, otherwise: Formula) -> Formula:
        """One formula while the test holds, another while it does not."""
        if test in {TRUE, FALSE} or then == otherwise:
            return then if test != FALSE else otherwise
        if otherwise in {TRUE, FALSE}:
            return self.conjoin(test, then) if otherwise == FALSE else self.disjoin(-test, then)
        if then in {TRUE, FALSE}:
            return (
                self.disjoin(test, otherwise) if then == TRUE else self.conjoin(-test, otherwise)
            )
        return self.conjoin(self.disjoin(-test, then), self.disjoin(test, otherwise))

    def xor(self, one: Formula, other: Formula) -> Formula:
        """Exactly one of the two holds."""
        return self.disjoin(self.conjoin(one, -other), self.conjoin(-one, other))

    def at_least(self, least: int, weighted: Sequence[tuple[int, Formula]]) -> Formula:
        """The weights of those that hold add up to so much. Weights are above 0."""
        left = [0]
        for weight, _ in reversed(weighted):
            left.append(left[-1] + weight)
        left.reverse()
        memo: dict[tuple[int, int], Formula] = {}

        def reach(at: int, need: int) -> Formula:
            if need <= 0 or left[at] < need:
                return TRUE if need <= 0 else FALSE
            found = memo.get((at, need))
            if found is None:
                weight, formula = weighted[at]
                with_it = self.conjoin(formula, reach(at + 1, need - weight))
                found = memo[at, need] = self.disjoin(reach(at + 1, need), with_it)
            return found

        return reach(0, least)

    # -- looking ------------------------------------------------------------------------------

    def cofactor(self, formula: Formula, variable: int, value: int) -> Formula:
        """The formula with one variable held at a value."""
        bit = 1 << variable
        memo: dict[int, Formula] = {}

        def walk(formula: Formula) -> Formula:
            node = abs(formula)
            if not self.support[node] & bit:
                return formula
            found = memo.get(node)
            if found is None:
                if node in self.literals:
                    found = TRUE if value in self.literals[node][1] else FALSE
                else:
                    found = self.all([walk(part) for part in self.parts[node]])
                memo[node] = found
            return found if formula > 0 else -found

        return walk(formula)

    def depends_on(self, formula: Formula, variable: int) -> bool:
        """Whether a variable stands in a formula. It may still not matter there."""
        return bool(self.support[abs(formula)] >> variable & 1)

    def holds(self, formula: Formula, assignment: Assignment) -> bool:
        """Whether a formula holds of one assignment; a variable not named has its first value."""
        memo: dict[int, bool] = {}

        def walk(formula: Formula) -> bool:
            node = abs(formula)
            found = memo.get(node)
            if found is None:
                if node == TRUE:
                    found = True
                elif node in self.literals:
                    variable, values = self.literals[node]
                    found = assignment.get(variable, 0) in values
                else:
                    found = all(walk(part) for part in self.parts[node])
                memo[node] = found
            return found == (formula > 0)

        return walk(formula)

    def conjuncts(self, formula: Formula) -> tuple[Formula, ...]:
        """The formulas that must all hold for this one, `and` within `and` opened."""
        if formula > 0 and formula in self.parts:
            return tuple(c for part in self.parts[formula] for c in self.conjuncts(part))
        return (formula,)
