"""Reading objects of a git repository: the only module that runs git.

The repository may be a stranger's. Its configuration can name commands and servers, so git gets
an environment in which it starts neither, and only commands that read objects are used. Its
objects can be huge, so git may take little time and memory, and each object's size is known
before its contents are read. They can be damaged, so contents are compared with their id.
"""

from __future__ import annotations

import hashlib
import os
import re
import resource
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from time import monotonic
from typing import Final, NamedTuple

from backtriage.shell.files import ReadError, reason
from backtriage.shell.rules_folder import Kind
from backtriage.terms.printable import first_unprintable, visible

SECONDS: Final = 60.0
"""How long git may take, in all."""

MAX_MEMORY: Final = 512 * 1024 * 1024
"""How much git may allocate; files that it maps into memory do not count."""

MAX_PRINTED: Final = 64 * 1024 * 1024
"""How many bytes git may print: much more than all files of a rules folder may have."""

_PASSED_ON: Final = ("HOME", "XDG_CONFIG_HOME", "GIT_CEILING_DIRECTORIES")
"""The user's own configuration says which repositories of other users git may read."""

_SEALED: Final = {
    "GIT_NO_LAZY_FETCH": "1",  # a partial clone fetches nothing that it lacks, from git 2.45 on
    # And for any git, no transport is allowed, whatever a file says, but one that nobody can name.
    "GIT_ALLOW_PROTOCOL": f"!{os.urandom(16).hex()}",
    "GIT_NO_REPLACE_OBJECTS": "1",  # the contents are those of the revision that was named
    "GIT_GRAFT_FILE": os.devnull,  # and so are its parents
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}

_OPTIONS: Final = (
    "--no-pager",
    *("-c", "core.commitGraph=false"),  # it may name other parents than the commits do
    *("-c", "core.packedGitWindowSize=16m"),
    *("-c", "core.packedGitLimit=256m"),
    *("-c", "core.deltaBaseCacheLimit=64m"),
    *("-c", "safe.bareRepository=explicit"),  # a folder of a working tree is no repository
)

_NO_GIT: Final = "#!/bin/sh\nwhile read -r _; do :; done\nexit 1\n"
"""What git starts instead of another git, which would be one to fetch what it lacks."""

_NO_REPOSITORY: Final = "not a git repository (or any "
_PARTIAL: Final = r"^(extensions\.partialclone|remote\..*\.promisor)$"
_HEADER: Final = re.compile(rb"([0-9a-f]{40,64}) ([a-z]+) ([0-9]+)")
_COMMIT: Final = re.compile(rb"tree ([0-9a-f]{40}|[0-9a-f]{64})\n")
_ENTRY: Final = {
    size: re.compile(rb"([0-7]{5,6}) ([^\0/]+)\0(.{%d})" % size, re.DOTALL) for size in (20, 32)
}
_HASHES: Final = {40: "sha1", 64: "sha256"}
_MAX_REASON: Final = 300
_MAX_MESSAGES: Final = 64 * 1024
"""How much of the messages of git is read: the last one says why it gave up."""


class GitError(Exception):
    """Git refused. The message is the reason that it gave, which is safe to print."""


class NoRepositoryError(GitError):
    """The current folder is in no repository."""


class MissingError(GitError):
    """An object is not there."""


class NoGitError(ReadError):
    """Git is not installed."""


class Object(NamedTuple):
    """What git says about an object before it is read."""

    id: bytes
    kind: str
    size: int


class TreeEntry(NamedTuple):
    """One entry of a tree."""

    name: str
    kind: Kind
    """A link is also a submodule: neither is in the tree itself."""
    id: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """The repository of the current folder. Every method raises `GitError`."""

    root: Path
    is_shallow: bool
    until: float
    """When git has taken too long."""

    def commit(self, name: str) -> Object | None:
        """Return the commit that a name such as `HEAD~3` stands for, or None."""
        if first_unprintable(name) is not None:  # a line break would be a second name
            return None
        return self._look_up([b"%b^{commit}" % name.encode()])[0]

    def objects(self, ids: Sequence[bytes], kind: str) -> list[Object]:
        """Return what git says about objects that must be there, and of one kind."""
        found = self._look_up(ids)
        for id_, each in zip(ids, found, strict=True):
            if each is not None and (each.id, each.kind) != (id_, kind):
                raise damaged(id_)
        there = [each for each in found if each is not None]
        if len(there) < len(ids):
            raise MissingError("the repository lacks some of its files")
        return there

    def _look_up(self, names: Sequence[bytes]) -> list[Object | None]:
        """Return what each name stands for, or None where git does not know it."""
        given = b"".join(b"%b\n" % name for name in names)
        lines = _git("cat-file", "--batch-check", until=self.until, given=given)
        matches = (_HEADER.fullmatch(line) for line in lines.split(b"\n")[:-1])
        return [m and Object(m[1], m[2].decode(), int(m[3])) for m in matches]

    def contents(self, objects: Sequence[Object]) -> Iterator[bytes]:
        """Yield the contents of objects, which the caller knows to be small enough."""
        given = b"".join(b"%b\n" % each.id for each in objects)
        printed = _git("cat-file", "--batch", until=self.until, given=given)
        at = 0
        for each in objects:
            kind = each.kind.encode()
            header = b"%b %b %d\n" % (each.id, kind, each.size)
            start = at + len(header)
            at = start + each.size + 1
            data = printed[start : at - 1]
            hashed = hashlib.new(_HASHES[len(each.id)], usedforsecurity=False)
            hashed.update(b"%b %d\0" % (kind, each.size))
            hashed.update(data)
            if not printed.startswith(header, start - len(header)) or (
                hashed.hexdigest().encode() != each.id
            ):
                raise damaged(each.id)
            yield data

    def is_partial(self) -> bool:
        """Return whether it is a clone that may lack objects until they are needed."""
        with suppress(GitError):  # nothing is configured
            return bool(_git("config", "--get-regexp", _PARTIAL, until=self.until))
        return False


def repository() -> Repository:
    """Return the repository of the current folder. Raises `GitError`."""
    until = monotonic() + SECONDS
    try:
        printed = _git("rev-parse", "--is-shallow-repository", "--show-toplevel", until=until)
    except GitError as error:
        if str(error).startswith(_NO_REPOSITORY):
            raise NoRepositoryError(*error.args) from None
        raise
    shallow, _, top = printed.partition(b"\n")
    root = Path(os.path.realpath(os.fsdecode(top.removesuffix(b"\n"))))
    here = Path.cwd()
    found = next((f for f in (here, *here.parents) if os.path.lexists(f / ".git")), None)
    if root != found:
        raise GitError(f"its working tree is elsewhere, in {visible(str(root))}")
    return Repository(root=root, is_shallow=shallow == b"true", until=until)


def damaged(id_: bytes) -> GitError:
    """Return the problem of an object that is not what its id says."""
    return GitError(f"object {id_.decode()} is damaged")


def tree_of(commit: Object, data: bytes) -> bytes:
    """Return the id of the tree of a commit. Raises `GitError`."""
    match = _COMMIT.match(data)
    if match is None:
        raise damaged(commit.id)
    return match[1]


def entries(tree: Object, data: bytes) -> Iterator[TreeEntry]:
    """Yield the entries of a tree. Raises `GitError`."""
    pattern = _ENTRY[len(tree.id) // 2]
    names = set()
    at = 0
    while at < len(data):
        match = pattern.match(data, at)
        if match is None or match[2] in names:
            raise damaged(tree.id)
        at = match.end()
        names.add(match[2])
        yield TreeEntry(os.fsdecode(match[2]), _kind(int(match[1], 8)), match[3].hex().encode())


def _kind(mode: int) -> Kind:
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "link"


def _git(*arguments: str, until: float, given: bytes = b"") -> bytes:
    """Return what git prints. Raises `GitError`, or `NoGitError` when git is not installed."""
    # A relative folder on the path, such as the repository itself, may hold another git.
    path = os.pathsep.join(filter(os.path.isabs, os.environ.get("PATH", "").split(os.pathsep)))
    program = shutil.which("git", path=path)
    if program is None:
        raise NoGitError("git is not installed, so no revision can be read: name folders instead")
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    seconds = max(until - monotonic(), 0)

    def limit() -> None:
        for what, most in (
            (resource.RLIMIT_DATA, MAX_MEMORY),
            (resource.RLIMIT_CPU, int(seconds) + 1),
            (resource.RLIMIT_FSIZE, MAX_PRINTED),
            (resource.RLIMIT_CORE, 0),
        ):
            with suppress(ValueError, OSError):  # there is a lower limit already
                resource.setrlimit(what, (most, most))

    try:
        # Git prints into files, because a pipe would be read into memory, however much comes.
        with (
            TemporaryDirectory(prefix="backtriage-") as folder,
            TemporaryFile() as printed,
            TemporaryFile() as messages,
        ):
            no_git = Path(folder, "git")
            no_git.write_text(_NO_GIT, encoding="ascii")
            no_git.chmod(0o700)
            # No shell is involved, every argument is a word of this module or an id of git, and
            # no thread is running.
            ran = subprocess.run(  # noqa: S603
                [program, *_OPTIONS, *arguments], input=given, stdout=printed, stderr=messages,
                check=False,
                env={**passed_on, "PATH": path, **_SEALED, "GIT_EXEC_PATH": folder},
                timeout=seconds, preexec_fn=limit,
            )  # fmt: skip
            printed.seek(0)
            out = printed.read(MAX_PRINTED)
            messages.seek(max(messages.seek(0, os.SEEK_END) - _MAX_MESSAGES, 0))
            why = messages.read(_MAX_MESSAGES)
    except subprocess.TimeoutExpired:
        raise GitError(f"git takes more than {SECONDS:.0f} seconds") from None
    except OSError as error:
        raise GitError(reason(error)) from None
    if ran.returncode == -signal.SIGXFSZ:
        raise GitError(f"git prints more than {MAX_PRINTED // 1024 // 1024} MiB")
    if ran.returncode < 0:
        raise GitError(f"git was ended by signal {-ran.returncode}")
    if ran.returncode > 0:
        said = _reason(why.decode(errors="surrogateescape"))
        raise (MissingError if "promisor" in said else GitError)(said)
    return out


def _reason(printed: str) -> str:
    """Return the line that says why git gave up, among warnings and advice."""
    if "out of memory" in printed.lower():  # what git says after that is misleading
        return f"git needs more than {MAX_MEMORY // 1024 // 1024} MiB of memory"
    lines = printed.strip().split("\n")
    ranked = [line for start in ("error:", "fatal:") for line in lines if line.startswith(start)]
    head, colon, why = (ranked or lines)[-1].partition(": ")
    return visible(why if colon else head)[:_MAX_REASON] or "git printed nothing"
