"""The person with nothing wrong, and how far any answer is from theirs.

A question with a risk direction is normal at its least end. The others (age, sex, how it began)
are set to what gives the mildest page, so that an example differs from it in what matters.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from backtriage.decide.assessment import assess
from backtriage.protocol.protocol import Protocol
from backtriage.prove.formulas.domain import Band, Domain, Variable
from backtriage.terms.value import NOT_SURE

FINDING: Final = 1000
"""An answer that is not normal. Everything below only breaks ties."""

DOUBT: Final = 2
"""Not sure, rather than a definite answer."""

ABSENCE: Final = 10
"""A missing answer."""

_ROUNDS: Final = 2


class Normal:
    """The normal value of each variable of a domain."""

    def __init__(self, domain: Domain) -> None:
        """Find it, by trying the values of questions without a direction one by one."""
        self.domain = domain
        self.values = _least(domain)
        free = _free(domain)
        for _ in range(_ROUNDS):
            for variable in free:
                tried = {at: self._weight(variable, at) for at in _all(variable)}
                self.values[variable.at] = min(tried, key=lambda at: tried[at])

    def _weight(self, variable: Variable, at: int) -> tuple[int, int, int, Decimal]:
        """How far from mild the page is with one value changed; wide bands are milder."""
        sheet = self.domain.sheet({**self.values, variable.at: at})
        found, value = assess(self.domain.program, sheet), variable.values[at]
        width = value.most - value.least if isinstance(value, Band) else Decimal(0)
        return found.urgency, len(found.reasons), len(found.withheld), -width

    def costs(self) -> list[list[int]]:
        """For each variable, how far each of its values is from normal."""
        return [
            [self._cost(variable, value) for value in range(len(variable.values))]
            for variable in self.domain.variables
        ]

    def _cost(self, variable: Variable, value: int) -> int:
        normal = self.values[variable.at]
        if value == normal:
            return 0
        if variable.is_presence:
            return ABSENCE
        unsure = variable.values[value] is NOT_SURE
        return FINDING + (DOUBT if unsure else 0) + min(abs(value - normal), DOUBT * 4)


def _free(domain: Domain) -> list[Variable]:
    directed = {r.question for r in domain.program.protocol.risk if r.direction != "none"}
    return [v for v in domain.answers if v.question not in directed and not v.item]


def _all(variable: Variable) -> list[int]:
    return [at for at, value in enumerate(variable.values) if value is not NOT_SURE]


def _least(domain: Domain) -> dict[int, int]:
    """The value of least risk for each variable; the first where nothing is said."""
    return {v.at: least_of(domain.program.protocol, v) for v in domain.variables}


def least_of(protocol: Protocol, variable: Variable) -> int:
    """The value of least risk, or the first definite one."""
    risk = next((r for r in protocol.risk if r.question == variable.question), None)
    if risk is None or variable.is_presence:
        return 0
    definite = _all(variable)
    if risk.direction == "order":
        return variable.values.index(risk.order[0])
    return definite[-1] if risk.direction in {"no", "fewer", "lower"} else 0
