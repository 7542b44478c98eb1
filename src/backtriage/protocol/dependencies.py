"""The entries and conditions of a protocol, and what each condition reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias, TypeVar

from backtriage.protocol.protocol import Protocol, Score
from backtriage.terms.condition import ATOMS, Always, Atom, Condition, Fact, Scores, leaves
from backtriage.terms.urgency import Urgency

T = TypeVar("T")

Name: TypeAlias = tuple[str, str]
"""A section of the protocol and the id of an entry in it: `("questions", "age")`."""

QUESTIONS: Final = "questions"
FACTS: Final = "facts"
SCORES: Final = "scores"

_PATHS: Final = {"levels": "urgencies", "journal": QUESTIONS}
"""The sections that some fields of a protocol are written in, where the names differ."""


def names_in(condition: Condition) -> Iterator[Name]:
    """Yield every question, fact and score that a condition itself names, with repeats."""
    for leaf in leaves(condition):
        if isinstance(leaf, ATOMS):
            yield QUESTIONS, leaf.question
        elif isinstance(leaf, Fact):
            yield FACTS, leaf.fact
        elif isinstance(leaf, Scores):
            yield SCORES, leaf.score


def unfold(condition: Condition, facts: Mapping[str, Condition]) -> Iterator[Atom | Scores]:
    """Yield the atoms and scores of a condition, left to right, with its facts expanded.

    The facts must not be cyclic.
    """
    for leaf in leaves(condition):
        if isinstance(leaf, Fact):
            yield from unfold(facts[leaf.fact], facts)
        elif not isinstance(leaf, Always):
            yield leaf


def dependencies(
    condition: Condition,
    facts: Mapping[str, Condition],
    scores: Mapping[str, Score],
    guards: Mapping[str, Condition] | None = None,
) -> tuple[Name, ...]:
    """Return everything a condition reads, transitively, in depth-first order.

    Args:
        condition: Where to start.
        facts: The condition of each fact; cycles are allowed.
        scores: Each score by id.
        guards: The `ask_when` of each question, to follow guards as well.
    """

    def reads(name: Name) -> Iterable[Name]:
        section, id_ = name
        if section == FACTS:
            return names_in(facts[id_])
        if section == SCORES:
            return ((QUESTIONS, points.question) for points in scores[id_].points)
        return names_in(guards[id_]) if guards else ()

    return reachable(names_in(condition), reads)


def questions_read(
    condition: Condition, facts: Mapping[str, Condition], scores: Mapping[str, Score]
) -> tuple[str, ...]:
    """Return the questions a condition reads through facts and scores, in depth-first order."""
    names = dependencies(condition, facts, scores)
    return tuple(id_ for section, id_ in names if section == QUESTIONS)


def reachable(start: Iterable[T], successors: Callable[[T], Iterable[T]]) -> tuple[T, ...]:
    """Return every node that can be reached, each once, in depth-first order."""
    reached: dict[T, None] = {}
    stack = [*start][::-1]
    while stack:
        node = stack.pop()
        if node not in reached:
            reached[node] = None
            stack += [*successors(node)][::-1]
    return tuple(reached)


def components(
    nodes: Iterable[T], successors: Callable[[T], Iterable[T]]
) -> tuple[tuple[T, ...], ...]:
    """Return the strongly connected components of a graph, each after those that it leads to.

    The algorithm is Tarjan's, without recursion.
    """
    index: dict[T, int] = {}
    lowest: dict[T, int] = {}
    open_: dict[T, None] = {}
    found: list[tuple[T, ...]] = []
    path: list[tuple[T, Iterator[T]]] = []

    def enter(node: T) -> None:
        index[node] = lowest[node] = len(index)
        open_[node] = None
        path.append((node, iter(successors(node))))

    for root in nodes:
        if root not in index:
            enter(root)
        while path:
            node, ahead = path[-1]
            for following in ahead:
                if following not in index:
                    enter(following)
                    break
                if following in open_:
                    lowest[node] = min(lowest[node], index[following])
            else:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[node])
                if lowest[node] == index[node]:
                    found.append(_taken_until(node, open_))
    return tuple(found)


def _taken_until(node: T, open_: dict[T, None]) -> tuple[T, ...]:
    """Take the nodes from the end of `open_` up to one, and return them."""
    taken: list[T] = []
    while not taken or taken[-1] != node:
        taken.append(open_.popitem()[0])
    return tuple(taken)


def entries(protocol: Protocol, *sections: str) -> Iterator[tuple[str, Any]]:
    """Yield each entry of some sections by its path in the rules, such as `rules.fever`.

    Args:
        protocol: The protocol.
        sections: Names of its fields; `modules.verdicts` stands for the verdicts of the modules.
    """
    for section in sections:
        outer, _, inner = section.partition(".")
        for entry in getattr(protocol, outer):
            path = f"{_PATHS.get(outer, outer)}.{entry_id(entry)}"
            if inner:
                parts = getattr(entry, inner)
                yield from ((f"{path}.{inner}.{entry_id(part)}", part) for part in parts)
            else:
                yield path, entry


def entry_id(entry: object) -> str:
    """Return the id of an entry, or what serves as its id."""
    keys = ("id", "question", "about", "group", "urgency")
    id_: object = next(getattr(entry, key) for key in keys if hasattr(entry, key))
    return id_.id if isinstance(id_, Urgency) else str(id_)


def conditions(protocol: Protocol) -> Iterator[tuple[str, Condition]]:
    """Yield every condition that asks or decides something, by its path in the rules."""
    for path, question in entries(protocol, "questions"):
        yield f"{path}.ask_when", question.ask_when
    for path, entry in entries(protocol, "facts", "rules", "advice", "modules.verdicts", "notes"):
        yield f"{path}.when", entry.when
        if getattr(entry, "withhold_if", None) is not None:
            yield f"{path}.withhold_if", entry.withhold_if


def guarantees(protocol: Protocol) -> Iterator[tuple[str, Condition]]:
    """Yield every condition that neither asks nor decides: of guarantees and the safety net."""
    for path, entry in entries(protocol, "floors", "impossible", "never_with"):
        yield f"{path}.when", entry.when
    for risk in protocol.risk:
        if risk.when is not None:
            yield f"risk.{risk.id}.when", risk.when
    for path, group in entries(protocol, "safety_net"):
        if group.personal_when is not None:
            yield f"{path}.personal_when", group.personal_when
    for path, sign in entries(protocol, "rules.signs"):
        if sign.names is not None:
            yield f"{path}.names", sign.names
