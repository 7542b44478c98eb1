"""Where files are: the bundled rules, the cache and the drafts."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parents[1]
_NAME: Final = "back_pain"


def bundled_rules() -> Path:
    """Return the bundled protocol: beside the package in a wheel, in `rules/` in a checkout."""
    beside = _PACKAGE / "rules" / _NAME
    return beside if beside.is_dir() else _PACKAGE.parents[1] / "rules" / _NAME


def cache_folder() -> Path:
    """Return the folder of checked protocols. It holds no answers."""
    return _platform_folder("XDG_CACHE_HOME", ".cache", "Library/Caches")


def drafts_folder() -> Path:
    """Return the folder of unfinished interviews."""
    state = _platform_folder("XDG_STATE_HOME", ".local/state", "Library/Application Support")
    return state / "drafts"


def _platform_folder(variable: str, elsewhere: str, on_mac: str) -> Path:
    """Return this program's folder on this platform, without importing a library for it."""
    folder = Path(os.environ.get(variable, ""))
    if not folder.is_absolute():
        try:
            home = Path.home()
        except RuntimeError:  # in a container, the user id may belong to no user
            home = Path("/nonexistent")
        folder = home / (on_mac if sys.platform == "darwin" else elsewhere)
    return folder / "backtriage"
