"""Variable ordering with FORCE (Aloul, Markov, Sakallah 2003): interacting variables stay close.

Each group of interacting variables pulls its members to its centre of gravity, until the total
span of all groups stops shrinking. A bad order makes diagrams thousands of times larger.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backtriage.prove.outcomes import SymbolicProgram


def variable_order(symbolic: SymbolicProgram) -> tuple[int, ...]:
    """Return an order for one program, with presence just before the answer it is about."""
    domain = symbolic.domain
    order: dict[int, None] = {}
    for index in force(len(domain.answers), tuple(interactions(symbolic))):
        order[domain.presence[domain.answers[index].question].index] = None
        order[index] = None
    return tuple(order)


def interactions(symbolic: SymbolicProgram) -> Iterator[Sequence[int]]:
    """Yield the variables of each condition that reads more than one."""
    rules, advice = symbolic.program.rules, symbolic.program.advice
    conditions = [rule.when for rule in rules]
    conditions += [when for a in advice for when in (a.when, a.withhold_if) if when is not None]
    for condition in conditions:
        formula = symbolic.complete.encode(condition).lo.maybe
        support = symbolic.circuit.support[abs(formula)]
        group = [index for index in range(support.bit_length()) if support >> index & 1]
        if len(group) > 1:
            yield group


def force(count: int, groups: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Return an order of the variables 0 to `count` - 1 in which groups have a short span."""
    order, position = list(range(count)), list(range(count))
    groups_of = [[group for group in groups if v in group] for v in range(count)]
    best, least = tuple(order), _total_span(position, groups)
    while True:
        centres = [[_centre(position, group) for group in around] for around in groups_of]
        target = [sum(c) / len(c) if c else position[v] for v, c in enumerate(centres)]
        order.sort(key=lambda variable: (target[variable], variable))
        for index, variable in enumerate(order):
            position[variable] = index
        span = _total_span(position, groups)
        if span >= least:
            return best
        best, least = tuple(order), span


def _centre(position: Sequence[int], group: Sequence[int]) -> float:
    return sum(position[v] for v in group) / len(group)


def _total_span(position: Sequence[int], groups: Sequence[Sequence[int]]) -> int:
    return sum(
        max(position[v] for v in group) - min(position[v] for v in group) for group in groups
    )
