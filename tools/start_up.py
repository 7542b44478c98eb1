"""Benchmark the start-up time of whole processes.

The commands take turns in each round, so that a busy moment of the machine affects all alike.
Times are compared with those of an empty typer application in the same environment:

    .venv/bin/python -m tools.start_up --rounds 31
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

TARGET: Final = 1.5
"""How many times as long as the empty application a command may take."""

SHEET: Final = Path(__file__).parents[1] / "examples" / "simple_strain.json"

NO_OP: Final = '''
import typer

app = typer.Typer()


@app.command()
def main() -> None:
    """Do nothing."""


app()
'''

BARE: Final = "python -c pass"
TYPER: Final = "typer no-op"
ASSESS: Final = "backtriage assess, JSON"
HELP: Final = "backtriage --help"


def commands(folder: Path) -> dict[str, list[str]]:
    """Return the commands to compare, by the label of their row."""
    no_op = folder / "no_op.py"
    no_op.write_text(NO_OP, encoding="utf-8")
    backtriage = str(Path(sys.executable).with_name("backtriage"))
    return {
        BARE: [sys.executable, "-c", "pass"],
        TYPER: [sys.executable, str(no_op)],
        ASSESS: [backtriage, "assess", str(SHEET), "--format", "json", "--country", "GB"],
        HELP: [backtriage, "--help"],
    }


def milliseconds(command: list[str], environment: dict[str, str]) -> float:
    """Time one process, which must succeed."""
    start = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - start) * 1000


def measure(rounds: int) -> dict[str, list[float]]:
    """Return the times of each command, one per round, after a run that warms the caches."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
        runs = commands(folder)
        for command in runs.values():
            milliseconds(command, environment)
        times: dict[str, list[float]] = {label: [] for label in runs}
        for _ in range(rounds):
            for label, command in runs.items():
                times[label].append(milliseconds(command, environment))
        return times


def table(times: dict[str, list[float]]) -> list[str]:
    """Return the rows: minimum, median, maximum and ratios of the medians."""
    medians = {label: median(values) for label, values in times.items()}
    lines = [f"{'ms':<24} {'min':>7} {'median':>7} {'max':>7} {'x bare':>7} {'x typer':>8}"]
    lines += [
        f"{label:<24} {min(values):7.1f} {medians[label]:7.1f} {max(values):7.1f}"
        f" {medians[label] / medians[BARE]:7.2f} {medians[label] / medians[TYPER]:8.2f}"
        for label, values in times.items()
    ]
    return lines


def main() -> int:
    """Measure, and print the table and whether each target is met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=31, help="runs of each command (31)")
    rounds = parser.parse_args().rounds
    typer = importlib.metadata.version("typer")
    print(f"Python {platform.python_version()}, typer {typer}, {rounds} rounds, interleaved")
    times = measure(rounds)
    print("\n".join(table(times)))
    for label in (ASSESS, HELP):
        ratio = median(times[label]) / median(times[TYPER])
        verdict = "met" if ratio <= TARGET else "missed"
        print(f"{label}: {ratio:.2f} x the typer no-op, target at most {TARGET}: {verdict}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
