"""Drawing people: their traits, in written order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from backtriage.decide.kernel import Chunk
from backtriage.population.draws import Bound, Draw, PeopleBlock, bound_of
from backtriage.population.loader import values_of
from backtriage.population.marks import MarkedAnswers, MarkedEvaluation, Numbers
from backtriage.population.needs import Needs
from backtriage.population.population import (
    CLASS,
    PersonClass,
    Population,
    Rates,
    RateSet,
    Trait,
)
from backtriage.terms.condition import Condition
from backtriage.terms.value import NUMBER, Value


@dataclass(frozen=True, slots=True)
class DrawSettings:
    """How people are drawn."""

    rates: RateSet
    """How to read the rates."""
    with_factors: bool = True
    """Whether factors make several traits more common in the same people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Some people of one class, with everything that is true of them."""

    block: PeopleBlock
    traits: MarkedEvaluation

    @property
    def everybody(self) -> Chunk:
        """1 for each person."""
        return self.traits.ones

    def with_(self, condition: Condition) -> Chunk:
        """Return of whom a condition holds."""
        return self.traits.lo_true(condition)


class _Case(NamedTuple):
    """How common the values of a trait are among some people, for each level of a factor."""

    when: Condition
    shares: tuple[tuple[tuple[Bound, range], ...], ...]


class Lottery:
    """Draws the people of a population, with their traits in written order."""

    def __init__(
        self, population: Population, drawing: DrawSettings, needs: Needs | None = None
    ) -> None:
        """Prepare to draw the traits that are needed, by default all."""
        self.population = population
        self.drawing = drawing
        self._classes = [c.id for c in population.classes]
        self._traits = [
            trait for trait in population.traits if needs is None or trait.id in needs.traits
        ]
        self._cases = [
            tuple(self._case(trait, rates) for rates in trait.rates) for trait in self._traits
        ]

    def _case(self, trait: Trait, rates: Rates) -> _Case:
        """Return the bounds of some rates, for each level of the factor of their trait."""
        times = [Fraction(1)]
        if rates.is_scaled:
            usual = self.drawing.rates.times.get(trait.group, Fraction(1))
            factors = self.population.factors if self.drawing.with_factors else ()
            levels = [level for f in factors if f.id == trait.factor for level in f.levels]
            times = [usual * level.times for level in levels] or [usual]
        return _Case(rates.when, tuple(_bounds(rates.shares, each) for each in times))

    def people(self, person_class: PersonClass, block: PeopleBlock) -> People:
        """Draw some people of a class."""
        drawn = MarkedAnswers(block.count)
        traits = MarkedEvaluation(self.population.program, drawn)
        people = People(block=block, traits=traits)
        drawn.marks[CLASS] = {person_class.id: traits.ones}
        levels: dict[str, list[Chunk]] = {}
        for factor in self.population.factors:
            shares = [(level.share, range(at, at + 1)) for at, level in enumerate(factor.levels)]
            bounds = _bounds(shares, Fraction(1))
            parts = [*_parts(block.draw(factor.id), traits.ones, bounds)]
            levels[factor.id] = [who for who, _ in parts]
            drawn.marks[factor.id] = {factor.levels[at.start].id: who for who, at in parts}
        for trait, cases in zip(self._traits, self._cases, strict=True):
            _draw(people, trait, cases, levels.get(trait.factor, []))
        return people


def _bounds(
    shares: Iterable[tuple[Fraction, range]], times: Fraction
) -> tuple[tuple[Bound, range], ...]:
    """Return where each share ends, with the positions of its values."""
    total = Fraction(0)
    bounds = []
    for share, places in shares:
        total += share * times
        bounds.append((bound_of(total), places))
    return tuple(bounds)


def _draw(people: People, trait: Trait, cases: Iterable[_Case], levels: list[Chunk]) -> None:
    """Draw the value of a trait for each person."""
    draw = people.block.draw(trait.id)
    is_number = trait.question.kind == NUMBER
    left = people.everybody
    places: dict[int, Chunk] = {}
    above = 0
    for when, shares in cases:
        here = left & people.with_(when)
        left ^= here
        groups = levels if len(shares) > 1 else [people.everybody]
        for group, bounds in zip(groups, shares, strict=True):
            who = here & group
            for part, values in _parts(draw, who, bounds) if who else ():
                if is_number:
                    above |= part * 255 & draw.spread(values)
                else:
                    places[values.start] = places.get(values.start, 0) | part
        if not left:
            break
    traits = people.traits.answers
    if is_number:
        traits.marks[trait.id] = {}
        traits.numbers[trait.id] = Numbers(above, trait.question.least, trait.question.most)
        return
    values_ = values_of(trait.question)
    marks: dict[Value | None, Chunk] = {values_[at]: who for at, who in places.items()}
    marks[values_[0]] = people.everybody ^ sum(places.values())
    traits.marks[trait.id] = marks


def _parts(
    draw: Draw, who: Chunk, bounds: Iterable[tuple[Bound, range]]
) -> Iterator[tuple[Chunk, range]]:
    """Yield those who get each share, with the positions of the values that it stands for."""
    before = 0
    for bound, places in bounds:
        below = draw.below(bound) & who
        yield below ^ before, places
        before = below


def values(people: People, person: int) -> Mapping[str, Value]:
    """Return the traits of one person, by name."""
    return next(islice(people.traits.answers.values(), person, None))
