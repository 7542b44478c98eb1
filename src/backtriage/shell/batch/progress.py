"""How far a batch is, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Final

from backtriage.shell.batch.inputs import Input, Source
from backtriage.shell.output import is_terminal

_EVERY: Final = 0.2
"""Seconds between two reports."""


@contextmanager
def progress_of(inputs: Sequence[Input], source: Source) -> Iterator[Callable[[int], None]]:
    """Show progress on a terminal: how much has been read, the rate, and the time left."""
    if not is_terminal(sys.stderr):
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    total = sum(each.size for each in inputs) or None
    columns = (BarColumn(bar_width=20), TextColumn("{task.description}"), TimeRemainingColumn())
    last = started = monotonic()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)

        def report(rows: int) -> None:
            nonlocal last
            now = monotonic()
            if now - last > _EVERY:
                last = now
                text = f"{rows:,} rows, {rows / (now - started):,.0f} a second"
                progress.update(task, completed=source.bytes_read, description=text)

        yield report
