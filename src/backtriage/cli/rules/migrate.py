"""`backtriage rules migrate`: sheets of an older version of a protocol, for the present one."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules
from backtriage.cli.rules.loading import load
from backtriage.shell.output import say, write_out
from backtriage.shell.paths import bundled_rules
from backtriage.terms.printable import visible
from backtriage.terms.urgency import Urgency

if TYPE_CHECKING:
    from backtriage.exchange.migration import Migrated
    from backtriage.program.program import Program
    from backtriage.program.sheet import Sheet
    from backtriage.terms.problem import Problem


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
    used; it quotes none, and names no private question. What is not known stays missing, and no
    answer becomes a no.

    Exits 65 when a sheet has a problem, and nothing is written then. An emergency in any of the
    sheets is said on standard error before anything else, whether or not the sheet is carried
    over whole; without a problem it exits 3 then.
    """
    from backtriage.exchange.migration import assess_old
    from backtriage.exchange.migration import migrate as carry
    from backtriage.shell.files import ReadError
    from backtriage.shell.older_sheets import read_meanings
    from backtriage.shell.sheets import read_raw

    program = load(rules)
    meanings = read_meanings(program, rules or bundled_rules())
    recorded, table = meanings.recorded, meanings.table
    read: dict[str, Sheet] = {}
    unread: list[ReadError] = []
    emergencies: set[str] = set()
    for name in dict.fromkeys(sheets):
        try:
            read[name] = read_raw(name)
        except ReadError as error:
            unread.append(error)
        else:  # nothing comes before an emergency, and nothing that goes wrong hides one
            assessment = assess_old(program, recorded, table, read[name])
            exits.say_emergency(assessment, f"This is about the sheet {visible(name)}.")
            if assessment.certain is Urgency.EMERGENCY:
                emergencies.add(name)
    if meanings.error:
        raise meanings.error
    if unread:
        raise unread[0]
    carried = {name: carry(program, recorded, table, sheet) for name, sheet in read.items()}
    problems = tuple(problem for result in carried.values() for problem in result.problems)
    if problems:
        wrong = {name: read[name] for name, result in carried.items() if result.problems}
        known = program.questions.keys() | recorded.entries.keys()
        quiet = [name for name, sheet in wrong.items() if not sheet.is_read(known)]
        _say_wrong(problems, [name for name in quiet if name not in emergencies])
        raise typer.Exit(exits.DATA)
    results = [(name, carried[name]) for name in sheets]
    write_out("".join(f"{json.dumps(r.values, ensure_ascii=False)}\n" for _, r in results))
    for name, result in results:
        _report(program, name, result)
    if emergencies:
        raise typer.Exit(exits.INCOMPLETE)


def _say_wrong(problems: "tuple[Problem, ...]", unread: Iterable[str]) -> None:
    from backtriage.render.problems import problem_lines

    say(problem_lines(problems, values=False).rstrip("\n"))
    for name in unread:
        say(f"{visible(name)}: {exits.UNREAD}")


def _report(program: "Program", name: str, result: "Migrated") -> None:
    """Say what is not in the new sheet. It may end up in a log, so it tells no private answer."""
    from backtriage.program.private import is_left_out

    asked = program.questions
    shown = visible(name)
    for what, questions in (
        ("ask again", [id_ for id_ in result.again if not is_left_out(asked[id_])]),
        (
            "ticked or in doubt, but not carried over",
            [id_ for id_ in result.left_out if not asked[id_].is_private],
        ),
        ("no longer used", dict.fromkeys(name.partition(" ")[0] for name in result.dropped)),
    ):
        if questions:
            say(f"{shown}: {what}: {', '.join(questions)}.")
