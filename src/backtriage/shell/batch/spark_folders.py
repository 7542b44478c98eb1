"""What Spark reads and writes: folders, which others see only when they are whole."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final

from backtriage.shell.batch.inputs import Input
from backtriage.shell.files import ReadError, WriteError, reason
from backtriage.terms.printable import visible

if TYPE_CHECKING:
    from backtriage.shell.result_file import ResultFile

_UNFINISHED: Final = "_temporary"
_PATTERN: Final = re.compile(r"([\\*?\[\]{}])")


def folders_of(names: list[str]) -> tuple[Input, ...]:
    """Return the folders or files of an archive.

    Raises:
        ReadError: One of them is missing, is named twice, or is still being written.
    """
    seen: set[Path] = set()
    for name in names:
        try:
            path = Path(name).resolve(strict=True)
        except (OSError, RuntimeError, ValueError) as error:
            why = reason(error) if isinstance(error, OSError) else "no such folder"
            raise ReadError(f"cannot read {visible(name)}: {why}") from None
        if path in seen:
            raise ReadError(f"{visible(name)} is named twice")
        if (path / _UNFINISHED).exists():
            why = "whoever was writing it has not ended; let that end, or write it again"
            raise ReadError(f"cannot read {visible(name)}: {why}")
        seen.add(path)
    return tuple(Input(name, "parquet", label=visible(name)) for name in names)


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
