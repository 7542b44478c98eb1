"""`backtriage rules check`: every static error in a rules folder, with its cases and people."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules, warn_reviewers
from backtriage.cli.rules.reports import FormatOption, json_text
from backtriage.shell.output import say, write_out
from backtriage.shell.paths import bundled_rules
from backtriage.shell.rules_folder import (
    FINGERPRINTS,
    MIGRATIONS,
    read_beside,
    read_cases,
    read_rules,
    read_simulated,
    write_fingerprints,
)

if TYPE_CHECKING:
    from backtriage.program.program import Program
    from backtriage.terms.problem import Problem

_LONGEST: Final = 1000
"""Of a text in JSON: a name in the rules may be as long as they are."""


@exits.guarded
def check(
    format_: FormatOption = "text",
    record: Annotated[
        bool,
        typer.Option("--record", help="First record what new questions mean, by their ids."),
    ] = False,
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            metavar="WHY",
            help="With --record: also record reworded questions anew, and why they mean the same.",
        ),
    ] = "",
    rules: Rules = None,
) -> None:
    """Check a protocol for errors in names, kinds, order, words, evidence, cases and people.

    Shows every error in every file. Exits 78 when there is one, and 0 otherwise.

    Where the folder has a fingerprints.yaml, every question must mean what is recorded there
    under its id: a question with another meaning needs a new id, or old answer sheets would be
    read as answers to it. --record writes the file.
    """
    from backtriage.render.problems import problem_lines

    if reason and not record:
        raise typer.BadParameter("--reason belongs to --record")
    program, cases, problems = _check(rules, record=record, reason=reason)
    if problems:
        say(problem_lines(problems).rstrip("\n"))
    if format_ == "json":
        write_out(json_text(_record(program, cases, problems)))
    elif program is not None and not problems:
        write_out(_summary(program, cases))
    raise typer.Exit(exits.UNSOUND if problems else exits.OK)


def _check(
    rules: Path | None, *, record: bool, reason: str
) -> "tuple[Program | None, int, tuple[Problem, ...]]":
    """Return the program, if it is sound, the number of its cases, and every problem."""
    from backtriage.cases.loader import load_cases
    from backtriage.check import check as checks
    from backtriage.population.answer_rules import load_setting
    from backtriage.program.program import build_program

    folder = rules or bundled_rules()
    source, problems = checks(read_rules(folder))
    if source is None or problems:
        return None, 0, problems
    program = build_program(source.protocol)
    warn_reviewers(program)
    cases, problems = load_cases(program, read_cases(folder))
    simulated = read_simulated(folder)
    if simulated and not problems:
        _, problems = load_setting(program, simulated)
    if not problems:
        problems = _check_meanings(program, folder, record=record, reason=reason)
    return program, len(cases), problems


def _check_meanings(
    program: "Program", folder: Path, *, record: bool, reason: str
) -> "tuple[Problem, ...]":
    """Check what is recorded of questions and of sheets of older versions, if anything is."""
    from backtriage.exchange import fingerprints
    from backtriage.exchange.migration_table import read_migrations
    from backtriage.shell.files import ReadError
    from backtriage.terms.printable import visible

    text = read_beside(folder, FINGERPRINTS)
    if text is None and not record:
        if read_beside(folder, MIGRATIONS) is not None:
            where = f"beside {MIGRATIONS} in {visible(str(folder))}"
            raise ReadError(f"there is no {FINGERPRINTS} {where}: 'rules check --record'")
        return ()
    recorded = fingerprints.Recorded()
    if text is not None:
        recorded, problems = fingerprints.read_fingerprints(text)
        if problems:
            return problems
    if record:
        recorded = fingerprints.renewed(program, recorded, reason)
        write_fingerprints(folder, fingerprints.to_yaml(recorded))
    problems = tuple(fingerprints.fingerprint_problems(program, recorded))
    table = read_beside(folder, MIGRATIONS)
    if table is not None and not problems:
        _, problems = read_migrations(table, program, recorded)
    return problems


def _summary(program: "Program", cases: int) -> str:
    from backtriage.render.page.phrasing import pluralise

    protocol = program.protocol
    counts = ", ".join((
        pluralise(len(protocol.questions), "question", "questions"),
        pluralise(len(protocol.rules), "rule", "rules"),
        pluralise(len(protocol.advice), "piece of advice", "pieces of advice"),
        pluralise(len(protocol.evidence), "source", "sources"),
        pluralise(cases, "case", "cases"),
    ))  # fmt: skip
    return f"No problem found in {protocol.id} {protocol.version}: {counts}.\n"


def _record(program: "Program | None", cases: int, problems: "tuple[Problem, ...]") -> object:
    from backtriage.terms.printable import without_middle
    from backtriage.terms.problem import total

    return {
        "schema": "backtriage.rules_check/1",
        "sound": not problems,
        "protocol": program and program.identity,
        "cases": cases,
        "problem_count": total(problems),
        "problems": [
            {"code": p.code, "message": without_middle(p.full_message, _LONGEST),
             "hint": without_middle(p.full_hint, _LONGEST), "file": p.location.file,
             "line": p.location.line, "column": p.location.column,
             "path": without_middle(p.location.path, _LONGEST)}
            for p in problems
        ],
    }  # fmt: skip
