"""The report of a run, as JSON and as text."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from backtriage.cases.case import Case, Expectation
from backtriage.cases.report import CaseReport, build_report, record, report_lines
from backtriage.cases.simulation import EmergencyTrigger
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency


@pytest.fixture(scope="module")
def report(program: Program, cases: tuple[Case, ...]) -> CaseReport:
    return build_report(program, cases)


def test_passing_cases_with_full_coverage_have_no_failures(report: CaseReport) -> None:
    assert report.failures == ()
    assert report.failed == {}
    assert report.untested == ()


def test_a_protocol_without_cases_fails(program: Program) -> None:
    assert build_report(program, ()).failures == (
        "There are no cases, so nothing was tested.",
        "5 rules lack a case that fires them, or a case a single answer away that does not.",
    )


def test_a_failed_case_is_reported_with_its_failures(
    program: Program, cases: tuple[Case, ...]
) -> None:
    wrong = Case(id="wrong", about="Wrong.", walk=True, expect=Expectation(urgency=Urgency.SOON))

    report = build_report(program, (*cases, wrong))

    assert report.failures == ("1 of 14 cases fail.",)
    assert report.failed == {
        "wrong": (
            "the urgency is emergency, expected soon",
            "the interview asks 'years', which has no answer here",
        )
    }
    lines = list(report_lines(report))
    assert lines[0] == "sore_throat 0.1.0: 13/14 cases pass"
    assert lines[1] == "FAILED wrong (): Wrong."
    assert "  wrong: never settled, main 0, all 0" in lines


def test_an_interview_without_an_answer_fails_its_case(
    program: Program, cases: tuple[Case, ...]
) -> None:
    halts = Case(id="halts", about="Halts.", walk=True, sheet=Answers({"feverish": False}))

    report = build_report(program, (*cases, halts))

    assert report.failed == {"halts": ("the interview asks 'years', which has no answer here",)}


TEXT = """\
sore_throat 0.1.0: 13/13 cases pass

Coverage
  5/5 rules that surely fire in a case
  4/4 rules that one changed answer switches
  3/3 rules that rest on not sure in a case
  8/8 clauses seen true
  8/8 clauses seen false
  6/6 clauses seen not sure
  hazards with a case, 2: H01 H14

Acceptable urgencies: 1/2 cases are within them
  from_a_book: certain self_care, possible emergency; acceptable same_day. The
    book gives no age, so nothing is certain.

Undertriage: cases that need care the same day or sooner
  1/1 published cases undertriaged: from_a_book.
  0/8 cases written for these rules undertriaged; none in 8 still allows a true
    share of 37.5% (rule of three, 95%).
  The authors of the rules wrote or chose the cases, so none of this measures
    accuracy.

Share of cases at each urgency (for information; nothing is tested)
     5/13 emergency
     4/13 same_day
     0/13 soon
     2/13 routine
     2/13 self_care

Simulated interviews, in screens
  all_clear: settled after 4, main 4 (aim 4), all 4 (aim 4)
  short_of_breath: settled after 2, main 2, all 2

Single findings that decide an emergency, added to 'all_clear': screens after
  the opening questions until it is certain (aim 5)
  2/2 within 5
  after 1: cannot_breathe
"""


def test_the_report_as_text(report: CaseReport) -> None:
    assert "\n".join(report_lines(report)) + "\n" == TEXT


def test_missing_coverage_is_listed(program: Program, cases: tuple[Case, ...]) -> None:
    report = build_report(program, tuple(case for case in cases if case.id == "from_a_book"))

    lines = list(report_lines(report))

    assert "  0/5 rules that surely fire in a case" in lines
    assert "      missing: cannot_breathe, fever_today, stays_long, child, home" in lines
    assert "      missing: cannot_breathe: airway includes breathing" in lines
    assert "  hazards with a case, 0: none" in lines
    assert not [line for line in lines if line.startswith(("Simulated", "Single"))]


def test_only_twelve_missing_clauses_are_listed_by_default(report: CaseReport) -> None:
    ratio = replace(report.coverage.clauses_true, total=14, missing=tuple("abcdefghijklmn"))
    long = replace(report, coverage=replace(report.coverage, clauses_true=ratio))

    assert "      and 2 more (--every lists them)" in list(report_lines(long))
    assert "      missing: n" in list(report_lines(long, every=True))


def test_late_and_lost_emergencies_are_listed(report: CaseReport) -> None:
    ((case, _),) = report.triggers
    late = EmergencyTrigger(rule="late", question="days", answer="longer", screens=7)
    never = EmergencyTrigger(rule="never", question="days", answer="longer", screens=None)

    lines = list(report_lines(replace(report, triggers=((case, (late, never)),))))

    assert lines[-4:] == [
        "  0/2 within 5", "  after 7: late (days: longer)", "  never: never (days: longer)",
        "  after 7: late",
    ]  # fmt: skip


def test_the_report_as_json(report: CaseReport) -> None:
    values = json.loads(json.dumps(record(report)))

    assert values["sound"] is True
    assert values["cases"] == 13
    assert values["broken"] == {}
    assert values["coverage"]["clauses_not_sure"] == {"seen": 6, "of": 6, "left": []}
    assert values["dangerous"] == {
        "published": {"of": 1, "below": ["from_a_book"], "rule_of_three": None},
        "invented": {"of": 8, "below": [], "rule_of_three": 0.375},
    }
    assert values["outside"] == {"from_a_book": "The book gives no age, so nothing is certain."}
    assert values["walks"]["all_clear"] == {
        "settled": 4, "emergency": None, "sections": {"main": 4}, "all": 4,
        "aims": {"main": 4, "all": 4},
    }  # fmt: skip
    assert values["single_findings"]["all_clear"]["rules"][0] == {
        "rule": "cannot_breathe", "question": "airway", "answer": "breathing", "screens": 1,
    }  # fmt: skip
