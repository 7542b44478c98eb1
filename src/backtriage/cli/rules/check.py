"""`backtriage rules check`: every static error of a rules folder, cases included."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules
from backtriage.cli.rules.loading import Format, FormatOption, case_texts
from backtriage.shell.files import read_rules
from backtriage.shell.output import write_out
from backtriage.shell.paths import bundled_rules

if TYPE_CHECKING:
    from backtriage.program.program import Program
    from backtriage.terms.problem import Problem


@exits.guarded
def check(format_: FormatOption = Format.TEXT, rules: Rules = None) -> None:
    """Look for errors in a protocol: names, kinds, order, words, evidence, cases.

    Exits 0 when there is none and 78 when there is any. Every error of every file is shown.
    """
    from backtriage.render.problems import problem_lines

    program, cases, problems = _look(rules)
    if problems:
        exits.say(problem_lines(problems).rstrip("\n"))
    if format_ is Format.JSON:
        write_out(_as_json(program, cases, problems))
    elif program is not None and not problems:
        write_out(_summary(program, cases))
    raise typer.Exit(exits.UNSOUND if problems else exits.OK)


def _look(rules: Path | None) -> tuple[Program | None, int, tuple[Problem, ...]]:
    """The program if it is sound, how many cases there are, and every problem."""
    from backtriage.cases.loader import load_cases
    from backtriage.check import check as checks
    from backtriage.program.program import build_program

    source, problems = checks(read_rules(rules or bundled_rules()))
    if source is None or problems:
        return None, 0, problems
    program = build_program(source.protocol)
    cases, problems = load_cases(program, case_texts(rules))
    return program, len(cases), problems


def _summary(program: Program, cases: int) -> str:
    protocol = program.protocol
    parts = ", ".join(
        _many(len(entries), word)
        for word, entries in (("question", protocol.questions), ("rule", protocol.rules),
                              ("piece of advice", protocol.advice),
                              ("source", protocol.evidence))
    )  # fmt: skip
    what = f"{protocol.id} {protocol.version}"
    return f"No problem found in {what}: {parts}, {_many(cases, 'case')}.\n"


def _many(number: int, word: str) -> str:
    if number == 1:
        return f"1 {word}"
    head, _, rest = word.partition(" ")
    return f"{number} {head}s {rest}".rstrip()


def _as_json(program: Program | None, cases: int, problems: tuple[Problem, ...]) -> str:
    record = {
        "schema": "backtriage.rules_check/1",
        "sound": not problems,
        "protocol": program and {"id": program.protocol.id, "version": program.protocol.version,
                                 "digest": program.digest},
        "cases": cases,
        "problems": [
            {"code": p.code, "message": p.message, "hint": p.hint, "file": p.location.file,
             "line": p.location.line, "column": p.location.column, "path": p.location.path}
            for p in problems
        ],
    }  # fmt: skip
    import json

    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"
