"""Mutation testing of the shipped protocol: no mutant survives."""

from __future__ import annotations

import pytest

from backtriage.mutation.mutant import OPERATORS
from backtriage.mutation.report import mutation_report
from tests.support.protocols import SHIPPED, cases_in, shipped


@pytest.mark.exhaustive
@pytest.mark.once
def test_every_mutant_is_killed_or_equivalent() -> None:
    report = mutation_report(shipped(), cases_in(SHIPPED))

    assert (report.failing_cases, report.unconfirmed_cases) == ((), ())
    assert [result.mutant.description for result in report.survivors] == []
    assert all(count for _, count in report.by_operator())
    assert len(list(report.by_operator())) == len(OPERATORS)
