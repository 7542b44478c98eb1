"""The inputs of a batch: tables, single sheets, and folders of sheets."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from io import BufferedReader
from itertools import chain, repeat
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from backtriage.shell.batch.answer_folders import in_its_folder, unread_answers
from backtriage.shell.batch.encodings import BLANK, MAX_LINE, readable_lines
from backtriage.shell.files import ReadError, reason
from backtriage.shell.reading import inherited_descriptor, open_inherited, open_regular
from backtriage.shell.result_file import identity_of_input
from backtriage.shell.rules_folder import is_ignored
from backtriage.terms.printable import visible

if TYPE_CHECKING:
    from backtriage.batch.decisions import AnyRow
    from backtriage.program.program import Program
    from backtriage.shell.batch.arrow.files import Archive
    from backtriage.terms.problem import Problem

Kind: TypeAlias = Literal["csv", "jsonl", "parquet", "sheet"]

PARQUET: Final = ".parquet"
_KINDS: Final[dict[str, Kind]] = {
    ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", PARQUET: "parquet",
    ".json": "sheet", ".yaml": "sheet", ".yml": "sheet",
}  # fmt: skip
TABLES: Final = tuple(name for name, kind in _KINDS.items() if kind != "sheet")

_HELD_OPEN: Final = 64
"""So many tables stay open once their headers are read; a system allows 256 at least."""

_SHEETS: Final = tuple(name for name, kind in _KINDS.items() if kind == "sheet")
_PASSED_OVER: Final = "is hidden or the copy of an editor, so it is not read"
_WHAT: Final = "a table ends in .csv, .jsonl or .parquet, and a sheet in .json, .yaml or .yml"


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
        ReadError: One of them is missing, cannot be read, is neither a table nor a sheet, or is
            another one under whatever name.
    """
    found: dict[object, Input] = {}
    for name in names:
        for each in _expanded(name):
            identity = identity_of_input(each.name)
            if identity in found:
                first = found[identity].name
                other = "" if first == each.name else f": it is {visible(first)}"
                raise ReadError(f"{visible(each.name)} is named twice{other}")
            found[identity] = each
    files = _labelled(found.values())
    for label, count in Counter(each.label for each in files).items():
        if count > 1:
            raise ReadError(f"{label} would be the name of {count} files here: rename the others")
    return files


def readable(names: Iterable[str]) -> tuple[Input, ...]:
    """Return the files that a refused batch could read: for those in them who cannot wait."""
    found: dict[object, Input] = {}
    for name in names:
        with suppress(OSError):
            for each in _files_of(Path(name)) if Path(name).is_dir() else (name,):
                with suppress(ReadError):
                    found.update((identity_of_input(one.name), one) for one in _expanded(each))
    return _labelled([each for each in found.values() if not _is_keyboard(each.name)])


def _files_of(folder: Path) -> Iterator[str]:
    """Yield what may be a table or a sheet, also one folder further down."""
    for path in sorted(folder.iterdir()):
        with suppress(OSError):
            each = sorted(path.iterdir()) if path.is_dir() else [path]
            yield from (str(file) for file in each if file.suffix.lower() in _KINDS)


def _is_keyboard(name: str) -> bool:
    descriptor = inherited_descriptor(name)
    return descriptor is not None and os.isatty(descriptor)


def _labelled(found: Collection[Input]) -> tuple[Input, ...]:
    short = Counter(PurePath(each.name).name for each in found)
    return tuple(replace(each, label=_label(each.name, short)) for each in found)


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
        # Wherever it stands: `a.json.~1~` and `.a.json.icloud` are somebody's sheets too.
        if is_ignored(name) and any(ending in name.lower() for ending in _SHEETS):
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


@dataclass(slots=True)
class Source:
    """The rows of all inputs, one after the other.

    A file that can no longer be read ends, and the others are read all the same: nobody in them
    is to be overlooked.
    """

    bytes_read: int = 0
    problems: tuple[Problem, ...] = ()
    """What is wrong with the headers of all tables."""
    error: ReadError | None = None
    """Why the first file that could not be read to its end was not."""
    parts: list[tuple[str, Iterator[AnyRow]]] = field(default_factory=list)
    """The rows of each file, by what messages call it."""
    archives: list[Archive] = field(default_factory=list)
    open_ended: list[str] = field(default_factory=list)
    """Tables whose last line has no end: some programs leave it out, but a cut does as well."""
    without_rows: list[str] = field(default_factory=list)
    """Files that have none: an export that failed leaves just that."""

    def open(self, program: Program, inputs: Sequence[Input], keep: Collection[str]) -> None:
        """Read the header of every table."""
        from backtriage.batch.rows import InvalidTable

        for each in inputs:
            if each.kind == "sheet":
                self.parts.append((each.label, self._sheet(program, each)))
                continue
            begun = self.bytes_read
            try:
                part, is_valid = self._table(program, each, keep), True
            except InvalidTable as error:
                self.problems += error.problems
                part, is_valid = iter(error.rows), False
            except ReadError as error:
                self.error = self.error or error
                continue
            may_close = each.kind != "parquet" and inherited_descriptor(each.name) is None
            if len(self.parts) >= _HELD_OPEN and may_close:
                # Nothing else holds it, so that it is closed here.
                part, self.bytes_read = self._again(program, each, keep, is_valid=is_valid), begun
            self.parts.append((each.label, part))

    def rows(self) -> Iterator[AnyRow]:
        """Yield every row, also of tables that are refused."""
        for label, part in self.parts:
            try:
                first = next(part, None)
                if first is None:
                    self.without_rows.append(label)
                    continue
                yield first
                yield from part
            except ReadError as error:
                self.error = self.error or error

    def _again(
        self, program: Program, each: Input, keep: Collection[str], *, is_valid: bool
    ) -> Iterator[AnyRow]:
        """Yield the rows of a table that is opened again only when they are wanted."""
        from backtriage.batch.rows import InvalidTable

        try:
            rows = self._table(program, each, keep)
        except InvalidTable as error:
            if is_valid:
                raise ReadError(f"cannot read {each.label}: it has just been changed") from None
            rows = iter(error.rows)
        yield from rows

    def _sheet(self, program: Program, each: Input) -> Iterator[AnyRow]:
        from backtriage.batch.rows import sheet_row
        from backtriage.shell.sheets import read_raw

        sheet = in_its_folder(program, read_raw(each.name), each.name)
        self.bytes_read += each.size
        yield sheet_row(program, sheet, each.label)

    def _table(self, program: Program, each: Input, keep: Collection[str]) -> Iterator[AnyRow]:
        from backtriage.batch.quick_cells import quick_csv_rows
        from backtriage.batch.quick_lines import quick_jsonl_rows

        if each.kind == "parquet":
            from backtriage.shell.batch.arrow.files import Archive, archive_rows

            archive = Archive(program, each.name, each.label, keep)
            self.archives.append(archive)
            return archive_rows(program, archive, keep, partial(self.count, each, archive.count))
        lines, why = readable_lines(self._counted(each))
        why = unread_answers(program, each.name) or why
        is_jsonl = each.kind == "jsonl"
        if each.kind is None:
            blank, first = 0, next(lines, b"")
            while first and not first.strip(BLANK):
                blank, first = blank + 1, next(lines, b"")
            is_jsonl = first.lstrip(BLANK).startswith(b"{")
            lines = chain(repeat(b"\n", blank), [first] if first else [], lines)
        if is_jsonl:
            return quick_jsonl_rows(program, lines, each.label, keep, why=why)
        return quick_csv_rows(program, self._decoded(lines, each.label), each.label, keep, why=why)

    def count(self, each: Input, of: int, rows: int) -> None:
        """Count some rows of an archive as a part of its bytes."""
        self.bytes_read += each.size * rows // of

    def _decoded(self, lines: Iterable[bytes], label: str) -> Iterator[str]:
        line = b""
        for line in lines:
            yield line.decode(errors="surrogateescape")
        if line and not line.endswith((b"\n", b"\r")):
            self.open_ended.append(label)

    def _counted(self, each: Input) -> Iterator[bytes]:
        for line in lines_of(each):
            self.bytes_read += len(line)
            yield line


def lines_of(each: Input) -> Iterator[bytes]:
    """Yield the lines of a file; of one that is too long in parts of `MAX_LINE`.

    Raises:
        ReadError: It cannot be read to its end.
    """
    try:
        with _opened(each.name) as file:
            while line := file.readline(MAX_LINE):
                yield line
    except OSError as error:
        raise ReadError(f"cannot read {each.label}: {reason(error)}") from None


def _opened(name: str) -> BufferedReader:
    descriptor = inherited_descriptor(name)
    if descriptor is None:
        opened, _ = open_regular(name)
        return os.fdopen(opened, "rb")
    if descriptor == 0 and sys.stdin is None:
        raise ReadError("standard input is closed; give a file, or send the table to it")
    return open_inherited(descriptor)
