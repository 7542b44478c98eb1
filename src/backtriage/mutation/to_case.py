"""Write surviving mutants as cases, for a person to confirm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F
from backtriage.mutation.outcome_snapshot import (
    GIVEN,
    NOT_SHOWN,
    SHOWN,
    WITHHELD,
    WITHOUT,
    other_changes,
)
from backtriage.mutation.report import DistinguishingSheet, MutationReport, MutationResult
from backtriage.prove.case_yaml import CaseEntry, case_yaml
from backtriage.terms.answers import Answers

_HEADER: Final = """\
Written by 'backtriage rules test --mutate'. Each person here tells the rules of today from the
# rules with one change that no case and no claim noticed. What is expected is what happens today.
# Whether that is right, nobody has said. If it is, say who this person is, and take out
# 'to_confirm': until then the case is run, and notices nothing."""


_STATES: Final = {"advice": (GIVEN, WITHHELD, WITHOUT), "lines": (SHOWN, NOT_SHOWN)}
"""The lists of ids that a case expects, by section."""


def case_file(report: MutationReport) -> str:
    """Return, for each survivor, a case that passes now and kills it once it is confirmed."""
    return case_yaml(report.program, _HEADER, _entries(report))


def _entries(report: MutationReport) -> Iterator[CaseEntry]:
    for result in report.survivors:
        if result.distinguished is not None:
            about = f"To confirm. Nobody noticed this: {result.mutant.description}."
            sheet = _relevant(report, result, result.distinguished.sheet)
            expected = {"to_confirm": True, "expect": _expected(result.distinguished)}
            yield CaseEntry(f"to_confirm_{result.number}", about, sheet, expected)


def _expected(distinguished: DistinguishingSheet) -> Mapping[str, object]:
    """Expect the protocol's own urgency and status, and whatever else the mutant changes."""
    before = distinguished.before
    expected: dict[str, object] = {
        "urgency": before.possible.id, "certain": before.certain.id, "status": before.status,
    }  # fmt: skip
    if before.contradictions != distinguished.after.contradictions:
        expected["contradictions"] = list(before.contradictions)
    for section, changes in other_changes(before, distinguished.after).items():
        today = {id_: old for id_, (old, _) in changes.items()}
        if section in _STATES:
            for state in _STATES[section]:
                expected[state] = [id_ for id_, value in today.items() if value == state]
        else:
            expected[section] = today
    return {key: value for key, value in expected.items() if value or key == "contradictions"}


def _relevant(report: MutationReport, result: MutationResult, sheet: Answers) -> Answers:
    """Return the answers to questions that the protocol or the mutant may ask."""
    evaluations = [Evaluation(program, sheet) for program in (report.program, result.mutated)]
    return Answers({
        question: value for question, value in sheet.items()
        if any(evaluation.guard(question)[1] != F for evaluation in evaluations)
    })  # fmt: skip
