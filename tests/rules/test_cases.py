"""The cases of every shipped protocol: each passes, and together they cover the rules."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from backtriage.cases.case import Case, run_case
from backtriage.cases.report import CaseReport, build_report
from tests.support.protocols import ROOT, cases_in, program_in

FOLDERS: Final = {
    path.parent.name: path.parent for path in sorted((ROOT / "rules").glob("*/cases"))
}
MOST_SCREENS: Final = 5
WITHOUT_CASE: Final = {"H20"}
"""Hazards that no answer sheet can show: the one of the diary."""


@cache
def report_of(folder: Path) -> CaseReport:
    return build_report(program_in(folder), cases_in(folder))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test of each case, named after its protocol and its id."""
    if "case" in metafunc.fixturenames:
        pairs = [(folder, case) for folder in FOLDERS.values() for case in cases_in(folder)]
        ids = [f"{folder.name}-{case.id}" for folder, case in pairs]
        metafunc.parametrize(("folder", "case"), pairs, ids=ids)
    elif "folder" in metafunc.fixturenames:
        metafunc.parametrize("folder", FOLDERS.values(), ids=FOLDERS)


def test_case(folder: Path, case: Case) -> None:
    assert list(run_case(program_in(folder), case).failures) == [], case.about


def test_some_protocol_has_cases() -> None:
    assert FOLDERS


def test_one_changed_answer_switches_every_rule_on_and_off(folder: Path) -> None:
    """Every rule that can fire on doubt also has a case in which it does."""
    report = report_of(folder)

    assert report.failures == ()
    assert report.coverage.rules_unsure.missing == ()


def test_every_clause_is_true_false_and_not_sure_in_some_case(folder: Path) -> None:
    coverage = report_of(folder).coverage

    assert coverage.clauses_true.missing == ()
    assert coverage.clauses_false.missing == ()
    assert coverage.clauses_unsure.missing == ()


def test_every_emergency_that_one_finding_decides_is_certain_within_five_screens(
    folder: Path,
) -> None:
    """After the opening questions, starting from every baseline."""
    baselines = report_of(folder).triggers

    assert baselines
    for case, triggers in baselines:
        assert triggers, case.id
        late = [t for t in triggers if t.screens is None or t.screens > MOST_SCREENS]
        assert late == [], case.id


def test_every_hazard_has_a_case(folder: Path) -> None:
    log = (folder / "hazards.md").read_text(encoding="utf-8")
    hazards = set(re.findall(r"^### (H\d\d)", log, re.MULTILINE))
    covered = {hazard for case in cases_in(folder) for hazard in case.hazards}

    assert covered == hazards - WITHOUT_CASE


def test_every_case_with_a_source_lists_the_acceptable_urgencies(folder: Path) -> None:
    """A published case is compared with the urgencies of its source, not those of our rules."""
    assert [case.id for case in cases_in(folder) if case.source and not case.acceptable] == []
