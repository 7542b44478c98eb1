"""`backtriage rules show`: a rule, a question or a piece of advice, as a reviewer reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules
from backtriage.cli.rules.loading import load_with_cases
from backtriage.shell.output import say, write_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backtriage.cases.case import Case
    from backtriage.program.program import Program


@exits.guarded
def show(
    name: Annotated[
        str,
        typer.Argument(metavar="[NAME]", help="A rule, question or advice; defaults to all."),
    ] = "",
    rules: Rules = None,
) -> None:
    """Show a rule, a question or a piece of advice: its words, condition, evidence and cases.

    Without a name, lists all of them with their conditions, one per line.
    """
    program, cases = load_with_cases(rules)
    lines = _one(program, cases, name) if name else _all(program)
    write_out("\n".join(lines) + "\n")


def _all(program: Program) -> Iterable[str]:
    from backtriage.cases.reference import overview_lines

    return overview_lines(program)


def _one(program: Program, cases: tuple[Case, ...], name: str) -> Iterable[str]:
    from backtriage.cases.reference import entry_ids, entry_lines
    from backtriage.terms.problem import did_you_mean

    known = entry_ids(program)
    if name not in known:
        hint = did_you_mean(name, known) or "'backtriage rules show' lists all of them"
        say(f"There is no rule, question or advice '{name}': {hint}")
        raise typer.Exit(exits.USAGE)
    return entry_lines(program, cases, name)
