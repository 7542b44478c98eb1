"""Mutation reports, as text, as JSON and as cases."""

from __future__ import annotations

import json
from functools import cache

import pytest

from backtriage.cases.case import Case, run_case
from backtriage.cases.loader import load_cases
from backtriage.mutation.mutant import OPERATORS
from backtriage.mutation.report import (
    MutantStatus,
    MutationReport,
    MutationResult,
    mutation_report,
)
from backtriage.mutation.to_case import case_file
from backtriage.mutation.to_text import mutation_json, mutation_lines
from backtriage.program.program import Program, build_program
from backtriage.protocol.guarantees import Risk
from backtriage.prove.counterexample import SpuriousCounterexample
from backtriage.terms.condition import Includes, Not, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import SOME_OF, YES_NO
from tests.support.strategies import everybody, frame
from tests.unit.mutation.sample import question, rule, sample


@cache
def without_cases() -> MutationReport:
    """Return the report of the sample without any case."""
    return mutation_report(build_program(sample()), ())


@cache
def saved_cases() -> tuple[Case, ...]:
    """Return the cases that are saved for its survivors."""
    cases, problems = load_cases(
        without_cases().program, {"saved.yaml": case_file(without_cases())}
    )
    assert problems == ()
    return cases


@cache
def with_saved_cases() -> MutationReport:
    """Return the report of the sample with these cases, confirmed."""
    program = without_cases().program
    text = case_file(without_cases()).replace("    to_confirm: yes\n", "")
    return mutation_report(program, load_cases(program, {"saved.yaml": text})[0])


def survivors(report: MutationReport, operator: str) -> tuple[MutationResult, ...]:
    return tuple(result for result in report.survivors if result.mutant.operator == operator)


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_saved_case_kills_its_mutant_once_confirmed(operator: str) -> None:
    for result in survivors(without_cases(), operator):
        (with_case,) = (t for t in with_saved_cases().results if t.number == result.number)
        assert with_case.status is MutantStatus.KILLED_BY_CASE
        (case,) = (case for case in saved_cases() if case.id == f"to_confirm_{result.number}")
        assert run_case(without_cases().program, case).passes
        assert not run_case(result.mutated, case).passes
    assert survivors(without_cases(), operator)
    assert not with_saved_cases().survivors


def test_a_saved_case_kills_nothing_until_confirmed() -> None:
    report = mutation_report(without_cases().program, saved_cases())

    assert [result.status for result in report.results] == [
        result.status for result in without_cases().results
    ]
    assert report.case_count == 0
    assert report.unconfirmed_cases == tuple(case.id for case in saved_cases())
    assert all(
        case.about.startswith("To confirm. Nobody noticed this: ") for case in saved_cases()
    )
    assert "Not confirmed, so not counted: to_confirm_" in " ".join(mutation_lines(report))


def test_totals_add_up(program: Program, cases: tuple[Case, ...]) -> None:
    report = mutation_report(program, cases)
    values = mutation_json(report)

    assert sum(count.total() for _, count in report.by_operator()) == len(report.results)
    assert sum(values[status.value] for status in MutantStatus) == len(report.results)  # type: ignore[misc]
    assert json.loads(json.dumps(values)) == values
    case, claim, same, *_ = (len(report.with_status(status)) for status in MutantStatus)
    assert (
        f"{case + claim}/{len(report.results) - same} mutants found: {case} by a case, {claim} by "
        f"a claim. {same} more mean the same. {len(report.survivors)} were noticed by nobody, 0 "
        "are undecided."
    ) in " ".join(" ".join(mutation_lines(report)).split())


def test_shows_a_sheet_that_distinguishes_a_survivor(
    program: Program, cases: tuple[Case, ...]
) -> None:
    text = "\n".join(mutation_lines(mutation_report(program, cases)))

    assert (
        "NOBODY NOTICED: rule fever_today: clause 4 'years >= 65 years' read as 'years >=\n"
        "    64 years'\n"
        "  This person, everything else being normal, is sent to self_care. With the\n"
        "      change it is same_day.\n"
        "      How old are you? -> 64 years\n"
        "      Do you have a fever? -> yes\n"
    ) in text


def test_describes_each_kind_of_difference() -> None:
    text = " ".join(" ".join(mutation_lines(without_cases())).split())

    for sentence in (
        "The advice 'call' is given, and not there with the change.",
        "The advice 'rest' is withheld, and given with the change.",
        "The verdict on 'sport' is wait, and go with the change.",
        "The count of 'tally' is 1, and 0 with the change.",
        "The status is out_of_scope, and complete with the change.",
    ):
        assert sentence in text


def test_finds_a_difference_on_partial_sheets_only() -> None:
    questions = (
        question("list", SOME_OF, "ab"),
        question("asked", YES_NO, ask_when=Not(Includes("list", "a"))),
    )
    program = build_program(frame(
        questions=questions,
        rules=(
            rule("one", Urgency.SAME_DAY, Includes("list", "a"), if_unsure=Urgency.SAME_DAY),
            rule("two", Urgency.SAME_DAY, Yes("asked"), if_unsure=Urgency.SAME_DAY),
            everybody(),
        ),
        risk=tuple(Risk(question=q.id, direction="none", reason="a test") for q in questions),
    ))  # fmt: skip

    report = mutation_report(program, ())

    (result,) = (t for t in report.results if t.mutant.change == "the condition left out")
    assert result.status is MutantStatus.SURVIVED
    assert result.distinguished is not None
    assert dict(result.distinguished.sheet) == {"asked": True}
    text = " ".join(" ".join(mutation_lines(report)).split())
    assert (
        "is sent to same_day. Certain is self_care, and same_day with the change. The status is "
        "incomplete, and complete with the change. About list? -> no answer About asked? -> yes"
    ) in text


def test_lists_every_mutant_on_request(program: Program, cases: tuple[Case, ...]) -> None:
    report = mutation_report(program, cases)
    text = " ".join(" ".join(mutation_lines(report, every=True)).split())

    for result in report.with_status(MutantStatus.KILLED_BY_CASE):
        assert f"{result.mutant.description}: found by the case {result.detail}" in text
    for result in report.with_status(MutantStatus.KILLED_BY_CLAIM):
        assert f"{result.mutant.description}: found by a claim: {result.detail}" in text
    assert report.with_status(MutantStatus.KILLED_BY_CASE)
    assert report.with_status(MutantStatus.KILLED_BY_CLAIM)
    assert "means the same" in text


def test_reports_undecided_mutants_but_saves_no_case(
    program: Program, cases: tuple[Case, ...]
) -> None:
    """No sheet is known that distinguishes them."""
    report = mutation_report(program, cases, seconds=0)

    text = " ".join(" ".join(mutation_lines(report)).split())
    assert "UNDECIDED, counted as not found: the proof ran out of time: 0 seconds: rule" in text
    assert case_file(report).endswith("cases:\n")


def test_names_failing_cases(program: Program, cases: tuple[Case, ...]) -> None:
    odd = Case(id="odd", about="Odd.", acceptable=(Urgency.EMERGENCY,))
    report = mutation_report(program, (*cases, odd))

    assert report.failing_cases == ("odd",)
    assert not report.is_sound
    assert "Not kept, so not counted: odd." in list(mutation_lines(report))


def test_rejects_a_difference_the_interpreter_does_not_confirm(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backtriage.mutation.report.snapshot", lambda *_: None)

    with pytest.raises(SpuriousCounterexample, match="finds no difference in a mutant"):
        mutation_report(program, ())
