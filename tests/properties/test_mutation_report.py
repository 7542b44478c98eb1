"""What becomes of each mutant is what trying every sheet, every case and every claim says."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.cases.case import Case, Expectation
from backtriage.cases.run import run_case
from backtriage.mutation.outcome_snapshot import page
from backtriage.mutation.report import MutantStatus, MutationReport, MutationResult, trials
from backtriage.program.program import Program
from backtriage.prove.claims.claim import CLAIM_KINDS
from backtriage.prove.proof import ProofStatus
from backtriage.prove.report import prove_program
from tests.support.enumeration import sheets
from tests.support.guarantees import guaranteed_programs
from tests.support.strategies import Draw, partial_sheets
from tests.support.tier import examples

CLAIMS = frozenset(kind for kind in CLAIM_KINDS if kind != "unsound-stop")
"""Claim e is never at stake: see `mutant_prover`."""

Key: TypeAlias = tuple[str, str]


@st.composite
def cases(draw: Draw, program: Program) -> tuple[Case, ...]:
    """A few people with some of what happens to them today, so that every case is kept."""
    found = []
    for at in range(draw(st.integers(0, 3))):
        sheet = draw(partial_sheets(program))
        case = Case(id=f"c{at}", about="A test.", sheet=sheet)
        found.append(replace(case, expect=draw(expects(program, case))))
    return tuple(found)


@st.composite
def expects(draw: Draw, program: Program, case: Case) -> Expectation:
    """Some of what happens to a person today."""
    today = page(program, case.sheet)
    said = draw(st.sets(st.sampled_from(
        ["urgency", "certain", "status", "rules", "given", "withheld", "without", "verdicts",
         "counts"]
    )))  # fmt: skip
    fired = tuple(
        reason.rule.id
        for reason in run_case(program, case).assessment.reasons
        if reason.rule.id != "everybody"
    )
    places = {place: tuple(a for a, p in today.advice.items() if p == place)
              for place in ("given", "withheld", "without")}  # fmt: skip
    whole = {
        "urgency": today.possible, "certain": (today.certain,), "status": today.status,
        "rules": fired, **places, "verdicts": tuple(today.verdicts.items()),
        "counts": tuple((score, int(n)) for score, n in today.counts.items()),
    }  # fmt: skip
    return Expectation(**{key: value for key, value in whole.items() if key in said})  # type: ignore[arg-type]


def true_claims(program: Program) -> frozenset[Key]:
    """What must hold of a protocol, and does."""
    found = prove_program(program, kinds=CLAIMS)
    return frozenset(
        f.claim.key for f in found.results if f.claim.is_error and f.status is ProofStatus.PROVED
    )


def by_trying(program: Program, people: tuple[Case, ...], changed: Program) -> MutantStatus:
    """The slow answer."""
    if any(not run_case(changed, case).passes for case in people):
        return MutantStatus.KILLED_BY_CASE
    if all(page(program, s) == page(changed, s) for s in sheets(program, partial=True)):
        return MutantStatus.EQUIVALENT
    after = prove_program(changed, kinds=CLAIMS)
    untrue = {f.claim.key for f in after.results if f.status is ProofStatus.DISPROVED}
    return MutantStatus.KILLED_BY_CLAIM if untrue & true_claims(program) else MutantStatus.SURVIVED


@settings(max_examples=examples(120))
@given(data=st.data(), program=guaranteed_programs())
def test_every_fate_is_what_trying_says(data: st.DataObject, program: Program) -> None:
    """Found by a case, the same on every sheet, found by a claim, or noticed by nobody."""
    people = data.draw(cases(program))

    found = trials(program, people)

    assert found.broken == ()
    for trial in data.draw(some(found)):
        assert trial.status is by_trying(program, people, trial.changed), trial.mutant.about
        if trial.status is MutantStatus.KILLED_BY_CASE:
            (case,) = (case for case in people if case.id == trial.by)
            assert not run_case(trial.changed, case).passes
        assert (trial.told is not None) == (trial.status is MutantStatus.SURVIVED)
        if trial.told is not None:
            assert page(program, trial.told.sheet) == trial.told.today
            assert page(trial.changed, trial.told.sheet) == trial.told.after


def some(found: MutationReport) -> st.SearchStrategy[list[MutationResult]]:
    """A few of the trials: each is tried on every sheet."""
    if not found.all:
        return st.just([])
    return st.lists(st.sampled_from(found.all), max_size=5, unique_by=lambda trial: trial.number)
