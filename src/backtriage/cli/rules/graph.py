"""The `rules graph` command: draw a protocol, or the neighbourhood of one node."""

from typing import Annotated, Final, Literal

import typer

from backtriage.cli import completion, exits
from backtriage.cli.options import Force, Rules, result_file
from backtriage.cli.rules.loading import load, refuse_unknown
from backtriage.shell.output import write_out

_DOT: Final = (".dot", ".gv")
_EXTENSIONS: Final = (".mmd", ".mermaid", *_DOT, ".txt", "")


@exits.guarded
def graph(
    format_: Annotated[
        Literal["mermaid", "dot"] | None,
        typer.Option(
            "--format", help="Output language; defaults to dot if FILE ends in .dot or .gv."
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("--output", metavar="FILE", help="Write to a new file, not standard output."),
    ] = None,
    force: Force = False,
    about: Annotated[
        str | None,
        typer.Option(
            "--about",
            metavar="ID",
            autocompletion=completion.nodes,
            help="Draw only what leads to this id or from it.",
        ),
    ] = None,
    rules: Rules = None,
) -> None:
    """Draw a protocol: its questions in order, their guards, and the rules by urgency.

    The output is Mermaid, which many websites render, or DOT, which Graphviz turns into SVG, PDF
    or PNG. In the graph of a whole protocol, each rule names the questions that it reads. With
    --about, the graph shows one question, rule, fact or score with all of its arrows.
    """
    from backtriage.render.graph.as_dot import as_dot, neighbourhood_as_dot
    from backtriage.render.graph.as_mermaid import as_mermaid, neighbourhood_as_mermaid
    from backtriage.render.graph.graph import build_graph, names, neighbourhood

    file = result_file(output, "--output", _EXTENSIONS, force=force)
    drawn = build_graph(load(rules))
    is_dot_file = file is not None and file.extension in _DOT
    is_dot = format_ == "dot" or (format_ is None and is_dot_file)
    if about is None:
        drawing = as_dot(drawn) if is_dot else as_mermaid(drawn)
    else:
        refuse_unknown(
            "question, rule, fact or score", about, names(drawn),
            otherwise="'backtriage rules show' lists what there is",
        )  # fmt: skip
        near = neighbourhood(drawn, about)
        drawing = neighbourhood_as_dot(near) if is_dot else neighbourhood_as_mermaid(near)
    if file:
        file.write(drawing)
    else:
        write_out(drawing)
