"""Every claim is proved for the protocol that ships and for those of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from backtriage.prove.report import prove_program
from tests.support.protocols import SHIPPED, TINY, program_in


@pytest.mark.parametrize(
    "folder",
    [SHIPPED, *sorted(TINY.parent.iterdir())],
    ids=lambda folder: folder.name,
)
def test_every_claim_is_proved(folder: Path) -> None:
    report = prove_program(program_in(folder))

    assert [result.claim.key for result in report.errors] == []
