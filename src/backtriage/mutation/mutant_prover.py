"""Decide whether a mutant is equivalent, and if not, which claim it violates.

All mutants share one circuit and one engine, so that what they have in common with the protocol
is built once. The claims on where an interview stops are left out: no condition that a protocol
can have makes them false.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

from backtriage.mutation.dependencies import SiteDependencies
from backtriage.mutation.equivalence import (
    line_differences,
    page_differences,
    urgency_differences,
)
from backtriage.mutation.mutant import Mutant, MutationSite
from backtriage.program.program import Program
from backtriage.protocol.guarantees import Risk
from backtriage.prove.circuit import FALSE
from backtriage.prove.claims.claim import Claim, Conjunction
from backtriage.prove.claims.safety import (
    advice_claims,
    directed_variables,
    risk_steps,
    risk_subject,
    safety_claims,
)
from backtriage.prove.claims.safety_net import net_claims
from backtriage.prove.claims.usefulness import usefulness_claims
from backtriage.prove.domain import Assignment, Domain, Variable
from backtriage.prove.engines.baseline import Baseline
from backtriage.prove.engines.budget import Budget, Exhausted
from backtriage.prove.engines.mdd_engine import MddEngine
from backtriage.prove.engines.variable_order import variable_order
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.prove.report import Waivers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE

_MONOTONICITY: Final = {"lowered", "unsure"}
"""Claims that compare two sheets: they have many disjuncts, so few of them are checked."""

_SHARE: Final = 0.1
"""The part of the time that one mutant may take, so that a hard one leaves some to the rest."""

_MOST_NODES: Final = 400_000
"""Above this many diagram nodes an empty table is faster than the work it could save."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """How a mutant differs from the protocol."""

    mutated: SymbolicProgram
    in_urgency: bool
    """Whether the urgency differs on complete sheets, the only ones that claims are about."""
    conjunction: Conjunction
    """Satisfied by the sheets on which the two differ in one way."""


class MutantProver:
    """A protocol and what is proved of it, to compare its mutants with."""

    def __init__(self, program: Program, others: Iterable[Program], budget: Budget) -> None:
        """Build the domain.

        Args:
            program: The program of the protocol.
            others: The mutants with other limits, for which the bands of numbers must be split.
            budget: The budget of all questions together.
        """
        self.program = program
        self.budget = budget
        self.dependencies = SiteDependencies(program)
        self.domain = Domain(program, *others)
        self.baseline = Baseline(self.domain.variables, (self.domain,), self.budget)
        self._true_claims: frozenset[tuple[str, str]] | None = None
        self._undecided = ""
        """What ran out while the claims about the protocol were decided."""
        self._interacting: frozenset[str] | None = None
        self._reset()

    def _reset(self) -> None:
        self.model = SymbolicProgram(self.program, self.domain)
        share = self.budget.share(_SHARE)
        order, costs = variable_order(self.model, share), self.baseline.costs()
        self.engine = MddEngine(self.model.circuit, order, costs, share)
        self._disjuncts: Mapping[tuple[str, str], frozenset[Conjunction]] | None = None

    def _restart_budget(self) -> None:
        self.engine.set_budget(self.budget.share(_SHARE))

    def _is_half_full(self) -> bool:
        """Whether the tables take half of their room, so that one mutant may not find enough."""
        entries = max(self.engine.manager.entries, len(self.model.circuit.support))
        return entries > self.budget.nodes // 2

    def _is_satisfiable(self, conjunction: Conjunction) -> bool:
        return FALSE not in conjunction and self.engine.find_model(conjunction) is not None

    # -- equivalence --------------------------------------------------------------------------

    def divergences(self, mutated: Program) -> Iterator[Divergence]:
        """Yield each way in which a mutant differs; an equivalent one differs in none.

        Raises:
            Exhausted: The budget ran out.
        """
        if len(self.engine.manager.levels) > _MOST_NODES or self._is_half_full():
            self._reset()
        self._restart_budget()
        other = self.model.beside(mutated)
        for is_partial in (False, True):
            left, right = (m.partial if is_partial else m.complete for m in (self.model, other))
            for differences in (urgency_differences, page_differences):
                in_urgency = differences is urgency_differences and not is_partial
                for conjunction in differences(left, right):
                    if self._is_satisfiable(conjunction):
                        yield Divergence(mutated=other, in_urgency=in_urgency,
                                         conjunction=conjunction)  # fmt: skip
        if mutated.protocol.safety_net != self.program.protocol.safety_net:
            for conjunction in line_differences(self.model, other):
                if self._is_satisfiable(conjunction):
                    yield Divergence(mutated=other, in_urgency=False, conjunction=conjunction)

    def examples(self, divergence: Divergence) -> Iterator[Assignment]:
        """Yield the sheets on which a mutant differs, those closest to the baseline first."""
        self._restart_budget()
        circuit, conjunction = self.model.circuit, divergence.conjunction
        while (example := self.engine.min_cost_model(conjunction)) is not None:
            yield example
            this = (circuit.literal(variable, (value,)) for variable, value in example.items())
            conjunction = (*conjunction, -circuit.conjoin(*this))

    # -- claims -------------------------------------------------------------------------------

    def violated_claim(self, mutant: Mutant, divergence: Divergence) -> tuple[Claim | None, str]:
        """Return a claim that is true of the protocol but not of the mutant.

        Returns:
            The claim, or None; and what ran out before one was found, or "".
        """
        true_claims = self.true_claims()
        self._restart_budget()
        try:
            for claim in self._claims_at_stake(mutant.site, divergence):
                if claim.key in true_claims and not self._is_still_true(claim):
                    return claim, ""
        except Exhausted as end:
            return None, str(end)
        return None, self._undecided

    def true_claims(self) -> frozenset[tuple[str, str]]:
        """Return the keys of the claims that are proved of the protocol itself."""
        if self._true_claims is None:
            self._restart_budget()
            self._true_claims = frozenset(c.key for c in _errors(self.model) if self._is_true(c))
        return self._true_claims

    def _is_true(self, claim: Claim) -> bool:
        try:
            return any(map(self._is_satisfiable, claim.disjuncts())) == claim.is_existential
        except Exhausted as end:
            self._undecided = str(end)  # whether a mutant violates it is then not known either
            return False

    def _is_still_true(self, claim: Claim) -> bool:
        """Return whether a claim that is true of the protocol is true of a mutant.

        The disjuncts of the protocol are decided already: some disjunct of a claim on somebody
        is satisfiable, and none of a claim on nobody is.
        """
        if self._disjuncts is None:
            claims = (c for c in _errors(self.model) if c.kind not in _MONOTONICITY)
            self._disjuncts = {c.key: frozenset(c.disjuncts()) for c in claims}
        decided = self._disjuncts.get(claim.key, frozenset())
        disjuncts = list(claim.disjuncts())
        if claim.is_existential:
            return decided.issubset(disjuncts) or any(map(self._is_satisfiable, disjuncts))
        return not any(self._is_satisfiable(d) for d in disjuncts if d not in decided)

    def _claims_at_stake(self, site: MutationSite, divergence: Divergence) -> Iterator[Claim]:
        """Yield the claims that a change at a site can make untrue."""
        model = divergence.mutated
        waivers = Waivers(model.program)
        if site.section not in {"advice", "modules", "safety_net"}:
            names = self._at_stake_in(site, model) if divergence.in_urgency else frozenset()
            for claim in safety_claims(model):
                if claim.kind not in _MONOTONICITY or claim.subject in names:
                    yield from _unwaived_error(waivers, claim)
        others = advice_claims(model), usefulness_claims(model), net_claims(model)
        for claim in chain.from_iterable(others):
            yield from _unwaived_error(waivers, claim)

    # -- monotonicity -------------------------------------------------------------------------

    def _at_stake_in(self, site: MutationSite, mutated: SymbolicProgram) -> frozenset[str]:
        """Return the subjects of the claims on monotonicity that may no longer hold.

        Where every rule alone is monotone, only a changed rule can break that.
        """
        affected = {s.id for s in self.dependencies.affected(site) if s.section == "rules"}
        support = 0
        for model in (self.model, mutated):
            for rule in model.program.rules:
                if rule.id in affected:
                    for urgency in list(Urgency)[1:]:
                        formula = model.complete.reaches(rule, urgency)
                        support |= model.circuit.support[abs(formula)]
        changed = {
            risk_subject(v, risk)
            for v, risk in directed_variables(self.model)
            if support >> v.index & 1
        }
        return self.interacting_variables() | changed

    def interacting_variables(self) -> frozenset[str]:
        """Return the subjects in which the urgency is monotone only by several rules together."""
        if self._interacting is None:
            risks = [*directed_variables(self.model)]
            self._restart_budget()
            self._interacting = frozenset(
                risk_subject(v, risk) for v, risk in risks if self._interacts(v, risk)
            )
            self._restart_budget()  # no mutant pays for what all of them share
        return self._interacting

    def _interacts(self, variable: Variable, risk: Risk) -> bool:
        """Return whether some rule alone gives less for a worse answer, or may."""
        try:
            return any(map(self._is_satisfiable, self._falls(variable, risk)))
        except Exhausted:
            return True

    def _falls(self, variable: Variable, risk: Risk) -> Iterator[Conjunction]:
        """Yield each way in which one rule alone gives less for a worse answer."""
        cofactor = self.model.circuit.cofactor
        kinds = ("lowered", "unsure") if NOT_SURE in variable.values else ("lowered",)
        for less, worse in (step for kind in kinds for step in risk_steps(variable, risk, kind)):
            for urgency in reversed(risk.covered):
                for formula in self.model.complete.reaching(urgency).values():
                    high = cofactor(formula, variable.index, less)
                    yield high, -cofactor(formula, variable.index, worse)


def _errors(model: SymbolicProgram) -> Iterator[Claim]:
    """Yield every claim without which a protocol is unsound, but for those on stopping."""
    waivers = Waivers(model.program)
    claims = (
        safety_claims(model),
        advice_claims(model),
        usefulness_claims(model),
        net_claims(model),
    )
    for claim in chain.from_iterable(claims):
        yield from _unwaived_error(waivers, claim)


def _unwaived_error(waivers: Waivers, claim: Claim) -> Iterator[Claim]:
    if claim.is_error and waivers.of(claim) is None:
        yield claim
