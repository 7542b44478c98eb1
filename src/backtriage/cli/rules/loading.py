"""Shared by the `rules` commands: loading a protocol with its cases, and writing a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from backtriage.cli import exits
from backtriage.shell.files import write_result
from backtriage.shell.output import say, write_out
from backtriage.shell.paths import bundled_rules
from backtriage.shell.rules_folder import read_cases

if TYPE_CHECKING:
    from backtriage.cases.case import Case
    from backtriage.program.program import Program


ReportFormat = Literal["text", "json"]
FormatOption = Annotated[ReportFormat, typer.Option("--format", help="Output format.")]
Budget = Annotated[
    float, typer.Option("--budget", metavar="SECONDS", min=0.0, help="Time limit in seconds.")
]
DEFAULT_BUDGET: Final = 30.0


def write_report(
    form: ReportFormat, record: Callable[[], object], lines: Callable[[], Iterable[str]]
) -> None:
    """Write a report as JSON or as lines, computing only the one that is asked for."""
    if form == "json":
        write_json(record())
    else:
        write_out("\n".join(lines()) + "\n")


def write_json(record: object) -> None:
    """Write a record as indented JSON."""
    import json

    write_out(json.dumps(record, indent=2, ensure_ascii=False) + "\n")


def save_cases(
    file: Path | None, count: int, text: Callable[[], str], *, if_none: str, note: str = ""
) -> None:
    """Write cases to a file, if one is given; if there are none, say why nothing was written."""
    if file is None:
        return
    if not count:
        say(f"{if_none}, so {file} was not written.")
        return
    from backtriage.render.page.phrasing import pluralise

    write_result(file, text())
    say(f"Wrote {pluralise(count, 'case', 'cases')} to {file}.{note}")


def refuse_unknown(what: str, name: str, known: tuple[str, ...], *, otherwise: str) -> None:
    """Unless a name is known, exit with a suggestion, or failing that a hint."""
    from backtriage.terms.problem import did_you_mean

    if name not in known:
        say(f"There is no {what} '{name}': {did_you_mean(name, known) or otherwise}")
        raise typer.Exit(exits.USAGE)


def load_with_cases(rules: Path | None) -> tuple[Program, tuple[Case, ...]]:
    """Load a checked protocol and its cases. Raises `Unsound` or `ReadError`."""
    # Imported here: help texts and other commands need no cases.
    from backtriage.cases.loader import load_cases
    from backtriage.shell.cache import load_program
    from backtriage.terms.problem import Unsound

    program = load_program(rules, save=False)
    cases, problems = load_cases(program, read_cases(rules or bundled_rules()))
    if problems:
        raise Unsound(problems)
    return program, cases
