"""That a question was asked tells no private answer: whatever one asks is private as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from backtriage.protocol.dependencies import FACTS, QUESTIONS, SCORES, components, names_in
from backtriage.protocol.loader.loader import LoadedProtocol
from backtriage.protocol.protocol import Protocol
from backtriage.terms.condition import Condition, leaves
from backtriage.terms.problem import Problem

_Part: TypeAlias = tuple[str, str, str]
"""What a condition can read: a section, an id, and of a list the item or ""."""


def check_private(source: LoadedProtocol) -> Iterator[Problem]:
    """Report questions that others may see although a private answer asks them."""
    told = _private_read(source.protocol)
    for question in source.protocol.questions:
        name = next(filter(None, map(told.get, _read_in(question.ask_when))), "")
        if name and not question.private:
            message = f"'{question.id}' is asked depending on '{name}', which is private"
            path = f"questions.{question.id}.ask_when"
            hint = "make it 'private: yes': that it was asked tells the answer"
            yield source.problem("P406", message, path, hint)


def _private_read(p: Protocol) -> Mapping[_Part, str]:
    """Return what tells a private answer, with the name of that: items, facts and scores."""
    told: dict[_Part, str] = {}
    for q in p.questions:
        told |= {(QUESTIONS, q.id, ""): q.id} if q.is_private else {}
        told |= {
            (QUESTIONS, q.id, c.id): f"{q.id}.{c.id}" for c in q.choices if q.private or c.private
        }
    for score in p.scores:
        read = [told.get((QUESTIONS, points.question, ""), "") for points in score.points]
        told[SCORES, score.id, ""] = next(filter(None, read), "")
    facts = {fact.id: fact.when for fact in p.facts}
    for group in components(facts, lambda id_: _facts_in(facts[id_])):
        parts_read = (part for id_ in group for part in _read_in(facts[id_]))
        first = next(filter(None, map(told.get, parts_read)), "")
        told |= {(FACTS, id_, ""): first for id_ in group}
    return told


def _read_in(condition: Condition) -> Iterator[_Part]:
    """Yield what a condition itself reads, with the item of a list."""
    for leaf in leaves(condition):
        for section, id_ in names_in(leaf):
            yield section, id_, getattr(leaf, "item", "")


def _facts_in(condition: Condition) -> Iterator[str]:
    return (id_ for section, id_, _ in _read_in(condition) if section == FACTS)
