"""A terminal for each test, and nobody's own files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import pytest

from tests.terminal.glass import LATENCIES, Glass, tiny
from tests.terminal.teletype import TINY, Teletype

Start = Callable[..., Teletype]
Look = Callable[..., Glass]


@pytest.fixture
def start(home_of_its_own: Path) -> Iterator[Start]:
    """Starts the plain interview of the tiny protocol; other options come on top."""
    with ExitStack() as stack:

        def started(*options: str, columns: int = 80, term: str = "xterm-256color") -> Teletype:
            arguments = ("ask", "--plain", "--rules", str(TINY), "--country", "GB", *options)
            teletype = Teletype(*arguments, home=home_of_its_own, columns=columns, term=term)
            return stack.enter_context(teletype)

        yield started


@pytest.fixture
def look(home_of_its_own: Path) -> Iterator[Look]:
    """Starts the full-screen interview of the tiny protocol, on a screen of any size."""
    with ExitStack() as stack:

        def started(*options: str, columns: int = 80, rows: int = 24) -> Glass:
            glass = Glass(*tiny(*options), home=home_of_its_own, columns=columns, rows=rows)
            return stack.enter_context(glass)

        yield started


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """From key to screen: printed, never asserted, for it hangs on the machine."""
    if LATENCIES:
        line = f"key to screen: median {median(LATENCIES):.1f} ms, longest {max(LATENCIES):.1f} ms"
        terminalreporter.write_line(f"{line}, {len(LATENCIES)} keys")
