"""`backtriage rules check`: every static error in a rules folder, with its cases and people."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules, warn_reviewers
from backtriage.cli.rules.reports import FormatOption, json_text
from backtriage.shell.output import say, write_out
from backtriage.shell.paths import bundled_rules
from backtriage.shell.rules_folder import read_cases, read_rules, read_simulated

if TYPE_CHECKING:
    from backtriage.program.program import Program
    from backtriage.terms.problem import Problem

_LONGEST: Final = 1000
"""Of a text in JSON: a name in the rules may be as long as they are."""


@exits.guarded
def check(format_: FormatOption = "text", rules: Rules = None) -> None:
    """Check a protocol for errors in names, kinds, order, words, evidence, cases and people.

    Shows every error in every file. Exits 78 when there is one, and 0 otherwise.
    """
    from backtriage.render.problems import problem_lines

    program, cases, problems = _check(rules)
    if problems:
        say(problem_lines(problems).rstrip("\n"))
    if format_ == "json":
        write_out(json_text(_record(program, cases, problems)))
    elif program is not None and not problems:
        write_out(_summary(program, cases))
    raise typer.Exit(exits.UNSOUND if problems else exits.OK)


def _check(rules: Path | None) -> "tuple[Program | None, int, tuple[Problem, ...]]":
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
    return program, len(cases), problems


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
