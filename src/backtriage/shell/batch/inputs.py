"""The inputs of a batch: tables, single sheets, and folders of sheets."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BufferedReader
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from backtriage.shell.files import ReadError, reason
from backtriage.shell.reading import inherited_descriptor, open_regular
from backtriage.shell.rules_folder import is_ignored
from backtriage.terms.printable import visible

if TYPE_CHECKING:
    from backtriage.batch.rows import Row
    from backtriage.program.program import Program
    from backtriage.terms.problem import Problem

Kind: TypeAlias = Literal["csv", "jsonl", "sheet"]

_KINDS: Final[dict[str, Kind]] = {
    ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".json": "sheet", ".yaml": "sheet", ".yml": "sheet",
}  # fmt: skip
TABLES: Final = tuple(name for name, kind in _KINDS.items() if kind != "sheet")

_SHEETS: Final = tuple(name for name, kind in _KINDS.items() if kind == "sheet")
_PASSED_OVER: Final = "is hidden or the copy of an editor, so it is not read"

MAX_LINE: Final = 2 * 1024 * 1024
"""Bytes of a line: more than a sheet may have, so that the line is refused."""

_WHAT: Final = "a table ends in .csv or .jsonl, and a sheet in .json, .yaml or .yml"


@dataclass(frozen=True, slots=True)
class Input:
    """One file of a batch."""

    name: str
    kind: Kind | None
    """None for what the caller hands over open: how it begins tells."""
    size: int = 0
    """In bytes, as far as it is known."""
    label: str = ""
    """What results and messages call it: without its folder, if that is still one of a kind."""


def inputs_of(names: Iterable[str]) -> tuple[Input, ...]:
    """Return the files that a batch reads, in order; folders give their sheets by name.

    Nothing is passed over: what cannot be read is found before the first row.

    Raises:
        ReadError: One of them is missing, cannot be read, or is neither a table nor a sheet.
    """
    found: dict[str, Input] = {}
    for name in names:
        for each in _expanded(name):
            if each.name in found:
                raise ReadError(f"{visible(each.name)} is named twice")
            found[each.name] = each
    every = [*found.values()]
    short = Counter(PurePath(each.name).name for each in every)
    return tuple(replace(each, label=_label(each.name, short)) for each in every)


def _label(name: str, short: Counter[str]) -> str:
    if inherited_descriptor(name) is not None:
        return "standard input" if inherited_descriptor(name) == 0 else name
    alone = PurePath(name).name
    return visible(alone if short[alone] == 1 else name)


def _expanded(name: str) -> Iterator[Input]:
    if inherited_descriptor(name) is not None:
        yield Input(name, None)
        return
    path = Path(name)
    try:
        if path.is_dir():
            yield from _sheets_in(path)
            return
        descriptor, status = open_regular(path)
        os.close(descriptor)
    except OSError as error:
        raise ReadError(f"cannot read {visible(name)}: {reason(error)}") from None
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise ReadError(f"cannot read {visible(name)}: {_WHAT}")
    yield Input(name, kind, status.st_size)


def _sheets_in(folder: Path) -> Iterator[Input]:
    every = sorted(path.name for path in folder.iterdir())
    for name in every:
        if is_ignored(name) and name.strip("#~").lower().endswith(_SHEETS):
            where = visible(str(folder / name))
            raise ReadError(f"{where} {_PASSED_OVER}: give it a plain name, or move it away")
    names = [name for name in every if not is_ignored(name)]
    if not names:
        raise ReadError(f"there is no sheet in {visible(str(folder))}")
    for name in names:
        path = folder / name
        if path.is_dir():
            raise ReadError(f"{visible(str(path))} is a folder: name it too, or move it away")
        if _KINDS.get(path.suffix.lower()) != "sheet":
            raise ReadError(f"{visible(str(path))} is no sheet: {_WHAT}")
        yield from _expanded(str(path))


def rows_of(
    program: Program, inputs: Sequence[Input], keep: Collection[str], meter: ReadSoFar
) -> Iterator[Row]:
    """Return the rows of all inputs, one after the other. Every header is read at once.

    Raises:
        ReadError: A file can no longer be read.
        InvalidTable: The headers of some tables do not fit. It carries the rows of all inputs.
    """
    from backtriage.batch.rows import InvalidTable

    found: list[Iterable[Row]] = []
    problems: list[Problem] = []
    for each in inputs:
        if each.kind == "sheet":
            found.append(_sheet(program, each, meter))
            continue
        try:
            found.append(_table(program, each, keep, meter))
        except InvalidTable as error:
            problems += error.problems
            found.append(error.rows)
    if problems:
        raise InvalidTable(tuple(problems), chain.from_iterable(found))
    return chain.from_iterable(found)


@dataclass(slots=True)
class ReadSoFar:
    """How much has been read."""

    bytes_read: int = 0


def _sheet(program: Program, each: Input, meter: ReadSoFar) -> Iterator[Row]:
    from backtriage.batch.rows import sheet_row
    from backtriage.shell.sheets import read_raw

    sheet = read_raw(each.name)
    meter.bytes_read += each.size
    yield sheet_row(program, sheet, each.label)


def _table(
    program: Program, each: Input, keep: Collection[str], meter: ReadSoFar
) -> Iterator[Row]:  # fmt: skip
    from backtriage.batch.csv_rows import csv_rows
    from backtriage.batch.rows import jsonl_rows

    lines = _lines(each, meter)
    is_jsonl = each.kind == "jsonl"
    if each.kind is None:
        first = next(lines, b"")
        is_jsonl = first.lstrip(b"\xef\xbb\xbf \t").startswith(b"{")
        lines = chain([first] if first else [], lines)
    if is_jsonl:
        return jsonl_rows(program, lines, each.label, keep)
    text = (line.decode(errors="surrogateescape") for line in lines)
    return csv_rows(program, text, each.label, keep)


def _opened(name: str) -> BufferedReader:
    descriptor = inherited_descriptor(name)
    if descriptor is None:
        opened, _ = open_regular(name)
        return os.fdopen(opened, "rb")
    return os.fdopen(os.dup(descriptor), "rb")


def _lines(each: Input, meter: ReadSoFar) -> Iterator[bytes]:
    """Yield the lines of a file; of one that is too long the first part."""
    try:
        with _opened(each.name) as file:
            while line := file.readline(MAX_LINE):
                meter.bytes_read += len(line)
                yield line
                while len(line) >= MAX_LINE and not line.endswith(b"\n"):
                    line = file.readline(MAX_LINE)
                    meter.bytes_read += len(line)
    except OSError as error:
        raise ReadError(f"cannot read {each.label}: {reason(error)}") from None
