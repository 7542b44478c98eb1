"""Asking simulated people the questions of a protocol, and counting what becomes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, TypeVar

from backtriage.decide import outcome
from backtriage.decide.kernel import Chunk
from backtriage.population.confirmations import confirm
from backtriage.population.draws import BLOCK, PeopleBlock
from backtriage.population.marks import MarkedAnswers, MarkedEvaluation, without
from backtriage.population.needs import needs_of
from backtriage.population.people import READINGS, DrawSettings, Lottery, People, Timed
from backtriage.population.population import PersonClass, Population, Setting
from backtriage.population.sheets import Questionnaire
from backtriage.program.program import Program
from backtriage.terms.condition import ATOMS, Any, Condition, Fact
from backtriage.terms.urgency import Urgency

T = TypeVar("T")

EVERYBODY: Final = "all"
BY_ITSELF: Final = "by_itself"
NOT_BY_ITSELF: Final = "not_by_itself"
"""The rows that every simulation has, beside a row for each class and group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSize:
    """How many people are drawn."""

    ordinary: int
    """Of all ordinary classes together, by their shares, but at least one of each."""
    serious: int
    """Of each serious class: they are rare, and count by their share all the same."""


@dataclass(frozen=True, slots=True)
class Decided:
    """Some people, their decided answer sheets, and who has each urgency."""

    people: People
    kernel: MarkedEvaluation
    exact: tuple[Chunk, ...]
    """Who has each urgency to act on, lowest first."""


@dataclass(slots=True)
class Counts:
    """What became of the drawn people of one class."""

    person_class: PersonClass
    people: int = 0
    urgencies: dict[str, Counter[Urgency]] = field(default_factory=dict)
    """By row. Everybody in a row has an urgency."""
    decided: Counter[str] = field(default_factory=Counter)
    """By rule: those at whose urgency it fired."""
    alone: Counter[str] = field(default_factory=Counter)
    """By rule: those who would be less urgent without it."""
    flags: Counter[int] = field(default_factory=Counter)
    """By how many warning signs a person has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """The counts of each class, for one set of rates."""

    setting: Setting
    drawing: DrawSettings
    seed: int
    counts: dict[str, Counts]
    """By class."""


def simulate(
    setting: Setting, drawings: Iterable[DrawSettings], size: SampleSize, seed: int = 1,
    timed: Timed = lambda _: None,
) -> tuple[Simulation, ...]:  # fmt: skip
    """Draw people, let them answer, decide, and count.

    Args:
        setting: Who is asked what.
        drawings: How to read the rates: a simulation for each, of the same people.
        size: How many people.
        seed: Another seed draws other people.
        timed: Is told what begins now.
    """
    findings = emergency_findings(setting.program)
    needs = needs_of(setting)
    found = tuple(
        Simulation(setting=setting, drawing=drawing, seed=seed, counts={}) for drawing in drawings
    )
    for some in together(found):
        timed("draw")
        how = [each.drawing for each in some]
        lottery = Lottery(setting.population, how, needs)
        questions = Questionnaire(setting, [each.rates.doubt for each in how], needs)
        for person_class, block in all_blocks(seed, setting.population, size):
            timed("draw")
            crowd = lottery.people(person_class, block)
            sheets = questions.answers(crowd, timed)
            for reading, (simulation, answers) in enumerate(zip(some, sheets, strict=True)):
                decided = decide(setting, People(crowd, reading), answers, timed)
                rules = [*deciders(decided)]
                timed("count")
                counts = simulation.counts.setdefault(person_class.id, Counts(person_class))
                _count(counts, setting.population, decided, rules, findings)
                timed("")
    return found


def decide(
    setting: Setting, people: People, answers: MarkedAnswers, timed: Timed = lambda _: None
) -> Decided:
    """Let people confirm their doubts, and decide."""
    timed("decide")
    answers = confirm(setting, people, answers, timed)
    timed("decide")
    kernel = MarkedEvaluation(setting.program, answers)
    _, possible = outcome.urgencies(kernel)
    exact = tuple(without(possible[u], possible[u + 1]) for u in Urgency)
    return Decided(people, kernel, exact)


def together(found: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield what is drawn together, for each reading of the rates."""
    for at in range(0, len(found), READINGS):
        yield found[at : at + READINGS]


def sizes(population: Population, size: SampleSize) -> Mapping[PersonClass, int]:
    """Return how many people of each class to draw."""
    ordinary = sum((c.share for c in population.classes if not c.is_serious), Fraction(0))
    return {
        c: size.serious if c.is_serious else max(1, round(size.ordinary * c.share / ordinary))
        for c in population.classes
    }


def all_blocks(
    seed: int, population: Population, size: SampleSize
) -> Iterator[tuple[PersonClass, PeopleBlock]]:
    """Yield the blocks of every class."""
    for person_class, count in sizes(population, size).items():
        for block in blocks(seed, person_class.id, count):
            yield person_class, block


def blocks(seed: int, person_class: str, count: int) -> Iterator[PeopleBlock]:
    """Yield the blocks of a class."""
    for number, first in enumerate(range(0, count, BLOCK)):
        yield PeopleBlock(seed, person_class, number, min(BLOCK, count - first))


def emergency_findings(program: Program) -> tuple[Condition, ...]:
    """Return the single answers that are an emergency by themselves, whatever else is true."""
    found: dict[Condition, None] = {}
    for rule in program.rules:
        if rule.urgency is Urgency.EMERGENCY:
            found |= dict.fromkeys(_alternatives(rule.when, program))
    return tuple(found)


def _alternatives(condition: Condition, program: Program) -> Iterator[Condition]:
    if isinstance(condition, Fact):
        yield from _alternatives(program.facts[condition.fact], program)
    elif isinstance(condition, Any):
        for part in condition.of:
            yield from _alternatives(part, program)
    elif isinstance(condition, ATOMS):
        yield condition


def deciders(decided: Decided) -> Iterator[tuple[str, Chunk]]:
    """Yield each rule that decides, and for whom: it gives them the urgency that they have."""
    kernel, exact = decided.kernel, decided.exact
    for rule in kernel.program.rules:
        bits = kernel.bits(rule.when)
        who = bits >> 2 & exact[rule.urgency]
        if rule.if_unsure is not None:
            who |= (bits >> 2 ^ bits >> 3) & exact[rule.if_unsure]
        if who:
            yield rule.id, who


def _count(
    counts: Counts, population: Population, decided: Decided,
    rules: Sequence[tuple[str, Chunk]], findings: tuple[Condition, ...],
) -> None:  # fmt: skip
    people, kernel = decided.people, decided.kernel
    counts.people += people.block.count
    by_itself = 0
    for finding in findings:
        by_itself |= kernel.bits(finding) & kernel.ones
    rows = {group.id: people.with_(group.when) for group in population.groups}
    rows |= {EVERYBODY: kernel.ones, BY_ITSELF: by_itself, NOT_BY_ITSELF: kernel.ones ^ by_itself}
    for row, who in rows.items():
        urgencies = counts.urgencies.setdefault(row, Counter())
        for urgency in Urgency:
            urgencies[urgency] += (decided.exact[urgency] & who).bit_count()
    once = twice = 0
    for _, who in rules:
        twice |= once & who
        once |= who
    for rule, who in rules:
        counts.decided[rule] += who.bit_count()
        counts.alone[rule] += without(who, twice).bit_count()
    flags = sum(people.with_(flag.when) for flag in population.flags)
    per_person = flags.to_bytes(people.block.count, "little")
    for number in range(len(population.flags) + 1):
        counts.flags[number] += per_person.count(number)
