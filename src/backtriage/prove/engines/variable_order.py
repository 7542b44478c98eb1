"""Variable ordering with FORCE (Aloul, Markov, Sakallah 2003): interacting variables stay close.

Each group of interacting variables pulls its members to its centre of gravity, until the total
span of all groups stops shrinking. A bad order makes diagrams thousands of times larger.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from random import Random
from typing import Final

from backtriage.prove.engines.budget import Budget, Exhausted
from backtriage.prove.outcomes import SymbolicProgram

_STARTS: Final = 40
"""Starts that are tried; each takes some milliseconds."""

_BEST: Final = 8
"""The orders worth a diagram each: a short span is no more than a sign of small diagrams."""


def variable_order(symbolic: SymbolicProgram, budget: Budget | None = None) -> tuple[int, ...]:
    """Return an order for one program, with presence just before the answer it is about.

    When the budget is spent, it is an order that is not as good.
    """
    domain = symbolic.domain
    order: dict[int, None] = {}
    for index in force(range(len(domain.answers)), interactions(symbolic, budget), budget):
        order[domain.presence[domain.answers[index].question].index] = None
        order[index] = None
    return tuple(order)


def interactions(symbolic: SymbolicProgram, budget: Budget | None = None) -> list[Sequence[int]]:
    """Return the variables of each condition that reads more than one, as far as time allows."""
    symbolic.circuit.meter = budget
    groups: list[Sequence[int]] = []
    rules, advice = symbolic.program.rules, symbolic.program.advice
    conditions = [rule.when for rule in rules]
    conditions += [when for a in advice for when in (a.when, a.withhold_if) if when is not None]
    with suppress(Exhausted, RecursionError):  # which the first claim meets again
        for condition in conditions:
            formula = symbolic.complete.encode(condition).lo.maybe
            support = symbolic.circuit.support[abs(formula)]
            symbolic.circuit.count_steps(support.bit_length())
            group = [index for index in range(support.bit_length()) if support >> index & 1]
            if len(group) > 1:
                groups.append(group)
    return groups


def orders(
    count: int, groups: Sequence[Sequence[int]], budget: Budget | None = None
) -> Iterator[tuple[int, ...]]:
    """Yield the order of `force`, then the best that it finds from other starts."""
    yield force(range(count), groups, budget)
    random = Random(0)  # noqa: S311 - the same orders every time
    starts = [random.sample(range(count), count) for _ in range(_STARTS)]
    found = (force(start, groups, budget) for start in starts)
    yield from sorted(found, key=lambda order: _span_of(order, groups))[:_BEST]


def force(
    start: Sequence[int], groups: Sequence[Sequence[int]], budget: Budget | None = None
) -> tuple[int, ...]:
    """Return an order of the variables in which groups have a short span, from some order on."""
    order, position = list(start), [0] * len(start)
    for index, variable in enumerate(order):
        position[variable] = index
    best, least = tuple(order), _total_span(position, groups)
    while budget is None or not budget.is_spent:
        centres: list[list[float]] = [[] for _ in order]
        for group in groups:
            centre = sum(position[v] for v in group) / len(group)
            for variable in group:
                centres[variable].append(centre)
        target = [sum(c) / len(c) if c else position[v] for v, c in enumerate(centres)]
        order.sort(key=lambda variable: (target[variable], variable))
        for index, variable in enumerate(order):
            position[variable] = index
        span = _total_span(position, groups)
        if span >= least:
            break
        best, least = tuple(order), span
    return best


def _total_span(position: Sequence[int], groups: Sequence[Sequence[int]]) -> int:
    return sum(
        max(position[v] for v in group) - min(position[v] for v in group) for group in groups
    )


def _span_of(order: Sequence[int], groups: Sequence[Sequence[int]]) -> int:
    return _total_span(sorted(range(len(order)), key=order.__getitem__), groups)
