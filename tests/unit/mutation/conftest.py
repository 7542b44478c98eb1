"""The tiny protocol and its people."""

from __future__ import annotations

from pathlib import Path

import pytest

from backtriage.cases.case import Case
from backtriage.cases.loader import load_cases
from backtriage.check import checked_protocol
from backtriage.program.program import Program, build_program
from backtriage.shell.files import read_rules

TINY = Path(__file__).parents[2] / "data" / "protocols" / "sore_throat"


@pytest.fixture(scope="session")
def program() -> Program:
    """The tiny protocol, ready to run."""
    return build_program(checked_protocol(read_rules(TINY)))


@pytest.fixture(scope="session")
def cases(program: Program) -> tuple[Case, ...]:
    """Its cases."""
    found, problems = load_cases(program, read_rules(TINY / "cases"))
    assert problems == ()
    return found
