"""`backtriage rules migrate`: sheets of an older version of a protocol, for the present one."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules
from backtriage.cli.rules.loading import load
from backtriage.shell.output import say, write_out
from backtriage.shell.paths import bundled_rules
from backtriage.shell.rules_folder import FINGERPRINTS, MIGRATIONS, read_beside
from backtriage.terms.printable import visible

if TYPE_CHECKING:
    from pathlib import Path

    from backtriage.decide.assessment import Assessment
    from backtriage.exchange.fingerprints import Recorded
    from backtriage.exchange.migration import Migrated
    from backtriage.exchange.migration_table import Migration
    from backtriage.program.program import Program


@exits.guarded
def migrate(
    sheets: Annotated[
        list[str],
        typer.Argument(metavar="SHEET...", help="Sheets of this or an older version, or -."),
    ],
    rules: Rules = None,
) -> None:
    """Carry answer sheets of an older version of the protocol over to its present questions.

    Writes one JSON object a line for each sheet, in their order, which 'backtriage assess' reads.
    Standard error says which questions are to be asked again, and which answers are no longer
    used; it quotes none. What is not known stays missing, and no answer becomes a no.

    Exits 65 when a sheet has a problem; nothing is written then, but an emergency in any of the
    sheets is said on standard error. So is one in a sheet of which a list is left out that must
    be asked again; then it exits 3.
    """
    from backtriage.shell.sheets import read_raw
    from backtriage.terms.urgency import Urgency

    program = load(rules)
    recorded, table = _meanings(program, rules or bundled_rules())
    from backtriage.exchange.migration import assess_old
    from backtriage.exchange.migration import migrate as carry

    read = {name: read_raw(name) for name in dict.fromkeys(sheets)}
    carried = {name: carry(program, recorded, table, sheet) for name, sheet in read.items()}
    results = [(name, carried[name]) for name in sheets]
    problems = [problem for result in carried.values() for problem in result.problems]
    if problems:
        from backtriage.render.problems import problem_lines

        for name, sheet in read.items():  # nothing comes before an emergency
            _say_emergency(name, assess_old(program, recorded, table, sheet))
        say(problem_lines(tuple(problems), values=False).rstrip("\n"))
        raise typer.Exit(exits.DATA)
    write_out("".join(f"{json.dumps(r.values, ensure_ascii=False)}\n" for _, r in results))
    lost = {name for name, result in carried.items() if result.left_out}
    old = {name: assess_old(program, recorded, table, read[name]) for name in lost}
    for name, assessment in old.items():
        _say_emergency(name, assessment)
    for name, result in results:
        _report(name, result)
    if any(assessment.certain is Urgency.EMERGENCY for assessment in old.values()):
        raise typer.Exit(exits.INCOMPLETE)


def _say_emergency(name: str, assessment: "Assessment") -> None:
    exits.say_emergency(assessment, f"This is about the sheet {visible(name)}.")


def _meanings(program: "Program", folder: "Path") -> "tuple[Recorded, tuple[Migration, ...]]":
    """Return what questions mean and have meant. Raises `Unsound` or `ReadError`."""
    from backtriage.exchange.fingerprints import fingerprint_problems, read_fingerprints
    from backtriage.exchange.migration_table import read_migrations
    from backtriage.shell.files import ReadError
    from backtriage.terms.problem import Unsound

    text = read_beside(folder, FINGERPRINTS)
    if text is None:
        raise ReadError(f"there is no {FINGERPRINTS} beside these rules: 'rules check --record'")
    recorded, problems = read_fingerprints(text)
    problems = problems or tuple(fingerprint_problems(program, recorded))
    text = read_beside(folder, MIGRATIONS)
    table: tuple[Migration, ...] = ()
    if text is not None and not problems:
        table, problems = read_migrations(text, program, recorded)
    if problems:
        raise Unsound(problems)
    return recorded, table


def _report(name: str, result: "Migrated") -> None:
    shown = visible(name)
    for what, questions in (
        ("ask again", result.again),
        ("ticked before, but not carried over", result.left_out),
        ("no longer used", result.dropped),
    ):
        if questions:
            say(f"{shown}: {what}: {', '.join(questions)}.")
