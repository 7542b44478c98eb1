"""The person with nothing wrong, and how far any answer is from theirs.

A question with a risk direction is normal at its least end. The others (age, sex, how it began)
are set to what gives the mildest page, so that an example differs from it in what matters.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from backtriage.decide.assessment import assess
from backtriage.protocol.protocol import Protocol
from backtriage.prove.domain import Band, Space, Variable
from backtriage.terms.value import NOT_SURE

FINDING: Final = 1000
"""An answer that is not normal. Everything below only breaks ties."""

DOUBT: Final = 2
"""Not sure, rather than a definite answer."""

ABSENCE: Final = 10
"""A missing answer."""

_ROUNDS: Final = 2


class Baseline:
    """The normal value of each variable of a space."""

    def __init__(self, space: Space) -> None:
        """Find it, by trying the values of questions without a direction one by one."""
        self.space = space
        self.values = _least(space)
        free = _free(space)
        for _ in range(_ROUNDS):
            for variable in free:
                tried = {at: self._weight(variable, at) for at in _all(variable)}
                self.values[variable.index] = min(tried, key=lambda at: tried[at])

    def _weight(self, variable: Variable, at: int) -> tuple[int, int, int, Decimal]:
        """How far from mild the page is with one value changed; wide bands are milder."""
        changed, value = {**self.values, variable.index: at}, variable.values[at]
        pages = [assess(side.program, side.sheet(changed)) for side in self.space.domains]
        width = value.most - value.least if isinstance(value, Band) else Decimal(0)
        return (
            sum(page.urgency for page in pages), sum(len(page.reasons) for page in pages),
            sum(len(page.withheld) for page in pages), -width,
        )  # fmt: skip

    def costs(self) -> list[list[int]]:
        """For each variable, how far each of its values is from normal."""
        return [
            [self._cost(variable, value) for value in range(len(variable.values))]
            for variable in self.space.variables
        ]

    def _cost(self, variable: Variable, value: int) -> int:
        normal = self.values[variable.index]
        if value == normal:
            return 0
        if variable.is_presence:
            return ABSENCE
        unsure = variable.values[value] is NOT_SURE
        return FINDING + (DOUBT if unsure else 0) + min(abs(value - normal), DOUBT * 4)


def _free(space: Space) -> list[Variable]:
    risks = {r.question: r.direction for side in space.domains for r in side.program.protocol.risk}
    return [v for v in space.answers if risks.get(v.question, "none") == "none" and not v.item]


def _all(variable: Variable) -> list[int]:
    return [at for at, value in enumerate(variable.values) if value is not NOT_SURE]


def _least(space: Space) -> dict[int, int]:
    """The value of least risk for each variable, as the last program that reads it has it."""
    return {
        variable.index: least_of(side.program.protocol, variable)
        for side in space.domains
        for variable in side.variables
    }


def least_of(protocol: Protocol, variable: Variable) -> int:
    """The value of least risk, or the first definite one."""
    risk = next((r for r in protocol.risk if r.question == variable.question), None)
    definite = _all(variable)
    if risk is None or variable.is_presence:
        return definite[0]
    if risk.direction == "order":
        return variable.values.index(risk.order[0])
    best = definite[-1 if risk.direction in {"no", "fewer", "lower"} else 0]
    return variable.values.index(variable.values[best])
