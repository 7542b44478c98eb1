"""`backtriage rules test`: the cases of a protocol, and what they cover."""

from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli import exits
from backtriage.cli.options import Force, Rules, result_file
from backtriage.cli.rules.loading import load_with_cases
from backtriage.cli.rules.reports import (
    CASES,
    FormatOption,
    ReportFormat,
    budget_option,
    case_extra,
    report_text,
    write_results,
)
from backtriage.shell.output import progress, say, write_out

if TYPE_CHECKING:
    from backtriage.cases.case import Case
    from backtriage.program.program import Program


@exits.guarded
def run_cases(
    every: Annotated[
        bool,
        typer.Option("--every", help="List every clause that no case covers, or every mutant."),
    ] = False,
    mutate: Annotated[
        bool,
        typer.Option(
            "--mutate", help="Mutation testing: change the rules in one place at a time."
        ),
    ] = False,
    save_case: Annotated[
        str | None,
        typer.Option(
            "--save-case", metavar="FILE", help="Write surviving mutants as cases to a new file."
        ),
    ] = None,
    force: Force = False,
    budget: Annotated[float, budget_option("all mutants together")] = 600.0,
    format_: FormatOption = "text",
    rules: Rules = None,
) -> None:
    """Run the cases of a protocol and report exactly what they cover.

    Exits 0 when every case passes and every rule has a case in which it fires and one, a single
    answer away, in which it does not. Exits 78 otherwise. Coverage does not measure accuracy.

    With --mutate, the rules, facts, guards, verdicts, scores and advice are changed in one place
    at a time. Such a mutant is killed by a case that no longer passes, or by a claim of 'rules
    prove' that no longer holds. A mutant that gives the same urgency and advice for every answer
    sheet without contradictions is equivalent, though it may ask more or fewer questions. Exits
    78 when any other mutant survives.
    """
    if save_case and not mutate:
        say("backtriage: --save-case writes the mutants that survive --mutate: use both.")
        raise typer.Exit(exits.USAGE)
    file = result_file(save_case, "--save-case", CASES, force=force)
    program, cases = load_with_cases(rules)
    if mutate:
        from backtriage.mutation.report import mutation_report
        from backtriage.mutation.to_case import case_file
        from backtriage.mutation.to_text import mutation_json, mutation_lines

        on_progress = progress()
        report = mutation_report(
            program, cases, seconds=budget,
            on_progress=lambda done, of: on_progress(f"{done} of {of} mutants"),
        )  # fmt: skip
        write_results(
            report_text(
                format_, lambda: mutation_json(report), lambda: mutation_lines(report, every=every)
            ),
            case_extra(
                file, sum(result.distinguished is not None for result in report.survivors),
                lambda: case_file(report),
                if_none="No mutants survived", note=" Each waits for a person to confirm it.",
            ),
        )  # fmt: skip
        is_sound = report.is_sound
    else:
        is_sound = _run(program, cases, format_, every=every)
    raise typer.Exit(exits.OK if is_sound else exits.UNSOUND)


def _run(
    program: "Program", cases: "tuple[Case, ...]", form: ReportFormat, *, every: bool
) -> bool:
    from backtriage.cases.report import build_report, record, report_lines

    report = build_report(program, cases)
    write_out(report_text(form, lambda: record(report), lambda: report_lines(report, every=every)))
    for sentence in report.failures:
        say(sentence)
    return not report.failures
