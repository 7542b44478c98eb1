"""Set-up of every test: an isolated home, no deadlines, and the tiers of the suite."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from backtriage.shell.cache import load_program
from tests.support.protocols import ANKLE, SHIPPED, TINY
from tests.support.tier import HAS_BROWSER, IS_AGAIN, IS_FULL, IS_SEARCH, belongs, examples

EXHAUSTIVE = pytest.StashKey[tuple[str, ...]]()
"""The node ids of all collected tests that only the full tier runs."""

settings.register_profile(
    "backtriage",
    deadline=None,  # a loaded machine is slow at times, which is not a defect of the code
    derandomize=not IS_SEARCH,
    max_examples=examples(),
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("backtriage")


@pytest.hookimpl(trylast=True)  # Hypothesis has marked its tests by then
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what does not belong to the tier, and begin with what takes long."""
    exhaustive = [item for item in items if item.get_closest_marker("exhaustive")]
    config.stash[EXHAUSTIVE] = tuple(item.nodeid for item in exhaustive)
    parts: dict[bool, list[pytest.Item]] = {True: [], False: []}
    begun: set[str] = set()
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        function = item.nodeid.partition("[")[0]
        parts[belongs(marks, is_first=function not in begun)].append(item)
        if "exhaustive" not in marks:
            begun.add(function)
    if parts[False]:
        config.hook.pytest_deselected(items=parts[False])
    # A long test at the end would leave the other processes idle.
    items[:] = sorted(parts[True], key=lambda item: not item.get_closest_marker("exhaustive"))


def pytest_report_header() -> list[str]:
    """Say which tests are left out that the tier has."""
    left_out = {
        "left out, as another Python has run them: tests marked `once`": IS_AGAIN,
        "left out, as Chromium is not installed: tests in a browser": not HAS_BROWSER,
    }
    return [line for line, is_true in left_out.items() if IS_FULL and is_true]


# A shell that runs the tests in the background lets them ignore Ctrl-C, and `nohup` that their
# terminal has gone. The programs that they start would inherit that: no test of an interruption
# could ever end.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def isolated_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty home, so that the user's drafts and caches stay untouched."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    # Whoever runs the tests may have these, and most users have not.
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "PYTHONUNBUFFERED"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture(scope="session")
def program_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder that holds the protocols that tests run."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        for rules in (SHIPPED, TINY, ANKLE):
            load_program(rules)
    return folder / "backtriage"


@pytest.fixture
def warm_cache(request: pytest.FixtureRequest, isolated_home: Path, program_cache: Path) -> None:
    """Put checked protocols into the home of a test, so that its processes start fast."""
    if request.node.get_closest_marker("cold_cache") is None:
        shutil.copytree(program_cache, isolated_home / ".cache" / "backtriage")
