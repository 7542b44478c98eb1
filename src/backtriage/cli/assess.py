"""`backtriage assess`: one answers sheet -> one assessment."""

from __future__ import annotations

from enum import StrEnum, auto
from typing import Annotated

import typer

from backtriage.cli import exits
from backtriage.cli.options import (
    Audience,
    Country,
    For,
    Lang,
    NoSave,
    Rules,
    program_for,
    warn_if_overdue,
)


class Format(StrEnum):
    """How the assessment is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class Wanted(StrEnum):
    """Another urgency that somebody asks about."""

    SELF_CARE = auto()
    ROUTINE = auto()
    SOON = auto()
    SAME_DAY = auto()
    EMERGENCY = auto()


@exits.guarded
def assess(
    sheet: Annotated[
        str,
        typer.Argument(
            metavar="SHEET", help="A .json or .yaml file of answers, or - to read them."
        ),
    ],
    set_: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="ID=VALUE",
            help="Try another answer, as id=value. Others on this machine and the shell history "
            "can see it: not for real people.",
        ),
    ] = [],  # noqa: B006 - typer copies it
    format_: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
    for_: For = Audience.PATIENT,
    country: Country = None,
    lang: Lang = "en",
    why: Annotated[
        bool, typer.Option("--why", help="Show each rule: yes, no or cannot tell.")
    ] = False,
    why_not: Annotated[
        Wanted | None,
        typer.Option(
            "--why-not",
            help="Show the fewest answers that would have to be different for another urgency. "
            "Not advice: answer what is true.",
        ),
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with the urgency: 10, 20, 30, 40 or 50.")
    ] = False,
    rules: Rules = None,
    no_save: NoSave = False,
) -> None:
    """Decide one sheet of answers.

    Exits 0 when an assessment was made, 3 when it is incomplete, 4 when it is out of scope,
    65 when an answer cannot be read. 'backtriage rules template' writes an empty sheet.

    With --why-not the fewest answers that would have to be different follow the result: for that
    urgency or a lower one when it is below the result, or a higher one when it is above. Answers
    that cannot change, such as age and past illness, stay as they are. Missing answers are
    filled in before given ones change. This is for understanding, never a reason to answer
    differently.
    """
    if why and format_ is Format.JSON:
        raise typer.BadParameter("--why goes with text and markdown, not with json")
    from backtriage.cli.sheet import decided, validated_from, write, write_with

    program = program_for(rules, country, lang, save=not no_save)
    assessment = decided(program, validated_from(program, sheet, set_), country)
    if why_not is None:
        write(assessment, format_.value, for_.value, why=why)
    else:
        write_with(assessment, why_not.value, format_.value, for_.value, why=why)
    warn_if_overdue(program)  # last: nothing comes before an emergency
    raise typer.Exit(exits.code_of(assessment, by_urgency=exit_code))
