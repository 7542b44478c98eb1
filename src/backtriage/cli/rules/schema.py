"""`backtriage rules schema`: the JSON Schema of an answer sheet or of an assessment."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules
from backtriage.cli.rules.loading import write_json


class SchemaKind(StrEnum):
    """What the schema describes."""

    ANSWERS = "answers"
    ASSESSMENT = "assessment"


@exits.guarded
def schema(
    of: Annotated[
        SchemaKind, typer.Option("--of", help="What the schema describes.")
    ] = SchemaKind.ANSWERS,
    rules: Rules = None,
) -> None:
    """Write the JSON Schema (2020-12) of this protocol's answer sheets or assessments."""
    from backtriage.exchange.answers_schema import answers_schema
    from backtriage.exchange.assessment_schema import assessment_schema
    from backtriage.shell.cache import load_program

    program = load_program(rules, save=False)
    if of is SchemaKind.ANSWERS:
        write_json(answers_schema(program))
    else:
        write_json(assessment_schema(program))
