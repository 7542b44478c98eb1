"""Proofs of one protocol, with what they come to: sound or not, and what is only worth a look."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Final

from backtriage.program.program import Program
from backtriage.protocol.protocol import Waiver
from backtriage.prove.claims.claim import KINDS, Claim
from backtriage.prove.counterexample import Counterexample, counterexample
from backtriage.prove.engines.baseline import Baseline
from backtriage.prove.engines.budget import SECONDS, Budget
from backtriage.prove.engines.mdd_engine import MddEngine
from backtriage.prove.engines.recursion import raised_recursion_limit, variable_bound
from backtriage.prove.engines.sat_engine import SatEngine
from backtriage.prove.engines.variable_order import variable_order
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.prove.proof import Engine, Proof, Verdict, claims, prove
from backtriage.terms.answers import Answers

DIAGRAM: Final = "diagram"
SAT: Final = "sat"
BOTH: Final = "both"

_WAIVED: Final = {
    "hidden": "hidden",
    "redundant-rule": "redundant_rule",
    "idle-question": "idle_question",
}
"""What a waiver calls a kind of finding."""

OnProgress = Callable[[str, int, int], None]
"""Told which engine is at work, how many claims are done, and of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One claim with its verdict, and the case against it."""

    proof: Proof
    counterexample: Counterexample | None = None
    waiver: Waiver | None = None

    @property
    def claim(self) -> Claim:
        """The claim."""
        return self.proof.claim

    @property
    def is_fault(self) -> bool:
        """Whether a protocol with it must not be used."""
        failed = self.proof.verdict is not Verdict.PROVED
        return failed and self.claim.is_error and self.waiver is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that one run proved."""

    model: SymbolicProgram
    normal: Answers
    findings: tuple[Finding, ...]
    seconds: Mapping[str, Mapping[str, float]]
    """For each engine, the time of each kind of claim, and of getting ready under ""."""

    @property
    def program(self) -> Program:
        """The program that it is about."""
        return self.model.program

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What makes the protocol unsound."""
        return tuple(finding for finding in self.findings if finding.is_fault)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is only worth a look, waived or not."""
        return tuple(
            finding
            for finding in self.findings
            if finding.proof.verdict is not Verdict.PROVED and not finding.is_fault
        )


def report(
    program: Program, *, engine: str = DIAGRAM, seconds: float = SECONDS,
    on_progress: OnProgress = lambda *_: None, kinds: frozenset[str] = frozenset(KINDS),
) -> Report:  # fmt: skip
    """Prove every claim, or some kinds. One on which two engines differ is undecided."""
    # Each engine has a model of its own, so that neither profits from the other's work.
    names = (DIAGRAM, SAT) if engine == BOTH else (engine,)
    with raised_recursion_limit(variable_bound(program)):
        runs = {n: _run(program, n, Budget(seconds), on_progress, kinds) for n in names}
        model, normal = runs[names[0]].model, runs[names[0]].normal
        proofs = [
            _agreed(conjunction)
            for conjunction in zip(*(r.proofs for r in runs.values()), strict=True)
        ]
        return Report(
            model=model, normal=model.domain.sheet(normal.values),
            seconds={name: run.seconds for name, run in runs.items()},
            findings=tuple(_finding(model, proof) for proof in proofs),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What one engine found, and in what time."""

    model: SymbolicProgram
    normal: Baseline
    proofs: tuple[Proof, ...]
    seconds: Mapping[str, float]


def _run(
    program: Program, name: str, budget: Budget, on_progress: OnProgress, kinds: frozenset[str]
) -> _Run:  # fmt: skip
    began = perf_counter()
    model = SymbolicProgram(program)
    normal = Baseline(model.domain)
    engine = _engine(name, model, normal, budget)
    wanted = tuple(claim for claim in claims(model) if claim.kind in kinds)
    ready = perf_counter() - began
    proofs = tuple(_counted(name, engine, wanted, on_progress))
    return _Run(model=model, normal=normal, proofs=proofs,
                seconds={"": ready, **_by_kind(proofs)})  # fmt: skip


def _engine(name: str, model: SymbolicProgram, normal: Baseline, budget: Budget) -> Engine:
    if name == SAT:
        return SatEngine(model.circuit, normal.costs(), budget)
    return MddEngine(model.circuit, variable_order(model), normal.costs(), budget)


def _counted(
    name: str, engine: Engine, wanted: tuple[Claim, ...], on_progress: OnProgress
) -> Iterator[Proof]:  # fmt: skip
    for done, proof in enumerate(prove(engine, wanted), 1):
        on_progress(name, done, len(wanted))
        yield proof


def _by_kind(proofs: tuple[Proof, ...]) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for proof in proofs:
        found[proof.claim.kind] = found.get(proof.claim.kind, 0.0) + proof.seconds
    return found


def _agreed(conjunction: tuple[Proof, ...]) -> Proof:
    """What all engines say. One that ran out does not contradict one that did not."""
    decided = [proof for proof in conjunction if proof.verdict is not Verdict.UNDECIDED]
    if not decided:
        return conjunction[0]
    if len({proof.verdict for proof in decided}) > 1:
        return Proof(
            claim=conjunction[0].claim,
            verdict=Verdict.UNDECIDED,
            ran_out="came out differently in the two engines, a fault in this program",
        )
    return decided[0]


def _finding(model: SymbolicProgram, proof: Proof) -> Finding:
    waiver = waiver_of(model.program, proof.claim)
    return Finding(proof=proof, counterexample=counterexample(model, proof), waiver=waiver)


def waiver_of(program: Program, claim: Claim) -> Waiver | None:
    """The waiver that accepts it when a claim is not true."""
    accepts = _WAIVED.get(claim.kind)
    subject = claim.subject.partition(".")[0]
    waivers = program.protocol.waivers
    return next((w for w in waivers if w.accepts == accepts and w.about == subject), None)
