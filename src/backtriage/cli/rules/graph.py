"""The command that draws a protocol, or what stands around one part of it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules
from backtriage.shell.files import write_result
from backtriage.shell.output import write_out

if TYPE_CHECKING:
    from backtriage.render.graph.graph import Graph


class Drawing(StrEnum):
    """How a picture is written."""

    MERMAID = "mermaid"
    SVG = "svg"


@exits.guarded
def graph(
    format_: Annotated[
        Drawing | None,
        typer.Option("--format", help="How to draw it; SVG for a file that ends in .svg."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Write it here and not to the screen."),
    ] = None,
    about: Annotated[
        str | None,
        typer.Option("--about", metavar="ID", help="Only what leads to it, and what it leads to."),
    ] = None,
    rules: Rules = None,
) -> None:
    """Draw a protocol: its questions in order, what opens them, and the rules by urgency.

    As text for Mermaid, which many pages draw, or as one SVG file that needs nothing else. The
    whole names the questions that a rule reads. With --about the lines of one question, rule,
    fact or score are drawn as well.
    """
    from backtriage.render.graph.graph import graph_of
    from backtriage.shell.cache import load_program

    by_name = Drawing.SVG if output and output.suffix == ".svg" else Drawing.MERMAID
    drawn = _drawn(graph_of(load_program(rules, save=False)), format_ or by_name, about)
    if output:
        write_result(output, drawn)
    else:
        write_out(drawn)


def _drawn(whole: Graph, form: Drawing, about: str | None) -> str:
    """Each way to draw is loaded when it is asked for."""
    if about is not None:
        return _about(whole, form, about)
    if form is Drawing.SVG:
        from backtriage.render.graph.as_svg import as_svg

        return as_svg(whole)
    from backtriage.render.graph.as_mermaid import as_mermaid

    return as_mermaid(whole)


def _about(whole: Graph, form: Drawing, id_: str) -> str:
    from backtriage.render.graph.nearby import names, nearby
    from backtriage.terms.problem import did_you_mean

    if id_ not in names(whole):
        hint = did_you_mean(id_, names(whole)) or "'backtriage rules show' lists what there is"
        exits.say(f"There is no question, rule, fact or score '{id_}': {hint}")
        raise typer.Exit(exits.USAGE)
    if form is Drawing.SVG:
        from backtriage.render.graph.as_svg import nearby_as_svg

        return nearby_as_svg(nearby(whole, id_))
    from backtriage.render.graph.as_mermaid import nearby_as_mermaid

    return nearby_as_mermaid(nearby(whole, id_))
