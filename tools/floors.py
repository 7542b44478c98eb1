"""Prints the coverage of each floor as an exact fraction, and fails when a bounded floor is short.

A percentage is rounded, and 100 % has been printed for less; a fraction cannot do that.
It reads the file that `coverage json` writes:

    python tools/floors.py coverage.json
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

BOUNDED: Final = (
    "terms",
    "protocol",
    "check",
    "program",
    "decide",
    "interview",
    "exchange",
    "prove",
    "cases",
    "render",
)
"""Floors of pure functions, from the ground up: every branch and every line must be covered."""

PRINTED: Final = ("shell", "cli")
"""Floors that touch the world: the terminal tests run them, and their figure is only printed."""

Figure: TypeAlias = Literal["num_statements", "covered_lines", "num_branches", "covered_branches"]
"""The counts that coverage writes for each file, and that we add up."""

FIGURES: Final[tuple[Figure, ...]] = get_args(Figure)

Counts: TypeAlias = Counter[Figure]


def by_floor(report: dict[str, dict[str, dict[str, dict[Figure, int]]]]) -> dict[str, Counts]:
    """The counts of all files of each floor; a file beside the floors stands under `(top)`."""
    floors: dict[str, Counts] = {}
    for name, entry in report["files"].items():
        inside = Path(name).parts
        below = inside[inside.index("backtriage") + 1 :]
        floor = below[0] if len(below) > 1 else "(top)"
        counts = floors.setdefault(floor, Counter())
        counts.update({figure: entry["summary"][figure] for figure in FIGURES})
    return floors


def is_whole(counts: Counts) -> bool:
    """Whether every branch and every line ran, and there was a line to run."""
    return (
        counts["num_statements"] > 0
        and counts["covered_lines"] == counts["num_statements"]
        and counts["covered_branches"] == counts["num_branches"]
    )


def row(floor: str, counts: Counts, note: str) -> str:
    """One line of the table."""
    branches = f"{counts['covered_branches']}/{counts['num_branches']}"
    lines = f"{counts['covered_lines']}/{counts['num_statements']}"
    return f"{floor:<10} branches {branches:>11}   lines {lines:>11}   {note}"


def main(arguments: list[str]) -> int:
    """Print the table; 1 when a bounded floor is short or missing."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python tools/floors.py coverage.json\n")
        return 2
    floors = by_floor(json.loads(Path(arguments[0]).read_text(encoding="utf-8")))
    short = []
    for floor in BOUNDED:
        counts = floors.pop(floor, Counter())
        whole = is_whole(counts)
        print(row(floor, counts, "whole" if whole else "SHORT"))
        if not whole:
            short.append(floor)
    for floor in sorted(floors, key=lambda name: (name not in PRINTED, name)):
        print(row(floor, floors[floor], "printed only"))
    if short:
        print(f"\nNot wholly covered: {', '.join(short)}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
