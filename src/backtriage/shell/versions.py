"""Two versions of a protocol, each from a folder or from a git revision."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from backtriage.protocol.loader.loader import HEAD
from backtriage.shell import git
from backtriage.shell.files import ReadError
from backtriage.shell.paths import bundled_rules
from backtriage.shell.rules_folder import (
    NOT_RULES,
    Kind,
    check_size,
    decode,
    read_named,
    read_rules,
    rules_in,
)
from backtriage.terms.printable import visible

_MAX_SHOWN: Final = 120
_SHORT_ID: Final = 12
_MAX_OBJECT_BYTES: Final = 1024 * 1024
"""Of a commit, or of the list of what is in a folder."""

_EXPLICIT: Final = re.compile(r"\.{0,2}/|\.{1,2}\Z|.*/\Z", re.DOTALL)
"""A folder that can be no revision: `/FOLDER`, `./FOLDER` or `FOLDER/`."""

_Opened: TypeAlias = Callable[[], git.Repository]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesVersion:
    """One version of the rules."""

    name: str
    """Where it comes from, as somebody may type it: `FOLDER`, or `REV:FOLDER`."""
    source: str
    """Where it comes from, in words."""
    commit: str | None
    """The id of the commit that the revision stands for."""
    texts: dict[str, str]
    """The text of its files, by file name."""
    beside: dict[str, str]
    """The text of its other files that were asked for, as far as it has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Revision:
    """A folder as it is in one revision."""

    name: str
    """What git calls the revision: `HEAD~3`, `v1.0.0`."""
    path: str
    """The folder, relative to the root of the repository."""
    repository: git.Repository

    def __str__(self) -> str:
        """Return the notation of git, safe to print."""
        return _shown(f"{self.name}:{self.path}")


def read_versions(
    old: str, new: str | None, rules: Path | None, *, also: Collection[str] = ()
) -> tuple[RulesVersion, RulesVersion]:
    """Read the old and the new version of a protocol.

    Args:
        old: A folder, or a revision as `REV` or `REV:FOLDER`.
        new: The same. By default it is the rules folder that was named; without one, what the
            folder of a revision holds in the working tree, or else the bundled rules.
        rules: The rules folder that was named, if any.
        also: Files to read although they are no part of the rules, such as `SIMULATED`.

    Raises:
        ReadError: One of them cannot be read, or may be meant as a folder and as a revision.
    """
    arguments = [old] if new is None else [old, new]
    folders = [Path(argument) for argument in arguments if _is_folder(argument)]
    known = [*folders, *([rules] if rules else []), bundled_rules()]
    opened = cache(_repository)  # once, as there is one limit to the time that git takes in all
    sources = [_source(argument, known, opened) for argument in arguments]
    if new is None:
        sources.append(rules or _in_working_tree(sources[0]))
    first, second = (_read(source, also=also) for source in sources)
    return first, second


def _is_folder(argument: str) -> bool:
    return os.path.isdir(argument)  # noqa: PTH112 - unlike pathlib, "" is no folder, nothing raises


def _source(argument: str, known: Sequence[Path], opened: _Opened) -> Path | _Revision:
    """Return a folder or a revision. Raises `ReadError` where it is both, or may be."""
    if not _is_folder(argument):
        return _revision(argument, known, opened)
    if _EXPLICIT.match(argument) is None:
        name, _, path = argument.partition(":")
        shown = _shown(argument)
        try:
            is_revision = bool(name) and opened().commit(name) is not None
        except (git.NoGitError, _NoRepositoryError):
            is_revision = False
        except (git.GitError, ReadError) as error:
            raise ReadError(
                f"'{shown}' is a folder, and whether it is also a revision is not known "
                f"({error}): write ./{shown} for the folder"
            ) from None
        if is_revision:
            revision = f"{_shown(name)}^0:{_shown(path)}" if path else f"{shown}:FOLDER"
            raise ReadError(
                f"'{shown}' is both a folder and a revision of this repository: write ./{shown} "
                f"for the folder, or {revision} for the revision"
            )
    return Path(argument)


def _revision(argument: str, known: Sequence[Path], opened: _Opened) -> _Revision:
    name, colon, path = argument.partition(":")
    repository = opened()
    if not name or "\0" in argument:
        raise _unknown_revision(name, repository)
    if not colon:  # the present location of the rules
        paths = (_from_root(folder, repository.root) for folder in known)
        inside = [inside_path for inside_path in paths if inside_path is not None]
        path = inside[0] if inside else f"rules/{bundled_rules().name}"
    elif path.startswith("."):  # as in git: relative to the current folder, not to the root
        inside_path = _from_root(Path(path), repository.root)
        if inside_path is None:
            raise _no_folder(name, path)
        path = inside_path
    return _Revision(name=name, path=path.rstrip("/"), repository=repository)


def _from_root(folder: Path, root: Path) -> str | None:
    """Return a path from the top of the repository, "" for the top; None for one outside."""
    absolute = Path(os.path.realpath(folder))
    if not absolute.is_relative_to(root):
        return None
    path = absolute.relative_to(root)
    return path.as_posix() if path.parts else ""


def _in_working_tree(old: Path | _Revision) -> Path:
    if not isinstance(old, _Revision):
        return bundled_rules()
    root = old.repository.root
    folder = root / old.path
    # Nobody has named this folder, and the repository may be a stranger's.
    if not Path(os.path.realpath(folder)).is_relative_to(root):
        shown = visible(str(folder))
        raise ReadError(f"cannot read {shown}: it leads elsewhere; name the folder that you mean")
    return folder


def _read(source: Path | _Revision, *, also: Collection[str]) -> RulesVersion:
    if isinstance(source, Path):
        name = visible(str(source))
        return RulesVersion(
            name=name, source=f"folder {name}", commit=None, texts=read_rules(source),
            beside=read_named(source, also) if also else {},
        )  # fmt: skip
    try:
        return _read_revision(source, also=also)
    except git.GitError as error:
        raise ReadError(f"git cannot read {source}: {error}{_cure(source, error)}") from None


def _cure(revision: _Revision, error: git.GitError) -> str:
    """Return what to do about an object that is not there, if that is usual."""
    if not isinstance(error, git.MissingError) or not revision.repository.is_partial():
        return ""
    # It is to be copied, and a stranger may have chosen the names.
    archive = shlex.join(filter(None, ("git", "archive", revision.name, revision.path)))
    how = f": {visible(archive)} > /dev/null" if len(archive) <= _MAX_SHOWN else ""
    return f". This clone is partial, and backtriage uses no network: let git fetch the files{how}"


def _read_revision(revision: _Revision, *, also: Collection[str]) -> RulesVersion:
    """Read the rules files of a revision. Raises `ReadError` or `GitError`."""
    repository = revision.repository
    commit = repository.commit(revision.name)
    if commit is None:
        raise _unknown_revision(revision.name, repository)
    top = git.tree_of(commit, _small(repository, commit, _shown(revision.name)))
    tree = _Tree(repository, _shown(f"{revision.name}:"), {"": top})
    prefix = tree.find(revision.path)
    if prefix is None:
        raise _no_folder(revision.name, revision.path)
    skip = NOT_RULES.difference(also)
    names = rules_in(lambda inner: tree.children(prefix + inner), str(revision), skip=skip)
    if HEAD not in names:
        where = f"say where, as {_shown(revision.name)}:FOLDER"
        raise ReadError(f"there are no rules in {revision}: {where}")
    for name in names:
        if prefix + name not in tree.ids:
            raise ReadError(f"{revision}/{name} is a folder, not a file")
    files = repository.objects([tree.ids[prefix + name] for name in names], "blob")
    total = 0
    for name, each in zip(names, files, strict=True):
        total = check_size(f"{revision}/{name}", each.size, total)
    short = commit.id.decode()[:_SHORT_ID]
    texts = {
        name: decode(data, f"{revision}/{name}")
        for name, data in zip(names, repository.contents(files), strict=True)
    }
    return RulesVersion(
        name=str(revision),
        source=f"revision {_shown(revision.name)} at commit {short}, "
        f"folder {_shown(revision.path) or '.'}",
        commit=commit.id.decode(),
        texts={name: text for name, text in texts.items() if name not in also},
        beside={name: text for name, text in texts.items() if name in also},
    )


@dataclass(frozen=True, slots=True)
class _Tree:
    """The files of a revision, of which each folder is read when it is asked for."""

    repository: git.Repository
    shown: str
    ids: dict[str, bytes]
    """By path from the root; that of a folder ends in `/`, unless it is the root."""

    def find(self, path: str) -> str | None:
        """Return a folder as `children` takes it, or None where there is none."""
        folder = ""
        for name in path.split("/") if path else ():
            for _ in self.children(folder):
                pass
            folder += f"{name}/"
            if folder not in self.ids:
                return None
        return folder

    def children(self, folder: str) -> Iterator[tuple[str, Kind]]:
        """Yield what is in a folder."""
        (tree,) = self.repository.objects([self.ids[folder]], "tree")
        shown = self.shown + visible(folder)
        for entry in git.entries(tree, _small(self.repository, tree, shown)):
            self.ids[folder + entry.name + ("/" if entry.kind == "folder" else "")] = entry.id
            yield entry.name, entry.kind


def _small(repository: git.Repository, found: git.Object, shown: str) -> bytes:
    """Return the contents of a commit or tree. Raises `ReadError` when it is too large."""
    if found.size > _MAX_OBJECT_BYTES:
        if found.kind == "tree":
            raise ReadError(f"there are too many files in {shown}")
        raise ReadError(f"cannot read {shown}: the message of its commit is too long")
    (data,) = repository.contents([found])
    return data


def _no_folder(name: str, path: str) -> ReadError:
    return ReadError(
        f"there is no folder '{_shown(path)}' in {_shown(name)}: say where the rules were, as "
        f"{_shown(name)}:FOLDER"
    )


def _unknown_revision(name: str, repository: git.Repository) -> ReadError:
    cure = "'git log --oneline' and 'git tag' list revisions"
    if repository.is_shallow:
        cure = "this clone is shallow, and 'git fetch --unshallow' gets older revisions"
    shown = _shown(name)
    return ReadError(f"'{shown}' is neither a folder nor a revision of this repository: {cure}")


class _NoRepositoryError(ReadError):
    """The current folder is in no repository."""


def _repository() -> git.Repository:
    """Return the repository of the current folder. Raises `ReadError`."""
    try:
        return git.repository()
    except git.GitError as error:
        kind = _NoRepositoryError if isinstance(error, git.NoRepositoryError) else ReadError
        raise kind(
            f"a revision can only be read inside a git repository ({error}): "
            "change to its folder, or name folders instead"
        ) from None


def _shown(text: str) -> str:
    """Return a word that somebody typed, safe and short enough to print."""
    shown = visible(text[:_MAX_SHOWN])
    return shown if len(text) <= _MAX_SHOWN else f"{shown} ..."
