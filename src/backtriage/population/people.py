"""DrawSettings people: their traits, in written order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from backtriage.decide.chunk import ChunkEvaluation, Codes, Columns
from backtriage.decide.kernel import Chunk
from backtriage.population.draws import Draw, PeopleBlock
from backtriage.population.loader import values_of
from backtriage.population.population import CLASS, PersonClass, Population, RateSet, Trait
from backtriage.protocol.protocol import Question
from backtriage.terms.condition import Condition
from backtriage.terms.value import Value

_ONCE: Final = Fraction(1)


@dataclass(frozen=True, slots=True)
class DrawSettings:
    """How people are drawn."""

    rates: RateSet
    """How to read the rates."""
    seed: int = 1
    """Another seed draws other people."""
    with_factors: bool = True
    """Whether factors make several traits more common in the same people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Some people of one class, with everything that is true of them."""

    block: PeopleBlock
    traits: ChunkEvaluation

    @property
    def everybody(self) -> Chunk:
        """1 for each person."""
        return self.traits.ones

    def with_(self, condition: Condition) -> Chunk:
        """Return of whom a condition holds."""
        return self.traits.lo_true(condition)


def draw_people(
    population: Population, person_class: PersonClass, block: PeopleBlock, drawing: DrawSettings
) -> People:
    """Draw the traits of some people of a class."""
    program = population.program
    _number_in_order(population)
    columns: dict[str, Codes] = {}
    traits = ChunkEvaluation(program, Columns(count=block.count, codes=columns, items={}))
    classes = [c.id for c in population.classes]
    columns[CLASS] = _codes(
        program.questions[CLASS], traits.ones * classes.index(person_class.id), block.count
    )
    people = People(block=block, traits=traits)
    levels: dict[str, list[tuple[Chunk, Fraction]]] = {"": [(traits.ones, _ONCE)]}
    for factor in population.factors:
        shares = [(level.share, range(at, at + 1)) for at, level in enumerate(factor.levels)]
        parts = [*_parts(block.draw(factor.id), traits.ones, shares)]
        levels[factor.id] = [(who, factor.levels[at.start].times) for who, at in parts]
        chunk = sum(who * at.start for who, at in parts)
        columns[factor.id] = _codes(program.questions[factor.id], chunk, block.count)
    is_ordinary = not person_class.is_serious
    for trait in population.traits:
        times = drawing.rates.times.get(trait.group, _ONCE) if is_ordinary else _ONCE
        scaled = levels[trait.factor if is_ordinary and drawing.with_factors else ""]
        chunk = _trait(people, trait, [(who, times * by) for who, by in scaled])
        columns[trait.id] = _codes(trait.question, chunk, block.count)
    return people


def _number_in_order(population: Population) -> None:
    """Number the conditions in the order of the traits: the kernel evaluates all lower ones too.

    So no trait is read before it is drawn.
    """
    plan = population.program.plan
    for trait in population.traits:
        for rates in trait.rates:
            plan.slot(rates.when)


def _trait(people: People, trait: Trait, scaled: list[tuple[Chunk, Fraction]]) -> Chunk:
    """Return the position of each person's value."""
    draw = people.block.draw(trait.id)
    left = people.everybody
    chunk = 0
    for rates in trait.rates:
        here = left & people.with_(rates.when)
        left ^= here
        for group, times in scaled:
            who = here & group
            if who:
                shares = [(share * times, places) for share, places in rates.shares]
                for part, places in _parts(draw, who, shares):
                    chunk |= (
                        part * places.start
                        if len(places) == 1
                        else (part * 255 & draw.spread(places))
                    )
        if not left:
            break
    return chunk


def _parts(
    draw: Draw, who: Chunk, shares: Iterable[tuple[Fraction, range]]
) -> Iterator[tuple[Chunk, range]]:
    """Yield those who get each share, with the positions of the values that it stands for."""
    total = Fraction(0)
    before = 0
    for share, places in shares:
        total += share
        below = draw.below(total) & who
        yield below ^ before, places
        before = below


def _codes(question: Question, chunk: Chunk, count: int) -> Codes:
    return chunk.to_bytes(count, "little"), [*values_of(question)]


def values(people: People, person: int) -> Mapping[str, Value | None]:
    """Return the traits of one person, by name."""
    return dict(_values(people.traits.columns, person))


def _values(columns: Columns, person: int) -> Iterator[tuple[str, Value | None]]:
    for id_, (codes, found) in columns.codes.items():
        yield id_, found[codes[person]]
