"""Every mutant with who noticed it: found while a case is there, and not without it."""

from __future__ import annotations

import json
from functools import cache

import pytest

from backtriage.cases.case import Case
from backtriage.cases.loader import load_cases
from backtriage.cases.run import run_case
from backtriage.mutation import report
from backtriage.mutation.mutant import OPERATORS
from backtriage.mutation.report import (
    MutantStatus,
    MutationReport,
    MutationResult,
    mutation_report,
)
from backtriage.mutation.to_case import case_file
from backtriage.mutation.to_text import mutation_lines, record
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Risk
from backtriage.prove.counterexample import SpuriousCounterexample
from backtriage.terms.condition import Includes, Not, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import SOME_OF, YES_NO
from tests.support.strategies import everybody, frame
from tests.unit.mutation.kinds import question, rule, whole


@cache
def nobody() -> MutationReport:
    """The protocol with everything in it, and no case."""
    return mutation_report(build_program(whole()), ())


@cache
def people() -> tuple[Case, ...]:
    """The cases that are saved of it."""
    found, problems = load_cases(nobody().program, {"saved.yaml": case_file(nobody())})
    assert problems == ()
    return found


@cache
def confirmed() -> MutationReport:
    """The same with every case that was saved, each confirmed."""
    program = nobody().program
    text = case_file(nobody()).replace("    to_confirm: yes\n", "")
    return mutation_report(program, load_cases(program, {"saved.yaml": text})[0])


def kept_apart(found: MutationReport, kind: str) -> tuple[MutationResult, ...]:
    """The mutants of a kind that nobody noticed."""
    return tuple(trial for trial in found.survivors if trial.mutant.operator == kind)


@pytest.mark.parametrize("kind", OPERATORS)
def test_found_while_a_case_is_there_and_not_without_it(kind: str) -> None:
    """Of every kind some survive without cases, and none with a case for each."""
    for trial in kept_apart(nobody(), kind):
        (with_case,) = (t for t in confirmed().results if t.number == trial.number)
        assert with_case.status is MutantStatus.KILLED_BY_CASE
        (case,) = (case for case in people() if case.id == f"to_confirm_{trial.number}")
        assert run_case(nobody().program, case).passes
        assert not run_case(trial.mutated, case).passes
    assert kept_apart(nobody(), kind)
    assert not confirmed().survivors


def test_what_was_saved_waits_for_a_person() -> None:
    """Until then it is run, and notices nothing."""
    found = mutation_report(nobody().program, people())

    assert [trial.status for trial in found.results] == [
        trial.status for trial in nobody().results
    ]
    assert found.case_count == 0
    assert found.unconfirmed_cases == tuple(case.id for case in people())
    assert all(case.about.startswith("To confirm. Nobody noticed this: ") for case in people())
    assert "Not confirmed, so not counted: to_confirm_" in " ".join(mutation_lines(found))


def test_the_figures_add_up(program: Program, cases: tuple[Case, ...]) -> None:
    """Every mutant is in one row of the table, and in one figure of the head."""
    found = mutation_report(program, cases)
    values = record(found)

    assert sum(count.total() for _, count in found.by_operator()) == len(found.results)
    assert sum(values[status.value] for status in MutantStatus) == len(found.results)  # type: ignore[misc]
    assert json.loads(json.dumps(values)) == values
    case, claim, same = (
        len(found.with_status(status))
        for status in (
            MutantStatus.KILLED_BY_CASE,
            MutantStatus.KILLED_BY_CLAIM,
            MutantStatus.EQUIVALENT,
        )
    )
    assert (
        f"{case + claim}/{len(found.results) - same} mutants found: {case} by a case, {claim} by "
        f"a claim. {same} more mean the same. {len(found.survivors)} were noticed by nobody, 0 "
        "are undecided."
    ) in " ".join(" ".join(mutation_lines(found)).split())


def test_a_person_in_the_words_of_the_questions(program: Program, cases: tuple[Case, ...]) -> None:
    """Who tells the two apart, and how."""
    text = "\n".join(mutation_lines(mutation_report(program, cases)))

    assert (
        "NOBODY NOTICED: rule fever_today: clause 4 'years >= 65 years' read as 'years >=\n"
        "    64 years'\n"
        "  This person, everything else being normal, is sent to self_care. With the\n"
        "      change it is same_day.\n"
        "      How old are you? -> 64 years\n"
        "      Do you have a fever? -> yes\n"
    ) in text


def test_what_else_can_differ() -> None:
    """Advice, a verdict, a count, the status, and what is certain while answers are missing."""
    text = " ".join(" ".join(mutation_lines(nobody())).split())

    for sentence in (
        "The advice 'call' is given, and not there with the change.",
        "The advice 'rest' is withheld, and given with the change.",
        "The verdict on 'sport' is wait, and go with the change.",
        "The count of 'tally' is 1, and 0 with the change.",
        "The status is out_of_scope, and complete with the change.",
    ):
        assert sentence in text


def test_a_difference_on_sheets_with_answers_missing_only() -> None:
    """A guard may change nothing once everything is answered, and yet what is certain before."""
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

    found = mutation_report(program, ())

    (trial,) = (t for t in found.results if t.mutant.change == "the condition left out")
    assert trial.status is MutantStatus.SURVIVED
    assert trial.distinguished is not None
    assert dict(trial.distinguished.sheet) == {"asked": True}
    text = " ".join(" ".join(mutation_lines(found)).split())
    assert (
        "is sent to same_day. Certain is self_care, and same_day with the change. The status is "
        "incomplete, and complete with the change. About list? -> no answer About asked? -> yes"
    ) in text


def test_every_mutant_is_listed(program: Program, cases: tuple[Case, ...]) -> None:
    """With who found it."""
    found = mutation_report(program, cases)
    text = " ".join(" ".join(mutation_lines(found, every=True)).split())

    for trial in found.with_status(MutantStatus.KILLED_BY_CASE):
        assert f"{trial.mutant.description}: found by the case {trial.detail}" in text
    for trial in found.with_status(MutantStatus.KILLED_BY_CLAIM):
        assert f"{trial.mutant.description}: found by a claim: {trial.detail}" in text
    assert found.with_status(MutantStatus.KILLED_BY_CASE)
    assert found.with_status(MutantStatus.KILLED_BY_CLAIM)
    assert "means the same" in text


def test_undecided_is_said_and_not_saved(program: Program, cases: tuple[Case, ...]) -> None:
    """Nobody is known who tells it apart, so there is nobody to write down."""
    found = mutation_report(program, cases, seconds=0)

    text = " ".join(" ".join(mutation_lines(found)).split())
    assert "UNDECIDED, counted as not found: the proof ran out of time: 0 seconds: rule" in text
    assert case_file(found).endswith("cases:\n")


def test_a_broken_case_is_named(program: Program, cases: tuple[Case, ...]) -> None:
    """It could notice nothing, and the protocol is not sound."""
    odd = Case(id="odd", about="Odd.", acceptable=(Urgency.EMERGENCY,))
    broken = mutation_report(program, (*cases, odd))

    assert broken.failing_cases == ("odd",)
    assert not broken.is_sound
    assert "Not kept, so not counted: odd." in list(mutation_lines(broken))


def test_the_interpreter_must_agree(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is shown whom it treats alike."""
    monkeypatch.setattr(report, "snapshot", lambda *_: None)

    with pytest.raises(SpuriousCounterexample, match="does not agree that a mutant is another"):
        mutation_report(program, ())
