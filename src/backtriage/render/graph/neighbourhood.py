"""The neighbourhood of one node: everything that leads to it, and everything it leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from backtriage.render.graph.graph import QUESTION, Graph, Node, NodeKey

Edge: TypeAlias = tuple[NodeKey, NodeKey]
"""From what is read to what reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """Some nodes of a graph, and the edges between them."""

    graph: Graph
    focus: tuple[Node, ...]
    nodes: tuple[Node, ...]
    """In protocol order, with the focus among them."""
    edges: tuple[Edge, ...]


def names(graph: Graph) -> tuple[str, ...]:
    """Return every id that has a neighbourhood."""
    return tuple(dict.fromkeys(node.id for node in graph.nodes.values()))


def neighbourhood(graph: Graph, id_: str) -> Neighbourhood:
    """Return the neighbourhood of every node with this id; a rule and a question may share one.

    It extends back to the first questions, and on to the first rules and guarded questions.
    Guards between its own questions are included.
    """
    focus = tuple(node for node in graph.nodes.values() if node.id == id_)
    edges = dict.fromkeys(
        (
            *_walk(graph, focus, _incoming, lambda edge: edge[0]),
            *_walk(graph, focus, lambda node: _outgoing(graph, node), lambda edge: edge[1]),
        )
    )
    keys = {node.key for node in focus} | {key for edge in edges for key in edge}
    nodes = tuple(node for key, node in graph.nodes.items() if key in keys)
    questions = (node for node in nodes if node.kind == QUESTION)
    guards = ((read, node.key) for node in questions for read in node.reads if read in keys)
    edges |= dict.fromkeys(guards)
    return Neighbourhood(graph=graph, focus=focus, nodes=nodes, edges=tuple(edges))


def _incoming(node: Node) -> Iterator[Edge]:
    return ((key, node.key) for key in node.reads)


def _outgoing(graph: Graph, node: Node) -> Iterator[Edge]:
    return ((node.key, key) for key, reader in graph.nodes.items() if node.key in reader.reads)


def _walk(
    graph: Graph, start: Iterable[Node], edges: Callable[[Node], Iterable[Edge]],
    end: Callable[[Edge], NodeKey],
) -> list[Edge]:  # fmt: skip
    """Return the edges found breadth-first, stopping at questions."""
    found: list[Edge] = []
    queue, seen = list(start), {node.key for node in start}
    while queue:
        for edge in edges(queue.pop(0)):
            found.append(edge)
            key = end(edge)
            if key not in seen and key[0] != QUESTION:
                queue.append(graph.nodes[key])
            seen.add(key)
    return found
