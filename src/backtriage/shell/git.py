"""Reading objects of a git repository: the only module that runs git.

The repository may be a stranger's. Its configuration can name commands and servers, so git gets
an environment in which it starts neither, and only commands that read objects are used. Each
object's size is known before its contents are read.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from backtriage.shell.files import ReadError, reason
from backtriage.terms.printable import first_unprintable, visible

SECONDS: Final = 60.0
"""How long git may take."""

_PASSED_ON: Final = ("HOME", "XDG_CONFIG_HOME", "GIT_CEILING_DIRECTORIES")
"""The user's own configuration says which repositories of other users git may read."""

_SEALED: Final = {
    "GIT_NO_LAZY_FETCH": "1",  # a partial clone fetches nothing that it lacks, from git 2.45 on
    "GIT_ALLOW_PROTOCOL": "",  # and for any git, no transport is allowed, whatever a file says
    "GIT_NO_REPLACE_OBJECTS": "1",  # the contents are those of the revision that was named
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}

_HEADER: Final = re.compile(rb"([0-9a-f]{40,64}) ([a-z]+) ([0-9]+)")
_MAX_REASON: Final = 300


class GitError(Exception):
    """Git refused. The message is the reason that it gave, which is safe to print."""


class Object(NamedTuple):
    """What git says about an object before it is read."""

    id: bytes
    kind: str
    size: int


class Entry(NamedTuple):
    """One entry of a tree."""

    mode: bytes
    name: str
    id: bytes


def repository() -> tuple[str, bool]:
    """Return the root of the repository of the current folder, and whether it is shallow."""
    shallow, _, root = _git("rev-parse", "--is-shallow-repository", "--show-toplevel").partition(
        b"\n"
    )
    return os.fsdecode(root.removesuffix(b"\n")), shallow == b"true"


def look_up(name: str) -> Object | None:
    """Return the object that a name such as `HEAD~3:rules` stands for, or None."""
    if first_unprintable(name) is not None:  # a line break would be a second name
        return None
    return look_up_all([name.encode()])[0]


def look_up_all(names: Sequence[bytes]) -> list[Object | None]:
    """Return what each name stands for, or None where git does not know it."""
    lines = _git("cat-file", "--batch-check", given=b"".join(b"%b\n" % name for name in names))
    matches = (_HEADER.fullmatch(line) for line in lines.split(b"\n")[:-1])
    return [m and Object(m[1], m[2].decode(), int(m[3])) for m in matches]


def contents(objects: Sequence[Object]) -> Iterator[bytes]:
    """Yield the contents of objects, which the caller knows to be small enough."""
    printed = _git("cat-file", "--batch", given=b"".join(b"%b\n" % each.id for each in objects))
    at = 0
    for each in objects:
        header = b"%b %b %d\n" % (each.id, each.kind.encode(), each.size)
        if not printed.startswith(header, at):
            raise GitError(f"object {each.id.decode()} is damaged")
        start = at + len(header)
        at = start + each.size + 1
        yield printed[start : at - 1]


def entries(tree: Object) -> Iterator[Entry]:
    """Yield the entries of a tree, which the caller knows to be small enough."""
    for line in _git("ls-tree", "-z", "--full-tree", tree.id.decode()).split(b"\0")[:-1]:
        head, _, name = line.partition(b"\t")
        mode, _, id_ = head.split(b" ")
        yield Entry(mode, os.fsdecode(name), id_)


def _git(*arguments: str, given: bytes = b"") -> bytes:
    """Return what git prints. Raises `GitError`, or `ReadError` when git is not installed."""
    # A relative folder on the path, such as the repository itself, may hold another git.
    path = os.pathsep.join(filter(os.path.isabs, os.environ.get("PATH", "").split(os.pathsep)))
    program = shutil.which("git", path=path)
    if program is None:
        raise ReadError("git is not installed, so no revision can be read: name folders instead")
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        # No shell is involved, and every argument is a word of this module or an id of git.
        ran = subprocess.run(  # noqa: S603
            [program, "--no-pager", *arguments], input=given, capture_output=True, check=False,
            env={**passed_on, "PATH": path, **_SEALED}, timeout=SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise GitError(f"git takes more than {SECONDS:.0f} seconds") from None
    except OSError as error:
        raise GitError(reason(error)) from None
    if ran.returncode != 0:
        raise GitError(_reason(ran.stderr.decode(errors="surrogateescape")))
    return ran.stdout


def _reason(printed: str) -> str:
    """Return the line that says why git gave up, among warnings and advice."""
    lines = printed.strip().split("\n")
    ranked = [line for start in ("error:", "fatal:") for line in lines if line.startswith(start)]
    head, colon, why = (ranked or lines)[-1].partition(": ")
    return visible(why if colon else head)[:_MAX_REASON] or "git printed nothing"
