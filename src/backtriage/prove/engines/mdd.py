"""Decision diagrams over variables with several values: each distinct one stored once.

A diagram is a number: 0 is never, 1 is always, any other is a node that asks one variable and
goes on to one diagram for each of its values. Variables are asked in one order everywhere, so
two diagrams hold of the same assignments exactly when they are the same number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from backtriage.prove.engines.budget import Budget

Mdd: TypeAlias = int

ZERO: Final[Mdd] = 0
ONE: Final[Mdd] = 1


class MddManager:
    """The table of all diagrams over one order of variables."""

    def __init__(self, order: Sequence[int], sizes: Sequence[int], budget: Budget) -> None:
        """`order` lists variables, first asked first; `sizes` says how many values each has."""
        self.order = tuple(order)
        self.sizes = sizes
        self.budget = budget
        self.level = {variable: at for at, variable in enumerate(order)}
        end = len(self.order)
        self.at: list[int] = [end, end]
        """Diagram -> the level of the variable it asks."""
        self.next: list[tuple[Mdd, ...]] = [(), ()]
        """Diagram -> the diagram for each value."""
        self._known: dict[tuple[int, tuple[Mdd, ...]], Mdd] = {}
        self._both: dict[tuple[Mdd, Mdd], Mdd] = {}
        self._not: dict[Mdd, Mdd] = {ZERO: ONE, ONE: ZERO}

    def make(self, level: int, below: tuple[Mdd, ...]) -> Mdd:
        """The diagram that asks the variable of a level."""
        first = below[0]
        if below.count(first) == len(below):
            return first
        key = (level, below)
        found = self._known.get(key)
        if found is None:
            found = len(self.at)
            if found % 1024 == 0:
                self.budget.spend(found)
            self._known[key] = found
            self.at.append(level)
            self.next.append(below)
        return found

    def literal(self, variable: int, values: frozenset[int]) -> Mdd:
        """The variable has one of these values."""
        below = tuple(int(value in values) for value in range(self.sizes[variable]))
        return self.make(self.level[variable], below)

    def negate(self, one: Mdd) -> Mdd:
        """Holds exactly where the other does not."""
        found = self._not.get(one)
        if found is None:
            below = tuple([self.negate(part) for part in self.next[one]])
            found = self.make(self.at[one], below)
            self._not[one] = found
            self._not[found] = one
        return found

    def conjoin(self, one: Mdd, two: Mdd) -> Mdd:
        """Holds where both do."""
        if one in {two, ZERO} or two == ONE:
            return one
        if two == ZERO or one == ONE:
            return two
        key = (one, two) if one < two else (two, one)
        found = self._both.get(key)
        if found is None:
            at_one, at_two = self.at[one], self.at[two]
            both = self.conjoin
            if at_one == at_two:
                below = [both(a, b) for a, b in zip(self.next[one], self.next[two], strict=True)]
            elif at_one < at_two:
                below = [both(a, two) for a in self.next[one]]
            else:
                below = [both(one, b) for b in self.next[two]]
            found = self.make(min(at_one, at_two), tuple(below))
            self._both[key] = found
        return found

    # -- looking ------------------------------------------------------------------------------

    def min_cost_model(self, one: Mdd, costs: Sequence[Sequence[int]]) -> dict[int, int] | None:
        """The cheapest assignment, by a cost for each value of each variable; None for never.

        A variable that is not asked on the way is not named: its cheapest value will do.
        """
        best: dict[Mdd, tuple[int, int]] = {ONE: (0, 0)}
        never = 1 << 62

        def cost(diagram: Mdd) -> int:
            if diagram == ZERO:
                return never
            found = best.get(diagram)
            if found is None:
                own = costs[self.order[self.at[diagram]]]
                found = min(
                    (own[value] + cost(below), value)
                    for value, below in enumerate(self.next[diagram])
                )
                best[diagram] = found
            return found[0]

        if cost(one) >= never:
            return None
        path: dict[int, int] = {}
        while one != ONE:
            value = best[one][1]
            path[self.order[self.at[one]]] = value
            one = self.next[one][value]
        return path

    def asked(self, one: Mdd) -> frozenset[int]:
        """The variables that a diagram asks."""
        seen, waiting = {ZERO, ONE}, [one]
        levels: set[int] = set()
        while waiting:
            diagram = waiting.pop()
            if diagram not in seen:
                seen.add(diagram)
                levels.add(self.at[diagram])
                waiting += self.next[diagram]
        return frozenset(self.order[level] for level in levels)

    def count(self, one: Mdd, weights: Sequence[Sequence[int]]) -> int:
        """How many assignments it holds of, exactly; each value counts by its weight."""
        totals = [sum(weights[variable]) for variable in self.order]
        after = [1] * (len(totals) + 1)
        for level in reversed(range(len(totals))):
            after[level] = after[level + 1] * totals[level]
        memo: dict[Mdd, int] = {ZERO: 0, ONE: 1}

        def below(diagram: Mdd) -> int:
            """Over the variables from its own level on."""
            found = memo.get(diagram)
            if found is None:
                level = self.at[diagram]
                found = memo[diagram] = sum(
                    weight * below(part) * (after[level + 1] // after[self.at[part]])
                    for weight, part in zip(
                        weights[self.order[level]], self.next[diagram], strict=True
                    )
                )
            return found

        return below(one) * (after[0] // after[self.at[one]])
