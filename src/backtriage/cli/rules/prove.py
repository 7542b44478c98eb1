"""`backtriage rules prove`: the safety claims, for every possible answer sheet."""

from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from backtriage.cli import exits
from backtriage.cli.options import Force, Rules, result_file
from backtriage.cli.rules.loading import load
from backtriage.cli.rules.reports import (
    CASES,
    Extra,
    FormatOption,
    budget_option,
    case_extra,
    report_text,
    write_results,
)
from backtriage.shell.output import progress, say
from backtriage.terms.printable import visible

if TYPE_CHECKING:
    from backtriage.program.program import Program
    from backtriage.shell.result_file import ResultFile

_CERTIFICATE: Final = (".json", "")


@exits.guarded
def prove(
    engine: Annotated[
        Literal["diagram", "sat", "both"],
        typer.Option("--engine", help="Which engine to use; sat and both need the extra 'prove'."),
    ] = "diagram",
    budget: Annotated[float, budget_option("each engine, and for the certificate")] = 60.0,
    certificate: Annotated[
        str | None,
        typer.Option(
            "--certificate",
            metavar="FILE",
            help="Write a proof, which other tools can check, to a new file.",
        ),
    ] = None,
    save_case: Annotated[
        str | None,
        typer.Option(
            "--save-case", metavar="FILE", help="Write counterexamples as cases to a new file."
        ),
    ] = None,
    force: Force = False,
    every: Annotated[bool, typer.Option("--every", help="List every claim.")] = False,
    format_: FormatOption = "text",
    rules: Rules = None,
) -> None:
    """Prove the safety claims of a protocol for every possible answer sheet.

    Exits 78 when a claim that is an error is disproved or undecided and not waived, or when the
    certificate is not finished in time. Exits 0 otherwise: a claim that is a warning harms
    nobody, even undecided. A disproved claim comes with a counterexample: a person for whom it
    does not hold, in the words of the questions.
    """
    from backtriage.prove.case_yaml import case_file
    from backtriage.prove.engines.sat_engine import NotInstalled, solvers
    from backtriage.prove.report import prove_program
    from backtriage.prove.to_text import report_json, report_lines

    proof_file = result_file(certificate, "--certificate", _CERTIFICATE, force=force)
    cases = result_file(save_case, "--save-case", CASES, force=force)
    if proof_file and cases and proof_file.is_standard_output and cases.is_standard_output:
        raise typer.BadParameter("only one file can be standard output")
    program = load(rules)
    on_progress = progress()
    try:
        if engine != "diagram" or proof_file:
            solvers()
        report = prove_program(
            program, engine=engine, seconds=budget,
            on_progress=lambda name, done, of: on_progress(f"{name}: {done} of {of} claims"),
        )  # fmt: skip
    except NotInstalled as missing:
        say(f"backtriage: {missing}")
        raise typer.Exit(exits.USAGE) from None
    proofs = _certificate(program, proof_file, budget)
    write_results(
        report_text(
            format_, lambda: report_json(report), lambda: report_lines(report, every=every)
        ),
        proofs,
        case_extra(
            cases, len(report.refuted), lambda: case_file(report),
            if_none="There are no counterexamples",
        ),
    )  # fmt: skip
    is_undecided = proof_file is not None and not proofs
    raise typer.Exit(exits.UNSOUND if report.errors or is_undecided else exits.OK)


def _certificate(program: "Program", file: "ResultFile | None", seconds: float) -> list[Extra]:
    """Return the certificate, if it is asked for; say if it takes too long."""
    from backtriage.prove.certificate import certificate
    from backtriage.prove.engines.budget import Exhausted

    if file is None:
        return []
    try:
        return [Extra(file, certificate(program, seconds=seconds))]
    except Exhausted as end:
        say(f"{visible(file.name)} was not written: the proof {end}.")
        return []
