"""The outputs of a batch: results and rejects, in input order or with the most urgent first.

A file gets its name when everything is in it: whatever happens before, the old one stays.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from tempfile import TemporaryFile, gettempdir
from typing import IO, TYPE_CHECKING, Final

from backtriage.shell.files import WriteError, reason
from backtriage.terms.printable import visible

if TYPE_CHECKING:
    from backtriage.batch.decisions import Rank
    from backtriage.shell.result_file import ResultFile

EXTENSIONS: Final = (".csv", ".jsonl")
RESULT_EXTENSIONS: Final = (*EXTENSIONS, ".parquet")

Write = Callable[[bytes, "Rank"], None]
"""Writes a line of some rank: where lines are sorted, the highest comes first."""


def _visible(lines: bytes) -> bytes:
    """Return lines as a terminal may show them: a name can have characters that command it."""
    text = lines.decode(errors="backslashreplace")
    return "\n".join(map(visible, text.split("\n"))).encode()


def _temporary(stack: ExitStack) -> IO[bytes]:
    """Open a file that is removed at the end, also where the rest of it finds no room."""
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed by the stack

    def close() -> None:
        with suppress(OSError):
            file.close()

    stack.callback(close)
    return file


@contextmanager
def _explaining_room() -> Iterator[None]:
    """Say of a file that is removed again where it is, since its name says nothing."""
    try:
        yield
    except OSError as error:
        message = f"cannot write a temporary file in {visible(gettempdir())}: {reason(error)}"
        raise WriteError(f"{message}; TMPDIR names a folder with more room") from None


@contextmanager
def writing(
    file: ResultFile, head: bytes, *, is_sorted: bool, is_held: bool = False,
    convert: Callable[[IO[bytes], IO[bytes]], None] | None = None,
) -> Iterator[Write]:  # fmt: skip
    """Write lines to a file.

    Args:
        file: The file.
        head: What comes first, once anything does.
        is_sorted: Whether the highest rank comes first, and else they are in the order of writing.
        is_held: Whether nothing arrives before everything is there, also in an open file.
        convert: Writes all lines in another format, from one file to another.

    Raises:
        WriteError: It cannot be written.
    """
    with file.writing() as target, ExitStack() as stack:
        piles: dict[Rank, IO[bytes]] = {}
        heads, is_shown = [head], target.isatty()

        def write(line: bytes, rank: Rank) -> None:
            line = _visible(line) if is_shown else line
            try:
                if not (is_sorted or is_held or convert):
                    target.write((heads.pop() if heads else b"") + line)
                    return
            except OSError as error:  # here, where it is known which file it is
                raise file.problem(error) from None
            key = rank if is_sorted else (0, 0)
            with _explaining_room():
                if key not in piles:
                    piles[key] = _temporary(stack)
                piles[key].write(line)

        yield write
        with _explaining_room():
            for pile in piles.values():
                pile.seek(0)
        with _explaining_room() if convert else nullcontext():
            lines = _temporary(stack) if convert else target
            lines.write(heads.pop() if heads else b"")
            for key in sorted(piles, reverse=True):
                shutil.copyfileobj(piles[key], lines)
            if convert:
                lines.seek(0)
        if convert:
            convert(lines, target)
