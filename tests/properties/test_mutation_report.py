"""What becomes of each mutant is what trying every sheet, every case and every claim says."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.cases.case import Case, Expectation, run_case
from backtriage.mutation.outcome_snapshot import snapshot
from backtriage.mutation.report import (
    MutantStatus,
    MutationReport,
    MutationResult,
    mutation_report,
)
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
    today = snapshot(program, case.sheet)
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
    if all(snapshot(program, s) == snapshot(changed, s) for s in sheets(program, partial=True)):
        return MutantStatus.EQUIVALENT
    after = prove_program(changed, kinds=CLAIMS)
    untrue = {f.claim.key for f in after.results if f.status is ProofStatus.DISPROVED}
    return MutantStatus.KILLED_BY_CLAIM if untrue & true_claims(program) else MutantStatus.SURVIVED


@settings(max_examples=examples(120))
@given(data=st.data(), program=guaranteed_programs())
def test_every_fate_is_what_trying_says(data: st.DataObject, program: Program) -> None:
    """Found by a case, the same on every sheet, found by a claim, or noticed by nobody."""
    people = data.draw(cases(program))

    found = mutation_report(program, people)

    assert found.failing_cases == ()
    for trial in data.draw(some(found)):
        assert trial.status is by_trying(program, people, trial.mutated), trial.mutant.description
        if trial.status is MutantStatus.KILLED_BY_CASE:
            (case,) = (case for case in people if case.id == trial.detail)
            assert not run_case(trial.mutated, case).passes
        assert (trial.distinguished is not None) == (trial.status is MutantStatus.SURVIVED)
        if trial.distinguished is not None:
            assert snapshot(program, trial.distinguished.sheet) == trial.distinguished.before
            assert snapshot(trial.mutated, trial.distinguished.sheet) == trial.distinguished.after


def some(found: MutationReport) -> st.SearchStrategy[list[MutationResult]]:
    """A few of the trials: each is tried on every sheet."""
    if not found.results:
        return st.just([])
    return st.lists(
        st.sampled_from(found.results), max_size=5, unique_by=lambda trial: trial.number
    )
