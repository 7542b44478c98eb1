"""Tables for the terminal and for the README, and the machine they were measured on."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.rules import ROOT

README: Final = ROOT / "benchmarks" / "README.md"

CPU: Final = Path("/proc/cpuinfo")
"""Where Linux names the processor."""


@dataclass(frozen=True)
class Table:
    """The result of one comparison."""

    name: str
    unit: str
    """What the numbers are."""
    rounds: int
    head: Sequence[str]
    """The first column is text, and every other a number."""
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]

    @property
    def about(self) -> list[str]:
        """What was measured and where, with one sentence per line."""
        return [f"{self.unit}, medians of {self.rounds} rounds.", f"{machine()}."]

    def text(self) -> str:
        """Return the table with aligned columns."""
        lines = [self.head, *self.rows]
        widths = [max(len(line[at]) for line in lines) for at in range(len(self.head))]
        aligned = [
            "  ".join(
                cell.rjust(width) if at else cell.ljust(width)
                for at, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
            for line in lines
        ]
        return "\n".join([*self.about, "", *aligned, "", *self.notes])

    def markdown(self) -> str:
        """Return the table in Markdown."""
        rule = ["---", *["---:"] * (len(self.head) - 1)]
        lines = [f"| {' | '.join(cells)} |" for cells in (self.head, rule, *self.rows)]
        return "\n".join([*self.about, "", *lines, "", *self.notes])


def machine() -> str:
    """Return the processor, the system and the version of Python."""
    model = platform.processor() or platform.machine()
    if CPU.exists():
        found = re.search(r"^model name\s*: (.*)$", CPU.read_text("utf-8"), re.MULTILINE)
        model = found[1] if found else model
    cores = os.cpu_count()
    return f"{model}, {cores} cores, {platform.system()}, Python {platform.python_version()}"


def ratio(one: float, to: float) -> str:
    """Return a ratio with two decimals, or three if it is small."""
    return f"{one / to:.{2 if one * 2 > to else 3}f}"


def rounds_of(number: int) -> Iterator[int]:
    """Yield each round, the first of which is a warm-up, and show where we are on a terminal."""
    for now in range(number + 1):
        if sys.stderr.isatty():
            end = "\r" if now < number else "\n"
            print(f"round {now} of {number}", end=end, file=sys.stderr, flush=True)
        yield now


def in_readme(page: str, table: Table) -> str:
    """Return the README with a table in place of the one before."""
    begin, end = f"<!-- begin {table.name}: written by python -m benchmarks -->\n", "<!-- end -->"
    pattern = re.compile(f"({re.escape(begin)}).*?({end})", re.DOTALL)
    page, count = pattern.subn(lambda match: f"{match[1]}{table.markdown()}\n{match[2]}", page)
    if count != 1:
        raise ValueError(f"{README} has no place for the table '{table.name}'")
    return page
