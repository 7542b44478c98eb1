"""A graph in the Mermaid language, which code hosts draw inside Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from backtriage.render.graph.graph import QUESTION, Graph, Neighbourhood, Node
from backtriage.render.graph.labels import (
    brief_label,
    clusters,
    full_label,
    guards,
    printable,
    summary,
)

_SPECIAL: Final = re.compile(r"[^\w .,()/?!'+:-]|(?<!\w)_|_(?!\w)|:(?=\S)")
"""Characters that Mermaid, Markdown or HTML could interpret."""

_PREFIXES: Final = frozenset(":\\")
"""Characters that Mermaid interprets together with the next letter: an icon, a line break."""
_WORD_JOINER: Final = "#8288;"
"""An invisible character to separate them."""

_SHAPES: Final = {
    "question": ("[", "]"), "fact": ("[[", "]]"), "score": ("[[", "]]"), "rule": ("(", ")")
}  # fmt: skip

_COLUMNS: Final = 4
"""For the rules of one urgency."""


def as_mermaid(graph: Graph) -> str:
    """Return the whole protocol, with edges for guards and the asking order only.

    Hundreds of edges from questions to rules could not be followed, so a rule's label names the
    questions that it reads.
    """
    lines = [f"%% {escaped(summary(graph))}", "flowchart LR"]
    groups = tuple(clusters(graph))
    for cluster in groups:
        lines += [f'  subgraph {cluster.ref}["{escaped(cluster.title)}"]', "    direction TB"]
        lines += [f"    {_node(node, brief_label(graph, node))}" for node in cluster.nodes]
        edge = "-->" if cluster.urgency is None else "~~~"
        lines += [
            f"    {above.ref} {edge} {below.ref}" for above, below in cluster.stacked(_COLUMNS)
        ]
        lines.append("  end")
    # Invisible edges keep the subgraphs in order.
    lines += [f"  {left.ref} ~~~ {right.ref}" for left, right in pairwise(groups)]
    lines += [f"  {opener.ref} -.-> {question.ref}" for opener, question in guards(graph)]
    return "\n".join(lines) + "\n"


def neighbourhood_as_mermaid(near: Neighbourhood) -> str:
    """Return a neighbourhood with all of its edges."""
    lines = [f"%% {escaped(summary(near.graph))}", "flowchart LR"]
    lines += [f"  {_node(node, full_label(near.graph, node))}" for node in near.nodes]
    refs = {node.key: node.ref for node in near.nodes}
    lines += [
        f"  {refs[read]} {'-.->' if reader[0] == QUESTION else '-->'} {refs[reader]}"
        for read, reader in near.edges
    ]
    focus = ",".join(node.ref for node in near.focus)
    lines += ["  classDef about stroke-width:4px", f"  class {focus} about"]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Return text that Mermaid shows as it is: special characters become numeric entities."""
    return _SPECIAL.sub(
        lambda found: f"#{ord(found[0])};{_WORD_JOINER * (found[0] in _PREFIXES)}", printable(text)
    )


def _node(node: Node, label: Iterable[str]) -> str:
    left, right = _SHAPES[node.kind]
    return f'{node.ref}{left}"{"<br/>".join(map(escaped, label))}"{right}'
