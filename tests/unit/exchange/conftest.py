"""The tiny protocol, and every protocol in turn."""

from __future__ import annotations

import pytest

from backtriage.program.program import Program
from tests.support import protocols


@pytest.fixture(scope="session", params=["tiny", "shipped"])
def program(request: pytest.FixtureRequest) -> Program:
    return protocols.tiny() if request.param == "tiny" else protocols.shipped()


@pytest.fixture(scope="session")
def tiny() -> Program:
    return protocols.tiny()
