"""The options that several commands share, said once."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli.exits import say

if TYPE_CHECKING:
    from backtriage.program.program import Program

LANGUAGES = ("en",)
"""The languages that exist."""


class Audience(StrEnum):
    """Who reads the result. Changes words, never an urgency."""

    PATIENT = "patient"
    CLINICIAN = "clinician"


Rules = Annotated[
    Path | None,
    typer.Option(
        "--rules",
        metavar="DIR",
        help="Use another protocol: a folder of rules.",
        readable=False,  # looked at when it is read, with an exit code of its own
    ),
]
Country = Annotated[
    str | None,
    typer.Option("--country", metavar="CODE", help="Whose numbers to show, such as GB or US."),
]
Lang = Annotated[str, typer.Option("--lang", metavar="CODE", help="Language of the words.")]
For = Annotated[
    Audience, typer.Option("--for", help="Who reads it: the person, or the clinician they see.")
]
NoSave = Annotated[bool, typer.Option("--no-save", help="Write nothing to this computer.")]


def ready_program(rules: Path | None, country: str | None, lang: str, *, save: bool) -> Program:
    """The program to run, and a line at once if it is overdue. Raises what `program_for` does."""
    program = program_for(rules, country, lang, save=save)
    warn_if_overdue(program)
    return program


def program_for(rules: Path | None, country: str | None, lang: str, *, save: bool) -> Program:
    """The program to run, with the country and language looked at.

    Raises `Unsound`, `Unreadable`, or a usage error that says what there is.
    """
    from backtriage.program.words import DEFAULT_COUNTRY
    from backtriage.shell.cache import load_program

    if lang not in LANGUAGES:
        there_is = ", ".join(LANGUAGES)
        raise typer.BadParameter(f"there is no language '{lang}'; there is: {there_is}")
    program = load_program(rules, save=save)
    if country is not None and (country == DEFAULT_COUNTRY or country not in program.countries):
        there_are = ", ".join(id_ for id_ in program.countries if id_ != DEFAULT_COUNTRY)
        raise typer.BadParameter(f"there is no country '{country}'; there are: {there_are}")
    return program


def warn_if_overdue(program: Program) -> None:
    """One line on standard error when the rules should have been looked at again by now."""
    due = program.protocol.review_due
    if date.today().isoformat() > due:  # noqa: DTZ011 - the person's own day is meant
        say(f"These rules were due for review by {due}. They may be out of date.")
