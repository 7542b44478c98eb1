"""How far the part of a result is, as a file beside it says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from errno import EPERM
from itertools import islice
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta, Struct

from backtriage.batch.decisions import AnyRow, Tally
from backtriage.batch.rows import Row
from backtriage.shell.files import WriteError, reason, write_private
from backtriage.shell.private import check_private
from backtriage.shell.reading import open_regular, read_descriptor
from backtriage.shell.result_file import ResultFile
from backtriage.terms.printable import visible
from backtriage.terms.urgency import Urgency

_MAX_MARK: Final = 16 * 1024 * 1024
"""In bytes; names of files are all that makes one long."""

_Count: TypeAlias = Annotated[int, Meta(ge=0)]
_AnUrgency: TypeAlias = Annotated[int, Meta(ge=min(Urgency).value, le=max(Urgency).value)]


class Mark(Struct, frozen=True, kw_only=True):
    """How far a part is. What became of refused rows is found out again."""

    job: str
    """Names the rules, the inputs and the columns."""
    rows: _Count = 0
    """Rows that were read."""
    size: _Count = 0
    """Bytes of the part."""
    urgencies: dict[_AnUrgency, _Count] = {}
    statuses: dict[str, _Count] = {}
    rules: dict[str, _Count] = {}
    certain_emergencies: _Count = 0
    shown: list[tuple[str, int]] = []
    """Source and number of the most urgent rows."""
    rejects: str = ""
    """The SHA-256 of the file of rejects, once all is done and it may have its name."""

    def count_in(self, tally: Tally) -> None:
        """Add what was decided."""
        tally.rows += sum(self.urgencies.values())
        tally.urgencies.update({Urgency(at): n for at, n in self.urgencies.items()})
        tally.statuses.update(self.statuses)
        tally.rules.update(self.rules)
        tally.certain_emergencies += self.certain_emergencies

    def again(self, rows: Iterator[AnyRow]) -> Iterator[AnyRow]:
        """Take the rows in the part, and yield those that are decided again.

        They are the refused ones, which the part has not, and the most urgent ones.
        """
        shown = {*self.shown}
        for row in islice(rows, self.rows):
            is_refused = isinstance(row, Row) and not row.validated.is_valid
            if is_refused or (row.source, row.number) in shown:
                yield row


def mark_of(result: ResultFile) -> Mark | None:
    """Return the mark of a part, which counts for nothing if it is not whole, or None.

    Raises:
        WriteError: It may be somebody else's, or cannot be read.
    """
    path = mark_path(result)
    try:
        descriptor = open_ours(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"cannot go on as {visible(str(path))} says: {reason(error)}"
        raise WriteError(f"{message}; remove it to begin anew") from None
    try:
        return msgspec.json.decode(read_descriptor(descriptor, _MAX_MARK), type=Mark)
    except (OSError, msgspec.DecodeError):
        return Mark(job="")
    finally:
        os.close(descriptor)


def save_mark(result: ResultFile, mark: Mark) -> None:
    """Replace the mark of a part. Raises `OSError`."""
    write_private(mark_path(result), msgspec.json.encode(mark).decode())


def mark_path(result: ResultFile) -> Path:
    """Return where the mark of a part is."""
    return result.path.with_name(f"{result.path.name}.part.mark")


def open_ours(path: Path, access: int) -> int:
    """Open a file as this program leaves it: what others may have written decides nothing."""
    descriptor, status = open_regular(path, access=access | os.O_NOFOLLOW)
    try:
        _check_ours(status)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _check_ours(status: os.stat_result) -> None:
    check_private(status)
    if status.st_nlink != 1:
        raise OSError(EPERM, "it has another name")
