"""`backtriage journal export`: the journal as a page to hand over, or for other programs."""

from datetime import date
from typing import Annotated, Literal

import typer

from backtriage.cli import exits, options
from backtriage.cli.journal.reading import day_of, read_journal
from backtriage.shell.output import say, write_out
from backtriage.shell.result_file import identity_of

_EXTENSIONS = (".html", ".md", ".json", ".csv")


@exits.guarded
def export(
    *,
    format_: Annotated[
        Literal["csv", "json", "markdown", "html"] | None,
        typer.Option("--format", help="Output format; by default as FILE ends, or html."),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("--output", metavar="FILE",
                     help="Write a new file: .html, .md, .json or .csv."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="DAY", help="Leave out earlier days. A page "
                     "still has emergency signs of the last 2 weeks."),
    ] = None,
    private: Annotated[
        bool,
        typer.Option("--private",
                     help="Show private signs on the page too. JSON and CSV always have them."),
    ] = False,
    force: options.Force = False,
    country: options.Country = None,
    lang: options.Lang = "en",
    journal: options.Journal = None,
    rules: options.Rules = None,
    no_save: options.NoSave = False,
) -> None:  # fmt: skip
    """Write the journal as a page for whoever treats you, or for other programs.

    The page of HTML or Markdown has a summary (SBAR), the emergency signs with what was answered,
    the numbers by day, and every entry with when it was written. Notes are on it as you wrote
    them. In CSV, what a spreadsheet may take for a formula begins with an apostrophe.
    """
    file = options.result_file(output, "--output", _EXTENSIONS, force=force)
    program, country = options.program_for(rules, country, lang, save=not no_save)
    kept = read_journal(program, journal)
    if file is not None and file.identity == identity_of(kept.file.path):
        raise typer.BadParameter("that is the journal itself", param_hint="--output")
    first = day_of(since, "--from", kept.today)
    if not any(first is None or day.day >= first for day in kept.days):
        say("backtriage: there is no entry to export. To begin: backtriage journal add")
        raise typer.Exit(exits.DATA)
    from backtriage.render.journal.formats import journal_in

    form = format_ or (file.extension.removeprefix(".") if file else "html")
    text = journal_in(
        form or "html", program, kept.days, kept.today, country, private=private,
        is_partial=bool(kept.journal.problems), first=first or date.min,
    )  # fmt: skip
    if file is None:
        write_out(text)
    else:
        file.write(text)
