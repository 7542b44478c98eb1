"""Where files are: the bundled rules, the cache, the drafts and the journals."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parents[1]
_NAME: Final = "back_pain"
_RANDOM_BYTES: Final = 4
_TEMPORARY: Final = ".backtriage"


def bundled_rules() -> Path:
    """Return the bundled protocol: beside the package in a wheel, in `rules/` in a checkout."""
    beside = _PACKAGE / "rules" / _NAME
    return beside if beside.is_dir() else _PACKAGE.parents[1] / "rules" / _NAME


def cache_folder() -> Path | None:
    """Return the folder of checked protocols, which holds no answers; None without a home."""
    return _platform_folder("XDG_CACHE_HOME", ".cache", "Library/Caches")


def drafts_folder() -> Path | None:
    """Return the folder of unfinished interviews; None without a home."""
    state = _platform_folder("XDG_STATE_HOME", ".local/state", "Library/Application Support")
    return state / "drafts" if state else None


def journals_folder() -> Path | None:
    """Return the folder of journals, one for each protocol; None without a home."""
    data = _platform_folder("XDG_DATA_HOME", ".local/share", "Library/Application Support")
    return data / "journal" if data else None


def home() -> Path | None:
    """Return the home of this user, which need not exist; None if it is not known.

    A relative `HOME` names no place: it would be another folder after each change of folder.
    """
    named = os.environ.get("HOME") or _registered_home()
    return Path(named) if os.path.isabs(named) else None  # noqa: PTH117 - "" is no folder


def _registered_home() -> str:
    """Return the home that the system has on record."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:  # in a container, the user id may belong to no user
        return ""


def _platform_folder(variable: str, elsewhere: str, on_mac: str) -> Path | None:
    """Return this program's folder on this platform, without importing a library for it."""
    folder = Path(os.environ.get(variable, ""))
    if folder.is_absolute():
        return folder / "backtriage"
    above = home()
    return (
        above / (on_mac if sys.platform == "darwin" else elsewhere) / "backtriage"
        if above
        else None
    )


def temporary_name(name: str) -> str:
    """Return a new name for a file that is not whole yet; nobody gives such a name by hand."""
    return f".{name}.{os.urandom(_RANDOM_BYTES).hex()}{_TEMPORARY}"


def temporary_pattern(names: str) -> re.Pattern[str]:
    """Return the pattern of the names that `temporary_name` gives.

    Args:
        names: What the names of the files themselves match.
    """
    random = f"[0-9a-f]{{{2 * _RANDOM_BYTES}}}"
    return re.compile(rf"\.{names}\.{random}{re.escape(_TEMPORARY)}")
