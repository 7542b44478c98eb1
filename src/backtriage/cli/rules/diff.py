"""`backtriage rules diff`: the command itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules
from backtriage.cli.rules.loading import Format, FormatOption, write_found
from backtriage.shell.files import write_result
from backtriage.shell.output import progress

if TYPE_CHECKING:
    from backtriage.cli.rules.versions import Version
    from backtriage.compare.comparison import Comparison
    from backtriage.program.program import Program

_BUDGET = 30.0


@exits.guarded
def diff(
    old: Annotated[
        str,
        typer.Argument(metavar="OLD", help="A folder of rules, or a git revision."),
    ],
    new: Annotated[
        str | None,
        typer.Argument(metavar="[NEW]", help="The same; the folder of now when left out."),
    ] = None,
    accept_lower: Annotated[
        str | None,
        typer.Option("--accept-lower", metavar="REASON", help="Why it may lower somebody."),
    ] = None,
    budget: Annotated[
        float,
        typer.Option("--budget", metavar="SECONDS", min=0.0, help="How many seconds to try."),
    ] = _BUDGET,
    save_case: Annotated[
        Path | None,
        typer.Option("--save-case", metavar="FILE", help="Write whoever is moved as cases."),
    ] = None,
    format_: FormatOption = Format.TEXT,
    rules: Rules = None,
) -> None:
    """Show every kind of person whom two versions of a protocol treat differently.

    Each kind comes with the person who has the fewest findings, in the words of the questions,
    and with an exact count of answer sheets. Whoever is sent lower stands first. A revision is
    REV or REV:FOLDER, such as HEAD~3, read from the git repository of the current folder; NEW
    is the folder of now when it is left out.

    An answer counts as the same while its question, kind, unit and id are the same, whatever
    the words. Whoever gives an answer that only one version takes may give any answer to the
    other: such people are told apart. A question that only one version asks counts there alone.

    Exits 78 when somebody is sent lower or a red flag promises less, unless --accept-lower says
    why that may be, and when something stays undecided. Exits 0 otherwise.
    """
    from backtriage.cli.rules.versions import versions
    from backtriage.compare.comparison import compare

    reason = _reason(accept_lower)
    one, other = versions(old, new, rules)
    programs = _program("old", one), _program("new", other)
    say = progress()
    found = compare(
        *programs, seconds=budget,
        on_progress=lambda done, of: say(f"{done} of {of} comparisons"),
    )  # fmt: skip
    _write(found, (one.name, other.name), reason, format_)
    if save_case:
        _save(found, save_case, reason)
    is_lowered = bool(found.lowered) and not reason
    raise typer.Exit(exits.UNSOUND if is_lowered or found.undecided else exits.OK)


def _reason(accept_lower: str | None) -> str:
    """Why a lowering is accepted, "" when it is not. Raises a usage error for no words."""
    if accept_lower is None:
        return ""
    reason = " ".join(accept_lower.split())
    if not reason:
        raise typer.BadParameter("--accept-lower needs a reason in words")
    return reason


def _program(which: str, version: Version) -> Program:
    """A version made ready to run. Raises `Unsound`, and says which of the two it is."""
    from backtriage.check import checked_protocol
    from backtriage.program.program import build_program
    from backtriage.terms.problem import Unsound

    try:
        return build_program(checked_protocol(version.texts))
    except Unsound:
        exits.say(f"There are errors in the {which} version, {version.name}:")
        raise


def _write(found: Comparison, names: tuple[str, str], reason: str, format_: Format) -> None:
    from backtriage.compare.to_json import record
    from backtriage.compare.to_text import comparison_lines

    write_found(
        format_,
        lambda: record(found, names, reason),
        lambda: comparison_lines(found, names, reason),
    )


def _save(found: Comparison, file: Path, reason: str) -> None:
    from backtriage.compare.to_case import case_file, urgency_differences

    cases = urgency_differences(found)
    if not cases:
        exits.say(f"Nobody is moved, so {file} was not written.")
        return
    write_result(file, case_file(found, reason))
    exits.say(f"Wrote {len(cases)} cases to {file}.")
