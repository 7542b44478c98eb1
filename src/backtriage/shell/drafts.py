"""Drafts: unfinished interviews on disk, one file each, readable by their owner only.

Two interviews never share a file. Resuming renames the draft atomically, so if two windows want
the same draft, only the first gets it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from backtriage.interview.interview import Interview
from backtriage.interview.serialisation import InvalidDraft, Restored, restore, serialise
from backtriage.program.program import Program
from backtriage.program.sheet import MAX_BYTES
from backtriage.shell.files import reason, write_private
from backtriage.shell.paths import cache_folder, drafts_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A saved interview of this protocol."""

    path: Path
    saved: datetime
    restored: Restored


def find_drafts(program: Program) -> tuple[tuple[Draft, ...], dict[Path, str]]:
    """Return the drafts of a protocol, latest first, and why other files cannot be read."""
    drafts: list[Draft] = []
    unreadable: dict[Path, str] = {}
    for path in sorted(drafts_folder().glob("*.json")):
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
            saved = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
        except OSError as error:
            unreadable[path] = reason(error)
            continue
        restored = restore(program, data)
        if isinstance(restored, InvalidDraft):
            unreadable[path] = restored.message
        elif restored is not None:
            drafts.append(Draft(path=path, saved=saved, restored=restored))
    drafts.sort(key=lambda draft: draft.saved, reverse=True)
    return tuple(drafts), unreadable


def new_path(program: Program) -> Path:
    """Return a path that no other interview has."""
    return drafts_folder() / f"{program.protocol.id}-{uuid4().hex[:12]}.json"


def take_over(draft: Draft, program: Program) -> Path | None:
    """Rename a draft to resume it; return None if another window was first."""
    try:
        return draft.path.rename(new_path(program))
    except FileNotFoundError:
        return None


class DraftStore:
    """The draft of one interview. A disk that cannot be written does not stop the interview."""

    def __init__(self, path: Path, country: str | None) -> None:
        """Create no file before there is something to save."""
        self.path = path
        self.country = country
        self.error = ""
        """Why the last attempt failed, or "" if it did not."""

    def save(self, interview: Interview) -> bool:
        """Save an interview and return whether it is on disk now."""
        try:
            # The folder may have been created by something else, with other permissions.
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.parent.chmod(0o700)
            write_private(self.path, serialise(interview, self.country))
            self.error = ""
        except OSError as error:
            self.error = reason(error)
        return not self.error

    def delete(self) -> None:
        """Delete the draft, once the result has been shown."""
        with suppress(OSError):  # it may be offered again, which does no harm
            self.path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What was removed from one folder, and what was left: other files, and failures."""

    folder: Path
    removed: tuple[Path, ...]
    left: tuple[Path, ...]


def forget() -> tuple[Removal, ...]:
    """Remove every draft and every cached protocol. Other files are left where they are."""
    return tuple(_remove_ours(folder) for folder in (drafts_folder(), cache_folder()))


def _remove_ours(folder: Path) -> Removal:
    removed: list[Path] = []
    left = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in tuple(left):
        # A crash while writing leaves a file `.name.json.xyz`.
        is_partial = path.name.startswith(".") and ".json." in path.name
        if path.suffix == ".json" or is_partial:
            with suppress(OSError):
                path.unlink()
                left.remove(path)
                removed.append(path)
    if removed and not left:
        folder.rmdir()
    return Removal(folder=folder, removed=tuple(removed), left=tuple(left))
