"""Unfinished interviews on disk: one file each, readable by their owner only.

Two interviews never share a file. One that is taken up again gets a new name in one step, so
of two windows that want the same one only the first gets it.
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
from backtriage.shell.files import private_folder, write_private
from backtriage.shell.paths import cache_folder, state_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A saved interview of this protocol."""

    path: Path
    saved: datetime
    restored: Restored


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A file among the drafts that cannot be read. It is left alone."""

    path: Path
    why: str


def drafts_folder() -> Path:
    """Where they lie."""
    return state_folder() / "drafts"


def new_path(program: Program) -> Path:
    """A name that no other interview has."""
    return drafts_folder() / f"{program.protocol.id}-{uuid4().hex[:12]}.json"


def save(path: Path, interview: Interview, country: str | None) -> None:
    """Keep an interview as it stands. Raises `OSError`."""
    # The folder may have been made by something else, with other rights.
    private_folder(path.parent).chmod(0o700)
    write_private(path, serialise(interview, country))


def find(program: Program) -> tuple[tuple[Draft, ...], tuple[Unread, ...]]:
    """The saved interviews of a protocol, latest first, and the files that cannot be read."""
    drafts: list[Draft] = []
    unread: list[Unread] = []
    for path in sorted(drafts_folder().glob("*.json")):
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
            saved = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
        except OSError as error:
            unread.append(Unread(path=path, why=(error.strerror or str(error)).lower()))
            continue
        restored = restore(program, data)
        if isinstance(restored, InvalidDraft):
            unread.append(Unread(path=path, why=restored.message))
        elif restored is not None:
            drafts.append(Draft(path=path, saved=saved, restored=restored))
    drafts.sort(key=lambda draft: draft.saved, reverse=True)
    return tuple(drafts), tuple(unread)


def claim(draft: Draft, program: Program) -> Path | None:
    """Take a draft up: its new path, or None when another window was first."""
    path = new_path(program)
    try:
        return draft.path.rename(path)
    except FileNotFoundError:
        return None


class DraftStore:
    """Keeps one interview on disk as it goes. A disk that cannot be written stops nothing."""

    def __init__(self, path: Path, country: str | None) -> None:
        """Nothing is written before there is something to keep."""
        self.path = path
        self.country = country
        self.failed = ""
        """Why the last attempt failed; empty when it did not."""

    def keep(self, interview: Interview) -> bool:
        """Write the interview as it stands. Says whether it is on disk now."""
        try:
            save(self.path, interview, self.country)
        except OSError as error:
            self.failed = (error.strerror or str(error)).lower()
        else:
            self.failed = ""
        return not self.failed

    def drop(self) -> None:
        """Remove it: the result was shown."""
        with suppress(OSError):  # it may be read again, which harms nobody
            self.path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was removed from one folder, and what was not ours or could not go."""

    folder: Path
    removed: tuple[Path, ...]
    left: tuple[Path, ...]


def forget() -> tuple[Forgotten, ...]:
    """Remove every draft and every cached protocol. Other files are left where they are."""
    return tuple(_emptied(folder) for folder in (drafts_folder(), cache_folder()))


def _emptied(folder: Path) -> Forgotten:
    removed: list[Path] = []
    left: list[Path] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        (removed if _is_ours(path) and _is_gone(path) else left).append(path)
    if removed and not left:
        folder.rmdir()
    return Forgotten(folder=folder, removed=tuple(removed), left=tuple(left))


def _is_ours(path: Path) -> bool:
    """A file of ours, or `.name.json.xyz`: what a crash leaves of one being written."""
    return path.suffix == ".json" or (path.name.startswith(".") and ".json." in path.name)


def _is_gone(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True
