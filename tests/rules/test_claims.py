"""Every claim is proved for the protocols of the tests; `./check` proves the shipped one."""

from __future__ import annotations

from pathlib import Path

import pytest

from backtriage.prove.counterexample import unguarded
from backtriage.prove.report import prove_program
from tests.support.protocols import TINY, program_in, shipped


@pytest.mark.parametrize("folder", sorted(TINY.parent.iterdir()), ids=lambda folder: folder.name)
def test_every_claim_is_proved(folder: Path) -> None:
    report = prove_program(program_in(folder))

    assert [result.claim.key for result in report.errors] == []


def test_a_worse_answer_never_lowers_the_urgency_of_a_contradiction() -> None:
    """It is decided as if every question were asked, where the claims speak of those that are."""
    report = prove_program(unguarded(shipped()), kinds=("lowered", "unsure"))

    assert [result.claim.key for result in report.errors] == []
