"""Two versions of a protocol, each from a folder or from git: the only module that runs git."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backtriage.shell.files import ReadError, decode, is_rules, read_rules
from backtriage.shell.paths import bundled_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesVersion:
    """One version of the rules."""

    name: str
    """Where it comes from."""
    texts: dict[str, str]
    """The text of its files, by file name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Revision:
    """A folder as it is in one revision."""

    name: str
    """What git calls the revision: `HEAD~3`, `v1.0.0`."""
    path: str
    """The folder, relative to the root of the repository."""

    def __str__(self) -> str:
        """Return the notation of git."""
        return f"{self.name}:{self.path}"


def read_versions(
    old: str, new: str | None, rules: Path | None
) -> tuple[RulesVersion, RulesVersion]:
    """Read the old and the new version of a protocol.

    Args:
        old: A folder, or a revision as `REV` or `REV:FOLDER`.
        new: The same; by default the folder in the working tree.
        rules: The rules folder that was named, if any.

    Raises:
        ReadError: One of them cannot be read.
    """
    arguments = [old] if new is None else [old, new]
    folders = [Path(argument) for argument in arguments if Path(argument).is_dir()]
    known = [*folders, *([rules] if rules else []), bundled_rules()]
    sources = [_source(argument, known) for argument in arguments]
    if new is None:
        sources.append(rules or _in_working_tree(sources[0]))
    first, second = (_read(source) for source in sources)
    return first, second


def _source(argument: str, known: Sequence[Path]) -> Path | _Revision:
    """Return a folder that exists, or else a revision."""
    if Path(argument).is_dir():
        return Path(argument)
    name, colon, path = argument.partition(":")
    if not colon:  # the present location of the rules
        path = next(filter(None, map(_from_root, known)), f"rules/{bundled_rules().name}")
    elif path.startswith("."):  # as in git: relative to the current folder, not to the root
        path = _from_root(Path(path)) or path
    return _Revision(name=name, path=path.rstrip("/"))


def _from_root(path: Path) -> str:
    """Return a path from the top of the repository; "" for one outside."""
    root, absolute = _repository_root().resolve(), path.resolve()
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else ""


def _in_working_tree(old: Path | _Revision) -> Path:
    return _repository_root() / old.path if isinstance(old, _Revision) else bundled_rules()


def _read(source: Path | _Revision) -> RulesVersion:
    texts = _read_revision(source) if isinstance(source, _Revision) else read_rules(source)
    return RulesVersion(name=str(source), texts=texts)


class _GitError(Exception):
    """Git failed. The message is the last line that it printed."""


def _read_revision(revision: _Revision) -> dict[str, str]:
    """Read the rules files of a revision, by file name. Raises `ReadError`."""
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


def _repository_root() -> Path:
    """Return the root of the repository of the current folder. Raises `ReadError`."""
    try:
        return Path(_git("rev-parse", "--show-toplevel").decode().rstrip("\n"))
    except _GitError as error:
        raise ReadError(
            f"a revision can only be read inside a git repository ({error}): "
            "change to its folder, or name folders instead"
        ) from None


def _list_folder(revision: _Revision) -> bytes:
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
    # No shell is involved, and callers ensure that no argument is taken for an option.
    ran = subprocess.run([program, *arguments], capture_output=True, check=False)  # noqa: S603
    if ran.returncode != 0:
        lines = ran.stderr.decode(errors="replace").strip().splitlines()
        raise _GitError(lines[-1] if lines else "git printed nothing")
    return ran.stdout
