"""Whether a mutant means the same, and if not, which claim is not true of it any more.

All mutants stand in one circuit and are decided by one engine, so what they share with the
protocol is worked out once. Claim e is left out: it speaks of how an interview stops, and no
condition that a protocol can hold makes it untrue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeAlias

from backtriage.mutation.dependencies import Dependencies
from backtriage.mutation.equivalence import View, pages, urgencies
from backtriage.mutation.mutant import Mutant, MutationSite
from backtriage.program.program import Program
from backtriage.protocol.protocol import Risk
from backtriage.prove.circuit import FALSE
from backtriage.prove.claims.advice import advice_claims
from backtriage.prove.claims.claim import Claim, Conjunction
from backtriage.prove.claims.safety import directed_variables, risk_steps, safety_claims
from backtriage.prove.claims.usefulness import usefulness_claims
from backtriage.prove.domain import Assignment, Domain, Variable
from backtriage.prove.engines.baseline import Baseline
from backtriage.prove.engines.budget import Budget, Exhausted
from backtriage.prove.engines.mdd_engine import MddEngine
from backtriage.prove.engines.variable_order import variable_order
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.prove.report import waiver_of
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE

Key: TypeAlias = tuple[str, str]

_COMPARING: Final = {"lowered", "unsure"}
"""Claims that compare a sheet with another: their formulas are many."""

_CROWDED: Final = 400_000
"""With so many diagrams it is quicker to begin with an empty table than to look further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """How a mutant differs from the protocol."""

    model: SymbolicProgram
    in_urgency: bool
    """The urgency differs on sheets with every answer: claims speak of no others."""
    disjunct: Conjunction
    """Formulas of somebody of whom it differs."""


class MutantProver:
    """A protocol with its proofs, ready to be compared with its mutants."""

    def __init__(self, program: Program, others: Iterable[Program], seconds: float) -> None:
        """`others` are the mutants whose limits stand elsewhere; `seconds` is for one mutant."""
        self.program = program
        self.seconds = seconds
        self.reach = Dependencies(program)
        self.domain = Domain(program, *others)
        self.normal = Baseline(self.domain)
        self.costs = self.normal.costs()
        self._begin()
        self._true: frozenset[Key] | None = None
        self._shaky: frozenset[str] | None = None

    def _begin(self) -> None:
        self.model = SymbolicProgram(self.program, self.domain)
        self._before: Mapping[Key, frozenset[Conjunction]] | None = None
        order = variable_order(self.model)
        self.engine = MddEngine(self.model.circuit, order, self.costs, Budget(self.seconds))

    def _renew(self) -> None:
        """Time for the next proof."""
        self.engine.set_budget(Budget(self.seconds))

    # -- the same, or not ---------------------------------------------------------------------

    def apart(self, changed: Program) -> Divergence | None:
        """How a mutant differs; None when it means the same. Raises `Exhausted`."""
        if len(self.engine.manager.levels) > _CROWDED:
            self._begin()
        self._renew()
        other = self.model.beside(changed)
        for partial in (False, True):
            views = [View(model, partial) for model in (self.model, other)]
            for disjuncts in (urgencies, pages):
                for disjunct in disjuncts(*views):
                    if self._somebody(disjunct):
                        in_urgency = disjuncts is urgencies and not partial
                        return Divergence(model=other, in_urgency=in_urgency, disjunct=disjunct)
        return None

    def min_cost_model(self, apart: Divergence) -> Assignment:
        """Somebody, as near to normal as can be, whom a mutant treats in another way."""
        self._renew()
        found = self.engine.min_cost_model(apart.disjunct)
        assert found is not None  # noqa: S101 - there was an example
        return found

    # -- claims -------------------------------------------------------------------------------

    def broken(self, mutant: Mutant, apart: Divergence) -> tuple[Claim | None, str]:
        """A claim that is true of the protocol and not of a mutant, or what ran out."""
        true, ran_out = self.true(), ""
        self._renew()
        for claim in self._at_stake(mutant.site, apart):
            try:
                if claim.key in true and not self._holds(claim):
                    return claim, ""
            except Exhausted as end:
                ran_out = str(end)
        return None, ran_out

    def true(self) -> frozenset[Key]:
        """The claims that make a protocol sound and that are true of this one."""
        if self._true is None:
            self._true = frozenset(c.key for c in errors(self.model) if self._is_true(c))
        return self._true

    def _is_true(self, claim: Claim) -> bool:
        self._renew()
        try:
            return (
                any(self._somebody(disjunct) for disjunct in claim.disjuncts())
                == claim.is_existential
            )
        except Exhausted:
            return False  # what cannot be decided can tell nothing apart

    def before(self) -> Mapping[Key, frozenset[Conjunction]]:
        """The formulas of each claim on the protocol itself."""
        if self._before is None:
            claims = (claim for claim in errors(self.model) if claim.kind not in _COMPARING)
            self._before = {claim.key: frozenset(claim.disjuncts()) for claim in claims}
        return self._before

    def _somebody(self, disjunct: Conjunction) -> bool:
        return FALSE not in disjunct and self.engine.find_model(disjunct) is not None

    def _holds(self, claim: Claim) -> bool:
        """Return whether a claim that is true of the protocol is true of a mutant.

        The disjuncts of the protocol are decided already: some disjunct of a claim on somebody
        is satisfiable, and none of a claim on nobody is.
        """
        before = self.before().get(claim.key, frozenset())
        disjuncts = list(claim.disjuncts())
        if not claim.is_existential:
            return not any(self._somebody(d) for d in disjuncts if d not in before)
        return before.issubset(disjuncts) or any(self._somebody(d) for d in disjuncts)

    def _at_stake(self, site: MutationSite, apart: Divergence) -> Iterator[Claim]:
        """The claims that a change can touch."""
        model = apart.model
        if site.section not in {"advice", "modules"}:
            directions = self._directions(site, model) if apart.in_urgency else frozenset()
            for claim in safety_claims(model):
                if claim.kind not in _COMPARING or claim.subject in directions:
                    yield from _unwaived(model, claim)
        for claim in chain(advice_claims(model), usefulness_claims(model)):
            yield from _unwaived(model, claim)

    def _directions(self, site: MutationSite, other: SymbolicProgram) -> frozenset[str]:
        """The variables of which claims c and f can have become untrue.

        Where every rule by itself keeps them, only a rule that was changed can break them.
        """
        bits = 0
        ids = {one.id for one in self.reach.said(site) if one.section == "rules"}
        for model in (self.model, other):
            for rule in model.program.rules:
                if rule.id in ids:
                    for urgency in list(Urgency)[1:]:
                        bits |= model.circuit.support[abs(model.complete.reaches(rule, urgency))]
        return self.shaky() | {v.name for v in self.domain.answers if bits >> v.index & 1}

    def shaky(self) -> frozenset[str]:
        """The variables of which claims c and f rest on several rules together."""
        if self._shaky is None:
            pairs = directed_variables(self.model)
            self._shaky = frozenset(v.name for v, risk in pairs if self._leans(v, risk))
        return self._shaky

    def _leans(self, variable: Variable, risk: Risk) -> bool:
        """Some rule alone gives less for a worse answer, or may: the proof ran out."""
        self._renew()
        try:
            return any(self._somebody(disjunct) for disjunct in self._falls(variable, risk))
        except Exhausted:
            return True

    def _falls(self, variable: Variable, risk: Risk) -> Iterator[Conjunction]:
        c, at = self.model.circuit, variable.index
        kinds = ("lowered", "unsure") if NOT_SURE in variable.values else ("lowered",)
        for less, worse in (pair for kind in kinds for pair in risk_steps(variable, risk, kind)):
            for urgency in list(Urgency)[1:]:
                for formula in self.model.complete.reaching(urgency).values():
                    yield c.cofactor(formula, at, less), -c.cofactor(formula, at, worse)


def errors(model: SymbolicProgram) -> Iterator[Claim]:
    """Every claim that a protocol must keep, but for claim e."""
    for claim in chain(safety_claims(model), advice_claims(model), usefulness_claims(model)):
        yield from _unwaived(model, claim)


def _unwaived(model: SymbolicProgram, claim: Claim) -> Iterator[Claim]:
    if claim.is_error and waiver_of(model.program, claim) is None:
        yield claim
