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
from backtriage.prove.domain import Band, Domain, Variable
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
        # Items stand worst first. Without the mildest that is needed, nobody may be in scope.
        items = [v for v in reversed(undirected) if v.item]
        for variable in [*items, *(v for v in undirected if not v.item)] * _ROUNDS:
            costs = {}
            for value in variable.definite:
                if budget is not None and budget.is_spent:
                    return
                costs[value] = self._severity(variable, value)
            self.values[variable.index] = min(costs, key=lambda value: costs[value])

    def _severity(self, variable: Variable, value: int) -> tuple[int, int, int, Decimal]:
        """Return how severe the pages are with one value changed; wide bands are milder."""
        assignment, answer = {**self.values, variable.index: value}, variable.values[value]
        sheets = [(d.program, d.sheet(assignment)) for d in self.domains]
        pages = [assess(program, asked(program, sheet)) for program, sheet in sheets]
        width = answer.most - answer.least if isinstance(answer, Band) else Decimal(0)
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
