"""Shared by the `rules` commands: loading a protocol with its cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from backtriage.cli import exits
from backtriage.cli.options import warn_reviewers
from backtriage.shell.output import say
from backtriage.shell.paths import bundled_rules
from backtriage.shell.rules_folder import read_cases

if TYPE_CHECKING:
    from backtriage.cases.case import Case
    from backtriage.program.program import Program
    from backtriage.shell.versions import RulesVersion


_LONGEST: Final = 100
"""Characters of a name that are compared with others."""


def refuse_unknown(what: str, name: str, known: tuple[str, ...], *, otherwise: str) -> None:
    """Unless a name is known, exit with a suggestion, or failing that a hint."""
    from backtriage.terms.printable import without_middle
    from backtriage.terms.problem import did_you_mean

    if name not in known:
        shown = without_middle(name)
        say(f"There is no {what} '{shown}': {did_you_mean(name[:_LONGEST], known) or otherwise}")
        raise typer.Exit(exits.USAGE)


def load(rules: Path | None) -> Program:
    """Load a checked protocol, and say if a review is overdue. Raises `Unsound` or `ReadError`."""
    from backtriage.shell.cache import load_program

    program = load_program(rules, save=False)
    warn_reviewers(program)
    return program


def load_with_cases(rules: Path | None) -> tuple[Program, tuple[Case, ...]]:
    """Load a checked protocol and its cases. Raises `Unsound` or `ReadError`."""
    # Imported here: help texts and other commands need no cases.
    from backtriage.cases.loader import load_cases
    from backtriage.terms.problem import Unsound

    program = load(rules)
    cases, problems = load_cases(program, read_cases(rules or bundled_rules()))
    if problems:
        raise Unsound(problems)
    return program, cases


def program_of(which: str, version: RulesVersion) -> Program:
    """Check a version. When it has errors, say which of the two it is, and raise `Unsound`."""
    from backtriage.check import checked_protocol
    from backtriage.program.program import build_program
    from backtriage.terms.problem import Unsound

    try:
        return build_program(checked_protocol(version.texts))
    except Unsound:
        say(f"There are errors in the {which} version, {version.name}:")
        raise
