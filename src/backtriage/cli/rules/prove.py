"""`backtriage rules prove`: prove claims about every possible answer sheet."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules
from backtriage.cli.rules.loading import Format, FormatOption, write_found
from backtriage.shell.files import read_rules, write_result
from backtriage.shell.output import progress
from backtriage.shell.paths import bundled_rules

if TYPE_CHECKING:
    from backtriage.prove.report import ProofReport


class EngineName(StrEnum):
    """How claims are decided."""

    DIAGRAM = "diagram"
    SAT = "sat"
    BOTH = "both"


_BUDGET = 30.0


@exits.guarded
def prove(
    engine: Annotated[
        EngineName,
        typer.Option(
            "--engine", help="Which engine decides; sat and both need the extra 'prove'."
        ),
    ] = EngineName.DIAGRAM,
    budget: Annotated[
        float,
        typer.Option("--budget", metavar="SECONDS", min=0.0, help="How many seconds to try."),
    ] = _BUDGET,
    certificate: Annotated[
        Path | None,
        typer.Option("--certificate", metavar="FILE", help="Write a proof that others can check."),
    ] = None,
    save_case: Annotated[
        Path | None,
        typer.Option("--save-case", metavar="FILE", help="Write what was found as cases."),
    ] = None,
    every: Annotated[bool, typer.Option("--every", help="List every claim.")] = False,
    format_: FormatOption = Format.TEXT,
    rules: Rules = None,
) -> None:
    """Prove the safety claims of a protocol for every answer sheet that there can be.

    Exits 0 when all of them hold and 78 when one is disproved or undecided. A claim that is
    disproved comes with a person of whom it is not true, in the words of the questions.
    """
    from backtriage.check import checked_protocol
    from backtriage.program.program import build_program
    from backtriage.prove.engines.sat_engine import NotInstalled
    from backtriage.prove.report import prove_program

    program = build_program(checked_protocol(read_rules(rules or bundled_rules())))
    say = progress()
    try:
        report = prove_program(
            program, engine=engine.value, seconds=budget,
            on_progress=lambda name, done, of: say(f"{name}: {done} of {of} claims"),
        )  # fmt: skip
        written = _certificate(report) if certificate else ""
    except NotInstalled as missing:
        exits.say(f"backtriage: {missing}")
        raise typer.Exit(exits.USAGE) from None
    _write(report, format_, every=every)
    if certificate:
        write_result(certificate, written)
    if save_case:
        _save(report, save_case)
    raise typer.Exit(exits.UNSOUND if report.errors else exits.OK)


def _write(report: ProofReport, format_: Format, *, every: bool) -> None:
    from backtriage.prove.to_text import report_json, report_lines

    write_found(format_, lambda: report_json(report), lambda: report_lines(report, every=every))


def _certificate(report: ProofReport) -> str:
    from backtriage.prove.certificate import certificate

    return certificate(report.program)


def _save(report: ProofReport, file: Path) -> None:
    from backtriage.prove.to_case import case_file

    if not report.refuted:
        exits.say(f"There is no case against any claim, so {file} was not written.")
        return
    write_result(file, case_file(report))
    exits.say(f"Wrote {len(report.refuted)} cases to {file}.")
