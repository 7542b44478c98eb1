"""`backtriage rules prove`: the safety claims, for every possible answer sheet."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules
from backtriage.cli.rules.loading import FormatOption, ReportFormat, save_cases, write_report
from backtriage.shell.files import write_result
from backtriage.shell.output import progress, say

if TYPE_CHECKING:
    from backtriage.prove.report import ProofReport


class EngineName(StrEnum):
    """How claims are decided."""

    DIAGRAM = "diagram"
    SAT = "sat"
    BOTH = "both"


_BUDGET: Final = 30.0


@exits.guarded
def prove(
    engine: Annotated[
        EngineName,
        typer.Option("--engine", help="Engine that decides; sat and both need the extra 'prove'."),
    ] = EngineName.DIAGRAM,
    budget: Annotated[
        float,
        typer.Option("--budget", metavar="SECONDS", min=0.0, help="Time limit in seconds."),
    ] = _BUDGET,
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
    format_: FormatOption = ReportFormat.TEXT,
    rules: Rules = None,
) -> None:
    """Prove the safety claims of a protocol for every possible answer sheet.

    Exits 0 when all of them hold and 78 when one is disproved or undecided. A disproved claim
    comes with a counterexample: a person for whom it does not hold, in the words of the
    questions.
    """
    from backtriage.prove.engines.sat_engine import NotInstalled
    from backtriage.prove.report import prove_program
    from backtriage.shell.cache import load_program

    program = load_program(rules, save=False)
    on_progress = progress()
    try:
        report = prove_program(
            program, engine=engine.value, seconds=budget,
            on_progress=lambda name, done, of: on_progress(f"{name}: {done} of {of} claims"),
        )  # fmt: skip
        proof = _certificate(report) if certificate else ""
    except NotInstalled as missing:
        say(f"backtriage: {missing}")
        raise typer.Exit(exits.USAGE) from None
    _write(report, format_, every=every)
    if certificate:
        write_result(certificate, proof)
    if save_case:
        _save(report, save_case)
    raise typer.Exit(exits.UNSOUND if report.errors else exits.OK)


def _write(report: ProofReport, form: ReportFormat, *, every: bool) -> None:
    from backtriage.prove.to_text import report_json, report_lines

    write_report(form, lambda: report_json(report), lambda: report_lines(report, every=every))


def _certificate(report: ProofReport) -> str:
    from backtriage.prove.certificate import certificate

    return certificate(report.program)


def _save(report: ProofReport, file: Path) -> None:
    from backtriage.prove.case_yaml import case_file

    text = partial(case_file, report)
    save_cases(file, len(report.refuted), text, if_none="There are no counterexamples")
