"""In which order diagrams ask their variables: those that meet in a condition stand together.

FORCE: each condition pulls its variables to its middle, until nothing gets shorter. A bad order
makes diagrams thousands of times larger, so this always runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.condition import Condition


def variable_order(model: SymbolicProgram) -> tuple[int, ...]:
    """A good order for one program: presence stands just before the answer that it is of."""
    answers = model.domain.answers
    found: dict[int, None] = {}
    for at in force(len(answers), tuple(interactions(model))):
        found[model.domain.presence[answers[at].question].index] = None
        found[at] = None
    return tuple(found)


def interactions(model: SymbolicProgram) -> Iterator[Sequence[int]]:
    """The variables that meet in one condition, for each condition in which several do."""
    support = model.circuit.support
    for condition in _conditions(model):
        group = bits(support[abs(model.complete.encode(condition).lo.maybe)])
        if len(group) > 1:
            yield group


def _conditions(model: SymbolicProgram) -> Iterator[Condition]:
    for rule in model.program.rules:
        yield rule.when
    for advice in model.program.advice:
        yield advice.when
        if advice.withhold_if is not None:
            yield advice.withhold_if


def bits(number: int) -> list[int]:
    """The places of the bits that are set."""
    found = []
    while number:
        low = number & -number
        found.append(low.bit_length() - 1)
        number ^= low
    return found


def force(count: int, groups: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """An order of variables 0 to `count` - 1 that keeps the groups short."""
    order = list(range(count))
    place = list(range(count))
    best, least = tuple(order), _length(place, groups)
    while True:
        pull = [0.0] * count
        hands = [0] * count
        for group in groups:
            middle = sum(place[v] for v in group) / len(group)
            for variable in group:
                pull[variable] += middle
                hands[variable] += 1
        goal = [pull[v] / hands[v] if hands[v] else float(place[v]) for v in range(count)]
        order.sort(key=lambda variable: (goal[variable], variable))
        for at, variable in enumerate(order):
            place[variable] = at
        length = _length(place, groups)
        if length >= least:
            return best
        best, least = tuple(order), length


def _length(place: Sequence[int], groups: Sequence[Sequence[int]]) -> int:
    """How far apart the members of each group stand, all together."""
    return sum(
        max(place[v] for v in group) - min(place[v] for v in group) for group in groups
    )  # fmt: skip
