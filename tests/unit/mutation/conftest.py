"""The tiny protocol and its cases."""

from __future__ import annotations

import pytest

from backtriage.cases.case import Case
from backtriage.program.program import Program
from tests.support.protocols import TINY, cases_in, tiny


@pytest.fixture(scope="session")
def program() -> Program:
    return tiny()


@pytest.fixture(scope="session")
def cases() -> tuple[Case, ...]:
    return cases_in(TINY)
