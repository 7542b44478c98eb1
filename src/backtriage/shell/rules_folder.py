"""Which files hold rules and cases, in a folder or in a tree of git, and reading them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, Literal, TypeAlias

from backtriage.shell.files import ReadError, WriteError, reason
from backtriage.shell.paths import temporary_name
from backtriage.shell.reading import read_regular
from backtriage.terms.printable import first_unprintable, visible

CASES: Final = "cases"
"""The subfolder of cases."""

SIMULATED: Final[tuple[str, ...]] = ("population.yaml", "answers.yaml")
"""Simulated people and their answers, which are no part of the protocol."""

FINGERPRINTS: Final = "fingerprints.yaml"
MIGRATIONS: Final = "migrations.yaml"
MEANINGS: Final[tuple[str, ...]] = (FINGERPRINTS, MIGRATIONS)
"""What questions mean and have meant, for sheets of older versions: no part of it either."""

NOT_RULES: Final = frozenset({CASES, *SIMULATED, *MEANINGS})

MAX_FILE_BYTES: Final = 4 * 1024 * 1024
MAX_FOLDER_BYTES: Final = 4 * MAX_FILE_BYTES
MAX_ENTRIES: Final = 2000
"""Of one folder with its subfolders: too many for rules, but few enough to list."""

Kind: TypeAlias = Literal["file", "folder", "link", "nowhere"]
"""A link is one to another folder, or out of this one; one to a file within counts as the file."""

_RULES: Final = re.compile(r"\.y\w{0,2}m")
"""In lower case: `.yaml`, `.yml`, slips such as `.yalm`, and more behind it, as in `.yaml.txt`."""

_BACKUP: Final = re.compile(r"\..*|.*~|#.*#", re.DOTALL)
"""Hidden files, and the copies that editors leave behind."""

_DOCUMENT: Final = re.compile(
    r".+\.(md|rst|pdf|png|svg|jpg|html)"
    r"|(LICEN[SC]E|NOTICE|README|COPYING|AUTHORS|CHANGELOG)(\.txt)?",
    re.ASCII | re.IGNORECASE,
)
"""What else may lie in a rules folder, because nobody can take it for rules."""

_LINK: Final = "it leads elsewhere, and is not followed: put the files here, or remove it"
_NOWHERE: Final = "it is a link that leads nowhere: remove it"
_UNPRINTABLE: Final = "its name has a character that does not print, so rename it"
_NEITHER: Final = (
    "it is neither rules nor a document such as README.md, so nothing would read it: rename it to "
    "end in .yaml and list it, or move it out of the folder"
)
_WHICH: Final = "name the folder of the rules only"


def is_ignored(name: str) -> bool:
    """Return whether a file or folder belongs to an editor, file manager or version control."""
    return _BACKUP.fullmatch(name) is not None


def is_rules(name: str) -> bool:
    """Return whether a file is read as rules or cases.

    Anything that somebody may take for a rules file is: the file that the protocol does not list
    is a problem then, instead of a rule that is silently missing.
    """
    return _RULES.search(name.lower()) is not None and not is_ignored(name)


def read_rules(folder: Path) -> dict[str, str]:
    """Read the rules files of a folder and its subfolders, by relative path.

    Raises:
        ReadError: The folder or one of its files cannot be read.
    """
    return _read(folder, skip=NOT_RULES)


def read_simulated(folder: Path) -> dict[str, str]:
    """Read the files of simulated people in a rules folder, by name; none if it has none.

    Raises:
        ReadError: The folder or one of the files cannot be read, or one is there alone.
    """
    return simulated_of(read_named(folder, SIMULATED), visible(str(folder)))


def simulated_of(texts: dict[str, str], shown: str) -> dict[str, str]:
    """Return the files of simulated people among some. Raises `ReadError` for one alone."""
    found = {name: texts[name] for name in SIMULATED if name in texts}
    if len(found) == 1:
        (there,) = found
        (missing,) = set(SIMULATED) - {there}
        raise ReadError(f"there is no {missing} beside {there} in {shown}")
    return found


def read_beside(folder: Path, name: str) -> str | None:
    """Read a file of a rules folder that is no part of the protocol; None if it has none.

    Raises:
        ReadError: The folder or the file cannot be read.
    """
    return read_named(folder, (name,)).get(name)


def read_named(folder: Path, names: Collection[str]) -> dict[str, str]:
    """Read those of some files that a rules folder has. Raises `ReadError`."""
    return _read(folder, skip=frozenset({CASES}), only=names)


def write_fingerprints(folder: Path, text: str) -> None:
    """Write the fingerprints of a rules folder, whole or not at all. Raises `WriteError`."""
    path = folder / FINGERPRINTS
    temporary = path.with_name(temporary_name(FINGERPRINTS))
    try:
        try:
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise WriteError(f"cannot write {visible(str(path))}: {reason(error)}") from None


def read_cases(rules: Path) -> dict[str, str]:
    """Read the case files of a rules folder, if it has any, by path. Raises `ReadError`."""
    folder = rules / CASES
    if not os.path.lexists(folder):
        return {}
    if _leads_out(folder, rules):
        raise ReadError(f"cannot read {visible(str(folder))}: {_LINK}")
    return {f"{CASES}/{name}": text for name, text in _read(folder).items()}


def _read(
    folder: Path, skip: Collection[str] = (), only: Collection[str] | None = None
) -> dict[str, str]:
    shown = visible(str(folder))
    try:
        if not folder.is_dir():
            raise ReadError(f"cannot read the rules in {shown}: {_no_folder(folder)}")
        names = rules_in(partial(_children, folder), shown, skip=skip)
    except OSError as error:
        raise ReadError(f"cannot read the rules in {shown}: {reason(error)}") from None
    texts = {}
    total = 0
    for name in names if only is None else [name for name in names if name in only]:
        path = f"{shown}/{name}"
        try:
            data = read_regular(folder / name, MAX_FILE_BYTES + 1)
        except OSError as error:
            raise ReadError(f"cannot read {path}: {reason(error)}") from None
        total = check_size(path, len(data), total)
        texts[name] = decode(data, path)
    return texts


def _no_folder(folder: Path) -> str:
    if os.path.lexists(folder):
        return "it is not a folder" if folder.exists() else "it is a link that leads nowhere"
    return "there is no such folder"


def _children(folder: Path, prefix: str) -> Iterator[tuple[str, Kind]]:
    """Yield what is in a folder. Not by glob, which treats an unreadable folder as empty."""
    with os.scandir(folder / prefix) as found:
        for entry in found:
            # Unlike those of pathlib, these never raise.
            if os.path.isdir(entry.path):  # noqa: PTH112
                yield entry.name, "link" if entry.is_symlink() else "folder"
            elif entry.is_symlink() and not os.path.exists(entry.path):  # noqa: PTH110
                yield entry.name, "nowhere"
            elif entry.is_symlink() and _leads_out(entry.path, folder):
                yield entry.name, "link"
            else:
                yield entry.name, "file"


def _leads_out(path: str | Path, folder: Path) -> bool:
    """Return whether a file is somewhere else: messages quote what rules hold.

    Links within the folder are followed, because some systems mount files as such.
    """
    inside = os.path.join(os.path.realpath(folder), "")  # noqa: PTH118
    return not os.path.realpath(path).startswith(inside)


def rules_in(
    children: Callable[[str], Iterable[tuple[str, Kind]]],
    shown: str,
    *,
    skip: Collection[str] = (),
) -> list[str]:
    """List the files that hold rules, by relative path, in alphabetical order.

    Args:
        children: What a subfolder holds, given its relative path with a final `/`, or "".
        shown: The folder, for messages.
        skip: Subfolders and files of something else, by relative path.

    Raises:
        ReadError: Something in the folder cannot be rules, but may be meant so.
    """
    names = []
    pending = [""]
    count = 0
    while pending:
        prefix = pending.pop()
        for own_name, kind in sorted(islice(children(prefix), MAX_ENTRIES + 1)):
            name = prefix + own_name
            count += 1
            if count > MAX_ENTRIES:
                raise ReadError(f"there are more than {MAX_ENTRIES} files in {shown}: {_WHICH}")
            if name in skip:
                continue
            why = _refusal(own_name, kind)
            if why:
                raise ReadError(f"cannot read {shown}/{visible(name)}: {why}")
            if is_rules(own_name):
                names.append(name)
            elif kind == "folder" and not is_ignored(own_name):
                pending.append(f"{name}/")
    return sorted(names)


def _refusal(name: str, kind: Kind) -> str:
    """Return why something may not be in a rules folder, or ""."""
    if first_unprintable(name) is not None:
        return _UNPRINTABLE
    if is_ignored(name) or (is_rules(name) and kind != "link"):
        return ""  # what is wrong with rules is said when they are read
    if kind == "nowhere":
        return _NOWHERE
    if _DOCUMENT.fullmatch(name) is not None and not is_rules(name):
        return ""  # it is not read
    if kind == "link":
        return _LINK
    return "" if kind == "folder" else _NEITHER


def check_size(path: str, size: int, total: int) -> int:
    """Return the size of all files so far. Raises `ReadError` when it or the file is too large."""
    if size > MAX_FILE_BYTES:
        raise ReadError(
            f"cannot read {path}: a rules file may have {_mib(MAX_FILE_BYTES)} at most"
        )
    if total + size > MAX_FOLDER_BYTES:
        limit = f"all files of a rules folder may have {_mib(MAX_FOLDER_BYTES)} at most"
        raise ReadError(f"cannot read {path}: {limit}")
    return total + size


def _mib(size: int) -> str:
    return f"{size // 1024 // 1024} MiB"


def decode(data: bytes, path: str) -> str:
    """Decode the text of a rules file. Raises `ReadError`."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ReadError(f"cannot read {path}: it is not UTF-8 text") from None
