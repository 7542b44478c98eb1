"""The conditions of a protocol, and what each of them reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias, TypeVar

from backtriage.protocol.protocol import Protocol, Score
from backtriage.terms.condition import ATOMS, Always, Atom, Condition, Fact, Scores, leaves

T = TypeVar("T")

Name: TypeAlias = tuple[str, str]
"""A section of the protocol and the id of an entry in it: `("questions", "age")`."""

QUESTIONS: Final = "questions"
FACTS: Final = "facts"
SCORES: Final = "scores"


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


def conditions(protocol: Protocol) -> Iterator[tuple[str, Condition]]:
    """Yield every condition that asks or decides something, by its path in the rules."""
    for question in protocol.questions:
        yield f"questions.{question.id}.ask_when", question.ask_when
    for fact in protocol.facts:
        yield f"facts.{fact.id}.when", fact.when
    for rule in protocol.rules:
        yield f"rules.{rule.id}.when", rule.when
    for advice in protocol.advice:
        yield f"advice.{advice.id}.when", advice.when
        if advice.withhold_if is not None:
            yield f"advice.{advice.id}.withhold_if", advice.withhold_if
    for module in protocol.modules:
        for verdict in module.verdicts:
            yield f"modules.{module.id}.verdicts.{verdict.id}.when", verdict.when
    for note in protocol.notes:
        yield f"notes.{note.id}.when", note.when


def guarantees(protocol: Protocol) -> Iterator[tuple[str, Condition]]:
    """Yield every condition of the guarantees, which constrain the rules from outside."""
    for section in ("floors", "impossible", "never_with"):
        for entry in getattr(protocol, section):
            yield f"{section}.{entry.id}.when", entry.when
