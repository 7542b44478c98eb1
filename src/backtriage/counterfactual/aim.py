"""What is asked of the changed sheet, as formulas over the sheets that can come of this one."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.decide.evaluate import Evaluation
from backtriage.protocol.protocol import Rule
from backtriage.prove.circuit import TRUE, Circuit, Formula
from backtriage.prove.domain import Domain
from backtriage.prove.dual_rail import ConditionEncoder, DualRail, SheetKind
from backtriage.prove.outcomes import reached
from backtriage.terms.urgency import Urgency


class Aims:
    """Formulas on the range of a sheet that holds at least the answers given now."""

    def __init__(self, circuit: Circuit, domain: Domain, evaluation: Evaluation) -> None:
        """Given answers stay given, which keeps the formulas small."""
        self.circuit = circuit
        self.program = evaluation.program
        self._reader = ConditionEncoder(circuit, domain, SheetKind.PARTIAL, evaluation.answers)

    def at_most(self, urgency: Urgency) -> Formula:
        """Nothing that is missing can make it more."""
        if urgency is Urgency.EMERGENCY:
            return TRUE
        above = Urgency(urgency + 1)
        return self.circuit.conjoin(*[
            -reached(rule, above, rails.hi_surely, rails.hi_maybe)
            for rule, rails in self._read(above)
        ])  # fmt: skip

    def at_least(self, urgency: Urgency) -> Formula:
        """Nothing that is missing can make it less. Not asked of the lowest, which all reach."""
        return self.circuit.disjoin(*[
            reached(rule, urgency, rails.surely, rails.maybe)
            for rule, rails in self._read(urgency)
        ])  # fmt: skip

    def in_scope(self) -> Formula:
        """No rule certainly says that this is not for the person."""
        rails = (self._reader.encode(r.when) for r in self.program.rules if r.out_of_scope)
        return self.circuit.conjoin(*[-rail.maybe for rail in rails])

    def _read(self, urgency: Urgency) -> Iterator[tuple[Rule, DualRail]]:
        for rule in self.program.rules:
            if rule.urgency >= urgency:
                yield rule, self._reader.encode(rule.when)
