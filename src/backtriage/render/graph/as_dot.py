"""A graph in the DOT language of Graphviz, which draws it as SVG, PDF or PNG."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

from backtriage.render.cells import wrapped
from backtriage.render.graph.graph import QUESTION, Graph, Neighbourhood, Node
from backtriage.render.graph.labels import (
    brief_label,
    clusters,
    full_label,
    guards,
    printable,
    summary,
)

_SHAPES: Final = {"question": "box", "fact": "note", "score": "tab", "rule": "box"}
_FILLS: Final = ("#e3efd9", "#d8eff1", "#dde7fa", "#fde8cc", "#fbd9dc")
"""The colour of a rule by its urgency, lowest first."""

_COLUMNS: Final = 2
"""For the rules of one urgency."""
_NODE_WIDTH, _TITLE_WIDTH = 40, 90
"""The longest line of a label, in characters. Graphviz does not wrap text."""

_GRAPH_LEGEND: Final = (
    "Arrows show the asking order. Dashed arrows lead to questions that an answer may open. "
    "A rule names the questions that it reads."
)
_EDGES_LEGEND: Final = (
    "Arrows lead to what reads an answer. Dashed arrows lead to questions that it may open."
)

_DEFAULTS: Final = (
    'graph [bgcolor=white fontname="Helvetica" labelloc=t]',
    'node [fontname="Helvetica" fontsize=11 margin="0.12,0.08" style=filled fillcolor=white]',
)


def as_dot(graph: Graph) -> str:
    """Return the whole protocol, with edges for guards and the asking order only.

    Hundreds of edges from questions to rules could not be followed, so a rule's label names the
    questions that it reads.
    """
    lines: list[str] = []
    for cluster in clusters(graph):
        lines += [f"subgraph cluster_{cluster.ref} {{", f"  label={_label([cluster.title])}"]
        lines += [f"  {_node(node, brief_label(graph, node))}" for node in cluster.nodes]
        style = "" if cluster.urgency is None else " [style=invis]"
        lines += [
            f"  {above.ref} -> {below.ref}{style}" for above, below in cluster.stacked(_COLUMNS)
        ]
        if cluster.urgency is not None:
            rows = zip(cluster.nodes[::_COLUMNS], cluster.nodes[1::_COLUMNS], strict=False)
            lines += [f"  {{rank=same {a.ref} -> {b.ref} [style=invis]}}" for a, b in rows]
        lines.append("}")
    lines += [
        f"{opener.ref} -> {question.ref} [style=dashed constraint=false]"
        for opener, question in guards(graph)
    ]
    return _digraph("TB", (graph.title, summary(graph), _GRAPH_LEGEND), lines)


def neighbourhood_as_dot(near: Neighbourhood) -> str:
    """Return a neighbourhood with all of its edges, and a thick outline for its focus."""
    graph = near.graph
    lines = [
        _node(node, full_label(graph, node), is_focus=node in near.focus) for node in near.nodes
    ]
    refs = {node.key: node.ref for node in near.nodes}
    lines += [
        f"{refs[read]} -> {refs[reader]}{' [style=dashed]' if reader[0] == QUESTION else ''}"
        for read, reader in near.edges
    ]
    return _digraph("LR", (graph.title, summary(graph), _EDGES_LEGEND), lines)


def _digraph(direction: str, title: Iterable[str], lines: Iterable[str]) -> str:
    head = (*_DEFAULTS, f"rankdir={direction}", f"label={_label(title, _TITLE_WIDTH)}")
    return "\n".join(("digraph protocol {", *(f"  {line}" for line in (*head, *lines)), "}", ""))


def _node(node: Node, label: Iterable[str], *, is_focus: bool = False) -> str:
    attributes = [f"label={_label(label)}", f"shape={_SHAPES[node.kind]}"]
    if node.urgency is not None:
        attributes.append(f'style="filled,rounded" fillcolor="{_FILLS[node.urgency]}"')
    if is_focus:
        attributes.append("penwidth=3")
    return f"{node.ref} [{' '.join(attributes)}]"


def _label(lines: Iterable[str], width: int = _NODE_WIDTH) -> str:
    """Return an HTML-like label: the first line bold, all lines wrapped and left-aligned."""
    first, *rest = (
        "".join(f'{escape(line)}<br align="left"/>' for line in wrapped(printable(text), width))
        for text in lines
    )
    return f"<<b>{first}</b>{''.join(rest)}>"
