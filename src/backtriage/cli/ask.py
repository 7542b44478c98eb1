"""`backtriage ask`: the interview, and the result at its end."""

from typing import Annotated

import typer

from backtriage.cli import exits, options
from backtriage.shell.output import say
from backtriage.shell.reading import inherited_descriptor


@exits.guarded
def ask(
    *,
    country: options.Country = None,
    lang: options.Lang = "en",
    plain: Annotated[
        bool, typer.Option("--plain", help="Ask line by line, as screen readers need.")
    ] = False,
    for_: options.For = "patient",
    private: options.Private = False,
    resume: Annotated[
        bool | None,
        typer.Option(
            "--resume/--fresh",
            help="Continue from saved answers (it asks which, if there are several) or afresh.",
        ),
    ] = None,
    no_save: options.NoSave = False,
    output: Annotated[
        str | None,
        typer.Option("--output", metavar="FILE", help="Also write the result to a new file."),
    ] = None,
    force: options.Force = False,
    rules: options.Rules = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="SHEET", help="Ask only what an answer sheet leaves open."),
    ] = None,
) -> None:
    """Ask about the pain, one question at a time, and say what to do.

    Answers are saved after each question; Ctrl-C stops and keeps them. Once the result has been
    shown they are deleted, and you can save the result to a file. The --output file is JSON,
    Markdown or a web page if its name ends in .json, .md or .html, and text if it ends in .txt or
    has no ending.
    """
    if resume and (no_save or from_):
        raise typer.BadParameter("--resume cannot be used with --no-save or --from")
    if from_ is not None and inherited_descriptor(from_) == 0:
        raise typer.BadParameter("--from takes a file; the answers come from the terminal")
    from backtriage.shell.terminal import (
        is_full_screen_capable,
        is_interactive,
        raising_on_termination,
    )

    if not is_interactive():
        say(
            "backtriage: the interview needs a terminal. In a script: backtriage assess SHEET.json"
        )
        raise typer.Exit(exits.USAGE)
    program, country = options.program_for(rules, country, lang, save=not no_save)
    from backtriage.interview.interview import Stopped
    from backtriage.render.by_extension import EXTENSIONS
    from backtriage.shell.session import Session

    file = options.unchecked_file(output, EXTENSIONS, force=force)

    def prepare() -> None:
        if file is not None:
            options.check_file(file, "--output")
        options.warn_if_overdue(program)

    session = Session(
        program=program, country=country, plain=plain or not is_full_screen_capable(),
        audience=for_, private=private, resume=resume, is_saved=not no_save, output=file,
        rules=rules, sheet=from_, prepare=prepare,
    )  # fmt: skip
    try:
        with raising_on_termination():
            assessment = session.run()
    except Stopped as stopped:
        raise typer.Exit(128 + stopped.signal) from None  # as shells report it
    raise typer.Exit(exits.code_of(assessment, by_urgency=False))
