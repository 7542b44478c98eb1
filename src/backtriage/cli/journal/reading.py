"""Reading the journal that a command names, and the days in its options."""

from datetime import date
from typing import TYPE_CHECKING

import typer

from backtriage.shell.output import say

if TYPE_CHECKING:
    from pathlib import Path

    from backtriage.program.program import Program
    from backtriage.shell.journal.keeping import Keeping


def read_journal(program: "Program", named: "Path | None") -> "Keeping":
    """Read the journal of a protocol, and say what is wrong in it; the rest counts.

    Raises:
        BadParameter: The protocol has no journal.
        ReadError: It cannot be read.
        WriteError: There is no place for it.
    """
    from backtriage.shell.journal.keeping import read
    from backtriage.shell.journal.store import journal_file

    if not program.protocol.entry_questions:
        raise typer.BadParameter("these rules have no questions for a journal")
    kept = read(program, journal_file(named, program.protocol.id))
    if kept.journal.problems:
        from backtriage.render.problems import problem_lines

        say(problem_lines(kept.journal.problems, values=False).rstrip("\n"))
    return kept


def day_of(text: str | None, option: str, today: date) -> date | None:
    """Return the day that an option names. Raises `BadParameter` for one that is none or to come.

    Args:
        text: What was typed, such as `2026-11-27`.
        option: The name of the option.
        today: The last day that may be named.
    """
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        message = "write a day as year, month and day, such as 2026-11-27"
        raise typer.BadParameter(message, param_hint=option) from None
    if day > today:
        raise typer.BadParameter("that day is still to come", param_hint=option)
    return day
