"""Print the coverage of each layer as an exact fraction, and fail if a pure layer has a gap.

A percentage is rounded: 100 % has been printed for less. The argument is the file that
`coverage json` writes:

    python -m tools.coverage_by_layer coverage.json
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

PURE: Final = (
    "terms",
    "protocol",
    "check",
    "program",
    "decide",
    "journal",
    "interview",
    "exchange",
    "prove",
    "batch",
    "cases",
    "compare",
    "counterfactual",
    "population",
    "mutation",
    "render",
)
"""Layers without input and output, bottom first: every line and every branch must be covered."""

IMPURE: Final = ("shell", "cli")
"""Their figures are only printed: most tests run them in other processes, which are not traced."""

Count: TypeAlias = Literal["num_statements", "covered_lines", "num_branches", "covered_branches"]
"""A count that coverage writes for each file."""

Counts: TypeAlias = Counter[Count]


def counts_by_layer(
    report: dict[str, dict[str, dict[str, dict[Count, int]]]],
) -> dict[str, Counts]:
    """Sum the counts of all files of each layer; files of the top level count as `(top)`."""
    layers: dict[str, Counts] = {}
    for name, entry in report["files"].items():
        parts = Path(name).parts
        inner = parts[parts.index("backtriage") + 1 :]
        layer = inner[0] if len(inner) > 1 else "(top)"
        counts = layers.setdefault(layer, Counter())
        counts.update({count: entry["summary"][count] for count in get_args(Count)})
    return layers


def is_complete(counts: Counts) -> bool:
    """Return whether there is a line to cover, and every line and branch is covered."""
    return (
        counts["num_statements"] > 0
        and counts["covered_lines"] == counts["num_statements"]
        and counts["covered_branches"] == counts["num_branches"]
    )


def row(layer: str, counts: Counts, note: str) -> str:
    """Return one line of the table."""
    branches = f"{counts['covered_branches']}/{counts['num_branches']}"
    lines = f"{counts['covered_lines']}/{counts['num_statements']}"
    return f"{layer:<14} branches {branches:>11}   lines {lines:>11}   {note}"


def main(arguments: list[str]) -> int:
    """Print the table; return 1 if a pure layer is incomplete or missing."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tools.coverage_by_layer coverage.json\n")
        return 2
    layers = counts_by_layer(json.loads(Path(arguments[0]).read_text(encoding="utf-8")))
    incomplete = []
    for layer in PURE:
        counts = layers.pop(layer, Counter())
        print(row(layer, counts, "complete" if is_complete(counts) else "INCOMPLETE"))
        if not is_complete(counts):
            incomplete.append(layer)
    for layer in sorted(layers, key=lambda name: (name not in IMPURE, name)):
        print(row(layer, layers[layer], "without other processes"))
    if incomplete:
        print(f"\nIncomplete: {', '.join(incomplete)}")
    return 1 if incomplete else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
