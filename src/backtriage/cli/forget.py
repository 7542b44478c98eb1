"""`backtriage forget`: remove what this program has saved, and say what was removed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli import exits
from backtriage.shell.output import say, write_out
from backtriage.terms.printable import visible

if TYPE_CHECKING:
    from backtriage.shell.forget import Removal


@exits.guarded
def forget(
    yes: Annotated[bool, typer.Option("--yes", help="Remove without asking.")] = False,
) -> None:
    """Remove saved answers and the cache of checked rules.

    Prints what was removed, and what was left and why: answers that another window is using,
    links, and files that this program has not made. Files that you saved elsewhere yourself are
    not touched, nor is a journal: 'backtriage journal forget' removes that. Uninstalling the
    program removes none of this, so run this command before.
    """
    from backtriage.shell import forget as shell
    from backtriage.shell.paths import cache_folder, drafts_folder

    folders = [str(folder) for folder in (drafts_folder(), cache_folder()) if folder]
    if folders and not yes and not _confirm(visible(" and ".join(folders))):
        say("Nothing was removed.")
        raise typer.Exit(exits.USAGE)
    if not folders:
        write_out("Nothing is saved: this user has no home.\n")
    removals = shell.forget()
    write_out("".join(f"{line}\n" for removal in removals for line in _lines(removal)))
    if any(removal.left for removal in removals):
        raise typer.Exit(exits.CANNOT_WRITE)


def _confirm(where: str) -> bool:
    """Ask on a terminal; without one, only `--yes` removes anything.

    What was typed ahead, or without Enter, is no yes.
    """
    from backtriage.shell import terminal

    if not terminal.is_interactive():
        say("backtriage: use 'backtriage forget --yes' to remove without being asked.")
        return False
    with terminal.raising_on_termination():
        print(f"This removes all saved answers and the cache, in {where}.")
        try:
            return terminal.ask_line("Type yes to remove them:").strip().casefold() in {"y", "yes"}
        except (EOFError, KeyboardInterrupt, terminal.Hidden):
            print()
            return False


def _lines(removal: "Removal") -> Iterator[str]:
    """Say what was removed from a folder, and what was left."""
    count = len(removal.removed)
    nothing = "nothing removed" if removal.left else "nothing to remove"
    done = f"{count} {'file' if count == 1 else 'files'} removed" if count else nothing
    yield visible(f"{removal.folder}: {done}.")
    for path in removal.removed:
        yield visible(f"Removed: {path}")
    for path, why in removal.left.items():
        yield visible(f"Not removed: {path}: {why}")
