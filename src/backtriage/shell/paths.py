"""Where things lie: the rules that ship, the cache, the drafts."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parents[1]
_NAME: Final = "back_pain"


def bundled_rules() -> Path:
    """The protocol that ships: beside the package in a wheel, in `rules/` in a checkout."""
    beside = _PACKAGE / "rules" / _NAME
    return beside if beside.is_dir() else _PACKAGE.parents[1] / "rules" / _NAME


def cache_folder() -> Path:
    """Where checked programs are kept. Holds no answers."""
    return _platform_folder("XDG_CACHE_HOME", ".cache", "Library/Caches")


def state_folder() -> Path:
    """Where drafts of interviews are kept."""
    return _platform_folder("XDG_STATE_HOME", ".local/state", "Library/Application Support")


def _platform_folder(variable: str, elsewhere: str, on_mac: str) -> Path:
    """The platform's folder for us. Three lines instead of a library on the start-up path."""
    named = os.environ.get(variable, "")
    usual = _home() / (on_mac if sys.platform == "darwin" else elsewhere)
    return (Path(named) if Path(named).is_absolute() else usual) / "backtriage"


def _home() -> Path:
    """The person's own folder; a user who has none gets one that nobody can write to."""
    try:
        return Path.home()
    except RuntimeError:  # a container may run under a number that no user has
        return Path("/nonexistent")
