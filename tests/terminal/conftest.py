"""A terminal for each test, and nobody's own files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.line_driver import LineDriver
from tests.support.protocols import TINY
from tests.support.screen_driver import ScreenDriver, tiny

Start = Callable[..., LineDriver]
Look = Callable[..., ScreenDriver]


@pytest.fixture
def start(isolated_home: Path) -> Iterator[Start]:
    """Starts the plain interview of the tiny protocol; other options come on top."""
    with ExitStack() as stack:

        def started(*options: str, columns: int = 80, term: str = "xterm-256color") -> LineDriver:
            arguments = ("ask", "--plain", "--rules", str(TINY), "--country", "GB", *options)
            driver = LineDriver(*arguments, home=isolated_home, columns=columns, term=term)
            return stack.enter_context(driver)

        yield started


@pytest.fixture
def look(isolated_home: Path) -> Iterator[Look]:
    """Starts the full-screen interview of the tiny protocol, on a screen of any size."""
    with ExitStack() as stack:

        def started(*options: str, columns: int = 80, rows: int = 24) -> ScreenDriver:
            screen = ScreenDriver(*tiny(*options), home=isolated_home, columns=columns, rows=rows)
            return stack.enter_context(screen)

        yield started
