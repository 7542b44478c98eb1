"""The report of a run, as values and as lines."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from backtriage.cases.case import Case, Expectation
from backtriage.cases.report import Report, record, report
from backtriage.cases.simulation import Sign
from backtriage.cases.to_text import report_lines
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency


@pytest.fixture(scope="module")
def whole(program: Program, cases: tuple[Case, ...]) -> Report:
    """The report of the tiny protocol."""
    return report(program, cases)


def test_a_sound_report_has_no_faults(whole: Report) -> None:
    """Every case kept, every rule tried both ways."""
    assert whole.faults == ()
    assert whole.broken == ()
    assert whole.untried == ()


def test_no_cases_is_a_fault(program: Program) -> None:
    """A protocol without cases has tried nothing."""
    assert report(program, ()).faults == (
        "There are no cases, so nothing was tried.",
        "5 rules have no case that fires them, or none, a single answer away, that does not.",
    )


def test_a_broken_case_is_a_fault(program: Program, cases: tuple[Case, ...]) -> None:
    """It is named with what differs, and with the question its walk came to a halt at."""
    wrong = Case(id="wrong", about="Wrong.", walk=True, expect=Expectation(urgency=Urgency.SOON))

    found = report(program, (*cases, wrong))

    assert found.faults == ("1 of 14 cases are not kept.",)
    assert found.broken == (
        ("wrong", ("the urgency is emergency, expected soon",
                   "the interview asks 'years', which has no answer here")),
    )  # fmt: skip
    lines = list(report_lines(found))
    assert lines[0] == "sore_throat 0.1.0: 13/14 cases kept"
    assert lines[1] == "BROKEN wrong (): Wrong."
    assert "  wrong: never settled, main 0, all 0" in lines


def test_a_walk_that_halts_is_broken_by_itself(program: Program, cases: tuple[Case, ...]) -> None:
    """Even when nothing else differs."""
    halts = Case(id="halts", about="Halts.", walk=True, sheet=Answers({"feverish": False}))

    found = report(program, (*cases, halts))

    assert dict(found.broken) == {
        "halts": ("the interview asks 'years', which has no answer here",)
    }


LINES = """\
sore_throat 0.1.0: 13/13 cases kept

Coverage
  5/5 rules that surely fire in a case
  4/4 rules that one changed answer switches
  3/3 rules that rest on not sure in a case
  8/8 clauses seen true
  8/8 clauses seen false
  6/6 clauses seen not sure
  hazards with a case, 2: H01 H14

Acceptable urgencies: 1/2 cases are within theirs
  from_a_book: certain self_care, possible emergency; acceptable same_day. The
    book gives no age, so nothing is certain.

Cases that must not fall below the same day
  1/1 published fell below: from_a_book.
  0/8 written for these rules fell below; none in 8 still allows a true share of
    37.5% (rule of three, 95%).
  Those who wrote the rules wrote or chose the cases, so none of this is
    accuracy.

Share per urgency over the cases (a figure for the clinician, no test)
     5/13 emergency
     4/13 same_day
     0/13 soon
     2/13 routine
     2/13 self_care

Interviews played through, in screens
  all_clear: settled after 4, main 4 (aim 4), all 4 (aim 4)
  short_of_breath: settled after 2, main 2, all 2

Emergencies that one finding decides, on top of 'all_clear': screens after the
  opening questions until it is certain (aim 3)
  2/2 within 3
  after 1: cannot_breathe
"""


def test_the_report_as_lines(whole: Report) -> None:
    """What `rules test` prints."""
    assert "\n".join(report_lines(whole)) + "\n" == LINES


def test_what_is_not_covered_is_listed(program: Program, cases: tuple[Case, ...]) -> None:
    """Rules all, clauses the first twelve, or every one when asked."""
    little = report(program, tuple(case for case in cases if case.id == "from_a_book"))

    lines = list(report_lines(little))

    assert "  0/5 rules that surely fire in a case" in lines
    assert "      not yet: cannot_breathe, fever_today, stays_long, child, home" in lines
    assert "      not yet: cannot_breathe: airway includes breathing" in lines
    assert "  hazards with a case, 0: none" in lines
    assert not [line for line in lines if line.startswith(("Interviews", "Emergencies"))]
    many = replace(
        little.coverage, true=replace(little.coverage.true, of=14, left=tuple("abcdefghijklmn"))
    )
    long = replace(little, coverage=many)
    assert "      and 2 more (--every lists them)" in list(report_lines(long))
    assert "      not yet: n" in list(report_lines(long, every=True))


def test_late_and_lost_emergencies_are_named(whole: Report) -> None:
    """Beyond the aim each is named, and so is one that the interview never comes to."""
    ((case, _),) = whole.signs
    late = Sign(rule="late", question="days", answer="longer", screens=7)
    never = Sign(rule="never", question="days", answer="longer", screens=None)

    lines = list(report_lines(replace(whole, signs=((case, (late, never)),))))

    assert lines[-4:] == [
        "  0/2 within 3", "  after 7: late (days: longer)", "  never: never (days: longer)",
        "  after 7: late",
    ]  # fmt: skip


def test_the_report_as_values(whole: Report) -> None:
    """Plain JSON, with the same figures."""
    found = json.loads(json.dumps(record(whole)))

    assert found["sound"] is True
    assert found["cases"] == 13
    assert found["broken"] == {}
    assert found["coverage"]["clauses_not_sure"] == {"seen": 6, "of": 6, "left": []}
    assert found["dangerous"] == {
        "published": {"of": 1, "below": ["from_a_book"], "rule_of_three": None},
        "invented": {"of": 8, "below": [], "rule_of_three": 0.375},
    }
    assert found["outside"] == {"from_a_book": "The book gives no age, so nothing is certain."}
    assert found["walks"]["all_clear"] == {
        "settled": 4, "emergency": None, "sections": {"main": 4}, "all": 4,
        "aims": {"main": 4, "all": 4},
    }  # fmt: skip
    assert found["single_findings"]["all_clear"]["rules"][0] == {
        "rule": "cannot_breathe", "question": "airway", "answer": "breathing", "screens": 1,
    }  # fmt: skip
