"""Released protocols can still be read, so that old results can be checked against them."""

from __future__ import annotations

from pathlib import Path

import pytest

from backtriage.program.program import digest_of
from backtriage.shell.cache import load_protocol
from tests.support.protocols import ROOT
from tools.protocol_digest import CHANGELOG

RELEASED = sorted((ROOT / "tests" / "data" / "released").iterdir())


@pytest.mark.parametrize("folder", RELEASED, ids=lambda folder: folder.name)
def test_a_released_protocol_keeps_its_digest(folder: Path) -> None:
    id_, version = folder.name.rsplit("-", 1)
    rows = [
        line
        for line in CHANGELOG.read_text(encoding="utf-8").splitlines()
        if line.startswith(f"| `{id_} {version}` |")
    ]

    assert digest_of(load_protocol(folder)) in rows[0]
