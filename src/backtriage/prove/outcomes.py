"""Symbolic evaluation of a program: its outcomes as formulas over all sheets.

The symbolic counterpart of `decide.assessment`, used by everything that reasons about outcomes.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from functools import cached_property

from backtriage.program.program import Program
from backtriage.protocol.protocol import Advice, Module, Rule, SignGroup
from backtriage.prove.circuit import FALSE, TRUE, Circuit, Formula
from backtriage.prove.domain import Domain
from backtriage.prove.dual_rail import ConditionEncoder, SheetKind
from backtriage.terms.condition import Scores
from backtriage.terms.urgency import Urgency


class Outcomes(ConditionEncoder):
    """Encodes the outcomes of a program over one kind of sheet.

    Missing answers leave a range of outcomes: `at_hi` selects its upper end instead of its lower.
    The two ends are the same on complete sheets.
    """

    def __init__(
        self, circuit: Circuit, domain: Domain, kind: SheetKind, answered: Container[str] = (),
        before: Outcomes | None = None,
    ) -> None:  # fmt: skip
        """Start with empty caches."""
        super().__init__(circuit, domain, kind, answered, before)
        self._reaching: dict[tuple[Urgency, bool], Mapping[str, Formula]] = {}
        self._at_least: dict[tuple[Urgency, bool], Formula] = {}

    def reaches(self, rule: Rule, urgency: Urgency, *, at_hi: bool = False) -> Formula:
        """Encode that a rule gives at least an urgency."""
        rails = self.encode(rule.when)[at_hi]
        if rule.if_unsure is not None and rule.if_unsure >= urgency:
            return rails.maybe
        return rails.surely if rule.urgency >= urgency else FALSE

    def fires(self, rule: Rule) -> Formula:
        """Encode that a rule gives some urgency."""
        rails = self.encode(rule.when).lo
        return rails.surely if rule.if_unsure is None else rails.maybe

    def reaching(self, urgency: Urgency, *, at_hi: bool = False) -> Mapping[str, Formula]:
        """Encode, for each rule of at least an urgency, that it gives at least that urgency."""
        if (urgency, at_hi) not in self._reaching:
            self._reaching[urgency, at_hi] = {
                rule.id: self.reaches(rule, urgency, at_hi=at_hi)
                for rule in self.program.rules
                if rule.urgency >= urgency
            }
        return self._reaching[urgency, at_hi]

    def at_least(self, urgency: Urgency, *, at_hi: bool = False) -> Formula:
        """Encode that the urgency is this one or a higher one."""
        if urgency is Urgency.SELF_CARE:
            return TRUE
        if (urgency, at_hi) not in self._at_least:
            reaching = self.reaching(urgency, at_hi=at_hi).values()
            self._at_least[urgency, at_hi] = self.circuit.disjoin(*reaching)
        return self._at_least[urgency, at_hi]

    def at_most(self, urgency: Urgency) -> Formula:
        """Encode that the urgency is this one or a lower one, whatever is missing."""
        if urgency is Urgency.EMERGENCY:
            return TRUE
        return -self.at_least(Urgency(urgency + 1), at_hi=True)

    def in_scope(self, *, at_hi: bool = False) -> Formula:
        """Encode that no rule takes the person out of scope; at the hi end, that none can."""
        rules = [rule for rule in self.program.rules if rule.out_of_scope]
        return self.circuit.conjoin(*[-self.encode(rule.when)[at_hi].maybe for rule in rules])

    def given(self, advice: Advice) -> Formula:
        """Encode that advice applies and cannot be contraindicated, whatever the urgency."""
        return self.circuit.conjoin(self.applies(advice), -self.contraindicated(advice))

    def withheld(self, advice: Advice) -> Formula:
        """Encode that advice applies but is contraindicated, or in doubt, by given answers."""
        if advice.withhold_if is None:
            return FALSE
        return self.circuit.conjoin(self.applies(advice), self.encode(advice.withhold_if).lo.maybe)

    def applies(self, advice: Advice) -> Formula:
        """Encode that the condition of advice is certainly true."""
        return self.encode(advice.when).lo.surely

    def contraindicated(self, advice: Advice) -> Formula:
        """Encode that advice is contraindicated, or may be."""
        return FALSE if advice.withhold_if is None else self.encode(advice.withhold_if).hi.maybe

    def verdict(self, module: Module, index: int) -> Formula:
        """Encode that a verdict is the first not false by given answers, whatever the urgency."""
        earlier = [-self.encode(v.when).hi.maybe for v in module.verdicts[:index]]
        own = self.encode(module.verdicts[index].when).lo.maybe
        return self.circuit.conjoin(own, *earlier)

    def total(self, score: str) -> tuple[Formula, ...]:
        """Encode the certain total of a score in unary: at least 1 point, at least 2, ..."""
        most = sum(points.points for points in self.program.scores[score].points)
        return tuple(self.encode(Scores(score, n)).lo.surely for n in range(1, most + 1))

    def shown(self, most: Urgency) -> Formula:
        """Encode that the page shows an item whose `show_up_to` is this urgency."""
        return self.circuit.conjoin(self.at_most(most), self.in_scope())

    def page(self) -> Iterator[tuple[Formula, Formula]]:
        """Encode everything on the page except the urgency, each item with when it is shown."""
        yield self.in_scope(), TRUE
        for advice in self.program.advice:
            yield self.given(advice), self.shown(advice.show_up_to)
            yield self.withheld(advice), self.shown(advice.show_up_to)
        for module in self.program.modules:
            for index in range(len(module.verdicts)):
                yield self.verdict(module, index), self.shown(module.show_up_to)
            for score in module.counts:
                yield from ((formula, TRUE) for formula in self.total(score))


class SymbolicProgram:
    """A program over its domain, with an encoder for each kind of sheet.

    Formulas are built when they are first asked for. Programs that share a circuit can be
    compared formula by formula.
    """

    def __init__(
        self, program: Program, domain: Domain | None = None, circuit: Circuit | None = None
    ) -> None:
        """Make a domain and a circuit unless they are given."""
        self.program = program
        self.domain = domain or Domain(program)
        self.circuit = circuit or Circuit(self.domain.variables)
        self.encoders = tuple(Outcomes(self.circuit, self.domain, kind) for kind in SheetKind)
        self.complete, self.partial, self.follow_up, self.later, self.unguarded = self.encoders
        self.follow_up.whole = self.complete

    @cached_property
    def contradicted(self) -> Outcomes:
        """Over complete sheets: its hi end counts each set-aside answer where it is worse."""
        return Outcomes(self.circuit, self.domain, SheetKind.COMPLETE, before=self.complete)

    def listed(self, rule: Rule) -> Iterator[tuple[Formula, ...]]:
        """Yield, over partial sheets, each way in which a rule could later raise the urgency.

        A way is a conjunction: the rule may give an urgency later, and no rule can give it now.
        """
        rails = self.later.encode(rule.when).hi
        ways = [(rails.surely, rule.urgency)]
        if rule.if_unsure is not None:
            ways.append((rails.maybe, rule.if_unsure))
        for fires, urgency in ways:
            if urgency is not Urgency.SELF_CARE:
                reaching = self.partial.reaching(urgency, at_hi=True)
                own = [reaching[rule.id]] if rule.id in reaching else []
                yield fires, *(-formula for formula in dict.fromkeys((*own, *reaching.values())))

    def concerns(self, group: SignGroup) -> Formula:
        """Encode, over partial sheets, that a line of the safety net may be for this person."""
        if group.personal_when is None:
            return TRUE
        return self.later.encode(group.personal_when).hi.maybe

    def shown(self, group: SignGroup) -> Iterator[tuple[Formula, ...]]:
        """Yield, over partial sheets, each way in which a line of the safety net is shown."""
        for rule in self.program.rules:
            if any(sign.group == group.id for sign in rule.signs):
                yield from ((self.concerns(group), *way) for way in self.listed(rule))

    def shows(self, group: SignGroup) -> Formula:
        """Encode, over partial sheets, that a line of the safety net is shown."""
        return self.circuit.disjoin(*[self.circuit.conjoin(*way) for way in self.shown(group)])

    def beside(self, program: Program) -> SymbolicProgram:
        """Return another program over the same variables, in the same circuit."""
        domain = Domain(program, variables=self.domain.variables)
        other = SymbolicProgram(program, domain, self.circuit)
        old, new = self.program.protocol, program.protocol
        if (old.questions, old.facts, old.scores) == (new.questions, new.facts, new.scores):
            for mine, theirs in zip(self.encoders, other.encoders, strict=True):
                theirs.share_cache(mine)
        return other
