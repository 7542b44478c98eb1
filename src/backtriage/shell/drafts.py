"""Drafts: unfinished interviews on disk, one file each, readable by their owner only.

Two interviews never share a file. Each keeps its draft locked while it is running, so no other
window is offered it. Resuming locks it too: if two windows want the same draft, one gets it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from errno import EINVAL, ENOENT, EROFS
from functools import cache, partial
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from backtriage.interview.restored import InvalidDraft, Restored
from backtriage.interview.serialisation import serialise
from backtriage.interview.state import Interview, count_told
from backtriage.program.program import Program
from backtriage.program.sheet import MAX_BYTES
from backtriage.shell.draft_reading import meanings_of, read_draft
from backtriage.shell.draft_times import begun_of, in_words, is_of_another_time, with_begun
from backtriage.shell.files import reason
from backtriage.shell.locking import claim, is_locked, replace, sweep
from backtriage.shell.paths import drafts_folder
from backtriage.shell.private import PrivateFolder, check_private
from backtriage.shell.reading import read_descriptor

if TYPE_CHECKING:
    from backtriage.shell.older_sheets import Meanings

NAMES: Final = r"[a-z][a-z0-9_]*-[0-9a-f]{12}\.json"
"""The names of drafts, as a regular expression."""

MOST_READ: Final = 50
"""How many files are read for the list of saved interviews: those that were saved last."""

OWN_PARTS: Final = 2
"""How many parts of the folder's path this program makes: `backtriage/drafts`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A saved interview of this protocol."""

    name: str
    saved_ns: int
    restored: Restored
    is_in_use: bool
    """Whether another window is going on with it."""

    @property
    def when(self) -> str:
        """When it was saved, in words; "" for a time that is in no calendar."""
        return in_words(self.saved_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDrafts:
    """The drafts of a protocol."""

    free: tuple[Draft, ...]
    """Those that can be resumed, latest first."""
    is_any_in_use: bool
    """Whether there are more, which another window is using."""
    unreadable: dict[Path, str]
    """Why other files cannot be read."""
    older: int = 0
    """How many files were saved before these, and have not been read."""

    @property
    def are_all_free(self) -> bool:
        """Whether there are no others, which may be those that somebody means."""
        return not (self.is_any_in_use or self.unreadable or self.older)


def find_drafts(program: Program, rules: Path | None = None) -> FoundDrafts:
    """Return the drafts of a protocol.

    Args:
        program: The protocol.
        rules: Its folder, which says what answers to older versions meant; None for ours.
    """
    drafts: list[Draft] = []
    unreadable: dict[Path, str] = {}
    older = 0
    path = drafts_folder() or Path()
    try:
        with _folder() as folder:
            meanings = cache(partial(meanings_of, program, rules))
            names = folder.latest(name for name in folder.names() if _may_be_of(program, name))
            older = len(names[MOST_READ:])
            for name in names[:MOST_READ]:
                found = _inspect(folder, name, program, meanings)
                if isinstance(found, Draft):
                    drafts.append(found)
                elif found is not None:
                    unreadable[path / name] = found
    except FileNotFoundError:
        pass  # nothing has been saved yet
    except OSError as error:
        unreadable[path] = reason(error)
    drafts.sort(key=lambda draft: draft.saved_ns, reverse=True)
    free = tuple(draft for draft in drafts if not draft.is_in_use)
    return FoundDrafts(free=free, is_any_in_use=len(free) < len(drafts), unreadable=unreadable,
                       older=older)  # fmt: skip


def _may_be_of(program: Program, name: str) -> bool:
    """Return whether a file may be a draft of a protocol, whoever has renamed it."""
    is_of_another = re.fullmatch(NAMES, name) and name.partition("-")[0] != program.protocol.id
    return name.endswith(".json") and not is_of_another


def _inspect(
    folder: PrivateFolder, name: str, program: Program, meanings: Callable[[], Meanings]
) -> Draft | str | None:
    """Read a draft without locking it; return why it is not one, or None if it is no concern."""
    try:
        descriptor, status = folder.open(name)
        try:
            restored = _read(descriptor, status, program, meanings)
            is_in_use = restored is not None and is_locked(descriptor)
        finally:
            os.close(descriptor)
    except FileNotFoundError:  # its interview has just ended
        return None
    except OSError as error:
        return reason(error)
    if isinstance(restored, InvalidDraft):
        return restored.message
    if restored is None:
        return None
    return Draft(name=name, saved_ns=status.st_mtime_ns, restored=restored, is_in_use=is_in_use)


def _read(
    descriptor: int, status: os.stat_result, program: Program, meanings: Callable[[], Meanings]
) -> Restored | InvalidDraft | None:
    check_private(status)
    data = read_descriptor(descriptor, MAX_BYTES + 1)
    is_old = is_of_another_time(begun_of(data), status.st_mtime_ns)
    return read_draft(program, data, meanings, is_old=is_old)


def _folder(*, make: bool = False) -> PrivateFolder:
    path = drafts_folder()
    if path is None:
        raise FileNotFoundError(ENOENT, "this user has no home")
    return PrivateFolder(path, own=OWN_PARTS, tighten=True, make=make)


def tidy() -> None:
    """Remove what processes that were killed while saving have left."""
    with suppress(OSError), _folder() as folder:
        sweep(folder, NAMES)


def new_name(program: Program) -> str:
    """Return a name that no other draft has."""
    return f"{program.protocol.id}-{uuid4().hex[:12]}.json"


def take_over(
    draft: Draft, program: Program, rules: Path | None = None
) -> tuple[DraftStore, Restored]:
    """Lock a draft and read it again: it may have changed since it was found.

    The arguments are those of `find_drafts`.

    Raises:
        OSError: Another window was first, or it cannot be read any more.
    """
    with _folder() as folder:
        descriptor, status, error = _claim(folder, draft.name)
    try:
        restored = _read(descriptor, status, program, partial(meanings_of, program, rules))
    except BaseException:
        os.close(descriptor)
        raise
    if not isinstance(restored, Restored):
        os.close(descriptor)
        raise OSError(EINVAL, "they have changed")
    kept = count_kept(restored.interview)
    # What is asked again is told from now on.
    begun = None if restored.is_old else begun_of(os.pread(descriptor, MAX_BYTES + 1, 0))
    store = DraftStore(draft.name, descriptor=descriptor, kept=kept, error=error, begun=begun)
    return store, restored


def count_kept(interview: Interview) -> int:
    """Return how many answers somebody finds again, as far as others may know."""
    return count_told(interview) or len(interview.remembered)


def _claim(folder: PrivateFolder, name: str) -> tuple[int, os.stat_result, str]:
    """Lock a draft; also return why it cannot be changed, or "" if it can."""
    try:
        return *claim(folder, name), ""
    except OSError as error:
        if error.errno != EROFS:
            raise
        return *claim(folder, name, access=os.O_RDONLY), reason(error)


class DraftStore:
    """The draft of one interview. A disk that cannot be written does not stop the interview."""

    def __init__(
        self, name: str, *, descriptor: int | None = None, kept: int = 0, error: str = "",
        begun: int | None = None,
    ) -> None:  # fmt: skip
        """Create no file before there is something to save.

        Args:
            name: The name of the file.
            descriptor: The file, open and locked, if it exists.
            kept: How many answers it holds, as far as others may know.
            error: Why it cannot be changed.
            begun: When its first answer was given; None if there is none yet.
        """
        self.begun = begun
        self._name = name
        self._descriptor = descriptor
        self.kept = kept
        """How many answers are on disk, as far as others may know."""
        self.is_as_found = descriptor is not None
        """Whether the file is still what it was when it was taken over."""
        self.error = error
        """Why nothing could be saved the last time, or "" if it could."""

    def heed_time(self) -> bool:
        """Return whether the first answer is of another time. If there was none, it is now."""
        self.begun = time_ns() if self.begun is None else self.begun
        return is_of_another_time(self.begun, self.begun)

    def begin_again(self) -> None:
        """Take what is on disk for what was found, and the next answer for the first."""
        self.begun = None
        self.is_as_found = self._descriptor is not None

    def save(
        self, interview: Interview, country: str | None, ref: str | None = None,
        journal: str | None = None,
    ) -> bool:  # fmt: skip
        """Save an interview and return whether it is on disk now."""
        self.begun = time_ns() if self.begun is None else self.begun
        data = with_begun(serialise(interview, country, ref, journal), self.begun)
        try:
            try:
                self._write(data)
            except FileNotFoundError:  # `forget` has just removed the folder, which was empty
                self._write(data)
        except OSError as error:
            self.error = reason(error)
        else:
            self.error = ""
            self.kept = count_told(interview)
            self.is_as_found = False
        return not self.error

    def _write(self, data: bytes) -> None:
        with _folder(make=True) as folder:
            self._hold(replace(folder, self._name, data))

    def _hold(self, descriptor: int | None) -> None:
        """Keep this file locked, instead of the one that it has replaced."""
        before, self._descriptor = self._descriptor, descriptor
        if before is not None:
            os.close(before)

    def delete(self) -> str:
        """Delete the draft, and what killed processes have left; return why it is still there."""
        try:
            with _folder() as folder:
                with suppress(FileNotFoundError):
                    os.unlink(self._name, dir_fd=folder.descriptor)
                sweep(folder, NAMES)
        except FileNotFoundError:
            pass  # nothing has been saved
        except OSError as error:
            return reason(error) if self._descriptor is not None else ""
        self.kept = 0
        self._hold(None)
        return ""
