"""The first engine: multi-valued decision diagrams (Srinivasan, Kam, Malik, Brayton 1990).

A diagram is the number of its root: 0 and 1 are the terminals, any other node branches on one
variable, with one child for each value. Nodes are hash-consed and variables ordered, so diagrams
are canonical: two are equivalent if and only if they are the same number.

Two heuristics keep diagrams small. Conjuncts that share the most variables come first, so that
contradictions show early. And only the conjuncts that matter are built: those that are false on
the cheapest model of the ones built before (as in counterexample-guided abstraction refinement,
Clarke, Grumberg, Jha, Lu, Veith 2000).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final, TypeAlias

from backtriage.prove.circuit import TRUE, Circuit, Formula
from backtriage.prove.domain import Assignment
from backtriage.prove.engines.budget import Budget

Mdd: TypeAlias = int

ZERO: Final[Mdd] = 0
ONE: Final[Mdd] = 1

_INFINITE: Final = 1 << 62

_CHILDREN_PER_ENTRY: Final = 8
"""So many children of a node take as much memory as an entry of a table."""


class MddManager:
    """The unique table of all diagrams over one variable order, with the operations on them."""

    def __init__(self, order: Sequence[int], sizes: Sequence[int], budget: Budget) -> None:
        """`order` lists the variables from the root down, `sizes` their numbers of values."""
        self.order = tuple(order)
        self.sizes = sizes
        self.budget = budget
        self._level_of = {variable: level for level, variable in enumerate(order)}
        self.levels: list[int] = [len(self.order)] * 2
        """Node -> its level; the terminals are below all variables."""
        self.children: list[tuple[Mdd, ...]] = [(), ()]
        """Node -> its child for each value."""
        self._unique: dict[tuple[int, tuple[Mdd, ...]], Mdd] = {}
        self._conjunctions: dict[tuple[Mdd, Mdd], Mdd] = {}
        self._negations: dict[Mdd, Mdd] = {ZERO: ONE, ONE: ZERO}
        self._children_count = 0

    @property
    def entries(self) -> int:
        """The size of all tables together."""
        nodes = len(self.levels) + self._children_count // _CHILDREN_PER_ENTRY
        return nodes + len(self._conjunctions) + len(self._negations) // 2

    def check_budget(self) -> None:
        """Raise `Exhausted` if time is up or the tables are too large."""
        self.budget.spend(self.entries)

    def make_room(self) -> None:
        """Forget what can be worked out again, once the tables are half full."""
        if self.entries > self.budget.nodes // 2:
            self._conjunctions.clear()

    def node(self, level: int, children: tuple[Mdd, ...]) -> Mdd:
        """Return the node with these children, or the child if all are the same."""
        first = children[0]
        if children.count(first) == len(children):
            return first
        key = (level, children)
        node = self._unique.get(key)
        if node is None:
            node = len(self.levels)
            self._children_count += len(children)
            self._unique[key] = node
            self.levels.append(level)
            self.children.append(children)
        return node

    def literal(self, variable: int, values: frozenset[int]) -> Mdd:
        """Return the diagram of "the variable has one of these values"."""
        children = tuple(int(value in values) for value in range(self.sizes[variable]))
        return self.node(self._level_of[variable], children)

    def negate(self, mdd: Mdd) -> Mdd:
        """Return the complement of a diagram."""
        result = self._negations.get(mdd)
        if result is None:
            if self.budget.is_due():
                self.check_budget()
            children = tuple([self.negate(child) for child in self.children[mdd]])
            result = self.node(self.levels[mdd], children)
            self._negations[mdd] = result
            self._negations[result] = mdd
        return result

    def conjoin(self, left: Mdd, right: Mdd) -> Mdd:
        """Return the conjunction of two diagrams."""
        if left in {right, ZERO} or right == ONE:
            return left
        if right == ZERO or left == ONE:
            return right
        key = (left, right) if left < right else (right, left)
        result = self._conjunctions.get(key)
        if result is None:
            if self.budget.is_due():
                self.check_budget()
            conjoin = self.conjoin
            level, other = self.levels[left], self.levels[right]
            if level == other:
                pairs = zip(self.children[left], self.children[right], strict=True)
                children = [conjoin(a, b) for a, b in pairs]
            elif level < other:
                children = [conjoin(child, right) for child in self.children[left]]
            else:
                children = [conjoin(left, child) for child in self.children[right]]
            result = self.node(min(level, other), tuple(children))
            self._conjunctions[key] = result
        return result

    def conjoin_all(self, diagrams: Sequence[Mdd]) -> Mdd:
        """Return the conjunction of diagrams, built in pairs from the lowest variables up.

        So most steps change only the top of a diagram, and few diagrams are large.
        """
        rows = sorted(diagrams, key=self.levels.__getitem__, reverse=True)
        while len(rows) > 1:
            pairs = zip_longest(rows[::2], rows[1::2], fillvalue=ONE)
            rows = [self.conjoin(left, right) for left, right in pairs]
        return rows[0] if rows else ONE

    def min_cost_model(self, mdd: Mdd, costs: Sequence[Sequence[int]]) -> dict[int, int] | None:
        """Return the cheapest model by the costs of each variable's values, or None.

        Variables that the path skips are left out: their cheapest values complete the model.
        """
        best: dict[Mdd, tuple[int, int]] = {ONE: (0, 0)}

        def cost(mdd: Mdd) -> int:
            if mdd == ZERO:
                return _INFINITE
            cheapest = best.get(mdd)
            if cheapest is None:
                own = costs[self.order[self.levels[mdd]]]
                if self.budget.is_due(len(own)):
                    self.check_budget()
                below = [cost(child) for child in self.children[mdd]]
                cheapest = best[mdd] = min((own[v] + least, v) for v, least in enumerate(below))
            return cheapest[0]

        if cost(mdd) >= _INFINITE:
            return None
        path: dict[int, int] = {}
        while mdd != ONE:
            value = best[mdd][1]
            path[self.order[self.levels[mdd]]] = value
            mdd = self.children[mdd][value]
        return path

    def count(self, mdd: Mdd, weights: Sequence[Sequence[int]]) -> int:
        """Return the exact number of models, where each value counts by its weight."""
        below = [1]  # assignments of the variables from a level down, last level first
        for variable in reversed(self.order):
            below.append(below[-1] * sum(weights[variable]))
        below.reverse()
        memo: dict[Mdd, int] = {ZERO: 0, ONE: 1}

        def models(mdd: Mdd) -> int:
            """Count over the variables from the node's own level down."""
            result = memo.get(mdd)
            if result is None:
                level = self.levels[mdd]
                own = weights[self.order[level]]
                if self.budget.is_due(len(own)):
                    self.check_budget()
                result = 0
                for weight, child in zip(own, self.children[mdd], strict=True):
                    free = below[level + 1] // below[self.levels[child]]
                    result += weight * models(child) * free
                memo[mdd] = result
            return result

        return models(mdd) * (below[0] // below[self.levels[mdd]])


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
        self.set_budget(budget)
        self._cheapest = {variable: own.index(min(own)) for variable, own in enumerate(costs)}
        self._cache: dict[int, Mdd] = {TRUE: ONE}

    def set_budget(self, budget: Budget) -> None:
        """Replace the budget; all diagrams stay."""
        self.budget = self.manager.budget = self.circuit.meter = budget

    def find_model(self, conjunction: Sequence[Formula]) -> Assignment | None:
        """Return any model, or None if the conjunction is unsatisfiable."""
        return self.min_cost_model(conjunction)

    def min_cost_model(self, conjunction: Sequence[Formula]) -> Assignment | None:
        """Return the cheapest model, or None if the conjunction is unsatisfiable.

        The cheapest model of some conjuncts is the cheapest of all once it satisfies the rest.
        """
        self.manager.check_budget()
        product, waiting = ONE, self._ordered(conjunction)
        while (model := self.min_cost_model_of(product)) is not None:
            failing = self._disjoint(self.circuit.falsified(waiting, model))
            if not failing:
                return model
            for part in failing:
                product = self.manager.conjoin(product, self.mdd(part))
            waiting = [part for part in waiting if part not in failing]
        return None

    def _disjoint(self, formulas: Sequence[Formula]) -> list[Formula]:
        """Return those that share no variable with one before, which may change their truth."""
        chosen, seen = [], 0
        for formula in formulas:
            support = self.circuit.support[abs(formula)]
            if not support & seen:
                chosen.append(formula)
            seen |= support
        return chosen

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
                diagrams = [self.mdd(part) for part in self.circuit.conjuncts(node)]
                result = self.manager.conjoin_all(diagrams)
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

        return [*first, *sorted(self.circuit.conjuncts(*rest), key=rank)]
