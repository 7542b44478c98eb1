"""Proofs: each claim decided by an engine, or left undecided with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from time import perf_counter
from typing import Protocol

from backtriage.prove.circuit import FALSE, Formula
from backtriage.prove.claims.claim import CLAIM_KINDS, Claim
from backtriage.prove.claims.safety import advice_claims, safety_claims
from backtriage.prove.claims.stopping import stopping_claims
from backtriage.prove.claims.usefulness import clause_claims, usefulness_claims
from backtriage.prove.domain import Assignment
from backtriage.prove.engines.budget import Exhausted
from backtriage.prove.outcomes import SymbolicProgram


class ProofStatus(StrEnum):
    """What an engine made of a claim."""

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
    reason: str = ""
    """Why it is undecided."""
    seconds: float = field(default=0.0, compare=False)


class Engine(Protocol):
    """A decision procedure for conjunctions of formulas."""

    def find_model(self, conjunction: Sequence[Formula]) -> Assignment | None:
        """Return any model, or None if the conjunction is unsatisfiable."""

    def min_cost_model(self, conjunction: Sequence[Formula]) -> Assignment | None:
        """Return the model closest to the baseline."""


def all_claims(symbolic: SymbolicProgram) -> tuple[Claim, ...]:
    """Return every claim about a program, in the order of `CLAIM_KINDS`."""
    claims = [
        *safety_claims(symbolic),
        *stopping_claims(symbolic),
        *advice_claims(symbolic),
        *usefulness_claims(symbolic),
        *clause_claims(symbolic),
    ]
    order = list(CLAIM_KINDS)
    return tuple(sorted(claims, key=lambda claim: order.index(claim.kind)))


def prove_claims(engine: Engine, claims: Iterable[Claim]) -> Iterator[Proof]:
    """Decide claims one by one."""
    for claim in claims:
        began = perf_counter()
        try:
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
            return model if claim.is_existential else _closest(engine, conjunction, model)
    return None


def _closest(engine: Engine, conjunction: Sequence[Formula], model: Assignment) -> Assignment:
    """Return the min-cost model, or the given one if that is too expensive to find."""
    try:
        return engine.min_cost_model(conjunction) or model
    except Exhausted:
        return model
