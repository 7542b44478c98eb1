"""Mutation testing agrees with running every case, every sheet and every claim."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.cases.case import Case, Expectation, run_case
from backtriage.decide.assessment import assess
from backtriage.mutation.outcome_snapshot import snapshot
from backtriage.mutation.report import (
    MutantStatus,
    MutationReport,
    MutationResult,
    mutation_report,
)
from backtriage.program.program import Program
from backtriage.prove.claims.claim import CLAIM_KINDS
from backtriage.prove.report import ProofStatus, prove_program
from tests.support.enumeration import sheets
from tests.support.guarantees import guaranteed_programs
from tests.support.strategies import Draw, partial_sheets
from tests.support.tier import examples

CLAIMS = frozenset(kind for kind in CLAIM_KINDS if kind != "unsound-stop")
"""No mutant can violate the others: see `mutant_prover`."""

Key: TypeAlias = tuple[str, str]


@st.composite
def cases(draw: Draw, program: Program) -> tuple[Case, ...]:
    """Draw a few cases that pass."""
    drawn = []
    for number in range(draw(st.integers(0, 3))):
        sheet = draw(partial_sheets(program))
        case = Case(id=f"c{number}", about="A test.", sheet=sheet)
        drawn.append(replace(case, expect=draw(expectations(program, case))))
    return tuple(drawn)


@st.composite
def expectations(draw: Draw, program: Program, case: Case) -> Expectation:
    """Draw some of the outcome of a case."""
    today = snapshot(program, case.sheet)
    fields = draw(st.sets(st.sampled_from(
        ["urgency", "certain", "status", "rules", "given", "withheld", "without", "lines",
         "without_lines", "verdicts", "counts"]
    )))  # fmt: skip
    fired = tuple(
        reason.rule.id
        for reason in run_case(program, case).assessment.reasons
        if reason.rule.id != "everybody"
    )
    advice = {state: tuple(a for a, s in today.advice.items() if s == state)
              for state in ("given", "withheld", "without")}  # fmt: skip
    lines = {state: tuple(line for line, s in today.lines.items() if s == state)
             for state in ("lines", "without_lines")}  # fmt: skip
    outcome = {
        "urgency": today.possible, "certain": (today.certain,), "status": today.status,
        "rules": fired, **advice, **lines, "verdicts": tuple(today.verdicts.items()),
        "counts": tuple((score, int(n)) for score, n in today.counts.items()),
    }  # fmt: skip
    return Expectation(**{key: value for key, value in outcome.items() if key in fields})  # type: ignore[arg-type]


def true_claims(program: Program) -> frozenset[Key]:
    """Return the claims without which a protocol is unsound and that are true of it."""
    report = prove_program(program, kinds=CLAIMS)
    return frozenset(
        r.claim.key for r in report.results if r.claim.is_error and r.status is ProofStatus.PROVED
    )


def status_by_enumeration(
    program: Program, cases: tuple[Case, ...], mutated: Program
) -> MutantStatus:
    """Return the status of a mutant by exhaustive enumeration.

    Sheets that contradict themselves are left out: nothing is proved of what answers that are set
    aside would do.
    """
    if any(not run_case(mutated, case).passes for case in cases):
        return MutantStatus.KILLED_BY_CASE
    if all(
        snapshot(program, sheet) == snapshot(mutated, sheet)
        or assess(program, sheet).contradictions
        or assess(mutated, sheet).contradictions
        for sheet in sheets(program, partial=True)
    ):
        return MutantStatus.EQUIVALENT
    after = prove_program(mutated, kinds=CLAIMS)
    untrue = {f.claim.key for f in after.results if f.status is ProofStatus.DISPROVED}
    return MutantStatus.KILLED_BY_CLAIM if untrue & true_claims(program) else MutantStatus.SURVIVED


@settings(max_examples=examples(120))
@given(data=st.data(), program=guaranteed_programs())
def test_status_agrees_with_enumeration(data: st.DataObject, program: Program) -> None:
    drawn = data.draw(cases(program))

    report = mutation_report(program, drawn)

    assert report.failing_cases == ()
    for result in data.draw(some_results(report)):
        assert result.status is status_by_enumeration(program, drawn, result.mutated), (
            result.mutant.description
        )
        if result.status is MutantStatus.KILLED_BY_CASE:
            (case,) = (case for case in drawn if case.id == result.detail)
            assert not run_case(result.mutated, case).passes
        assert (result.distinguished is not None) == (result.status is MutantStatus.SURVIVED)
        if result.distinguished is not None:
            assert snapshot(program, result.distinguished.sheet) == result.distinguished.before
            assert (
                snapshot(result.mutated, result.distinguished.sheet) == result.distinguished.after
            )


def some_results(report: MutationReport) -> st.SearchStrategy[list[MutationResult]]:
    """Draw a few results, since each is checked on every sheet."""
    if not report.results:
        return st.just([])
    return st.lists(
        st.sampled_from(report.results), max_size=5, unique_by=lambda result: result.number
    )
