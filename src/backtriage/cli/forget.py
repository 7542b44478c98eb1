"""`backtriage forget`: removes what this program keeps, and says what it removed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli import exits
from backtriage.shell.output import is_terminal, write_out

if TYPE_CHECKING:
    from backtriage.shell.drafts import Forgotten


@exits.guarded
def forget(
    yes: Annotated[bool, typer.Option("--yes", help="Remove without asking.")] = False,
) -> None:
    """Remove saved answers and the cache of checked rules, and say what was removed.

    Files that you saved elsewhere yourself are not touched.
    """
    from backtriage.shell import drafts
    from backtriage.shell.paths import cache_folder

    if not yes and not _is_wanted(f"{drafts.drafts_folder()} and {cache_folder()}"):
        exits.say("Nothing was removed.")
        raise typer.Exit(exits.USAGE)
    results = drafts.forget()
    write_out("".join(f"{_told(result)}\n" for result in results))
    if any(result.left for result in results):
        raise typer.Exit(exits.CANNOT_WRITE)


def _is_wanted(where: str) -> bool:
    """Ask at a terminal; without one, only `--yes` removes anything."""
    if not is_terminal(sys.stdin):
        exits.say("backtriage: say 'backtriage forget --yes' to remove without being asked.")
        return False
    print(f"This removes all saved answers and the cache, in {where}.")
    try:
        return input("Type yes to remove them: ").strip().casefold() in {"y", "yes"}
    except (EOFError, KeyboardInterrupt):
        print()
        return False


def _told(result: Forgotten) -> str:
    if not result.removed and not result.left:
        return f"{result.folder}: nothing to remove."
    count = len(result.removed)
    removed = f"{result.folder}: {count} {'file' if count == 1 else 'files'} removed."
    kept = "".join(f"\nNot removed: {path}" for path in result.left)
    return removed + kept
