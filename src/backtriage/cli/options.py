"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from backtriage.cli import completion, exits
from backtriage.shell.output import say

if TYPE_CHECKING:
    from backtriage.program.program import Program
    from backtriage.shell.result_file import ResultFile


_COUNTRY_VARIABLE = "BACKTRIAGE_COUNTRY"


def _country_code(country: str | None) -> str | None:
    """Return a country as protocols name it, whatever its case."""
    from backtriage.program.words import WRITTEN_CODES

    codes = {written: code for code, written in WRITTEN_CODES.items()}
    return None if country is None else codes.get(country.upper(), country.upper())


Rules = Annotated[
    Path | None,
    # Typer must not check the path: a missing folder has its own exit code.
    typer.Option(
        "--rules", metavar="DIR", help="Rules folder of another protocol.", readable=False
    ),
]
Country = Annotated[
    str | None,
    typer.Option(
        "--country",
        metavar="CODE",
        envvar=_COUNTRY_VARIABLE,
        callback=_country_code,
        autocompletion=completion.countries,
        help="Country of the phone numbers, such as GB or US.",
    ),
]
Lang = Annotated[str, typer.Option("--lang", metavar="CODE", help="Language of the result.")]
For = Annotated[
    Literal["patient", "clinician"],
    typer.Option("--for", help="Who reads the result: the person, or the clinician they see."),
]
Private = Annotated[
    bool,
    typer.Option(
        "--private",
        help="Show private answers too on pages that others may read. JSON always does.",
    ),
]
NoSave = Annotated[bool, typer.Option("--no-save", help="Save neither answers nor a cache.")]


Journal = Annotated[
    Path | None,
    typer.Option(
        "--journal",
        metavar="FILE",
        help="The journal, if it is not your own one.",
        readable=False,
    ),
]
Plain = Annotated[
    bool, typer.Option("--plain", help="Ask and print line by line, as screen readers need.")
]

Force = Annotated[bool, typer.Option("--force", help="Overwrite FILE if it is there already.")]


def result_file(
    name: str | None, option: str, extensions: tuple[str, ...], *, force: bool
) -> ResultFile | None:
    """Return the file that an option names, if it does, once it is checked.

    This is called before the work begins, so that nobody waits for a result that is then lost.

    Raises:
        BadParameter: There is no format for such a name.
        WriteError: It cannot be written.
    """
    file = unchecked_file(name, extensions, force=force)
    if file is not None:
        check_file(file, option)
    return file


def unchecked_file(
    name: str | None, extensions: tuple[str, ...], *, force: bool
) -> ResultFile | None:
    """Return the file that an option names, if it does."""
    if name is None:
        return None
    from backtriage.shell.result_file import ResultFile

    return ResultFile(
        name=name, extensions=extensions, is_forced=force, hint="; --force overwrites it"
    )


def check_file(file: ResultFile, option: str) -> None:
    """Check that a file can be written. Raises as `result_file` does."""
    if file.extension_problem:
        raise typer.BadParameter(file.extension_problem, param_hint=option)
    file.check()


def program_for(
    rules: Path | None, country: str | None, lang: str, *, save: bool
) -> tuple[Program, str | None]:
    """Load the program to run; raise `BadParameter` for an unknown country or language.

    Returns:
        The program, and the country. An unknown one of the environment counts as none: what was
        once written there is no reason to keep an emergency from anybody.
    """
    from backtriage.program.words import DEFAULT_COUNTRY
    from backtriage.shell.cache import load_program

    if lang != "en":
        raise typer.BadParameter(f"there is no language '{lang}'; there is: en")
    program = load_program(rules, save=save, later=exits.do_at_end)
    if country is not None and (country == DEFAULT_COUNTRY or country not in program.countries):
        available = ", ".join(id_ for id_ in program.countries if id_ != DEFAULT_COUNTRY)
        message = f"there is no country '{country}'; there are: {available}"
        if country != _country_code(os.environ.get(_COUNTRY_VARIABLE)):
            raise typer.BadParameter(message)
        say(f"{_COUNTRY_VARIABLE} counts for nothing: {message}.")
        return program, None
    return program, country


def settings(given: Sequence[str]) -> dict[str, str]:
    """Parse `--set` options as answers by question. No message quotes an answer or a key."""
    overrides: dict[str, str] = {}
    for at, setting in enumerate(given, 1):
        key, equals, value = setting.partition("=")
        if not equals:
            message = f"number {at} is not of the form id=value"
            raise typer.BadParameter(message, param_hint="--set")
        if key in overrides:
            message = f"number {at} sets what an earlier one sets"
            raise typer.BadParameter(message, param_hint="--set")
        overrides[key] = value
    return overrides


def warn_if_overdue(program: Program) -> None:
    """Write one line to standard error if the review of the rules is overdue."""
    due = program.protocol.review_due
    if _is_past(due):
        say(f"These rules were due for review by {due}. They may be out of date.")


def warn_reviewers(program: Program) -> None:
    """Write the same for those who review the rules, and name the overdue waivers."""
    from backtriage.terms.problem import listed

    warn_if_overdue(program)
    overdue = [f"{w.about} ({w.review_by})" for w in program.protocol.waivers
               if _is_past(w.review_by)]  # fmt: skip
    if overdue:
        say(f"Waivers that were due for review: {listed(overdue)}.")


def _is_past(day: str) -> bool:
    return date.today().isoformat() > day  # noqa: DTZ011 - the person's own day is meant
