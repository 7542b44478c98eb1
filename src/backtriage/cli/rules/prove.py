"""`backtriage rules prove`: the safety claims, for every possible answer sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules
from backtriage.cli.rules.loading import (
    DEFAULT_BUDGET,
    Budget,
    FormatOption,
    save_cases,
    write_report,
)
from backtriage.shell.files import write_result
from backtriage.shell.output import progress, say


@exits.guarded
def prove(
    engine: Annotated[
        Literal["diagram", "sat", "both"],
        typer.Option("--engine", help="Which engine to use; sat and both need the extra 'prove'."),
    ] = "diagram",
    budget: Budget = DEFAULT_BUDGET,
    certificate: Annotated[
        Path | None,
        typer.Option(
            "--certificate", metavar="FILE", help="Write a proof that other tools can check."
        ),
    ] = None,
    save_case: Annotated[
        Path | None,
        typer.Option("--save-case", metavar="FILE", help="Write counterexamples as cases."),
    ] = None,
    every: Annotated[bool, typer.Option("--every", help="List every claim.")] = False,
    format_: FormatOption = "text",
    rules: Rules = None,
) -> None:
    """Prove the safety claims of a protocol for every possible answer sheet.

    Exits 0 when all of them hold and 78 when one is disproved or undecided. A disproved claim
    comes with a counterexample: a person for whom it does not hold, in the words of the
    questions.
    """
    from backtriage.prove.case_yaml import case_file
    from backtriage.prove.certificate import certificate as certificate_of
    from backtriage.prove.engines.sat_engine import NotInstalled
    from backtriage.prove.report import prove_program
    from backtriage.prove.to_text import report_json, report_lines
    from backtriage.shell.cache import load_program

    program = load_program(rules, save=False)
    on_progress = progress()
    try:
        report = prove_program(
            program, engine=engine, seconds=budget,
            on_progress=lambda name, done, of: on_progress(f"{name}: {done} of {of} claims"),
        )  # fmt: skip
        proof = certificate_of(program) if certificate else ""
    except NotInstalled as missing:
        say(f"backtriage: {missing}")
        raise typer.Exit(exits.USAGE) from None
    write_report(format_, lambda: report_json(report), lambda: report_lines(report, every=every))
    if certificate:
        write_result(certificate, proof)
    save_cases(
        save_case, len(report.refuted), lambda: case_file(report),
        if_none="There are no counterexamples",
    )  # fmt: skip
    raise typer.Exit(exits.UNSOUND if report.errors else exits.OK)
