"""The engines and the enumerator come to the same verdicts; cases are confirmed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from backtriage.program.program import Program
from backtriage.prove.by_cases import verdicts
from backtriage.prove.proof import Verdict
from backtriage.prove.report import Report, report
from tests.laws.guarantees import guaranteed_programs


def proved(found: Report) -> dict[tuple[str, str], bool]:
    """The verdicts of a report; nothing is left undecided."""
    assert all(finding.proof.verdict is not Verdict.UNDECIDED for finding in found.findings)
    return {f.claim.key: f.proof.verdict is Verdict.PROVED for f in found.findings}


@pytest.mark.slow
@settings(max_examples=500)
@given(program=guaranteed_programs())
def test_engines_agree_with_every_case(program: Program) -> None:
    """On a protocol whose every sheet can be tried, both engines find what trying finds.

    Making the report also runs each case in the interpreter, which must agree.
    """
    found = proved(report(program, engine="both"))

    assert found == verdicts(program)
