"""`backtriage rules test`: the cases of a protocol, and what they cover."""

from __future__ import annotations

from typing import Annotated

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules
from backtriage.cli.rules.reading import Format, FormatOption, with_cases
from backtriage.shell.output import write_out


@exits.guarded
def run_cases(
    every: Annotated[
        bool, typer.Option("--every", help="List every clause that no case has tried.")
    ] = False,
    format_: FormatOption = Format.TEXT,
    rules: Rules = None,
) -> None:
    """Run the cases of a protocol and say exactly what they cover.

    Exits 0 when every case is kept and every rule has a case that fires it and one, a single
    answer away, that does not. Exits 78 otherwise. Counts are no measure of accuracy.
    """
    from backtriage.cases.report import record, report
    from backtriage.cases.to_text import report_lines

    program, cases = with_cases(rules)
    found = report(program, cases)
    if format_ is Format.JSON:
        import json

        write_out(json.dumps(record(found), indent=2, ensure_ascii=False) + "\n")
    else:
        write_out("\n".join(report_lines(found, every=every)) + "\n")
    for sentence in found.faults:
        exits.say(sentence)
    raise typer.Exit(exits.UNSOUND if found.faults else exits.OK)
