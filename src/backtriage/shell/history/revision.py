"""One version of a rules folder out of the history: `REV`, or `REV:path`."""

from __future__ import annotations

from dataclasses import dataclass

from backtriage.shell.files import Unreadable, decoded, is_rules
from backtriage.shell.history.git import Refused, ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A version in the history, and the folder within it."""

    name: str
    """What git calls it: `HEAD~3`, `v1.0.0`."""
    path: str
    """From the top of the repository."""

    def __str__(self) -> str:
        """How git writes it."""
        return f"{self.name}:{self.path}"


def read_revision(revision: Revision) -> dict[str, str]:
    """The rules files of a version by name, as `read_rules` has them. Raises `Unreadable`."""
    found = {}
    for entry in _folder(revision).split(b"\0")[:-1]:
        head, _, raw = entry.partition(b"\t")
        _, kind, blob = head.decode().split()
        name = raw.decode(errors="replace")
        if kind == "blob" and is_rules(name):
            found[name] = decoded(ask("cat-file", "blob", blob), f"{revision}/{name}")
    if not found:
        raise Unreadable(f"there are no rules in {revision}: say where, as {revision.name}:FOLDER")
    return found


def _folder(revision: Revision) -> bytes:
    """What lies in the folder, as `git ls-tree -z` says it."""
    try:
        ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision.name}^{{commit}}")
    except Refused:
        raise Unreadable(
            f"'{revision.name}' is neither a folder nor a revision of this repository: "
            "'git log --oneline' and 'git tag' list revisions"
        ) from None
    try:
        return ask("ls-tree", "-z", "--full-tree", str(revision))
    except Refused:
        raise Unreadable(
            f"there is no folder '{revision.path}' in {revision.name}: say where the rules "
            f"were, as {revision.name}:FOLDER"
        ) from None
