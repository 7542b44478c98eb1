"""Counterexamples as a case file, so that each becomes a regression test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from backtriage.prove.case_yaml import CaseEntry, acceptable_from, case_yaml, expect_urgency
from backtriage.prove.claims.claim import Claim
from backtriage.prove.counterexample import Counterexample
from backtriage.prove.report import ProofReport

_HEADER: Final = (
    "Found by 'backtriage rules prove'. Each of these fails until the rules are fixed."
)


def case_file(report: ProofReport) -> str:
    """Return a case file with every counterexample of a report."""
    return case_yaml(report.program, _HEADER, (
        CaseEntry(
            f"found_{result.claim.kind}_{result.claim.subject}", result.claim.sentence,
            result.counterexample.sheet, _expected(result.claim, result.counterexample),
        )
        for result in report.results
        if result.counterexample is not None
    ))  # fmt: skip


def _expected(claim: Claim, counterexample: Counterexample) -> Mapping[str, object]:
    if counterexample.required is not None:
        return acceptable_from(counterexample.required)
    if claim.kind == "contraindicated" and "." not in counterexample.given[0]:
        return {"expect": {"withheld": [counterexample.given[0]]}}
    return expect_urgency(counterexample.urgency)
