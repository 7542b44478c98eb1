"""`backtriage rules schema` and `rules template`: the format of sheets and assessments."""

from typing import Annotated, Literal

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules
from backtriage.cli.rules.loading import load
from backtriage.cli.rules.reports import json_text
from backtriage.shell.output import write_out


@exits.guarded
def schema(
    of: Annotated[
        Literal["answers", "assessment"], typer.Option("--of", help="What the schema describes.")
    ] = "answers",
    rules: Rules = None,
) -> None:
    """Write the JSON Schema (2020-12) of this protocol's answer sheets or assessments."""
    from backtriage.exchange.answers_schema import answers_schema
    from backtriage.exchange.assessment_schema import assessment_schema

    program = load(rules)
    record = answers_schema(program) if of == "answers" else assessment_schema(program)
    write_out(json_text(record))


@exits.guarded
def template(rules: Rules = None) -> None:
    """Write an empty answer sheet in YAML, with a comment for each question.

    Save it as a .yaml file, fill in what you know, and pass it to 'backtriage assess'. A question
    that stays empty is missing; it never counts as no.
    """
    from backtriage.exchange.template import template_text

    write_out(template_text(load(rules)))
