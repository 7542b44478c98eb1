"""A program as formulas: what each rule reaches, the urgency, the advice, the verdicts.

The counterpart of `decide.assessment`, for all sheets at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.program.program import Program
from backtriage.protocol.protocol import Advice, Module, Rule
from backtriage.prove.circuit import FALSE, TRUE, Circuit, Formula
from backtriage.prove.domain import Domain
from backtriage.prove.dual_rail import ConditionEncoder, SheetKind
from backtriage.terms.condition import Scores
from backtriage.terms.urgency import Urgency


class SymbolicProgram:
    """One program over its domain, read four ways into one circuit."""

    def __init__(
        self, program: Program, domain: Domain | None = None, circuit: Circuit | None = None
    ) -> None:
        """Read nothing yet: each formula is made when it is asked for.

        Programs that share a circuit are compared formula by formula.
        """
        self.program = program
        self.domain = domain or Domain(program)
        self.circuit = circuit or Circuit(self.domain)
        self.complete = ConditionEncoder(self.circuit, self.domain)
        self.partial = ConditionEncoder(self.circuit, self.domain, SheetKind.PARTIAL)
        self.follow_up = ConditionEncoder(self.circuit, self.domain, SheetKind.FOLLOW_UP)
        self.unguarded = ConditionEncoder(self.circuit, self.domain, SheetKind.UNGUARDED)
        self._reaching: dict[Urgency, dict[str, Formula]] = {}
        self._shown: dict[Urgency, Formula] = {}

    def beside(self, program: Program) -> SymbolicProgram:
        """Another program over the same variables in this circuit. What is alike is read once."""
        domain = Domain(program, variables=self.domain.variables)
        other = SymbolicProgram(program, domain, self.circuit)
        old, new = self.program.protocol, program.protocol
        if (old.questions, old.facts, old.scores) == (new.questions, new.facts, new.scores):
            other.complete, other.partial = self.complete, self.partial
            other.follow_up, other.unguarded = self.follow_up, self.unguarded
        return other

    # -- rules and urgency --------------------------------------------------------------------

    def reaches(self, rule: Rule, urgency: Urgency) -> Formula:
        """The rule gives this urgency or more."""
        rails = self.complete.encode(rule.when)
        return reached(rule, urgency, rails.surely, rails.maybe)

    def fires(self, rule: Rule) -> Formula:
        """The rule gives something."""
        rails = self.complete.encode(rule.when)
        return rails.surely if rule.if_unsure is None else rails.maybe

    def reaching(self, urgency: Urgency, *, without: str = "") -> tuple[Formula, ...]:
        """For each rule, or all but one, that it gives this urgency or more."""
        if urgency not in self._reaching:
            rules = (rule for rule in self.program.rules if rule.urgency >= urgency)
            self._reaching[urgency] = {rule.id: self.reaches(rule, urgency) for rule in rules}
        return tuple(f for id_, f in self._reaching[urgency].items() if id_ != without)

    def at_least(self, urgency: Urgency) -> Formula:
        """The urgency is this one or a higher one."""
        return self.circuit.disjoin(*self.reaching(urgency)) if urgency else TRUE

    # -- scope, advice, verdicts --------------------------------------------------------------

    def in_scope(self) -> Formula:
        """No rule says that this is not for the person."""
        rails = (self.complete.encode(r.when) for r in self.program.rules if r.out_of_scope)
        return self.circuit.conjoin(*[-rail.maybe for rail in rails])

    def shown(self, most: Urgency) -> Formula:
        """What is shown up to an urgency is shown."""
        if most not in self._shown:
            scope = self.in_scope()
            if most < Urgency.EMERGENCY:
                scope = self.circuit.conjoin(-self.at_least(Urgency(most + 1)), scope)
            self._shown[most] = scope
        return self._shown[most]

    def fits(self, advice: Advice) -> Formula:
        """The advice fits the person, whatever the urgency."""
        held = self.held(advice)
        return self.circuit.conjoin(self.complete.encode(advice.when).surely, -held)

    def held(self, advice: Advice) -> Formula:
        """Something speaks against the advice, or may."""
        if advice.withhold_if is None:
            return FALSE
        return self.complete.encode(advice.withhold_if).maybe

    def finding(self, module: Module, at: int) -> Formula:
        """A verdict is the first that may hold, whatever the urgency."""
        rails = [self.complete.encode(verdict.when) for verdict in module.verdicts[: at + 1]]
        earlier = [-rail.maybe for rail in rails[:-1]]
        return self.circuit.conjoin(rails[-1].maybe, *earlier)

    def outputs(self) -> Iterator[tuple[Formula, Formula]]:
        """What a page shows beside the urgency: each formula, and when it is shown."""
        yield self.in_scope(), TRUE
        for advice in self.program.advice:
            shown = self.shown(advice.show_up_to)
            wanted = self.complete.encode(advice.when).surely
            yield self.fits(advice), shown
            yield self.circuit.conjoin(wanted, self.held(advice)), shown
        for module in self.program.modules:
            for at in range(len(module.verdicts)):
                yield self.finding(module, at), self.shown(module.show_up_to)
            for score in module.counts:
                most = sum(points.points for points in self.program.scores[score].points)
                for least in range(1, most + 1):
                    yield self.complete.encode(Scores(score, least)).surely, TRUE


def reached(rule: Rule, urgency: Urgency, surely: Formula, maybe: Formula) -> Formula:
    """The rule gives this urgency or more, by the two rails of its condition."""
    if rule.if_unsure is not None and rule.if_unsure >= urgency:
        return maybe
    return surely if rule.urgency >= urgency else FALSE
