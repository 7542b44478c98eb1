"""`backtriage rules test`: the cases of a protocol, and what they cover."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules
from backtriage.cli.rules.loading import Format, FormatOption, with_cases, write_found
from backtriage.shell.files import write_result
from backtriage.shell.output import progress

if TYPE_CHECKING:
    from backtriage.cases.case import Case
    from backtriage.mutation.report import MutationReport
    from backtriage.program.program import Program

_SECONDS: Final = 30.0


@exits.guarded
def run_cases(
    every: Annotated[
        bool,
        typer.Option("--every", help="List every clause that no case has tried, or every mutant."),
    ] = False,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Change one thing at a time, and see who notices.")
    ] = False,
    save_case: Annotated[
        Path | None,
        typer.Option("--save-case", metavar="FILE", help="Write what nobody noticed as cases."),
    ] = None,
    budget: Annotated[
        float,
        typer.Option("--budget", metavar="SECONDS", min=0.0, help="How long to try one mutant."),
    ] = _SECONDS,
    format_: FormatOption = Format.TEXT,
    rules: Rules = None,
) -> None:
    """Run the cases of a protocol and say exactly what they cover.

    Exits 0 when every case is kept and every rule has a case that fires it and one, a single
    answer away, that does not. Exits 78 otherwise. Counts are no measure of accuracy.

    With --mutate it asks who would notice a slip of the pen. Each rule, fact, guard, advice,
    verdict and score is changed in one place at a time: such a mutant is found by a case that is
    not kept any more, or by a claim of 'rules prove' that is not true any more. One that gives
    every answer sheet the same urgency and advice means the same, though it may ask more or fewer
    questions. It exits 78 when nobody notices one that means something else.
    """
    if save_case and not mutate:
        exits.say("backtriage: --save-case writes what --mutate finds: give both.")
        raise typer.Exit(exits.USAGE)
    program, cases = with_cases(rules)
    if mutate:
        _mutate(program, cases, format_, every=every, save_case=save_case, budget=budget)
    from backtriage.cases.report import build_report, record
    from backtriage.cases.to_text import report_lines

    found = build_report(program, cases)
    write_found(format_, lambda: record(found), lambda: report_lines(found, every=every))
    for sentence in found.failures:
        exits.say(sentence)
    raise typer.Exit(exits.UNSOUND if found.failures else exits.OK)


def _mutate(
    program: Program, cases: tuple[Case, ...], format_: Format, *, every: bool,
    save_case: Path | None, budget: float,
) -> None:  # fmt: skip
    from backtriage.mutation.report import mutation_report
    from backtriage.mutation.to_text import mutation_lines, record

    say = progress()
    found = mutation_report(
        program, cases, seconds=budget, on_progress=lambda done, of: say(f"{done} of {of} mutants")
    )
    write_found(format_, lambda: record(found), lambda: mutation_lines(found, every=every))
    if save_case:
        _save(found, save_case)
    raise typer.Exit(exits.OK if found.is_sound else exits.UNSOUND)


def _save(found: MutationReport, file: Path) -> None:
    from backtriage.mutation.to_case import case_file

    people = [result for result in found.survivors if result.distinguished is not None]
    if not people:
        exits.say(f"There is nobody to write down, so {file} was not written.")
        return
    write_result(file, case_file(found))
    exits.say(f"Wrote {len(people)} cases to {file}. Each waits for a person to confirm it.")
