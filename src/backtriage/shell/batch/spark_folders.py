"""What Spark reads and writes: folders, which others see only when they are whole."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from backtriage.shell.batch.inputs import Input
from backtriage.shell.files import ReadError, WriteError, reason
from backtriage.terms.printable import visible

if TYPE_CHECKING:
    from backtriage.shell.result_file import ResultFile

_UNFINISHED: Final = "_temporary"
_PATTERN: Final = re.compile(r"([\\*?\[\]{}])")
_HIDDEN: Final = re.compile(r"\..*|_[^=]*|.*\._COPYING_", re.DOTALL)
"""What Spark passes over without a word."""
_MARK: Final = re.compile(r"_SUCCESS|_metadata|_common_metadata|\..*\.crc", re.DOTALL)
"""Hidden files of Spark and of Parquet, which have no rows."""
_PARTITION: Final = re.compile(r"[^=]+=.+", re.DOTALL)


def folders_of(names: list[str]) -> tuple[Input, ...]:
    """Return the folders or files of an archive.

    Nothing in it is passed over: what Spark would not read is found before the first row.

    Raises:
        ReadError: One of them is missing, is named twice, or is still being written; or Spark
            would not read something in it.
    """
    count_files(names)
    return tuple(Input(name, "parquet", label=visible(name)) for name in names)


def count_files(names: Sequence[str]) -> int:
    """Return how many files Spark has to read, as `folders_of` checks them. Raises `ReadError`."""
    seen: set[Path] = set()
    side_by_side: list[Path] = []
    for name in names:
        try:
            path = Path(name).resolve(strict=True)
        except (OSError, RuntimeError, ValueError) as error:
            why = reason(error) if isinstance(error, OSError) else "no such folder"
            raise ReadError(f"cannot read {visible(name)}: {why}") from None
        if path in seen:
            raise ReadError(f"{visible(name)} is named twice")
        seen.add(path)
        side_by_side += _entries_of(Path(name)) if path.is_dir() else [_readable(path)]
    for path in seen:
        if not seen.isdisjoint(path.parents):
            raise ReadError(f"{visible(str(path))} is in a folder that is named too")
    return _count(side_by_side, frozenset(seen), {})


def partitions_of(name: str) -> Iterator[tuple[Path, frozenset[str]]]:
    """Yield a file, or those of a folder, with the columns that folders around it stand for."""

    def below(folder: Path, columns: frozenset[str]) -> Iterator[tuple[Path, frozenset[str]]]:
        for path in _entries_of(folder):
            if path.is_dir():
                yield from below(path, columns | {unquote(path.name.partition("=")[0])})
            else:
                yield path, columns

    if Path(name).is_dir():
        yield from below(Path(name), frozenset())
    else:
        yield Path(name), frozenset()


def check_listed(names: Sequence[str], listed: Iterable[str]) -> None:
    """Check that Spark has found every file: where Java cannot spell a name, it has not.

    Args:
        names: Of the folders or files of an archive.
        listed: The files that Spark has found.

    Raises:
        ReadError: It has not found all of them.
    """
    found = sum(not _MARK.fullmatch(name.rpartition("/")[2]) for name in listed)
    every = count_files(names)
    if found != every:
        why = "a name with other characters than A to Z may need a locale such as C.UTF-8"
        raise ReadError(f"Spark finds {found:,} of {every:,} files, so nothing was read: {why}")


def _count(
    side_by_side: list[Path], around: frozenset[Path], known: dict[tuple[int, int], Path]
) -> int:
    """Return how many files there are, once it is known that Spark reads all of them.

    Args:
        side_by_side: What is in one folder, or in those that were named.
        around: The folders that these are in, with no links in their names.
        known: Is told each file by what it is, whatever its name.

    Raises:
        ReadError: Spark would pass something over, or read it twice.
    """
    folders = [path for path in side_by_side if path.is_dir()]
    files = [_readable(path) for path in side_by_side if not path.is_dir()]
    for file in files:
        status = file.stat()
        same = known.setdefault((status.st_dev, status.st_ino), file)
        if same is not file:
            why = f"is {visible(str(same))} under another name: keep one of them there"
            raise ReadError(f"{visible(str(file))} {why}")
    count = len(files)
    for path in folders:
        if _HIDDEN.fullmatch(path.name) or not _PARTITION.fullmatch(path.name):
            why = "has no name such as site=001, so Spark would not read this folder"
            raise ReadError(f"{visible(str(path))} {why}: move it away, and name it too")
        if files:
            why = f"is beside {visible(str(path))}, so Spark would not read this file"
            raise ReadError(f"{visible(str(files[0]))} {why}: move it away, and name it alone")
        inside = path.resolve()
        if inside in around:
            why = "leads to a folder that is around it, or is named too"
            raise ReadError(f"{visible(str(path))} {why}: move it away")
        count += _count(_entries_of(path), around | {inside}, known)
    return count


def _entries_of(folder: Path) -> list[Path]:
    """Return what is in a folder and may have rows. Raises `ReadError`."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise ReadError(f"cannot read {visible(str(folder))}: {reason(error)}") from None
    if _UNFINISHED in names:
        why = "whoever was writing it has not ended; let that end, or write it again"
        raise ReadError(f"cannot read {visible(str(folder))}: {why}")
    return [folder / name for name in names if not _MARK.fullmatch(name)]


def _readable(path: Path) -> Path:
    """Return a file that Spark reads. Raises `ReadError` if it would pass it over."""
    where = visible(str(path))
    if _HIDDEN.fullmatch(path.name):
        why = "is hidden from Spark by its name: give it a plain one"
    elif not path.is_file():
        why = "is not a file: put one in its place"
    elif not path.stat().st_size:
        why = "is empty, so nothing of it can be read: write it again"
    else:
        return path
    raise ReadError(f"{where} {why}, or move it away")


def spark_path(name: str) -> str:
    """Return a file or folder as Spark names it, in which no character is a pattern."""
    return "file:" + _PATTERN.sub(r"\\\1", str(Path(name).resolve()))


def check_new(file: ResultFile, inputs: tuple[Input, ...]) -> None:
    """Check that a folder can be made, apart from what is read.

    Raises:
        WriteError: It cannot.
    """
    target = Path(file.name).resolve()
    where = f"cannot write {visible(file.name)}: "
    if file.descriptor is not None:
        raise WriteError(f"{where}Spark writes a folder; name one that is not there yet")
    for each in inputs:
        source = Path(each.name).resolve()
        if source == target or source in target.parents:
            raise WriteError(f"{where}it is in {visible(each.name)}, which is read; name another")
    if target.exists() or Path(file.name).is_symlink():
        raise WriteError(f"{where}it is there already; name a folder that is not there yet")


@contextmanager
def new_folder(file: ResultFile) -> Iterator[Path]:
    """Write a folder, which gets its name when it is whole, readable by its owner only.

    Raises:
        WriteError: It cannot be written.
    """
    target = Path(file.name).resolve()
    try:
        around = Path(mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise file.problem(error) from None
    try:
        folder = around / "results"
        yield folder
        try:
            for path in (folder, *folder.rglob("*")):
                path.chmod(0o700 if path.is_dir() else 0o600)
            folder.rename(target)
        except OSError as error:
            raise file.problem(error) from None
    finally:
        with suppress(OSError):
            shutil.rmtree(around)
