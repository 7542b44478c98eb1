"""Asking the same simulated people the questions of two versions of a protocol."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product

from backtriage.population.needs import Needs, needs_of
from backtriage.population.people import DrawSettings, Lottery, People, Timed
from backtriage.population.population import PersonClass, Setting
from backtriage.population.sheets import Questionnaire
from backtriage.population.simulation import (
    Decided,
    SampleSize,
    all_blocks,
    decide,
    deciders,
    together,
)
from backtriage.terms.urgency import Urgency


@dataclass(slots=True)
class PairedCounts:
    """What both versions do to the drawn people of one class."""

    person_class: PersonClass
    people: int = 0
    urgencies: Counter[tuple[Urgency, Urgency]] = field(default_factory=Counter)
    """By the old urgency and the new one."""
    rules: tuple[Counter[str], Counter[str]] = field(
        default_factory=lambda: (Counter(), Counter())
    )
    """By rule of the old version and of the new one: whom it decides, of those who are lowered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedSimulation:
    """The counts of each class, for one set of rates."""

    settings: tuple[Setting, Setting]
    """The old version and the new one, with the same people."""
    drawing: DrawSettings
    seed: int
    counts: dict[str, PairedCounts]


def simulate_both(
    settings: tuple[Setting, Setting], drawings: Iterable[DrawSettings], size: SampleSize,
    seed: int = 1, timed: Timed = lambda _: None,
) -> tuple[PairedSimulation, ...]:  # fmt: skip
    """Draw people, let them answer the questions of both versions, decide, and count.

    Args:
        settings: The old version and the new one, with the same people.
        drawings: How to read the rates: a simulation for each, of the same people.
        size: How many people.
        seed: Another seed draws other people.
        timed: Is told what begins now.
    """
    population = settings[1].population
    needs = [needs_of(setting) for setting in settings]
    traits = Needs(answers={}, traits=needs[0].traits | needs[1].traits)
    found = tuple(
        PairedSimulation(settings=settings, drawing=drawing, seed=seed, counts={})
        for drawing in drawings
    )
    for some in together(found):
        timed("draw")
        how = [each.drawing for each in some]
        doubts = [each.rates.doubt for each in how]
        lottery = Lottery(population, how, traits)
        both = [
            Questionnaire(setting, doubts, of_setting)
            for setting, of_setting in zip(settings, needs, strict=True)
        ]
        for person_class, block in all_blocks(seed, population, size):
            timed("draw")
            crowd = lottery.people(person_class, block)
            sheets = zip(*(questions.answers(crowd, timed) for questions in both), strict=True)
            for reading, (simulation, answers) in enumerate(zip(some, sheets, strict=True)):
                people = People(crowd, reading)
                old, new = (
                    decide(setting, people, own, timed)
                    for setting, own in zip(settings, answers, strict=True)
                )
                timed("count")
                counts = simulation.counts.setdefault(person_class.id, PairedCounts(person_class))
                _count(counts, (old, new))
                timed("")
    return found


def _count(counts: PairedCounts, decided: tuple[Decided, Decided]) -> None:
    old, new = decided
    counts.people += old.people.block.count
    lowered = 0
    for before, after in product(Urgency, Urgency):
        both = old.exact[before] & new.exact[after]
        counts.urgencies[before, after] += both.bit_count()
        if after < before:
            lowered |= both
    for version, found in zip(decided, counts.rules, strict=True):
        for rule, who in deciders(version) if lowered else ():
            found[rule] += (who & lowered).bit_count()


def shares(simulation: PairedSimulation) -> Mapping[tuple[Urgency, Urgency], float]:
    """Return the share of all people with each pair of urgencies."""
    return {
        pair: float(sum(
            counts.person_class.share * counts.urgencies[pair] / counts.people
            for counts in simulation.counts.values()
        ))
        for pair in product(Urgency, Urgency)
    }  # fmt: skip


def moved(counts: PairedCounts, *, lowered: bool) -> int:
    """Return how many people of a class are lowered, or how many are raised."""
    return sum(
        people for (old, new), people in counts.urgencies.items()
        if (new < old if lowered else new > old)
    )  # fmt: skip
