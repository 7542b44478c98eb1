"""Interviews of the tiny protocol, each on a terminal of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.forked import Server
from tests.support.line_driver import LineDriver
from tests.support.screen_driver import ScreenDriver, tiny

StartPlain = Callable[..., LineDriver]
StartScreen = Callable[..., ScreenDriver]


@pytest.fixture
def start_plain(isolated_home: Path) -> StartPlain:
    """Start an interview in plain mode, with more options."""

    def start(*options: str, columns: int = 80, waits: bool = False) -> LineDriver:
        words = tiny("--plain", *options)
        return LineDriver(*words, home=isolated_home, columns=columns, waits=waits)

    return start


@pytest.fixture
def start_screen(isolated_home: Path) -> StartScreen:
    """Start an interview on the full screen, with more options."""

    def start(*options: str, columns: int = 80, rows: int = 24) -> ScreenDriver:
        return ScreenDriver(*tiny(*options), home=isolated_home, columns=columns, rows=rows)

    return start


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Run the program at once, as often as a test needs it."""
    with Server() as server:
        yield server


@pytest.fixture(scope="session")
def second_server() -> Iterator[Server]:
    """Run it in a second window at the same time."""
    with Server() as server:
        yield server
