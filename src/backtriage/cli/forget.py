"""`backtriage forget`: remove what this program has saved, and say what was removed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli import exits
from backtriage.shell.output import is_terminal, say, write_out

if TYPE_CHECKING:
    from backtriage.shell.drafts import Removal


@exits.guarded
def forget(
    yes: Annotated[bool, typer.Option("--yes", help="Remove without asking.")] = False,
) -> None:
    """Remove saved answers and the cache of checked rules.

    Prints what was removed. Files that you saved elsewhere yourself are not touched.
    """
    from backtriage.shell import drafts
    from backtriage.shell.paths import cache_folder, drafts_folder

    if not yes and not _confirm(f"{drafts_folder()} and {cache_folder()}"):
        say("Nothing was removed.")
        raise typer.Exit(exits.USAGE)
    removals = drafts.forget()
    write_out("".join(f"{_summary(removal)}\n" for removal in removals))
    if any(removal.left for removal in removals):
        raise typer.Exit(exits.CANNOT_WRITE)


def _confirm(where: str) -> bool:
    """Ask on a terminal; without one, only `--yes` removes anything."""
    if not is_terminal(sys.stdin):
        say("backtriage: use 'backtriage forget --yes' to remove without being asked.")
        return False
    print(f"This removes all saved answers and the cache, in {where}.")
    try:
        return input("Type yes to remove them: ").strip().casefold() in {"y", "yes"}
    except (EOFError, KeyboardInterrupt):
        print()
        return False


def _summary(removal: Removal) -> str:
    if not removal.removed and not removal.left:
        return f"{removal.folder}: nothing to remove."
    count = len(removal.removed)
    removed = f"{removal.folder}: {count} {'file' if count == 1 else 'files'} removed."
    return "\n".join((removed, *(f"Not removed: {path}" for path in removal.left)))
