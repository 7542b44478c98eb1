"""Proofs of the claims about one program, each decided by an engine or left undecided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from time import perf_counter
from typing import Final, NamedTuple, Protocol

from backtriage.program.program import Program
from backtriage.protocol.guarantees import Waiver
from backtriage.prove.circuit import FALSE, Formula
from backtriage.prove.claims.claim import CLAIM_KINDS, Claim
from backtriage.prove.claims.safety import advice_claims, safety_claims
from backtriage.prove.claims.safety_net import net_claims
from backtriage.prove.claims.stopping import stopping_claims
from backtriage.prove.claims.usefulness import clause_claims, usefulness_claims
from backtriage.prove.counterexample import Counterexample, confirmed
from backtriage.prove.domain import Assignment
from backtriage.prove.engines.baseline import Baseline
from backtriage.prove.engines.budget import (
    SECONDS,
    Budget,
    Exhausted,
    depth_limited,
    raised_recursion_limit,
    variable_bound,
)
from backtriage.prove.engines.mdd_engine import MddEngine
from backtriage.prove.engines.sat_engine import SatEngine
from backtriage.prove.engines.variable_order import variable_order
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.answers import Answers

DIAGRAM: Final = "diagram"
SAT: Final = "sat"
BOTH: Final = "both"

_WAIVERS: Final = {
    "hidden": "hidden",
    "redundant-rule": "redundant_rule",
    "idle-question": "idle_question",
}
"""What a waiver for each kind of claim accepts."""

OnProgress = Callable[[str, int, int], None]
"""Called with the engine at work, the number of claims decided, and the number of all."""


class ProofStatus(StrEnum):
    """The status of a claim."""

    PROVED = "proved"
    DISPROVED = "disproved"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One claim, decided or not."""

    claim: Claim
    status: ProofStatus
    assignment: Assignment | None = None
    """A counterexample close to the baseline; a false existential claim has none."""
    counterexample: Counterexample | None = None
    """The same, confirmed."""
    waiver: Waiver | None = None
    reason: str = ""
    """Why it is undecided."""
    seconds: float = field(default=0.0, compare=False)

    @property
    def is_error(self) -> bool:
        """Whether a protocol with this result must not be used."""
        failed = self.status is not ProofStatus.PROVED
        return failed and self.claim.is_error and self.waiver is None


class Engine(Protocol):
    """A decision procedure for conjunctions of formulas."""

    def find_model(self, conjunction: Sequence[Formula]) -> Assignment | None:
        """Return any model, or None if the conjunction is unsatisfiable."""

    def min_cost_model(self, conjunction: Sequence[Formula]) -> Assignment | None:
        """Return the model closest to the baseline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofReport:
    """The results of one run."""

    symbolic: SymbolicProgram
    baseline: Answers
    results: tuple[Proof, ...]
    seconds: Mapping[str, Mapping[str, float]]
    """For each engine, the time of each kind of claim, and of the set-up under ""."""

    @property
    def program(self) -> Program:
        """The program that it is about."""
        return self.symbolic.program

    @property
    def errors(self) -> tuple[Proof, ...]:
        """The results that make the protocol unsound."""
        return tuple(result for result in self.results if result.is_error)

    @property
    def refuted(self) -> tuple[Proof, ...]:
        """The results with a counterexample."""
        return tuple(result for result in self.results if result.counterexample is not None)

    @property
    def warnings(self) -> tuple[Proof, ...]:
        """The other claims that are not proved, whether waived or not."""
        return tuple(
            result
            for result in self.results
            if result.status is not ProofStatus.PROVED and not result.is_error
        )


def prove_program(
    program: Program, *, engine: str = DIAGRAM, seconds: float = SECONDS,
    on_progress: OnProgress = lambda *_: None, kinds: Iterable[str] = CLAIM_KINDS,
) -> ProofReport:  # fmt: skip
    """Prove every claim about a program.

    Args:
        program: The program.
        engine: "diagram", "sat" or "both". A claim on which two engines disagree is undecided.
        seconds: The time that each engine may take.
        on_progress: Called after each claim.
        kinds: The kinds of claims to prove.

    Raises:
        NotInstalled: If the SAT engine is asked for and python-sat is missing.
        Exhausted: If the conditions are nested too deep even for the interpreter.
        SpuriousCounterexample: If the interpreter does not confirm a counterexample.
    """
    names = (DIAGRAM, SAT) if engine == BOTH else (engine,)
    with depth_limited(), raised_recursion_limit(variable_bound(program)):
        # Each engine has its own circuit, so that neither benefits from the other's work.
        runs = {name: _run(program, name, Budget(seconds), on_progress, kinds) for name in names}
        symbolic, baseline = runs[names[0]].symbolic, runs[names[0]].baseline
        proofs = [_agreed(each) for each in zip(*(r.proofs for r in runs.values()), strict=True)]
        return ProofReport(
            symbolic=symbolic, baseline=symbolic.domain.sheet(baseline.values),
            seconds={name: run.seconds for name, run in runs.items()},
            results=_confirmed(symbolic, proofs),
        )  # fmt: skip


class _Run(NamedTuple):
    symbolic: SymbolicProgram
    baseline: Baseline
    proofs: list[Proof]
    seconds: Mapping[str, float]


def _run(
    program: Program, name: str, budget: Budget, on_progress: OnProgress, kinds: Iterable[str]
) -> _Run:  # fmt: skip
    began = perf_counter()
    symbolic = SymbolicProgram(program)
    baseline = Baseline(symbolic.domain.variables, (symbolic.domain,), budget)
    engine = _engine(name, symbolic, baseline, budget)
    claims = tuple(claim for claim in all_claims(symbolic) if claim.kind in kinds)
    seconds = defaultdict(float, {"": perf_counter() - began})
    proofs = []
    for proof in prove_claims(engine, claims, budget):
        proofs.append(proof)
        seconds[proof.claim.kind] += proof.seconds
        on_progress(name, len(proofs), len(claims))
    return _Run(symbolic, baseline, proofs, seconds)


def _engine(name: str, symbolic: SymbolicProgram, baseline: Baseline, budget: Budget) -> Engine:
    if name == SAT:
        return SatEngine(symbolic.circuit, baseline.costs(), budget)
    order = variable_order(symbolic, budget)
    return MddEngine(symbolic.circuit, order, baseline.costs(), budget)


def _agreed(proofs: tuple[Proof, ...]) -> Proof:
    """Merge the proofs of one claim. An engine that ran out does not contradict another."""
    decided = [proof for proof in proofs if proof.status is not ProofStatus.UNDECIDED]
    if not decided:
        return proofs[0]
    if len({proof.status for proof in decided}) > 1:
        return Proof(
            claim=proofs[0].claim,
            status=ProofStatus.UNDECIDED,
            reason="came out differently in the two engines, a fault in this program",
        )
    return decided[0]


def _confirmed(symbolic: SymbolicProgram, proofs: Iterable[Proof]) -> tuple[Proof, ...]:
    """Return proofs with their waivers, and with their counterexamples confirmed."""
    waivers = Waivers(symbolic.program)
    return tuple(
        replace(
            proof,
            waiver=waivers.of(proof.claim),
            counterexample=None
            if proof.assignment is None
            else confirmed(symbolic, proof.claim, proof.assignment),
        )
        for proof in proofs
    )


class Waivers:
    """The waivers of a program, by what they accept."""

    def __init__(self, program: Program) -> None:
        """Index them once: there may be as many as claims."""
        self._index = {(w.accepts, w.about): w for w in reversed(program.protocol.waivers)}

    def of(self, claim: Claim) -> Waiver | None:
        """Return the waiver that accepts a claim being false."""
        return self._index.get((_WAIVERS.get(claim.kind, ""), claim.subject.partition(".")[0]))


def all_claims(symbolic: SymbolicProgram) -> tuple[Claim, ...]:
    """Return every claim about a program, in the order of `CLAIM_KINDS`."""
    claims = [
        *safety_claims(symbolic),
        *stopping_claims(symbolic),
        *advice_claims(symbolic),
        *net_claims(symbolic),
        *usefulness_claims(symbolic),
        *clause_claims(symbolic),
    ]
    order = list(CLAIM_KINDS)
    return tuple(sorted(claims, key=lambda claim: order.index(claim.kind)))


def prove_claims(
    engine: Engine, claims: Iterable[Claim], budget: Budget | None = None
) -> Iterator[Proof]:
    """Decide claims one by one; once the budget is spent, leave the rest undecided."""
    for claim in claims:
        began = perf_counter()
        try:
            if budget is not None:
                budget.spend()
            with depth_limited():
                model = _search(engine, claim)
        except Exhausted as limit:
            yield Proof(claim=claim, status=ProofStatus.UNDECIDED, reason=str(limit),
                        seconds=perf_counter() - began)  # fmt: skip
            continue
        is_true = (model is not None) == claim.is_existential
        yield Proof(
            claim=claim, status=ProofStatus.PROVED if is_true else ProofStatus.DISPROVED,
            assignment=None if claim.is_existential else model, seconds=perf_counter() - began,
        )  # fmt: skip


def _search(engine: Engine, claim: Claim) -> Assignment | None:
    """Return a model of the first satisfiable disjunct; for a counterexample, the cheapest."""
    for conjunction in claim.disjuncts():
        if FALSE in conjunction:
            continue
        model = engine.find_model(conjunction)
        if model is not None:
            if not claim.is_existential:
                with suppress(Exhausted):  # then any model will do
                    return engine.min_cost_model(conjunction) or model
            return model
    return None
