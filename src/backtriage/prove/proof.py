"""Claims -> proofs: each claim decided by an engine, or left undecided with what ran out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from time import perf_counter
from typing import Protocol

from backtriage.prove.circuit import FALSE, Formula
from backtriage.prove.claims.advice import advising
from backtriage.prove.claims.claim import KINDS, Claim
from backtriage.prove.claims.clauses import clauses
from backtriage.prove.claims.safety import safety
from backtriage.prove.claims.stopping import stopping
from backtriage.prove.claims.usefulness import used
from backtriage.prove.domain import Assignment
from backtriage.prove.engines.budget import Exhausted
from backtriage.prove.outcomes import SymbolicProgram


class Verdict(StrEnum):
    """What became of a claim."""

    PROVED = "proved"
    DISPROVED = "disproved"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One claim, decided or not."""

    claim: Claim
    verdict: Verdict
    case: Assignment | None = None
    """Somebody of whom the claim is not true, nearest to normal; some claims have none."""
    ran_out: str = ""
    """Why it is undecided."""
    seconds: float = field(default=0.0, compare=False)


class Engine(Protocol):
    """What decides formulas."""

    name: str

    def find_model(self, conjunction: Sequence[Formula]) -> Assignment | None:
        """Any assignment of which all these hold."""
        ...

    def min_cost_model(self, conjunction: Sequence[Formula]) -> Assignment | None:
        """The one nearest to normal."""
        ...


def claims(model: SymbolicProgram) -> tuple[Claim, ...]:
    """Every claim about a program, in the order of `KINDS`."""
    found = [
        *safety(model), *stopping(model), *advising(model), *used(model), *clauses(model)
    ]  # fmt: skip
    order = list(KINDS)
    return tuple(sorted(found, key=lambda claim: order.index(claim.kind)))


def prove(
    engine: Engine, wanted: Iterable[Claim], on_progress: Callable[[Claim], None] = lambda _: None
) -> Iterator[Proof]:
    """Decide claims one by one. `tell` is called before each."""
    for claim in wanted:
        on_progress(claim)
        began = perf_counter()
        try:
            found = _case(engine, claim)
        except Exhausted as end:
            yield Proof(claim=claim, verdict=Verdict.UNDECIDED, ran_out=str(end),
                        seconds=perf_counter() - began)  # fmt: skip
            continue
        holds = (found is not None) == claim.someone
        yield Proof(
            claim=claim, verdict=Verdict.PROVED if holds else Verdict.DISPROVED,
            case=None if claim.someone else found, seconds=perf_counter() - began,
        )  # fmt: skip


def _case(engine: Engine, claim: Claim) -> Assignment | None:
    """Somebody whom the claim speaks of. A counterexample is the nearest of the first way."""
    for conjunction in claim.disjuncts():
        if FALSE in conjunction:
            continue
        found = engine.find_model(conjunction)
        if found is not None:
            return found if claim.someone else _nearest(engine, conjunction, found)
    return None


def _nearest(engine: Engine, conjunction: Sequence[Formula], found: Assignment) -> Assignment:
    """The nearest case; any case is better than none when looking further costs too much."""
    try:
        return engine.min_cost_model(conjunction) or found
    except Exhausted:
        return found
