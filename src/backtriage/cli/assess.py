"""`backtriage assess`: one answers sheet -> one assessment."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from backtriage.cli import exits
from backtriage.cli.options import Audience, Country, For, Lang, NoSave, Rules, ready_program
from backtriage.decide.assessment import Assessment
from backtriage.decide.assessment import assess as decide
from backtriage.program.admit import Admitted, admit
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet, sheet_from_bytes
from backtriage.shell.files import read_sheet
from backtriage.shell.output import is_terminal, write_out
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency

if TYPE_CHECKING:
    from collections.abc import Sequence


class Format(StrEnum):
    """How the assessment is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


@exits.guarded
def assess(
    sheet: Annotated[
        str,
        typer.Argument(
            metavar="SHEET", help="A .json or .yaml file of answers, or - to read them."
        ),
    ],
    set_: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="ID=VALUE",
            help="Try another answer, as id=value. Others on this machine and the shell history "
            "can see it: not for real people.",
        ),
    ] = [],  # noqa: B006 - typer copies it
    format_: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
    for_: For = Audience.PATIENT,
    country: Country = None,
    lang: Lang = "en",
    why: Annotated[
        bool, typer.Option("--why", help="Show each rule: yes, no or cannot tell.")
    ] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with the urgency: 10, 20, 30, 40 or 50.")
    ] = False,
    rules: Rules = None,
    no_save: NoSave = False,
) -> None:
    """Decide one sheet of answers.

    Exits 0 when an assessment was made, 3 when it is incomplete, 4 when it is out of scope,
    65 when an answer cannot be read. 'backtriage rules template' writes an empty sheet.
    """
    program = ready_program(rules, country, lang, save=not no_save)
    admitted = admitted_from(program, sheet, set_)
    if admitted.problems:
        refuse(program, admitted, country)
    assessment = decide(program, admitted.answers, country, admitted.ref)
    _write(assessment, format_, for_, why=why)
    raise typer.Exit(exits.code_of(assessment, by_urgency=exit_code))


def admitted_from(program: Program, name: str, trials: Sequence[str] = ()) -> Admitted:
    """The sheet's answers, with those of `--set` in their place."""
    is_yaml = name.endswith((".yaml", ".yml"))
    shown = "standard input" if name == "-" else name
    data = read_sheet(name)
    if name == "-" and not is_yaml:
        # Both are taken from standard input: JSON sheets are objects, YAML ones are not braced.
        is_yaml = not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))
    sheet = sheet_from_bytes(data, shown, is_yaml=is_yaml)
    trial = Sheet(values=_trials(trials), text=True)
    rest = {key: value for key, value in sheet.values.items() if key not in trial.values}
    first, second = admit(program, replace(sheet, values=rest)), admit(program, trial)
    return Admitted(
        answers=Answers({**first.answers, **second.answers}),
        ref=second.ref or first.ref,
        problems=first.problems + second.problems,
    )


def _trials(trials: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for trial in trials:
        key, equals, value = trial.partition("=")
        if not equals or key in found:
            what = "is no id=value" if not equals else "is set twice"
            raise typer.BadParameter(f"'{trial}' {what}", param_hint="--set")
        found[key] = value
    return found


def refuse(program: Program, admitted: Admitted, country: str | None) -> None:
    """Say what is wrong; before that, an emergency among the answers that could be read."""
    # Imported here: only a bad sheet needs it.
    from backtriage.render.page.result import action_of  # noqa: PLC0415
    from backtriage.render.problems import problem_lines  # noqa: PLC0415

    readable = decide(program, admitted.answers, country, admitted.ref)
    if readable.certain is Urgency.EMERGENCY:
        action = action_of(readable)
        exits.say(f"{action.call}\n{action.where}\n")
    exits.say(problem_lines(admitted.problems).rstrip("\n"))
    exits.say("No assessment was made. Nothing in the sheet was changed.")
    raise typer.Exit(exits.DATA)


def _write(assessment: Assessment, format_: Format, audience: Audience, *, why: bool) -> None:
    if format_ is Format.JSON:
        from backtriage.render.as_json import as_json  # noqa: PLC0415

        write_out(as_json(assessment))
    elif format_ is Format.MARKDOWN:
        from backtriage.render.as_markdown import as_markdown  # noqa: PLC0415

        write_out(as_markdown(assessment, audience=audience.value, why=why))
    elif is_terminal(sys.stdout):
        from backtriage.render.as_card import as_card  # noqa: PLC0415
        from backtriage.shell.screen import show  # noqa: PLC0415

        show(as_card(assessment, audience=audience.value, why=why))
    else:
        # Text for a pipe: no colour, 80 columns, and rich is not loaded.
        from backtriage.render.as_text import as_text  # noqa: PLC0415

        write_out(as_text(assessment, audience=audience.value, why=why))
