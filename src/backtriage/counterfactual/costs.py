"""What each step away from one sheet costs, so that the cheapest sheet is the smallest change.

An answer that counts costs most: so the fewest of them change. Then comes an answer that does
not count, because it is missing or set aside. How far a number or a choice moves only breaks
ties. "Not sure" may become definite, whatever the question; nothing becomes "not sure", and no
answer is taken back. A definite answer to a question that cannot change stays.
"""

from __future__ import annotations

from collections.abc import Collection

from backtriage.decide.evaluate import Evaluation, F
from backtriage.prove.domain import Assignment, Domain, Variable
from backtriage.prove.engines.baseline import least_risk
from backtriage.terms.value import NOT_SURE


class Costs:
    """The costs for one sheet: for each variable, one for each value."""

    def __init__(self, domain: Domain, evaluation: Evaluation) -> None:
        """Each kind of step costs more than all cheaper ones of a whole sheet together."""
        self.domain = domain
        self.evaluation = evaluation
        self.now = domain.assignment(evaluation.answers)
        many = 1 + len(domain.variables)
        self.small = 1 + sum(len(variable.values) for variable in domain.variables)
        """An answer that does not count now."""
        self.large = self.small * many
        """An answer that counts."""
        self.forbidden = self.large * many
        self.of = [
            [self._cost(variable, at) for at in range(len(variable.values))]
            for variable in domain.variables
        ]

    def total(self, path: Assignment) -> int:
        """What a path costs."""
        return sum(self.of[variable][value] for variable, value in path.items())

    def size(self, path: Assignment) -> int:
        """What a path costs, however far its answers move."""
        return self.total(path) // self.small

    def is_fixed(self, variable: Variable) -> bool:
        """Whether a variable has a definite answer that cannot change."""
        here = self.now.get(variable.index)
        if here is None or variable.is_presence or self._can_change(variable):
            return False
        return variable.values[here] is not NOT_SURE

    def bare(self, held: Collection[Variable]) -> list[list[int]]:
        """Costs under which all that is not forbidden is free, and these answers stay."""
        stay = {variable.index for variable in held}

        def cost(variable: Variable, at: int) -> int:
            left = variable.index in stay and self._moves(variable, at)
            return int(left or self._is_forbidden(variable, at))

        return [
            [cost(variable, at) for at in range(len(variable.values))]
            for variable in self.domain.variables
        ]

    # -- one value ----------------------------------------------------------------------------

    def _cost(self, variable: Variable, at: int) -> int:
        if not self._moves(variable, at):
            return 0
        if self._is_forbidden(variable, at) or self.is_fixed(variable):
            return self.forbidden
        if variable.is_presence:
            return self.small
        distance = self._distance(variable, at)
        if variable.index not in self.now:
            return distance
        return distance + (self.large if self.counts(variable.question) else self.small)

    def counts(self, question: str) -> bool:
        """Whether an answer to a question counts, or may count."""
        return self.evaluation.guard(question)[1] != F

    def _moves(self, variable: Variable, at: int) -> bool:
        return at != self.now.get(variable.index, self._least(variable))

    def _is_forbidden(self, variable: Variable, at: int) -> bool:
        """Nobody takes an answer back, and nobody becomes unsure."""
        here = self.now.get(variable.index)
        if variable.is_presence:
            return here == 0 and at != 0
        return variable.values[at] is NOT_SURE and at != here

    def _can_change(self, variable: Variable) -> bool:
        return self.evaluation.program.questions[variable.question].can_change

    def _least(self, variable: Variable) -> int:
        return least_risk(self.evaluation.program.protocol, variable)

    def _distance(self, variable: Variable, at: int) -> int:
        """How far a definite value lies from the definite one now, or from the least."""
        here = self.now.get(variable.index)
        if here is None or variable.values[here] is NOT_SURE:
            here = self._least(variable)
        return abs(self._rank(variable, at) - self._rank(variable, here))

    def _rank(self, variable: Variable, at: int) -> int:
        """A choice stands where its declared order puts it."""
        value = variable.values[at]
        for risk in self.evaluation.program.protocol.risk:
            if risk.question == variable.question and value in risk.order:
                return risk.order.index(value)
        return at
