"""Every claim is proved for the protocol that ships and for those of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from backtriage.check import checked_protocol
from backtriage.program.program import build_program
from backtriage.prove.report import prove_program
from backtriage.shell.files import read_rules

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "folder",
    [ROOT / "rules" / "back_pain", *sorted((ROOT / "tests" / "data" / "protocols").iterdir())],
    ids=lambda folder: folder.name,
)
def test_every_claim_is_proved(folder: Path) -> None:
    report = prove_program(build_program(checked_protocol(read_rules(folder))))

    assert [result.claim.key for result in report.errors] == []
