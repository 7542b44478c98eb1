"""Removing everything that this program has saved, and nothing else."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from backtriage.shell import cache, drafts
from backtriage.shell.files import reason
from backtriage.shell.locking import remove
from backtriage.shell.paths import (
    cache_folder,
    drafts_folder,
    journals_folder,
    temporary_pattern,
)
from backtriage.shell.private import PrivateFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What was removed from one folder, and what was left."""

    folder: Path
    removed: tuple[Path, ...] = ()
    left: dict[Path, str]
    """Why each was left: other files, drafts that are in use, and failures."""


def forget() -> tuple[Removal, ...]:
    """Remove every draft and every cached protocol, except drafts that another window is using.

    No link is followed, and a failure does not end it. Files with names that this program does
    not make are left where they are.
    """
    places = ((drafts_folder(), drafts.OWN_PARTS, drafts.NAMES), (cache_folder(), 1, cache.NAMES))
    return tuple(_empty(path, own, names) for path, own, names in places if path is not None)


def _empty(path: Path, own: int, names: str) -> Removal:
    left: dict[Path, str] = {}
    removed: list[Path] = []
    others = {drafts_folder(), journals_folder()}  # they may be in one folder with the cache
    try:
        with PrivateFolder(path, own=own, tighten=True) as folder:
            for name in folder.names():
                if path / name in others:
                    continue
                why = _remove(folder, name, names)
                if why:
                    left[path / name] = why
                else:
                    removed.append(path / name)
    except FileNotFoundError:  # nothing was ever saved
        return Removal(folder=path, left={})
    except OSError as error:
        left[path] = reason(error)
    if not left:
        with suppress(OSError):  # something has just been saved in it, or something else is there
            for folder_path in (path, *path.parents[: own - 1]):
                folder_path.rmdir()
    return Removal(folder=path, removed=tuple(removed), left=left)


def _remove(folder: PrivateFolder, name: str, names: str) -> str:
    """Remove a file if it is one of ours; return why it was left, or ""."""
    if not re.fullmatch(names, name) and not temporary_pattern(names).fullmatch(name):
        return "it is not a file of this program"
    try:
        remove(folder, name)
    except FileNotFoundError:  # its interview has just ended
        return ""
    except OSError as error:
        return reason(error)
    return ""
