"""Rules folders in a git repository: the only module that runs git."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from backtriage.shell.files import ReadError, decode, is_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A folder as it is in one revision."""

    name: str
    """What git calls the revision: `HEAD~3`, `v1.0.0`."""
    path: str
    """The folder, from the top of the repository."""

    def __str__(self) -> str:
        """Return the notation of git."""
        return f"{self.name}:{self.path}"


class _GitError(Exception):
    """Git failed. The message is the last line that it printed."""


def read_revision(revision: Revision) -> dict[str, str]:
    """Read the rules files of a revision, by file name.

    Raises:
        ReadError: There is no such revision, no such folder, or no rules in it.
    """
    texts = {}
    for entry in _list_folder(revision).split(b"\0")[:-1]:
        head, _, raw = entry.partition(b"\t")
        _, kind, blob = head.decode().split()
        name = raw.decode(errors="replace")
        if kind == "blob" and is_rules(name):
            texts[name] = decode(_git("cat-file", "blob", blob), f"{revision}/{name}")
    if not texts:
        raise ReadError(f"there are no rules in {revision}: say where, as {revision.name}:FOLDER")
    return texts


def repository_root() -> Path:
    """Return the top folder of the repository that we are in. Raises `ReadError`."""
    try:
        return Path(_git("rev-parse", "--show-toplevel").decode().rstrip("\n"))
    except _GitError as error:
        raise ReadError(
            f"a revision can only be read inside a git repository ({error}): "
            "change to its folder, or name folders instead"
        ) from None


def _list_folder(revision: Revision) -> bytes:
    """Return the entries of the folder as `git ls-tree -z` prints them."""
    commit = f"{revision.name}^{{commit}}"
    try:
        _git("rev-parse", "--verify", "--quiet", "--end-of-options", commit)
    except _GitError:
        raise ReadError(
            f"'{revision.name}' is neither a folder nor a revision of this repository: "
            "'git log --oneline' and 'git tag' list revisions"
        ) from None
    try:
        return _git("ls-tree", "-z", "--full-tree", str(revision))
    except _GitError:
        raise ReadError(
            f"there is no folder '{revision.path}' in {revision.name}: say where the rules "
            f"were, as {revision.name}:FOLDER"
        ) from None


def _git(*arguments: str) -> bytes:
    """Return what git prints. Raises `_GitError`, or `ReadError` when git is not installed."""
    program = shutil.which("git")
    if program is None:
        raise ReadError("git is not installed, so no revision can be read: name folders instead")
    # A list of arguments and no shell; callers see to it that none is taken for an option.
    ran = subprocess.run([program, *arguments], capture_output=True, check=False)  # noqa: S603
    if ran.returncode != 0:
        lines = ran.stderr.decode(errors="replace").strip().splitlines()
        raise _GitError(lines[-1] if lines else "git printed nothing")
    return ran.stdout
