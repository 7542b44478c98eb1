"""The cost of changing a sheet, defined so that a min-cost model is the smallest change.

The cost is lexicographic: first the number of changed answers that count, then the number of
other changed answers (missing or set aside), then how far numbers and choices move. "Not sure"
may become definite whatever the question, but nothing may become "not sure", no answer may be
taken back, and a definite answer to a question that cannot change stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from backtriage.decide.contradictions import acted_on, contradictions
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F
from backtriage.prove.circuit import Circuit, Formula
from backtriage.prove.domain import Assignment, Domain, Variable
from backtriage.prove.engines.baseline import least_risk
from backtriage.terms.value import NOT_SURE


class ChangeCosts:
    """The cost of each value of each variable, for one sheet."""

    def __init__(self, domain: Domain, evaluation: Evaluation) -> None:
        """Weigh each kind of change above all cheaper changes of a whole sheet together."""
        self.domain = domain
        self.evaluation = evaluation
        self.current = domain.assignment(evaluation.answers)
        against = contradictions(acted_on(evaluation))
        self.contradicting = frozenset(each.question for each in against)
        self.uncounted = 1 + sum(len(variable.values) for variable in domain.variables)
        """The weight of an answer that does not count now."""
        self.counted = self.uncounted * (1 + len(domain.variables))
        """The weight of an answer that counts."""
        self.forbidden = self.counted * (1 + len(domain.variables))
        self.table = [
            [self._cost(variable, value) for value in range(len(variable.values))]
            for variable in domain.variables
        ]

    def total(self, assignment: Assignment) -> int:
        """Return the cost of an assignment."""
        return sum(self.table[variable][value] for variable, value in assignment.items())

    def size(self, assignment: Assignment) -> int:
        """Return the cost of an assignment regardless of distances."""
        return self.total(assignment) // self.uncounted

    def is_counted(self, question: str) -> bool:
        """Return whether an answer to a question counts, or may count, or contradicts others."""
        return self.evaluation.guard(question)[1] != F or question in self.contradicting

    @property
    def fixed(self) -> tuple[Variable, ...]:
        """The answers that are definite and cannot change."""
        return tuple(filter(self.is_fixed, self.domain.answers))

    def is_fixed(self, variable: Variable) -> bool:
        """Return whether a variable has a definite answer that cannot change."""
        current = self.current.get(variable.index)
        if current is None or variable.is_presence:
            return False
        question = self.evaluation.program.questions[variable.question]
        if question.can_change and question.from_journal is None:
            return False
        return variable.values[current] is not NOT_SURE

    def allowed(self, circuit: Circuit, fixed: Collection[Variable]) -> Iterator[Formula]:
        """Encode what each variable may become while some of them stay fixed."""
        indexes = {variable.index for variable in fixed}
        for variable in self.domain.variables:
            kept = variable.index in indexes
            yield circuit.literal(variable.index, [
                value
                for value in range(len(variable.values))
                if not self._is_forbidden(variable, value)
                and not (kept and self._is_change(variable, value))
            ])  # fmt: skip

    # -- one value ----------------------------------------------------------------------------

    def _cost(self, variable: Variable, value: int) -> int:
        if not self._is_change(variable, value):
            return 0
        if self._is_forbidden(variable, value) or self.is_fixed(variable):
            return self.forbidden
        if variable.is_presence:
            return self.uncounted
        distance = self._distance(variable, value)
        if variable.index not in self.current:
            return distance
        is_counted = self.is_counted(variable.question)
        return distance + (self.counted if is_counted else self.uncounted)

    def _is_change(self, variable: Variable, value: int) -> bool:
        return value != self.current.get(variable.index, self._default(variable))

    def _is_forbidden(self, variable: Variable, value: int) -> bool:
        """Return whether an answer would be taken back or become "not sure"."""
        current = self.current.get(variable.index)
        if variable.is_presence:
            return current == 0 and value != 0
        return variable.values[value] is NOT_SURE and value != current

    def _default(self, variable: Variable) -> int:
        return least_risk(self.evaluation.program.protocol, variable)

    def _distance(self, variable: Variable, value: int) -> int:
        """Return how far a definite value is from the current one, or from the default."""
        current = self.current.get(variable.index)
        if current is None or variable.values[current] is NOT_SURE:
            current = self._default(variable)
        return abs(self._rank(variable, value) - self._rank(variable, current))

    def _rank(self, variable: Variable, index: int) -> int:
        """Return the position of a value, by risk if its question declares an order."""
        value = variable.values[index]
        for risk in self.evaluation.program.protocol.risk:
            if risk.question == variable.question and value in risk.order:
                return risk.order.index(value)
        return index
