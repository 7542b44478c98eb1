"""What commands on rules share: reading a folder with its cases, writing what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from backtriage.shell.files import read_rules
from backtriage.shell.output import write_out
from backtriage.shell.paths import bundled_rules

if TYPE_CHECKING:
    from backtriage.cases.case import Case
    from backtriage.program.program import Program

CASES: Final = "cases"
"""The folder of cases inside a rules folder."""


class Format(StrEnum):
    """How a finding is written."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="How to write it.")]


def write_found(
    format_: Format, record: Callable[[], object], lines: Callable[[], Iterable[str]]
) -> None:
    """Write a finding as JSON or as lines; only the one that is asked for is made."""
    if format_ is Format.JSON:
        import json

        write_out(json.dumps(record(), indent=2, ensure_ascii=False) + "\n")
    else:
        write_out("\n".join(lines()) + "\n")


def case_texts(rules: Path | None) -> dict[str, str]:
    """The case files of a rules folder; a folder without cases has none. Raises `Unreadable`."""
    folder = (rules or bundled_rules()) / CASES
    if not folder.exists():
        return {}
    return {f"{CASES}/{name}": text for name, text in read_rules(folder).items()}


def with_cases(rules: Path | None) -> tuple[Program, tuple[Case, ...]]:
    """The checked protocol of a folder and its cases. Raises `Unsound` or `Unreadable`."""
    # Imported here: help texts and other commands need neither cases nor checks.
    from backtriage.cases.loader import load_cases
    from backtriage.check import checked_protocol
    from backtriage.program.program import build_program
    from backtriage.terms.problem import Unsound

    program = build_program(checked_protocol(read_rules(rules or bundled_rules())))
    cases, problems = load_cases(program, case_texts(rules))
    if problems:
        raise Unsound(problems)
    return program, cases
