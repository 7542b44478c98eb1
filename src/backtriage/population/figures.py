"""What the counts of a simulation come to, with every class weighted by its share.

Intervals are Wilson's, at 95 %. People of different classes have different weights, so the number
of people in the formula is the effective one (Kish): the square of the sum of their weights, by
the sum of their squares.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import sqrt
from typing import Final

from backtriage.population.population import PersonClass
from backtriage.population.simulation import EVERYBODY, Counts, Simulation
from backtriage.terms.urgency import Urgency

_Z: Final = 1.959963984540054
"""The normal quantile of 97.5 %."""

QUARTILES: Final = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))


@dataclass(frozen=True, slots=True)
class Share:
    """A share of people, and its interval; None where there is nobody to count."""

    of: float | None
    low: float = 0.0
    high: float = 1.0


def share(
    simulation: Simulation,
    count: Callable[[Counts], int],
    among: Callable[[Counts], int],
    classes: Collection[PersonClass] = (),
) -> Share:
    """Return a share of the people that are counted.

    Args:
        simulation: The counts.
        count: How many people of a class have what is asked about.
        among: How many people of a class are looked at.
        classes: The classes to look at, by default all.
    """
    hits = people = squares = Fraction(0)
    for person_class in classes or simulation.setting.population.classes:
        counts = simulation.counts[person_class.id]
        weight = person_class.share / counts.people
        hits += weight * count(counts)
        people += weight * among(counts)
        squares += weight * weight * among(counts)
    if not people:
        return Share(None)
    return wilson(float(hits / people), float(people * people / squares))


def wilson(of: float, people: float) -> Share:
    """Return a share among so many people with its interval."""
    square = _Z * _Z / people
    middle = (of + square / 2) / (1 + square)
    half = _Z / (1 + square) * sqrt(of * (1 - of) / people + square / people / 4)
    return Share(of, max(0.0, middle - half), min(1.0, middle + half))


def in_row(row: str) -> Callable[[Counts], int]:
    """Return how to count the people of a row."""
    return lambda counts: counts.urgencies[row].total()


def at_least(row: str, urgency: Urgency) -> Callable[[Counts], int]:
    """Return how to count the people of a row with at least an urgency."""
    return lambda counts: sum(counts.urgencies[row][u] for u in Urgency if u >= urgency)


def exactly(row: str, urgency: Urgency) -> Callable[[Counts], int]:
    """Return how to count the people of a row with an urgency."""
    return lambda counts: counts.urgencies[row][urgency]


def everybody(counts: Counts) -> int:
    """Count the people of a class."""
    return counts.people


def serious_among_urgent(simulation: Simulation, urgency: Urgency) -> Share:
    """Return the share of people with serious disease among those with at least an urgency."""
    urgent = at_least(EVERYBODY, urgency)
    return share(simulation, lambda c: urgent(c) if c.person_class.is_serious else 0, urgent)


def flag_quartiles(simulation: Simulation) -> tuple[int, ...]:
    """Return the quartiles of how many warning signs people have; the second is the median."""
    weights: dict[int, Fraction] = {}
    for person_class in simulation.setting.population.classes:
        counts = simulation.counts[person_class.id]
        for number, people in counts.flags.items():
            part = person_class.share * people / counts.people
            weights[number] = weights.get(number, Fraction(0)) + part
    return tuple(_quantile(weights, at) for at in QUARTILES)


def _quantile(weights: dict[int, Fraction], at: Fraction) -> int:
    numbers = sorted(weights)
    totals = accumulate(weights[number] for number in numbers)
    return next(number for number, total in zip(numbers, totals, strict=True) if total >= at)


def deciding_rules(simulation: Simulation) -> Iterator[tuple[str, Share, Share, Share]]:
    """Yield the rules that decide above the lowest urgency, those that decide most first.

    Each comes with the share of people for whom it decides, of people who would be less urgent
    without it, and of these among people with serious disease.
    """
    classes = simulation.setting.population.classes
    serious = [c for c in classes if c.is_serious]
    lowest = {r.id for r in simulation.setting.program.rules if r.urgency is Urgency.SELF_CARE}
    found = []
    for rule in simulation.setting.program.rules:
        if rule.id not in lowest:
            alone = _alone(rule.id)
            found.append((
                rule.id,
                share(simulation, _decided(rule.id), everybody),
                share(simulation, alone, everybody),
                share(simulation, alone, everybody, serious) if serious else Share(None),
            ))  # fmt: skip
    found.sort(key=lambda entry: -(entry[2].of or 0))
    yield from (entry for entry in found if entry[1].of)


def _decided(rule: str) -> Callable[[Counts], int]:
    return lambda counts: counts.decided[rule]


def _alone(rule: str) -> Callable[[Counts], int]:
    return lambda counts: counts.alone[rule]
