"""Every mutant of one protocol, with who noticed it; and those that nobody noticed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from backtriage.cases.case import Case
from backtriage.mutation.case_killer import CaseKiller
from backtriage.mutation.generator import mutants
from backtriage.mutation.mutant import KINDS, Mutant
from backtriage.mutation.mutant_prover import Divergence, MutantProver
from backtriage.mutation.outcome_snapshot import Page, page
from backtriage.program.program import Program, build_program
from backtriage.prove.counterexample import SpuriousCounterexample, unanswered
from backtriage.prove.domain import Domain
from backtriage.prove.engines.budget import SECONDS, Exhausted
from backtriage.prove.engines.recursion import raised_recursion_limit, variable_bound
from backtriage.terms.answers import Answers

_MARK: Final = "mutant"
"""Stands for the digest of a mutant, which nobody asks for."""


class MutantStatus(StrEnum):
    """What became of a mutant."""

    KILLED_BY_CASE = "case"
    """A case noticed it."""
    KILLED_BY_CLAIM = "claim"
    """A claim is not true of it."""
    EQUIVALENT = "same"
    """It gives every answer sheet what the protocol gives."""
    SURVIVED = "survived"
    """Nobody noticed."""
    UNDECIDED = "undecided"
    """A proof ran out, and no case noticed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Somebody whom a mutant treats in another way, as near to normal as can be."""

    sheet: Answers
    today: Page
    after: Page
    """What this person would get with the change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationResult:
    """One mutant, and who noticed it."""

    mutant: Mutant
    status: MutantStatus
    by: str = ""
    """The case, or the sentence of the claim; what ran out when it is undecided."""
    told: Told | None = None
    """Who tells the two apart, when nobody noticed."""
    number: int
    """Its place among all mutants, from 1."""

    @property
    def changed(self) -> Program:
        """The mutant, ready to run."""
        return build_program(self.mutant.protocol, _MARK)


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationReport:
    """Every mutant of one protocol."""

    program: Program
    domain: Domain
    normal: Answers
    all: tuple[MutationResult, ...]
    counted: int
    """How many cases were counted: those that are kept and confirmed."""
    broken: tuple[str, ...]
    """Cases that are not kept: they could notice nothing."""
    waiting: tuple[str, ...]
    """Cases that wait for a person to confirm them: they could notice nothing."""

    def of(self, *statuses: MutantStatus) -> tuple[MutationResult, ...]:
        """Those with one of these fates."""
        return tuple(trial for trial in self.all if trial.status in statuses)

    @property
    def missed(self) -> tuple[MutationResult, ...]:
        """Those that nobody noticed, as far as we know."""
        return self.of(MutantStatus.SURVIVED, MutantStatus.UNDECIDED)

    @property
    def is_sound(self) -> bool:
        """Whether every mutant that means something else is noticed, and every case kept."""
        return not self.missed and not self.broken

    def table(self) -> Iterator[tuple[str, Counter[MutantStatus]]]:
        """For each kind of change, how many met which fate."""
        for kind in KINDS:
            yield kind, Counter(trial.status for trial in self.all if trial.mutant.kind == kind)


OnProgress = Callable[[int, int], None]
"""Told how many mutants are done, and of how many."""


def trials(
    program: Program, cases: tuple[Case, ...], *, seconds: float = SECONDS,
    on_progress: OnProgress = lambda *_: None,
) -> MutationReport:  # fmt: skip
    """Try every mutant. `seconds` is how long a proof may take over one of them."""
    every = tuple(mutants(program.protocol))
    case_killer = CaseKiller(program, cases)
    moved = (build_program(m.protocol, _MARK) for m in every if m.kind == "threshold")
    with raised_recursion_limit(variable_bound(program)):
        prover = MutantProver(program, moved, seconds)
        judge = _Judge(case_killer, prover)
        found = []
        for number, mutant in enumerate(every, 1):
            found.append(judge.trial(number, mutant))
            on_progress(number, len(every))
    counted = {case.id for case in case_killer.cases}
    return MutationReport(
        program=program, domain=prover.domain,
        normal=prover.domain.sheet(prover.normal.values),
        all=tuple(found), counted=len(counted),
        broken=_ids(case for case in cases if case.id not in counted and not case.to_confirm),
        waiting=_ids(case for case in cases if case.to_confirm),
    )  # fmt: skip


def _ids(cases: Iterable[Case]) -> tuple[str, ...]:
    return tuple(case.id for case in cases)


class _Judge:
    """Asks the cases first: most mutants are noticed by one, and that is quickly found."""

    def __init__(self, case_killer: CaseKiller, prover: MutantProver) -> None:
        self.case_killer = case_killer
        self.prover = prover

    def trial(self, number: int, mutant: Mutant) -> MutationResult:
        changed = build_program(mutant.protocol, _MARK)
        case = self.case_killer.notices(mutant, changed)
        if case is not None:
            return MutationResult(
                mutant=mutant, number=number, status=MutantStatus.KILLED_BY_CASE, by=case.id
            )
        try:
            apart = self.prover.apart(changed)
        except Exhausted as end:
            return MutationResult(
                mutant=mutant, number=number, status=MutantStatus.UNDECIDED, by=str(end)
            )
        if apart is None:
            return MutationResult(mutant=mutant, number=number, status=MutantStatus.EQUIVALENT)
        return self._by_claim(number, mutant, changed, apart)

    def _by_claim(
        self, number: int, mutant: Mutant, changed: Program, apart: Divergence
    ) -> MutationResult:
        claim, ran_out = self.prover.broken(mutant, apart)
        if claim is not None:
            return MutationResult(
                mutant=mutant,
                number=number,
                status=MutantStatus.KILLED_BY_CLAIM,
                by=claim.sentence,
            )
        told = self._told(changed, apart)
        status = MutantStatus.UNDECIDED if ran_out else MutantStatus.SURVIVED
        return MutationResult(mutant=mutant, number=number, status=status, by=ran_out, told=told)

    def _told(self, changed: Program, apart: Divergence) -> Told:
        """Who is treated in another way, in the interpreter as well."""
        case = self.prover.min_cost_model(apart)
        sheet = apart.model.domain.sheet(case, absent=unanswered(apart.model, case))
        today, after = (page(program, sheet) for program in (self.prover.program, changed))
        if today == after:
            raise SpuriousCounterexample("the interpreter does not agree that a mutant is another")
        return Told(sheet=sheet, today=today, after=after)
