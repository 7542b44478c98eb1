"""The report of mutation testing: every mutant of a protocol, and what kills it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from backtriage.cases.case import Case
from backtriage.decide.assessment import assess
from backtriage.decide.evaluate import asked
from backtriage.mutation.case_killer import CaseKiller
from backtriage.mutation.generator import mutants
from backtriage.mutation.mutant import OPERATORS, Mutant
from backtriage.mutation.mutant_prover import Divergence, MutantProver
from backtriage.mutation.outcome_snapshot import OutcomeSnapshot, snapshot
from backtriage.program.program import Program, build_program
from backtriage.prove.counterexample import SpuriousCounterexample, unanswered
from backtriage.prove.domain import Domain
from backtriage.prove.engines.budget import (
    Budget,
    Exhausted,
    depth_limited,
    raised_recursion_limit,
    variable_bound,
)
from backtriage.terms.answers import Answers

SECONDS: Final = 600.0
"""The default budget: ten times what the largest protocol needs, on a loaded machine too."""

_POINTERS_PER_NODE: Final = 16
"""So many pointers take as much memory as a node of a diagram."""

_NO_DIGEST: Final = "mutant"
"""Saves computing the digest of every mutant, which nothing reads."""


class MutantStatus(StrEnum):
    """What became of a mutant."""

    KILLED_BY_CASE = "case"
    """A case fails on it."""
    KILLED_BY_CLAIM = "claim"
    """A claim is not true of it."""
    EQUIVALENT = "same"
    """Proved to give every answer sheet that does not contradict itself the same outcome."""
    SURVIVED = "survived"
    UNDECIDED = "undecided"
    """A proof ran out of its budget, and no case fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistinguishingSheet:
    """A sheet on which a mutant differs, as close to the baseline as possible."""

    sheet: Answers
    before: OutcomeSnapshot
    after: OutcomeSnapshot
    """The outcome with the change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationResult:
    """A mutant and what became of it."""

    mutant: Mutant
    number: int
    """Its position among all mutants, from 1."""
    status: MutantStatus
    detail: str = ""
    """What killed it: the case, or the sentence of the claim; or what ran out."""
    distinguished: DistinguishingSheet | None = None
    """Where a survivor differs from the protocol."""

    @property
    def mutated(self) -> Program:
        """The program of the mutant."""
        return build_program(self.mutant.protocol, _NO_DIGEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationReport:
    """Every mutant of a protocol."""

    program: Program
    domain: Domain
    baseline: Answers
    results: tuple[MutationResult, ...]
    case_count: int
    """How many cases could kill: those that pass and are confirmed."""
    failing_cases: tuple[str, ...]
    unconfirmed_cases: tuple[str, ...]

    def with_status(self, *statuses: MutantStatus) -> tuple[MutationResult, ...]:
        """Return the results with one of these statuses."""
        return tuple(result for result in self.results if result.status in statuses)

    @property
    def survivors(self) -> tuple[MutationResult, ...]:
        """The mutants that survived, or may have survived."""
        return self.with_status(MutantStatus.SURVIVED, MutantStatus.UNDECIDED)

    @property
    def is_sound(self) -> bool:
        """Whether every mutant is killed or equivalent, and every case passes."""
        return not self.survivors and not self.failing_cases

    def by_operator(self) -> Iterator[tuple[str, Counter[MutantStatus]]]:
        """Yield how many mutants of each operator have each status."""
        for operator in OPERATORS:
            yield (
                operator,
                Counter(r.status for r in self.results if r.mutant.operator == operator),
            )


def mutation_report(
    program: Program, cases: tuple[Case, ...], *, seconds: float = SECONDS,
    on_progress: Callable[[int, int], None] = lambda *_: None,
) -> MutationReport:  # fmt: skip
    """Test every mutant of a protocol.

    Args:
        program: The protocol.
        cases: Its cases.
        seconds: The budget of all mutants together.
        on_progress: Called with how many mutants are done, and of how many.

    Raises:
        Exhausted: There is no time or room even to list the mutants, or the conditions are
            nested too deep for the interpreter.
    """
    budget = Budget(seconds)
    every = tuple(_listed(program, budget))
    shifted = (build_program(m.protocol, _NO_DIGEST) for m in every if m.operator == "threshold")
    with depth_limited(), raised_recursion_limit(variable_bound(program)):
        case_killer = CaseKiller(program, cases)
        prover = MutantProver(program, shifted, budget)
        results = []
        for number, mutant in enumerate(every, 1):
            results.append(_test_mutant(number, mutant, case_killer, prover))
            on_progress(number, len(every))
    counted = {case.id for case in case_killer.cases}
    return MutationReport(
        program=program, domain=prover.domain,
        baseline=prover.domain.sheet(prover.baseline.values),
        results=tuple(results), case_count=len(counted),
        failing_cases=tuple(c.id for c in cases if c.id not in counted and not c.to_confirm),
        unconfirmed_cases=tuple(case.id for case in cases if case.to_confirm),
    )  # fmt: skip


def _listed(program: Program, budget: Budget) -> Iterator[Mutant]:
    """Yield every mutant. Each has a table of the section that it changes, a pointer an entry."""
    pointers = 0
    for mutant in mutants(program):
        length = len(getattr(program.protocol, mutant.site.section))
        pointers += length
        if budget.is_due(length):
            budget.spend(pointers // _POINTERS_PER_NODE)
        yield mutant


def _test_mutant(
    number: int, mutant: Mutant, case_killer: CaseKiller, prover: MutantProver
) -> MutationResult:
    """Try the cases first: they kill most mutants, and need no proof."""

    def result(
        status: MutantStatus, detail: str = "", distinguished: DistinguishingSheet | None = None
    ) -> MutationResult:
        return MutationResult(mutant=mutant, number=number, status=status, detail=detail,
                              distinguished=distinguished)  # fmt: skip

    try:
        prover.budget.spend()
    except Exhausted as end:
        return result(MutantStatus.UNDECIDED, str(end))
    mutated = build_program(mutant.protocol, _NO_DIGEST)
    case = case_killer.killing_case(mutant, mutated)
    if case is not None:
        return result(MutantStatus.KILLED_BY_CASE, case.id)
    try:
        with depth_limited():
            for divergence in prover.divergences(mutated):
                claim, ran_out = prover.violated_claim(mutant, divergence)
                if claim is not None:
                    return result(MutantStatus.KILLED_BY_CLAIM, claim.sentence)
                sheet = _distinguish(prover, mutated, divergence)
                if sheet is not None:
                    status = MutantStatus.UNDECIDED if ran_out else MutantStatus.SURVIVED
                    return result(status, ran_out, sheet)
            return result(MutantStatus.EQUIVALENT)
    except Exhausted as end:
        return result(MutantStatus.UNDECIDED, str(end))


def _distinguish(
    prover: MutantProver, mutated: Program, divergence: Divergence
) -> DistinguishingSheet | None:
    """Return the nearest sheet on which the interpreter confirms that a mutant differs.

    There is none where answers that contradict each other raise the urgency of every such sheet:
    nothing is proved of what answers that are set aside would do.

    Raises:
        SpuriousCounterexample: The interpreter does not confirm one, and nothing explains it.
    """
    programs, model = (prover.program, mutated), divergence.mutated
    for example in prover.examples(divergence):
        whole = model.domain.sheet(example, absent=unanswered(model, example))
        # An answer that only one of the two asks for would contradict the other, so each leaves
        # out what it does not ask. One that neither asks for now may still decide a line of the
        # net.
        for sheet in (*(asked(program, whole) for program in programs), whole):
            before, after = (snapshot(program, sheet) for program in programs)
            if before != after:
                return DistinguishingSheet(sheet=sheet, before=before, after=after)
        if not any(assess(program, whole).contradictions for program in programs):
            raise SpuriousCounterexample("the interpreter finds no difference in a mutant")
    return None
