"""The neighbourhood of one thing: all that leads to it, and all that it leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from backtriage.render.graph.graph import QUESTION, Graph, Key, Part

Line = tuple[Key, Key]
"""From what is read to what reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """Some parts of a graph, and the lines between them."""

    graph: Graph
    about: tuple[Part, ...]
    parts: tuple[Part, ...]
    """In protocol order, what it is about among them."""
    lines: tuple[Line, ...]


def names(graph: Graph) -> tuple[str, ...]:
    """Everything that has a neighbourhood."""
    return tuple(dict.fromkeys(part.id for part in graph.parts.values()))


def nearby(graph: Graph, id_: str) -> Nearby:
    """The neighbourhood of whatever has this id; a rule and a question may share one.

    It ends at the questions that lead to it, and at the rules and questions that it leads to.
    Of the questions in it, it also says which opens which.
    """
    about = tuple(part for part in graph.parts.values() if part.id == id_)
    lines = dict.fromkeys((*_back(graph, about), *_on(graph, about)))
    keys = {part.key for part in about} | {key for line in lines for key in line}
    parts = tuple(part for key, part in graph.parts.items() if key in keys)
    asked = (part for part in parts if part.sort == QUESTION)
    guards = ((read, part.key) for part in asked for read in part.reads if read in keys)
    lines |= dict.fromkeys(guards)
    return Nearby(graph=graph, about=about, parts=parts, lines=tuple(lines))


def _back(graph: Graph, about: Iterable[Part]) -> list[Line]:
    """Every line that leads to these, from questions on."""

    def lines(part: Part) -> list[Line]:
        return [(key, part.key) for key in part.reads]

    return _walk(graph, about, lines, lambda line: line[0])


def _on(graph: Graph, about: Iterable[Part]) -> list[Line]:
    """Every line that leads on from these, up to rules and questions."""

    def lines(part: Part) -> list[Line]:
        return [(part.key, other.key) for other in graph.parts.values() if part.key in other.reads]

    return _walk(graph, about, lines, lambda line: line[1])


def _walk(
    graph: Graph, about: Iterable[Part], lines: Callable[[Part], list[Line]],
    end: Callable[[Line], Key],
) -> list[Line]:  # fmt: skip
    """Lines from part to part, not beyond a question."""
    found: list[Line] = []
    waiting, seen = list(about), {part.key for part in about}
    while waiting:
        for line in lines(waiting.pop(0)):
            found.append(line)
            key = end(line)
            if key not in seen and key[0] != QUESTION:
                waiting.append(graph.parts[key])
            seen.add(key)
    return found
