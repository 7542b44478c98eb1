"""Every case of every shipped protocol is one test; and all of them together cover the rules."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from backtriage.cases.case import Case
from backtriage.cases.loader import load_cases
from backtriage.cases.report import CaseReport, build_report
from backtriage.cases.run import run_case
from backtriage.check import checked_protocol
from backtriage.program.program import Program, build_program
from backtriage.shell.files import read_rules

RULES = Path(__file__).parents[2] / "rules"
FOLDERS = {folder.parent.name: folder.parent for folder in sorted(RULES.glob("*/cases"))}

NO_CASE = {"H20"}
"""Hazards that no sheet of answers can show: the diary's."""


@cache
def protocol_of(name: str) -> tuple[Program, tuple[Case, ...]]:
    """A protocol and its cases."""
    program = build_program(checked_protocol(read_rules(FOLDERS[name])))
    cases, problems = load_cases(program, read_rules(FOLDERS[name] / "cases"))
    assert [(str(p.location), p.message) for p in problems] == []
    return program, cases


@cache
def report_of(name: str) -> CaseReport:
    """Everything its cases find out."""
    return build_report(*protocol_of(name))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each case, named by protocol and case."""
    if "case" in metafunc.fixturenames:
        pairs = [(name, case) for name in FOLDERS for case in protocol_of(name)[1]]
        ids = [f"{name}-{case.id}" for name, case in pairs]
        metafunc.parametrize(("name", "case"), pairs, ids=ids)
    elif "name" in metafunc.fixturenames:
        metafunc.parametrize("name", list(FOLDERS))


def test_case(name: str, case: Case) -> None:
    """The rules make of this person what the case expects."""
    program, _ = protocol_of(name)

    assert list(run_case(program, case).failures) == [], case.about


def test_there_are_protocols_with_cases() -> None:
    """The tests here look at something."""
    assert FOLDERS


def test_every_rule_is_tried_both_ways(name: str) -> None:
    """A case fires it, and one a single answer away does not; every doubt is tried too."""
    found = report_of(name)

    assert found.failures == ()
    assert found.coverage.rules_unsure.missing == ()


def test_every_clause_is_seen_every_way(name: str) -> None:
    """True, false and, where it can be, not sure."""
    found = report_of(name).coverage

    assert found.clauses_true.missing == ()
    assert found.clauses_false.missing == ()
    assert found.clauses_unsure.missing == ()


def test_every_emergency_that_one_finding_decides_is_certain_within_three_screens(
    name: str,
) -> None:
    """After the opening questions, on top of every baseline."""
    found = report_of(name).triggers

    assert found
    for case, triggers in found:
        assert triggers, case.id
        late = [t for t in triggers if t.screens is None or t.screens > 3]
        assert late == [], case.id


def test_every_hazard_has_a_case(name: str) -> None:
    """Each row of the hazard log is named by one case at least, and nothing else is."""
    log = (FOLDERS[name] / "hazards.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^### (H\d\d)", log, re.MULTILINE))
    named = {hazard for case in protocol_of(name)[1] for hazard in case.hazards}

    assert named == rows - NO_CASE


def test_every_case_with_a_source_says_what_is_acceptable(name: str) -> None:
    """A published case is compared with its urgencies, not with ours."""
    silent = [c.id for c in protocol_of(name)[1] if c.source and not c.acceptable]

    assert silent == []
