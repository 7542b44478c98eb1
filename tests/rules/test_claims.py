"""Every claim holds of the protocols that ship, but for what waits for a decision by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from backtriage.check import checked
from backtriage.program.from_protocol import from_protocol
from backtriage.prove.report import report
from backtriage.shell.files import read_rules

ROOT = Path(__file__).parents[2]

OPEN = {
    "back_pain": {"thinner_and_sudden_pain", "cancer_and_unresting_pain", "getting_worse_at_all"},
    "sore_throat": set(),
    "twisted_ankle": set(),
}
"""Floors, read from the sources, that the rules do not reach. Each needs a clinician's word."""


@pytest.mark.parametrize(
    "folder",
    [ROOT / "rules" / "back_pain", *sorted((ROOT / "tests" / "data" / "protocols").iterdir())],
    ids=lambda folder: folder.name,
)
def test_every_claim_is_proved(folder: Path) -> None:
    """Nothing else is disproved, and nothing is undecided."""
    found = report(from_protocol(checked(read_rules(folder))))

    assert {finding.claim.subject for finding in found.faults} == OPEN[folder.name]
