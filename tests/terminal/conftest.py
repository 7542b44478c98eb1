"""A terminal for each test, and nobody's own files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.terminal.teletype import TINY, Teletype

Start = Callable[..., Teletype]


@pytest.fixture
def start(home_of_its_own: Path) -> Iterator[Start]:
    """Starts the plain interview of the tiny protocol; other options come on top."""
    with ExitStack() as stack:

        def started(*options: str, columns: int = 80, term: str = "xterm-256color") -> Teletype:
            arguments = ("ask", "--plain", "--rules", str(TINY), "--country", "GB", *options)
            teletype = Teletype(*arguments, home=home_of_its_own, columns=columns, term=term)
            return stack.enter_context(teletype)

        yield started
