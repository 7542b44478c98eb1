"""From a sheet's name to an assessment, and out again."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer
from msgspec.structs import replace

from backtriage.cli import exits
from backtriage.decide.assessment import Assessment, assess
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet, sheet_from_bytes
from backtriage.program.validate import ValidatedSheet, validate
from backtriage.shell.files import read_sheet
from backtriage.shell.output import is_terminal, write_out
from backtriage.terms.answers import Answers
from backtriage.terms.location import Location
from backtriage.terms.urgency import URGENCIES, Urgency

if TYPE_CHECKING:
    from backtriage.render.page import Audience, Section


def validated_from(program: Program, name: str, trials: Sequence[str] = ()) -> ValidatedSheet:
    """The sheet's answers, with those of `--set` in their place."""
    is_yaml = name.endswith((".yaml", ".yml"))
    shown = "standard input" if name == "-" else name
    data = read_sheet(name)
    if name == "-" and not is_yaml:
        # Both are taken from standard input: JSON sheets are objects, YAML ones are not braced.
        is_yaml = not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))
    sheet = sheet_from_bytes(data, shown, is_yaml=is_yaml)
    trial = Sheet(values=_trials(trials), text=True, location=_in_trials)
    rest = {key: value for key, value in sheet.values.items() if key not in trial.values}
    first, second = validate(program, replace(sheet, values=rest)), validate(program, trial)
    return ValidatedSheet(
        answers=Answers({**first.answers, **second.answers}),
        ref=second.ref or first.ref,
        problems=first.problems + second.problems,
    )


def _trials(trials: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for trial in trials:
        key, equals, value = trial.partition("=")
        if not equals or key in found:
            what = "is no id=value" if not equals else "is set twice"
            raise typer.BadParameter(f"'{trial}' {what}", param_hint="--set")
        found[key] = value
    return found


def _in_trials(key: str) -> Location:
    return Location(file="--set", path=key)


def decided(program: Program, validated: ValidatedSheet, country: str | None) -> Assessment:
    """The assessment of a sheet without problems; of any other, what is wrong with it.

    Before that an emergency among the answers that could be read.
    """
    readable = assess(program, validated.answers, country, validated.ref)
    if not validated.problems:
        return readable
    # Imported here: only a bad sheet needs it.
    from backtriage.render.page.patient import action_of
    from backtriage.render.problems import problem_lines

    if readable.certain is Urgency.EMERGENCY:
        action = action_of(readable)
        exits.say(f"{action.call}\n{action.where}\n")
    exits.say(problem_lines(validated.problems).rstrip("\n"))
    exits.say("No assessment was made. Nothing in the sheet was changed.")
    raise typer.Exit(exits.DATA)


def write(assessment: Assessment, form: str, audience: Audience, *, why: bool) -> None:
    """Write an assessment to standard output as text, JSON or Markdown."""
    if form == "json":
        from backtriage.render.as_json import as_json

        write_out(as_json(assessment))
    else:
        from backtriage.render.page import page_for

        _write_sections(page_for(assessment, audience, why=why).sections, form)


def write_with(
    assessment: Assessment, wanted: str, form: str, audience: Audience, *, why: bool
) -> None:
    """Write an assessment, and what would have to be different for another urgency.

    Only here is the prover loaded. A page for people is written before it starts: no result
    waits for it.
    """
    if form != "json":
        write(assessment, form, audience, why=why)
    from backtriage.counterfactual.search import find_counterfactual

    answers = Answers({**assessment.answers, **assessment.set_aside})
    found = find_counterfactual(assessment.program, answers, URGENCIES[wanted])
    if form == "json":
        from backtriage.render.as_json import as_json
        from backtriage.render.counterfactual import counterfactual_record

        write_out(as_json(assessment, why_not=counterfactual_record(assessment, found)))
    else:
        from backtriage.render.counterfactual import counterfactual_block
        from backtriage.render.page.patient import action_of

        # The action is repeated, so that it stays the last thing on the screen.
        write_out("\n")
        block = counterfactual_block(assessment, found)
        _write_sections((block, action_of(assessment)), form)


def _write_sections(sections: tuple[Section, ...], form: str) -> None:
    if form == "markdown":
        from backtriage.render.as_markdown import as_markdown

        write_out(as_markdown(sections))
    elif is_terminal(sys.stdout):
        from backtriage.render.as_card import as_card
        from backtriage.shell.screen import show

        show(as_card(sections))
    else:
        # Text for a pipe: no colour, 80 columns, and rich is not loaded.
        from backtriage.render.as_text import as_text

        write_out(as_text(sections))
