"""`backtriage rules show`: a rule, a question or a piece of advice, as a reviewer reads it."""

from typing import Annotated

import typer

from backtriage.cli import completion, exits
from backtriage.cli.options import Rules
from backtriage.cli.rules.loading import load_with_cases, refuse_unknown
from backtriage.shell.output import write_out


@exits.guarded
def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="[NAME]",
            autocompletion=completion.entries,
            help="The id of a rule, question or piece of advice.",
        ),
    ] = "",
    rules: Rules = None,
) -> None:
    """Show a rule, a question or a piece of advice: its words, condition, evidence and cases.

    Without a name, lists all of them with their conditions, one per line.
    """
    from backtriage.cases.reference import entry_ids, entry_lines, overview_lines

    program, cases = load_with_cases(rules)
    if name:
        refuse_unknown(
            "rule, question or advice", name, entry_ids(program),
            otherwise="'backtriage rules show' lists all of them",
        )  # fmt: skip
    lines = entry_lines(program, cases, name) if name else overview_lines(program)
    write_out("\n".join(lines) + "\n")
