"""Every condition that a single mistake could turn a condition into.

A clause is a node of the condition's AST, numbered in pre-order. Equal mutations are generated
once, and those that `rules check` would reject, as true of everybody or of nobody, not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from backtriage.program.program import Program
from backtriage.protocol.loader.loader import most_points
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
    condition_text,
    parts,
)

_SWAPPED: Final = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_OUTWARD: Final = {"<": -1, ">=": -1, "<=": 1, ">": 1}
"""The direction in which changing the sign does not move a limit, so the bound must move."""


class Mutation(NamedTuple):
    """One way to change a condition."""

    operator: str
    change: str
    """What was changed, in words."""
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clause:
    """A node of a condition in its context."""

    node: Condition
    replace: Callable[[Condition], Condition]
    """Returns the whole condition with another node in this place."""
    without: Condition | None = None
    """The whole condition without this node, unless nothing would be left."""
    is_negated: bool = False
    """The direct operand of a `not`."""
    parent: Condition | None = None
    """The operation of which the node is one of several operands."""


def mutate(condition: Condition, program: Program) -> Iterator[Mutation]:
    """Yield every mutation of a condition; none of `always`, which has no clause."""
    if isinstance(condition, Always):
        return
    units = program.protocol.units
    seen: set[Condition] = {condition}
    for number, clause in enumerate(_clauses(_Clause(node=condition, replace=lambda new: new))):
        name = (
            f"clause {number} '{condition_text(clause.node, units)}'"
            if number
            else "the condition"
        )
        for operator, change, mutated in _mutate_clause(clause, program):
            if mutated not in seen:
                seen.add(mutated)
                yield Mutation(operator, f"{name} {change}", mutated)


def _clauses(clause: _Clause) -> Iterator[_Clause]:
    """Yield a clause and its descendants in pre-order."""
    yield clause
    node, put = clause.node, clause.replace
    if isinstance(node, Not):
        operand = _Clause(node=node.of, replace=lambda new: put(Not(new)), is_negated=True)
        yield from _clauses(operand)
    elif isinstance(node, MANY):
        for index, part in enumerate(node.of):
            operand = _Clause(
                node=part,
                replace=lambda new, i=index: put(_with(node, i, (new,))),  # type: ignore[misc]
                without=put(_with(node, index, ())),
                parent=node,
            )
            yield from _clauses(operand)


def _with(node: All | Any | AtLeast, index: int, new: tuple[Condition, ...]) -> Condition:
    """Return an operation with one operand replaced or removed."""
    operands = (*node.of[:index], *new, *node.of[index + 1 :])
    if isinstance(node, AtLeast):
        return _at_least(node.least, operands)
    return operands[0] if len(operands) == 1 else type(node)(operands)


def _at_least(least: int, operands: tuple[Condition, ...]) -> Condition:
    """Return the simplest condition for at least so many of some operands."""
    if least <= 1:
        return Any(operands)
    return AtLeast(least, operands) if least < len(operands) else All(operands)


def _mutate_clause(clause: _Clause, program: Program) -> Iterator[Mutation]:
    node, units = clause.node, program.protocol.units
    for operator, new in _misreadings(node, program):
        yield Mutation(operator, f"read as '{condition_text(new, units)}'", clause.replace(new))
    if isinstance(node, Is) and len(node.choices) > 1:
        for choice in node.choices:
            rest = Is(node.question, tuple(other for other in node.choices if other != choice))
            yield Mutation("choice", f"without '{choice}'", clause.replace(rest))
    if not clause.is_negated:
        new = node.of if isinstance(node, Not) else Not(node)
        yield Mutation("negated", f"read as '{condition_text(new, units)}'", clause.replace(new))
    if clause.without is not None:
        operator = "choice" if _is_item(clause) else "left_out"
        yield Mutation(operator, "left out", clause.without)


def _is_item(clause: _Clause) -> bool:
    """Return whether a clause is one of several items of the same list."""
    node, parent = clause.node, clause.parent
    return (
        isinstance(node, Includes)
        and isinstance(parent, Any | AtLeast)
        and all(isinstance(p, Includes) and p.question == node.question for p in parts(parent))
    )


def _misreadings(node: Condition, program: Program) -> Iterator[tuple[str, Condition]]:
    """Yield what a node itself may be mistaken for, by operator."""
    if isinstance(node, Compare):
        for limit in _shifted_limits(node, program.questions[node.question]):
            yield "threshold", limit
    elif isinstance(node, Scores):
        most = most_points(program.scores[node.score], program.questions)
        for least in (node.least - 1, node.least + 1):
            if 0 < least <= most:
                yield "threshold", Scores(node.score, least)
    elif isinstance(node, All):
        yield "swapped", Any(node.of)
    elif isinstance(node, Any):
        yield "swapped", All(node.of)
    elif isinstance(node, AtLeast):
        for least in (node.least - 1, node.least + 1):
            yield "count", _at_least(least, node.of)


def _shifted_limits(node: Compare, question: Question) -> Iterator[Compare]:
    """Yield a limit shifted by one step: to one side by changing its sign, to the other its bound.

    Only limits with answers on both sides.
    """
    step = Decimal(question.step)
    shifted = node.bound + _OUTWARD[node.sign] * step
    for sign, bound in ((_SWAPPED[node.sign], node.bound), (node.sign, shifted)):
        first = bound + (step if sign in {"<=", ">"} else 0)
        if question.least < first <= question.most:
            yield Compare(node.question, sign, bound)
