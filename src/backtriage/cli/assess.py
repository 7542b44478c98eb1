"""`backtriage assess`: one answer sheet -> one assessment."""

from enum import StrEnum, auto
from typing import Annotated, Literal

import typer

from backtriage.cli import completion, exits, options


class TargetUrgency(StrEnum):
    """Another urgency to ask about."""

    SELF_CARE = auto()
    ROUTINE = auto()
    SOON = auto()
    SAME_DAY = auto()
    EMERGENCY = auto()


@exits.guarded
def assess(
    sheet: Annotated[
        list[str],
        typer.Argument(
            metavar="SHEET", help="A .json or .yaml file of answers, or - for standard input."
        ),
    ],
    set_: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="ID=VALUE",
            autocompletion=completion.answers,
            help="Try another answer: a word, a number, or a list as in a,b or []. Other users of "
            "this machine and the shell history can see it: not for real people.",
        ),
    ] = [],  # noqa: B006 - typer copies it
    format_: Annotated[
        Literal["text", "json", "markdown", "html"],
        typer.Option("--format", help="Output format."),
    ] = "text",
    for_: options.For = "patient",
    country: options.Country = None,
    lang: options.Lang = "en",
    full: Annotated[
        bool, typer.Option("--full", help="Show every page behind the card too.")
    ] = False,
    section: Annotated[
        str,
        typer.Option(
            "--section",
            metavar="ID",
            autocompletion=completion.sections,
            help="Show only one page behind the card: why, helps, signs, about, or a module such "
            "as magnesium.",
        ),
    ] = "",
    why: Annotated[
        bool, typer.Option("--why", help="Show how each rule came out, clause by clause.")
    ] = False,
    why_not: Annotated[
        TargetUrgency | None,
        typer.Option(
            "--why-not",
            help="Show the smallest change of answers that would give another urgency. "
            "Not advice: answer what is true.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="RESULT",
            help="Show what has changed since an earlier result, saved as .json.",
        ),
    ] = None,
    private: options.Private = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with the urgency as a code: 10, 20, ... 50.")
    ] = False,
    show_values: Annotated[
        bool,
        typer.Option(
            "--show-values",
            help="Quote what is wrong in a sheet, with a suggestion. Not where messages are kept "
            "in a log: they are a person's answers.",
        ),
    ] = False,
    rules: options.Rules = None,
    no_save: options.NoSave = False,
) -> None:
    """Assess one answer sheet.

    The sheet is JSON if its name ends in .json and YAML if it ends in .yaml or .yml. Otherwise it
    is JSON if it begins with a brace or bracket, and YAML if not. A YAML sheet ends with a line
    break, and a list with one item on each line with another answer or the line '...' after it.

    Exits 0 when the assessment is complete, 3 when it is incomplete, 4 when it is out of scope,
    65 when an answer is invalid, and 74 when the result cannot be written; then an emergency is
    said on standard error. 'backtriage rules template' writes an empty sheet.

    With --why-not, the result is followed by the smallest change of answers that would give the
    target urgency or a lower one when the target is below the result, or a higher one when it is
    above. Answers that cannot change, such as age and past illness, stay as they are. Missing
    answers are filled in before given ones change. This explains the result; it is never a
    reason to answer differently. Which answers hold a result may tell a private one, so text and
    markdown say it only with --private.
    """
    if len(sheet) > 1:
        message = "one sheet at a time; 'backtriage batch' assesses several, or a folder of them"
        raise typer.BadParameter(message, param_hint="SHEET")
    for option, is_set in (("--why", why), ("--full", full), ("--section", section)):
        if is_set and format_ == "json":
            raise typer.BadParameter(f"{option} works with text, markdown and html, not with json")
        if is_set and option != "--why" and for_ == "clinician":
            raise typer.BadParameter(f"{option} works for the patient, not for the clinician")
    if why_not is not None and format_ == "html":
        raise typer.BadParameter("--why-not works with text, markdown and json, not with html")
    if since is not None and why_not is not None:
        raise typer.BadParameter("--since works without --why-not: ask for one after the other")
    if section and format_ == "html":
        raise typer.BadParameter("--section works with text and markdown, not with html")
    from backtriage.shell.paths import bundled_rules
    from backtriage.shell.sheets import assess_sheet, read_answers, read_earlier
    from backtriage.shell.written import Wanted, write_result
    from backtriage.terms.urgency import URGENCIES

    program, country = options.program_for(rules, country, lang, save=not no_save)
    validated = read_answers(program, sheet[0], options.settings(set_))
    assessment = assess_sheet(
        program, validated, country, rules=rules or bundled_rules(), show_values=show_values
    )
    wanted = Wanted(
        form=format_, audience=for_, full=full, section=section, why=why, private=private
    )
    try:
        earlier = read_earlier(since, assessment) if since is not None else None
        target = URGENCIES[why_not.value] if why_not is not None else None
        write_result(assessment, wanted, target=target, earlier=earlier)
    except (Exception, KeyboardInterrupt) as error:  # whatever it was, the result may be lost
        exits.say_emergency(assessment)
        if section:
            _refuse_unknown(section, error)
        raise
    options.warn_if_overdue(program)  # last: nothing comes before an emergency
    raise typer.Exit(exits.code_of(assessment, by_urgency=exit_code))


def _refuse_unknown(section: str, error: BaseException) -> None:
    """Say which pages there are, if the one that was asked for is not among them."""
    from backtriage.render.page.answer import UnknownSectionError

    if isinstance(error, UnknownSectionError):
        message = f"this result has no section {section!r}; it has {', '.join(error.ids)}"
        raise typer.BadParameter(message, param_hint="--section") from None
