"""Both protocols: the tiny one, and the one that ships."""

from __future__ import annotations

from pathlib import Path

import pytest

from backtriage.check import checked_protocol
from backtriage.program.program import Program, build_program
from backtriage.shell.files import read_rules

ROOT = Path(__file__).parents[3]
FOLDERS = {
    "tiny": ROOT / "tests" / "data" / "protocols" / "sore_throat",
    "shipped": ROOT / "rules" / "back_pain",
}


@pytest.fixture(scope="session", params=list(FOLDERS))
def program(request: pytest.FixtureRequest) -> Program:
    """A protocol, ready to run."""
    return build_program(checked_protocol(read_rules(FOLDERS[request.param])))


@pytest.fixture(scope="session")
def tiny() -> Program:
    """The tiny protocol."""
    return build_program(checked_protocol(read_rules(FOLDERS["tiny"])))
