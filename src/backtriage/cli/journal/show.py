"""`backtriage journal show`: how the pain has changed, in a sentence and then by day."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli import exits, options
from backtriage.cli.journal.reading import read_journal
from backtriage.shell.output import is_terminal, write_out

if TYPE_CHECKING:
    from backtriage.render.line import Line

_DAYS = 42
"""How many days are shown by default."""


@exits.guarded
def show(
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Show every day, not only the last six weeks.")
    ] = False,
    private: Annotated[
        bool, typer.Option("--private", help="Name private signs that were ticked too.")
    ] = False,
    plain: options.Plain = False,
    country: options.Country = None,
    lang: options.Lang = "en",
    journal: options.Journal = None,
    rules: options.Rules = None,
    no_save: options.NoSave = False,
) -> None:
    """Show how the pain has changed.

    An emergency sign that was ticked in the last 2 weeks comes first, then one sentence. Below it,
    on a terminal, there is a bar for each day, with gaps as 'no entry', bad days marked, and the
    middle score of each week. In a pipe, or with --plain, it is read line by line. A journal
    cannot tell you how soon to get help.
    """
    program, country = options.program_for(rules, country, lang, save=not no_save)
    kept = read_journal(program, journal)
    days = kept.days
    is_partial = bool(kept.journal.problems)
    if not (days or is_partial):
        write_out("The journal is empty. To begin it: backtriage journal add\n")
        return
    from backtriage.render.journal.shown import PARTIAL, shown_lines

    if not days:
        from backtriage.render.as_text import WIDTH
        from backtriage.render.cells import wrapped

        write_out("\n".join((*wrapped(PARTIAL, WIDTH), "")))
        return

    is_drawn = is_terminal(sys.stdout) and not plain

    def lines(width: int) -> "tuple[Line, ...]":
        return shown_lines(
            program, days, kept.today, width, country=country, most=None if every else _DAYS,
            is_drawn=is_drawn, private=private, is_partial=is_partial,
        )  # fmt: skip

    if is_terminal(sys.stdout):
        from backtriage.shell.terminal import show as show_lines

        show_lines(lines)
    else:
        from backtriage.render.as_text import WIDTH, text_of

        write_out(text_of(lines(WIDTH)))
