"""The outputs of a batch: results and rejects, in input order or with the most urgent first.

A file gets its name when everything is in it: whatever happens before, the old one stays.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final

from backtriage.terms.urgency import Urgency

if TYPE_CHECKING:
    from backtriage.shell.result_file import ResultFile

EXTENSIONS: Final = (".csv", ".jsonl")

Write = Callable[[bytes, Urgency], None]
"""Writes a line about somebody of some urgency."""


@contextmanager
def writing(file: ResultFile, head: bytes, *, is_sorted: bool) -> Iterator[Write]:
    """Write lines to a file.

    Args:
        file: The file.
        head: What comes first.
        is_sorted: Whether the most urgent come first, and else in the order of writing.

    Raises:
        WriteError: It cannot be written.
    """
    with file.writing() as target:
        target.write(head)
        if not is_sorted:
            yield lambda line, _: _put(target, line)
            return
        piles: dict[Urgency, IO[bytes]] = {}
        try:

            def write(line: bytes, urgency: Urgency) -> None:
                if urgency not in piles:
                    piles[urgency] = TemporaryFile()  # noqa: SIM115 - closed below
                _put(piles[urgency], line)

            yield write
            for urgency in sorted(piles, reverse=True):
                piles[urgency].seek(0)
                shutil.copyfileobj(piles[urgency], target)
        finally:
            for pile in piles.values():
                pile.close()


def _put(file: IO[bytes], line: bytes) -> None:
    file.write(line)
