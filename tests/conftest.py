"""What holds for every test: nobody's own files are touched, and time decides nothing."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How many random cases each law is tried on; many more: LAWS_EXAMPLES=3000 ./check tests/laws
EXAMPLES = int(os.environ.get("LAWS_EXAMPLES", "40"))
# The usual run draws the same cases for everybody; a number of one's own draws new ones each time.
IS_SEARCH = "LAWS_EXAMPLES" in os.environ

# A loaded machine is slow now and then; that is no defect of the law under test.
settings.register_profile(
    "backtriage",
    deadline=None,
    derandomize=not IS_SEARCH,
    max_examples=EXAMPLES,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("backtriage")

# A shell that runs the tests in the background lets them ignore Ctrl-C, and the programs that
# they start would inherit that: no test of an interruption could ever end.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test has an empty home, so nobody's drafts and caches are read or written."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    return home
