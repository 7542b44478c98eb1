"""The baseline, the person with nothing wrong, and the distance of any other answer from it.

Questions with one risk direction have the answer of least risk. The others (age, sex, where it
hurts) have the answer that gives the mildest page, so that a counterexample differs from the
baseline only in what matters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from backtriage.decide.assessment import assess
from backtriage.decide.evaluate import asked
from backtriage.protocol.guarantees import Risk
from backtriage.protocol.protocol import Protocol
from backtriage.prove.domain import Assignment, Band, Domain, Variable
from backtriage.prove.engines.budget import Budget
from backtriage.terms.value import NOT_SURE

ABNORMAL: Final = 1000
"""The cost of an answer that is not the baseline's. Everything below only breaks ties."""

UNSURE: Final = 2
"""The extra cost of "not sure"."""

ABSENT: Final = 10
"""The cost of a missing answer."""

_ROUNDS: Final = 2


class Baseline:
    """The value of least concern for each variable."""

    def __init__(
        self, variables: Sequence[Variable], domains: Sequence[Domain],
        budget: Budget | None = None,
    ) -> None:  # fmt: skip
        """Improve undirected variables one by one, as far as time allows.

        Args:
            variables: The variables.
            domains: How each program reads them.
            budget: The time.
        """
        self.variables = variables
        self.domains = domains
        self.values = {
            variable.index: least_risk(domain.program.protocol, variable)
            for domain in domains
            for variable in domain.variables
        }
        directed = {r.question for d in domains for r in directions(d.program.protocol)}
        undirected = [v for v in variables if v.question not in directed and not v.is_presence]
        # Without the one item that is needed, nobody may be in scope.
        items: dict[str, list[Variable]] = {}
        for variable in (v for v in undirected if v.item):
            items.setdefault(variable.question, []).append(variable)
        others = [v for v in undirected if not v.item]
        for choices in [*map(_at_most_one, items.values()), *map(_each, others)] * _ROUNDS:
            costs = []
            for choice in choices:
                if budget is not None and budget.is_spent:
                    return
                costs.append(self._severity(choice))
            self.values |= choices[costs.index(min(costs))]

    def _severity(self, choice: Assignment) -> tuple[int, int, int, Decimal]:
        """Return how severe the pages are with some values changed; wide bands are milder."""
        assignment = {**self.values, **choice}
        sheets = [(d.program, d.sheet(assignment)) for d in self.domains]
        pages = [assess(program, asked(program, sheet)) for program, sheet in sheets]
        answers = (v.values[choice[v.index]] for v in self.variables if v.index in choice)
        width = sum((a.most - a.least for a in answers if isinstance(a, Band)), Decimal(0))
        return (
            sum(page.urgency for page in pages), sum(len(page.reasons) for page in pages),
            sum(len(page.withheld) for page in pages), -width,
        )  # fmt: skip

    def costs(self) -> list[list[int]]:
        """Return, for each variable, the distance of each value from the baseline."""
        return [
            [self._cost(variable, value) for value in range(len(variable.values))]
            for variable in self.variables
        ]

    def _cost(self, variable: Variable, value: int) -> int:
        normal = self.values[variable.index]
        if value == normal:
            return 0
        if variable.is_presence:
            return ABSENT
        unsure = UNSURE if variable.values[value] is NOT_SURE else 0
        return ABNORMAL + unsure + min(abs(value - normal), UNSURE * 4)


def _each(variable: Variable) -> list[Assignment]:
    return [{variable.index: value} for value in variable.definite]


def _at_most_one(items: Sequence[Variable]) -> list[Assignment]:
    """Return the ways to tick none or one of some items, the first listed first."""
    none = {item.index: item.values.index(False) for item in items}
    return [none, *({**none, item.index: item.values.index(True)} for item in items)]


def directions(protocol: Protocol) -> Iterator[Risk]:
    """Yield the risk directions that are the same for every urgency."""
    return (r for r in protocol.risk if r.direction != "none" and not r.urgencies)


def least_risk(protocol: Protocol, variable: Variable) -> int:
    """Return the value of least risk, or the first definite one."""
    risk = next((r for r in directions(protocol) if r.question == variable.question), None)
    if risk is None or variable.is_presence:
        return variable.definite[0]
    best = variable.values[variable.by_risk(risk)[0]]
    return variable.values.index(best)  # one of two versions may not tell two values apart
