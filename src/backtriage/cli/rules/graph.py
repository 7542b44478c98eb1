"""The `rules graph` command: draw a protocol, or the neighbourhood of one node."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules
from backtriage.shell.files import write_result
from backtriage.shell.output import say, write_out

if TYPE_CHECKING:
    from backtriage.render.graph.graph import Graph


class GraphFormat(StrEnum):
    """A drawing language."""

    MERMAID = "mermaid"
    DOT = "dot"


@exits.guarded
def graph(
    format_: Annotated[
        GraphFormat | None,
        typer.Option("--format", help="Drawing language; dot for a file that ends in .dot."),
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

    As Mermaid, which many pages draw, or as DOT, which Graphviz turns into SVG, PDF or PNG. The
    whole names the questions that a rule reads. With --about the arrows of one question, rule,
    fact or score are drawn as well.
    """
    from backtriage.render.graph.graph import build_graph
    from backtriage.shell.cache import load_program

    by_suffix = GraphFormat.DOT if output and output.suffix == ".dot" else GraphFormat.MERMAID
    drawing = _draw(build_graph(load_program(rules, save=False)), format_ or by_suffix, about)
    if output:
        write_result(output, drawing)
    else:
        write_out(drawing)


def _draw(graph: Graph, language: GraphFormat, about: str | None) -> str:
    from backtriage.render.graph.as_dot import as_dot, neighbourhood_as_dot
    from backtriage.render.graph.as_mermaid import as_mermaid, neighbourhood_as_mermaid
    from backtriage.render.graph.graph import names, neighbourhood
    from backtriage.terms.problem import did_you_mean

    if about is None:
        return as_dot(graph) if language is GraphFormat.DOT else as_mermaid(graph)
    if about not in names(graph):
        hint = did_you_mean(about, names(graph)) or "'backtriage rules show' lists what there is"
        say(f"There is no question, rule, fact or score '{about}': {hint}")
        raise typer.Exit(exits.USAGE)
    near = neighbourhood(graph, about)
    return (
        neighbourhood_as_dot(near)
        if language is GraphFormat.DOT
        else neighbourhood_as_mermaid(near)
    )
