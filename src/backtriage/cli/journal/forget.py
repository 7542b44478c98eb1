"""`backtriage journal forget`: remove the journal, or what is older than a day."""

from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli import exits, options
from backtriage.cli.journal.reading import day_of
from backtriage.shell.output import say, write_out

if TYPE_CHECKING:
    from backtriage.shell.journal.forgetting import PlannedRemoval


@exits.guarded
def forget(
    *,
    before: Annotated[
        str | None,
        typer.Option("--before", metavar="DAY", help="Keep this day, such as 2026-11-27, and all "
                     "after it."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Remove without asking.")] = False,
    journal: options.Journal = None,
    rules: options.Rules = None,
    no_save: options.NoSave = False,
) -> None:  # fmt: skip
    """Remove the journal, or all of it before a day.

    Says what it will remove, and asks. Lines that cannot be read are removed too, because nobody
    can say of which day they are. What you exported yourself is not touched.
    """
    program, _ = options.program_for(rules, None, "en", save=not no_save)
    from backtriage.shell.journal.forgetting import forget as remove
    from backtriage.shell.journal.forgetting import plan
    from backtriage.shell.journal.keeping import read
    from backtriage.shell.journal.store import journal_file

    file = journal_file(journal, program.protocol.id)
    kept = read(program, file)
    day = day_of(before, "--before", kept.today)
    planned = plan(kept, day)
    if not planned.is_any:
        write_out(f"{file.shown}: nothing to remove.\n")
        return
    if not yes and not _confirm(planned):
        say("Nothing was removed.")
        raise typer.Exit(exits.USAGE)
    remove(kept, day, planned)
    write_out(f"{planned.done()}\n")


def _confirm(planned: "PlannedRemoval") -> bool:
    """Ask on a terminal; without one, only `--yes` removes anything."""
    from backtriage.shell import terminal

    if not terminal.is_interactive():
        say(planned.will())
        say("backtriage: use 'backtriage journal forget --yes' to remove without being asked.")
        return False
    with terminal.raising_on_termination():
        print(planned.will())
        try:
            return terminal.ask_line("Type yes to remove them:").strip().casefold() in {"y", "yes"}
        except (EOFError, KeyboardInterrupt, terminal.Hidden):
            print()
            return False
