"""`backtriage ask`: the interview, and the result at its end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli import exits
from backtriage.cli.options import Audience, Country, For, Lang, NoSave, Rules, ready_program
from backtriage.shell.output import say

if TYPE_CHECKING:
    from backtriage.shell.session import SessionEnd

_NO_TERMINAL = (
    "backtriage: the interview needs a terminal. In a script: backtriage assess SHEET.json"
)


@exits.guarded
def ask(
    *,
    country: Country = None,
    lang: Lang = "en",
    plain: Annotated[
        bool, typer.Option("--plain", help="Line by line, for screen readers and any terminal.")
    ] = False,
    for_: For = Audience.PATIENT,
    resume: Annotated[
        bool | None,
        typer.Option("--resume/--fresh", help="Go on with saved answers, or begin again."),
    ] = None,
    no_save: NoSave = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Also write the result to a file."),
    ] = None,
    rules: Rules = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="SHEET", help="Ask only what this sheet leaves open."),
    ] = None,
) -> None:
    """Ask about the pain, one question at a time, and say what to do.

    Answers are saved after each question; Ctrl-C stops and keeps them. Once the result has been
    shown they are deleted, and you can save the result to a file. The --output file is JSON or
    Markdown if its name ends in .json or .md, and text otherwise.
    """
    if resume and (no_save or from_):
        raise typer.BadParameter("--resume cannot be used with --no-save or --from")
    if from_ == "-":
        raise typer.BadParameter("--from takes a file; the answers come from the terminal")
    from backtriage.shell.terminal import is_interactive, raising_on_termination

    if not is_interactive():
        say(_NO_TERMINAL)
        raise typer.Exit(exits.USAGE)
    if output is not None:
        from backtriage.shell.files import check_writable

        check_writable(output)
    program = ready_program(rules, country, lang, save=not no_save)
    from backtriage.shell.session import Session

    session = Session(
        program=program, country=country, plain=plain, audience=for_.value, resume=resume,
        is_saved=not no_save, output=output, rules=rules, sheet=from_,
    )  # fmt: skip
    with raising_on_termination():
        raise typer.Exit(_exit_code(session.run()))


def _exit_code(end: SessionEnd) -> int:
    if end.assessment is None:
        return exits.by_signal(end.signal)
    if not end.is_written:
        return exits.CANNOT_WRITE
    return exits.code_of(end.assessment, by_urgency=False)
