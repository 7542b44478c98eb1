"""Where drafts and the cache are kept, and that no home means nowhere."""

from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path

import pytest

from backtriage.shell.paths import cache_folder, drafts_folder

UNDER_STATE = "Library/Application Support" if sys.platform == "darwin" else ".local/state"
UNDER_CACHE = "Library/Caches" if sys.platform == "darwin" else ".cache"


def test_both_are_below_the_home(isolated_home: Path) -> None:
    assert drafts_folder() == isolated_home / UNDER_STATE / "backtriage" / "drafts"
    assert cache_folder() == isolated_home / UNDER_CACHE / "backtriage"


def test_absolute_variables_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", "nowhere")

    assert drafts_folder() == tmp_path / "state" / "backtriage" / "drafts"
    assert cache_folder() == tmp_path / "cache" / "backtriage"


@pytest.mark.parametrize("home", [".", "home", "~", "./home", "..", "~root"])
def test_a_relative_home_is_no_home(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be another folder after each change of folder."""
    monkeypatch.setenv("HOME", home)

    assert drafts_folder() is None
    assert cache_folder() is None


@pytest.mark.parametrize("home", ["", None])
def test_without_home_the_system_is_asked(
    home: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = pwd.struct_passwd(("me", "x", 1, 1, "", "/of/the/record", "/bin/sh"))
    monkeypatch.setattr(pwd, "getpwuid", lambda number: {os.getuid(): recorded}[number])
    monkeypatch.delenv("HOME") if home is None else monkeypatch.setenv("HOME", home)

    assert drafts_folder() == Path("/of/the/record") / UNDER_STATE / "backtriage" / "drafts"
    assert cache_folder() == Path("/of/the/record") / UNDER_CACHE / "backtriage"


def test_a_user_whom_the_system_does_not_know_has_no_home(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in a container."""
    monkeypatch.setattr(pwd, "getpwuid", {}.__getitem__)
    monkeypatch.delenv("HOME")

    assert drafts_folder() is None
    assert cache_folder() is None
