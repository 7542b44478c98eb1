"""Condition -> every condition that one slip of the pen could make of it.

A clause is a part of a condition at any depth, numbered from the left. Two slips that come to
the same condition are one. What could never vary is no slip: `rules check` refuses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

from backtriage.protocol.condition_text import condition_text
from backtriage.protocol.protocol import Question
from backtriage.terms.condition import (
    MANY,
    All,
    Always,
    Any,
    AtLeast,
    Compare,
    Condition,
    Includes,
    Is,
    Not,
    Scores,
    parts,
)

Change: TypeAlias = tuple[str, str, Condition]
"""The kind of change, what was changed, and the condition after it."""

_SWAPPED: Final = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_OUTWARD: Final = {"<": -1, ">=": -1, "<=": 1, ">": 1}
"""To which side of its limit a comparison moves by the step that its other sign does not make."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What conditions are about: questions, and how far each score goes."""

    questions: Mapping[str, Question]
    most: Mapping[str, int]
    units: dict[str, str]

    def text(self, condition: Condition) -> str:
        """A condition in the words of the rules."""
        return condition_text(condition, self.units)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clause:
    """One part of a condition, and how the whole is with another in its place."""

    node: Condition
    put: Callable[[Condition], Condition]
    without: Condition | None = None
    """The whole without this part, when something is left."""
    negated: bool = False
    """Stands right behind a `not`."""
    of: Condition | None = None
    """The list that it is one of."""


def changes(condition: Condition, terms: Terms) -> Iterator[Change]:
    """Every change of a condition; none for `always`, which is no clause."""
    if isinstance(condition, Always):
        return
    seen: set[Condition] = {condition}
    for number, clause in enumerate(_clauses(_Clause(node=condition, put=lambda new: new))):
        name = f"clause {number} '{terms.text(clause.node)}'" if number else "the condition"
        for kind, said, after in _of_clause(clause, terms):
            if after not in seen:
                seen.add(after)
                yield kind, f"{name} {said}", after


def _clauses(clause: _Clause) -> Iterator[_Clause]:
    """A clause and those inside it, left to right."""
    yield clause
    node, put = clause.node, clause.put
    if isinstance(node, Not):
        yield from _clauses(_Clause(node=node.of, put=lambda new: put(Not(new)), negated=True))
    elif isinstance(node, MANY):
        for at, part in enumerate(node.of):
            inner = _Clause(
                node=part,
                put=lambda new, at=at: put(_with(node, at, (new,))),  # type: ignore[misc]
                without=put(_with(node, at, ())),
                of=node,
            )
            yield from _clauses(inner)


def _with(node: All | Any | AtLeast, at: int, new: tuple[Condition, ...]) -> Condition:
    """The list with something else, or nothing, in one place."""
    of = (*node.of[:at], *new, *node.of[at + 1 :])
    if isinstance(node, AtLeast):
        return _at_least(node.least, of)
    return of[0] if len(of) == 1 else type(node)(of)


def _at_least(least: int, of: tuple[Condition, ...]) -> Condition:
    """At least so many of these, in the plainest words."""
    if least <= 1:
        return Any(of)
    return AtLeast(least, of) if least < len(of) else All(of)


# -- what can happen to one clause ------------------------------------------------------------


def _of_clause(clause: _Clause, terms: Terms) -> Iterator[Change]:
    node, put = clause.node, clause.put
    for kind, new in _others(node, terms):
        yield kind, f"read as '{terms.text(new)}'", put(new)
    if isinstance(node, Is) and len(node.choices) > 1:
        for choice in node.choices:
            left = tuple(other for other in node.choices if other != choice)
            yield "choice", f"without '{choice}'", put(Is(node.question, left))
    if not clause.negated:
        new = node.of if isinstance(node, Not) else Not(node)
        yield "negated", f"read as '{terms.text(new)}'", put(new)
    if clause.without is not None:
        yield "choice" if _is_item(clause) else "left_out", "left out", clause.without


def _is_item(clause: _Clause) -> bool:
    """Whether a clause is one of several items of the same list."""
    node, around = clause.node, clause.of
    return (
        isinstance(node, Includes)
        and isinstance(around, Any | AtLeast)
        and all(isinstance(p, Includes) and p.question == node.question for p in parts(around))
    )


def _others(node: Condition, terms: Terms) -> Iterator[tuple[str, Condition]]:
    """What a clause may be misread as, without its parts."""
    if isinstance(node, Compare):
        yield from (("threshold", new) for new in _limits(node, terms.questions[node.question]))
    elif isinstance(node, Scores):
        for least in (node.least - 1, node.least + 1):
            if 0 < least <= terms.most[node.score]:
                yield "threshold", Scores(node.score, least)
    elif isinstance(node, All):
        yield "swapped", Any(node.of)
    elif isinstance(node, Any):
        yield "swapped", All(node.of)
    elif isinstance(node, AtLeast):
        for least in (node.least - 1, node.least + 1):
            yield "count", _at_least(least, node.of)


def _limits(node: Compare, question: Question) -> Iterator[Compare]:
    """A limit one step lower and one step higher: one of the two by its sign alone."""
    step = Decimal(question.step)
    moved = node.bound + _OUTWARD[node.sign] * step
    for sign, bound in ((_SWAPPED[node.sign], node.bound), (node.sign, moved)):
        begins = bound + (step if sign in {"<=", ">"} else 0)
        if question.least < begins <= question.most:
            yield Compare(node.question, sign, bound)
