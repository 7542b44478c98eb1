"""Two versions of a protocol, each from a folder or from a git revision."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from backtriage.protocol.loader.loader import HEAD
from backtriage.shell import git
from backtriage.shell.files import ReadError
from backtriage.shell.paths import bundled_rules
from backtriage.shell.rules_folder import CASES, Kind, check_size, decode, read_rules, rules_in
from backtriage.terms.printable import visible

_MAX_SHOWN: Final = 120
_MAX_TREE_BYTES: Final = 1024 * 1024

_KINDS: Final[dict[bytes, Kind]] = {b"040000": "folder", b"100644": "file", b"100755": "file"}
"""Others are links and submodules, which a revision does not hold."""


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
        """Return the notation of git, safe to print."""
        return _shown(f"{self.name}:{self.path}")


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
    folders = [Path(argument) for argument in arguments if _is_folder(argument)]
    known = [*folders, *([rules] if rules else []), bundled_rules()]
    sources = [_source(argument, known) for argument in arguments]
    if new is None:
        sources.append(rules or _in_working_tree(sources[0]))
    first, second = (_read(source) for source in sources)
    return first, second


def _is_folder(argument: str) -> bool:
    return os.path.isdir(argument)  # noqa: PTH112 - unlike pathlib, "" is no folder, nothing raises


def _source(argument: str, known: Sequence[Path]) -> Path | _Revision:
    """Return a folder that exists, or else a revision."""
    if _is_folder(argument):
        return Path(argument)
    name, colon, path = argument.partition(":")
    if not name or "\0" in argument:
        raise _unknown_revision(name)
    root, _ = _repository()
    if not colon:  # the present location of the rules
        inside = [p for p in (_from_root(folder, root) for folder in known) if p is not None]
        path = inside[0] if inside else f"rules/{bundled_rules().name}"
    elif path.startswith("."):  # as in git: relative to the current folder, not to the root
        inside_path = _from_root(Path(path), root)
        if inside_path is None:
            raise _no_folder(name, path)
        path = inside_path
    return _Revision(name=name, path=path.rstrip("/"))


def _from_root(folder: Path, root: Path) -> str | None:
    """Return a path from the top of the repository, "" for the top; None for one outside."""
    absolute = Path(os.path.realpath(folder))
    if not absolute.is_relative_to(root):
        return None
    path = absolute.relative_to(root)
    return path.as_posix() if path.parts else ""


def _in_working_tree(old: Path | _Revision) -> Path:
    return _repository()[0] / old.path if isinstance(old, _Revision) else bundled_rules()


def _read(source: Path | _Revision) -> RulesVersion:
    if isinstance(source, Path):
        return RulesVersion(name=visible(str(source)), texts=read_rules(source))
    try:
        return RulesVersion(name=str(source), texts=_read_revision(source))
    except git.GitError as error:
        raise ReadError(f"git cannot read {source}: {error}{_cure(source, str(error))}") from None


def _cure(revision: _Revision, why: str) -> str:
    """Return what to do about a reason of git, if it is a usual one."""
    if "promisor" not in why:
        return ""
    archive = f"git archive {revision.name} {revision.path} > /dev/null"
    return f". backtriage uses no network: have git fetch the files with '{_shown(archive)}'"


def _read_revision(revision: _Revision) -> dict[str, str]:
    """Read the rules files of a revision, by relative path. Raises `ReadError` or `GitError`."""
    tree = _Tree(_find(revision), str(revision))
    names = rules_in(tree.children, str(revision), skip=CASES)
    if HEAD not in names:
        where = f"say where, as {_shown(revision.name)}:FOLDER"
        raise ReadError(f"there are no rules in {revision}: {where}")
    objects = tree.objects([tree.ids[name] for name in names])
    total = 0
    for name, each in zip(names, objects, strict=True):
        total = check_size(f"{revision}/{name}", each.size, total)
    return {
        name: decode(data, f"{revision}/{name}")
        for name, data in zip(names, git.contents(objects), strict=True)
    }


@dataclass(slots=True)
class _Tree:
    """A folder of a revision, of which each subfolder is read when it is asked for."""

    root: git.Object
    shown: str
    ids: dict[str, bytes] = field(default_factory=dict)
    """By relative path; that of a subfolder ends in `/`."""

    def children(self, prefix: str) -> Iterator[tuple[str, Kind]]:
        """Yield what is in a subfolder."""
        (tree,) = self.objects([self.ids[prefix]]) if prefix else (self.root,)
        if tree.size > _MAX_TREE_BYTES:
            raise ReadError(f"there are too many files in {self.shown}/{prefix}")
        for entry in git.entries(tree):
            kind = _KINDS.get(entry.mode, "link")
            self.ids[prefix + entry.name + ("/" if kind == "folder" else "")] = entry.id
            yield entry.name, kind

    def objects(self, ids: Sequence[bytes]) -> list[git.Object]:
        """Return objects that must be there."""
        found = [each for each in git.look_up_all(ids) if each is not None]
        if len(found) < len(ids):
            raise ReadError(f"the repository is damaged: it lacks files of {self.shown}")
        return found


def _find(revision: _Revision) -> git.Object:
    """Return the folder of a revision. Raises `ReadError`."""
    commit = git.look_up(f"{revision.name}^{{commit}}")
    if commit is None:
        raise _unknown_revision(revision.name)
    folder = git.look_up(f"{commit.id.decode()}:{revision.path}")
    if folder is None or folder.kind != "tree":
        raise _no_folder(revision.name, revision.path)
    return folder


def _no_folder(name: str, path: str) -> ReadError:
    return ReadError(
        f"there is no folder '{_shown(path)}' in {_shown(name)}: say where the rules were, as "
        f"{_shown(name)}:FOLDER"
    )


def _unknown_revision(name: str) -> ReadError:
    cure = "'git log --oneline' and 'git tag' list revisions"
    if _repository()[1]:
        cure = "this clone is shallow, and 'git fetch --unshallow' gets older revisions"
    shown = _shown(name)
    return ReadError(f"'{shown}' is neither a folder nor a revision of this repository: {cure}")


def _repository() -> tuple[Path, bool]:
    """Return the root of the repository of the current folder, and whether it is shallow."""
    try:
        root, is_shallow = git.repository()
    except git.GitError as error:
        raise ReadError(
            f"a revision can only be read inside a git repository ({error}): "
            "change to its folder, or name folders instead"
        ) from None
    return Path(os.path.realpath(root)), is_shallow


def _shown(text: str) -> str:
    """Return a word that somebody typed, safe and short enough to print."""
    shown = visible(text[:_MAX_SHOWN])
    return shown if len(text) <= _MAX_SHOWN else f"{shown} ..."
