"""Folders that stand for an answer of everybody in the files below, such as `sex=female`."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from msgspec.structs import replace

from backtriage.shell.reading import inherited_descriptor
from backtriage.terms.answers import RESERVED
from backtriage.terms.printable import visible
from backtriage.terms.problem import Problem

if TYPE_CHECKING:
    from backtriage.program.program import Program
    from backtriage.program.sheet import Sheet

_HINT: Final = "put that answer into the file, and the file into another folder"


def local(name: str | Path) -> str:
    """Return a file as pyarrow takes it for one: it reads a name such as `s3:x` elsewhere."""
    return os.path.abspath(name)  # noqa: PTH100 - where a link leads is not asked


def folders_of_answers(path: Path, known: Collection[str]) -> Iterator[tuple[Path, str]]:
    """Yield the folders around a file that stand for a column of it, such as `sex=female`.

    Args:
        path: The file, or a folder that is looked at too; links are followed as well.
        known: The names of columns that say something.
    """
    named, found = Path(local(path)), path.resolve()
    for folder in dict.fromkeys((named, *named.parents, found, *found.parents)):
        name, sign, _ = folder.name.partition("=")
        column = unquote(name)
        if sign and column.casefold() in {each.casefold() for each in known}:
            yield folder, column


def unread_folders(name: str, known: Collection[str], hint: str) -> Iterator[Problem]:
    """Yield a problem for each folder around a file whose column nobody reads.

    Args:
        name: The file.
        known: The names of columns that say something.
        hint: What to do.
    """
    for folder, column in folders_of_answers(Path(name), known):
        message = f"{visible(str(folder))} stands for '{visible(column)}', which is not read"
        yield Problem(code="A101", message=message, hint=hint)


def unread_answers(program: Program, name: str) -> Problem | None:
    """Return why a file is refused whose folder stands for an answer; None if none does.

    A column to carry is looked for in the file alone.

    Args:
        program: The protocol that its rows answer.
        name: The file, or what the caller hands over open, which has no folder.
    """
    if inherited_descriptor(name) is not None:
        return None
    return next(unread_folders(name, {*program.questions, *RESERVED}, _HINT), None)


def in_its_folder(program: Program, sheet: Sheet, name: str) -> Sheet:
    """Return the sheet of a file, refused where its folder stands for an answer."""
    problem = unread_answers(program, name)
    return sheet if problem is None else replace(sheet, problems=(*sheet.problems, problem))
