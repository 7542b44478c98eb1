"""Drawing people: their traits, in written order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, chain, islice
from typing import Final, NamedTuple, TypeAlias

from backtriage.decide.kernel import Chunk
from backtriage.population.draws import Cut, Draw, PeopleBlock, below
from backtriage.population.loader import values_of
from backtriage.population.marks import MarkedAnswers, Numbers, TraitEvaluation
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

READINGS: Final = 8
"""How many readings of the rates are drawn together, at most: the bits of a byte."""

Timed: TypeAlias = Callable[[str], None]
"""Is told what begins now: `draw`, `decide` or `count`."""


@dataclass(frozen=True, slots=True)
class DrawSettings:
    """How people are drawn."""

    rates: RateSet
    """How to read the rates."""
    with_factors: bool = True
    """Whether factors make several traits more common in the same people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Some people of one class, at several readings of the rates.

    Each reading is a bit of everybody's byte. So most work is done once for all of them.
    """

    block: PeopleBlock
    traits: TraitEvaluation

    @property
    def everybody(self) -> Chunk:
        """Each person in each reading."""
        return self.traits.everywhere

    def with_(self, condition: Condition) -> Chunk:
        """Return of whom a condition holds, in which readings."""
        return self.traits.bits(condition)

    def read(self, chunk: Chunk, reading: int) -> Chunk:
        """Return one reading: 1 for yes and 0 for no."""
        return self.traits.read(chunk, reading)


@dataclass(frozen=True, slots=True)
class People:
    """Some people of one class, with everything that is true of them."""

    crowd: Crowd
    reading: int

    @property
    def block(self) -> PeopleBlock:
        """Who they are."""
        return self.crowd.block

    @property
    def everybody(self) -> Chunk:
        """1 for each person."""
        return self.crowd.traits.ones

    @property
    def traits(self) -> MarkedAnswers:
        """What is true of each person."""
        return self.crowd.traits.of(self.reading)

    def with_(self, condition: Condition) -> Chunk:
        """Return of whom a condition holds."""
        return self.crowd.traits.read(self.crowd.with_(condition), self.reading)


_Shares: TypeAlias = tuple[tuple[Cut, int, range], ...]
"""Where each share ends, its place among other ends, and the positions of its values."""


class _Case(NamedTuple):
    """How common the values of a trait are among some people, for each level of a factor."""

    when: Condition
    shares: tuple[_Shares, ...]


class Lottery:
    """Draws the people of a population, with their traits in written order."""

    def __init__(
        self, population: Population, drawings: Sequence[DrawSettings], needs: Needs | None = None
    ) -> None:
        """Prepare to draw the traits that are needed, by default all.

        Args:
            population: Who there is.
            drawings: How to read the rates: at most `READINGS`.
            needs: The only traits that matter.
        """
        self.population = population
        self.drawings = drawings
        self._traits = [
            trait for trait in population.traits if needs is None or trait.id in needs.traits
        ]
        self._cases = [
            tuple(self._case(trait, rates) for rates in trait.rates) for trait in self._traits
        ]
        usual = [Fraction(1)] * len(drawings)
        self._factors = [
            (factor, _shares([(v.share, range(at, at + 1)) for at, v in enumerate(factor.levels)],
                             [usual])[0])
            for factor in population.factors
        ]  # fmt: skip

    def _case(self, trait: Trait, rates: Rates) -> _Case:
        """Return where the shares of some rates end, for each level of the trait's factor."""
        usual = [
            each.rates.times.get(trait.group, Fraction(1)) if rates.is_scaled else Fraction(1)
            for each in self.drawings
        ]
        levels = [
            [
                times * (level.times if each.with_factors else 1)
                for times, each in zip(usual, self.drawings, strict=True)
            ]
            for factor in self.population.factors if rates.is_scaled and factor.id == trait.factor
            for level in factor.levels
        ]  # fmt: skip
        return _Case(rates.when, _shares(rates.shares, levels or [usual]))

    def people(self, person_class: PersonClass, block: PeopleBlock) -> Crowd:
        """Draw some people of a class."""
        traits = TraitEvaluation(self.population.program, block.count, len(self.drawings))
        crowd = Crowd(block=block, traits=traits)
        marks = traits.answers.marks
        marks[CLASS] = {person_class.id: crowd.everybody}
        levels: dict[str, list[Chunk]] = {}
        for factor, ends in self._factors:
            parts = [*_parts(block.draw(factor.id), crowd.everybody, ends, {})]
            levels[factor.id] = [who for who, _ in parts]
            marks[factor.id] = {factor.levels[at.start].id: who for who, at in parts}
        for trait, cases in zip(self._traits, self._cases, strict=True):
            _draw(crowd, trait, cases, levels.get(trait.factor, []))
        return crowd


def _shares(
    shares: Sequence[tuple[Fraction, range]], levels: Sequence[Sequence[Fraction]]
) -> tuple[_Shares, ...]:
    """Return where each share ends, for each level and reading of what it is multiplied with.

    One cut has as many ends as fit into a byte.
    """
    totals = [*accumulate(share for share, _ in shares)]
    ends = [[total * times for times in readings] for readings in levels for total in totals]
    readings = len(levels[0])
    fit = READINGS // readings
    packed = [
        (cut, readings * place)
        for at in range(0, len(ends), fit)
        for cut in [below([*chain.from_iterable(ends[at : at + fit])])]
        for place in range(min(fit, len(ends) - at))
    ]
    places = [places for _, places in shares] * len(levels)
    found = [(*end, values) for end, values in zip(packed, places, strict=True)]
    size = len(shares)
    return tuple(tuple(found[at * size : (at + 1) * size]) for at in range(len(levels)))


def _draw(crowd: Crowd, trait: Trait, cases: Iterable[_Case], levels: list[Chunk]) -> None:
    """Draw the value of a trait for each person."""
    draw = crowd.block.draw(trait.id)
    seen: dict[Cut, Chunk] = {}
    left = crowd.everybody
    places: dict[range, Chunk] = {}
    for when, shares in cases:
        here = left & crowd.with_(when)
        if not here:
            continue
        left ^= here
        groups = levels if len(shares) > 1 else [here]
        for group, ends in zip(groups, shares, strict=True):
            for part, values in _parts(draw, here & group, ends, seen):
                places[values] = places[values] | part if values in places else part
        if not left:
            break
    if trait.question.kind == NUMBER:
        crowd.traits.numbers[trait.id] = _numbers(crowd.traits, trait, draw, places)
        return
    values_ = values_of(trait.question)
    marks: dict[Value | None, Chunk] = {values_[at.start]: who for at, who in places.items()}
    first = crowd.everybody
    for who in marks.values():
        first ^= who
    marks[values_[0]] = first
    crowd.traits.answers.marks[trait.id] = marks


def _numbers(
    traits: TraitEvaluation, trait: Trait, draw: Draw, bands: Mapping[range, Chunk]
) -> tuple[Numbers, ...]:
    """Return a number of each person in their band, in each reading."""
    spread = {values: draw.spread(values) for values in bands}
    least, most = trait.question.least, trait.question.most
    found = []
    for reading in range(traits.readings):
        above = 0
        for values, who in bands.items():
            above |= traits.read(who, reading) * 255 & spread[values]
        found.append(Numbers(above, least, most))
    return tuple(found)


def _parts(
    draw: Draw, who: Chunk, ends: _Shares, seen: dict[Cut, Chunk]
) -> Iterator[tuple[Chunk, range]]:
    """Yield those who get each share, with the positions of the values that it stands for."""
    before = 0
    for end, place, values in ends if who else ():
        if end not in seen:
            seen[end] = draw.inside(end)
        up_to = seen[end] >> place & who
        yield up_to ^ before if before else up_to, values
        before = up_to


def values(people: People, person: int) -> Mapping[str, Value]:
    """Return the traits of one person, by name."""
    return next(islice(people.traits.values(), person, None))
