"""How long whole processes take, from the start to the exit.

Each command runs in the environment of this Python, with a cache of its own that is warm.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from random import sample
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from termios import tcsetwinsize
from threading import Thread
from typing import IO, Final

from benchmarks.contender import INSTALL
from benchmarks.report import Table, ratio, rounds_of
from benchmarks.rules import ROOT

SHEET: Final = str(ROOT / "examples" / "simple_strain.json")

TARGET: Final = 1.5
HELP_TARGET: Final = 1.3
CARD_TARGET: Final = 2.2
"""How many times as much CPU time as an empty typer application they should take at most."""

ARGPARSE: Final = """
import argparse

argparse.ArgumentParser(description="Do nothing.").parse_args()
"""

TYPER: Final = '''
import typer

app = typer.Typer()


@app.command()
def main() -> None:
    """Do nothing."""


app()
'''


@dataclass
class Command:
    """A process to start."""

    name: str
    """What selects it on the command line."""
    title: str
    words: Sequence[str]
    """A script of this environment or a path, and its arguments."""
    distribution: str = ""
    """The package on PyPI that it needs, beyond those of the project."""
    is_baseline: bool = False
    is_drawn: bool = False
    """Whether its output is a terminal with colours."""
    elapsed: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Milliseconds in each round: until the end, and of CPU time."""

    def version(self) -> str | None:
        """Return the version of what it needs, "" if it needs nothing, None if it is missing."""
        try:
            return version(self.distribution) if self.distribution else ""
        except PackageNotFoundError:
            return None

    def install(self) -> str:
        """Return the command that installs what it needs."""
        return INSTALL

    def run(self, folder: Path, environment: Mapping[str, str]) -> None:
        """Start the process, which must succeed, and wait for its end."""
        program = str(Path(sys.executable).with_name(self.words[0]))
        start, cpu = time.perf_counter(), _cpu_of_children()
        with _screen() if self.is_drawn else open(os.devnull, "wb") as output:  # noqa: PTH123 - a device
            subprocess.run(
                [program, *self.words[1:]],
                cwd=folder,
                env={**environment, "TERM": "xterm-256color"},
                stdout=output,
                stderr=subprocess.DEVNULL,
                check=True,
            )
        self.elapsed.append((time.perf_counter() - start) * 1000)
        self.cpu.append((_cpu_of_children() - cpu) * 1000)


@contextmanager
def _screen() -> Iterator[IO[bytes]]:
    """Open a terminal of 80 columns and 24 rows, and read what is written to it."""
    ours, theirs = os.openpty()
    tcsetwinsize(ours, (24, 80))
    with open(ours, "rb", buffering=0) as screen, open(theirs, "wb", buffering=0) as output:  # noqa: PTH123 - descriptors
        reader = Thread(target=_drain, args=(screen,))
        reader.start()
        try:
            yield output
        finally:
            output.close()
            reader.join()


def _drain(screen: IO[bytes]) -> None:
    with suppress(OSError):  # Linux says so once nobody has the terminal open
        while screen.read(65536):
            pass


def _cpu_of_children() -> float:
    """Return the CPU time of all processes started from here that have ended."""
    usage = getrusage(RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def commands() -> list[Command]:
    """Return the commands to compare."""
    python = Path(sys.executable).name
    assess = ["backtriage", "assess", SHEET, "--country", "GB"]
    return [
        Command("bare", "python -c pass", [python, "-c", "pass"], is_baseline=True),
        Command("argparse", "argparse no-op", [python, "-c", ARGPARSE]),
        Command("typer", "typer no-op", [python, "-c", TYPER], "typer", is_baseline=True),
        Command("help", "backtriage --help", ["backtriage", "--help"]),
        Command("assess-json", "backtriage assess, JSON", [*assess, "--format", "json"]),
        Command("assess-text", "backtriage assess, text", assess),
        Command("assess-card", "backtriage assess, coloured card", assess, is_drawn=True),
        Command("assess-html", "backtriage assess, HTML", [*assess, "--format", "html"]),
        Command("copier", "copier --help", ["copier", "--help"], "copier"),
        Command("cookiecutter", "cookiecutter --help", ["cookiecutter", "--help"], "cookiecutter"),
        Command("httpie", "http --help", ["http", "--help"], "httpie"),
    ]


def measure(selected: Sequence[Command], rounds: int) -> Table:
    """Let all commands take a turn in each round, and return the table."""
    with tempfile.TemporaryDirectory() as name:
        environment = environment_in(name)
        for number in rounds_of(rounds):
            # In another order each time: what runs before a process makes it faster or slower.
            for command in sample(selected, len(selected)):
                command.run(Path(name), environment)
                if number == 0:
                    command.elapsed.clear()
                    command.cpu.clear()
    return table(selected, rounds)


def environment_in(folder: str) -> dict[str, str]:
    """Return an ordinary environment with the caches in a folder.

    It has none of the variables with which developers change how Python starts. Without
    bytecode, for instance, each start would compile our modules, but not the installed ones.
    """
    ordinary = {name: v for name, v in os.environ.items() if not name.startswith("PYTHON")}
    return {**ordinary, "XDG_CACHE_HOME": folder, "XDG_CONFIG_HOME": folder}


def table(measured: Sequence[Command], rounds: int) -> Table:
    """Return the medians and their ratios to bare Python and to the typer no-op."""
    by_name = {command.name: command for command in measured}
    bare, typer = by_name["bare"], by_name["typer"]
    return Table(
        name="start-up",
        unit="Milliseconds for one process, and their ratios to two processes that do nothing",
        rounds=rounds,
        head=["", "elapsed", "to bare", "to typer", "CPU", "to bare", "to typer"],
        rows=[
            [
                f"{command.title} {command.version() or ''}".rstrip(),
                f"{median(command.elapsed):.1f}",
                ratio(median(command.elapsed), median(bare.elapsed)),
                ratio(median(command.elapsed), median(typer.elapsed)),
                f"{median(command.cpu):.1f}",
                ratio(median(command.cpu), median(bare.cpu)),
                ratio(median(command.cpu), median(typer.cpu)),
            ]
            for command in sorted(measured, key=lambda command: median(command.cpu))
        ],
        notes=[
            (
                f"- The aim by CPU time, to typer: `assess` at most {TARGET}, as a coloured card "
                f"{CARD_TARGET}; `--help` {HELP_TARGET}."
            )
        ],
    )
