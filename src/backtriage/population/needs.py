"""What a simulation needs of people and their answers: only what some rule or figure reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from backtriage.population.population import Population, Setting
from backtriage.program.program import Program
from backtriage.protocol.dependencies import FACTS, QUESTIONS, Name, names_in, reachable, unfold
from backtriage.terms.condition import Condition, Includes, Scores


@dataclass(frozen=True, slots=True)
class Needs:
    """The names of what is drawn."""

    answers: Mapping[str, frozenset[str]]
    """By question: the items of a list, or nothing."""
    traits: frozenset[str]


def needs_of(setting: Setting) -> Needs:
    """Return what the rules of a protocol and the figures of a population read."""
    answers: dict[str, set[str]] = {}
    for question, item in _answers(setting.program):
        answers.setdefault(question, set()).add(item)
    rules = [rule for rule in setting.answers.rules if rule.question in answers]
    conditions: list[Condition] = [when for rule in rules for _, when in rule.choices]
    for rule in rules:
        needed = answers[rule.question]
        ticks = [tick for item, tick in rule.ticks.items() if not item or item in needed]
        conditions += [tick.yes for tick in ticks if tick.yes is not None]
    population = setting.population
    conditions += [flag.when for flag in population.flags]
    conditions += [group.when for group in population.groups]
    numbers = {rule.value for rule in rules if rule.value}
    return Needs(
        answers={question: frozenset(items) for question, items in answers.items()},
        traits=_traits(population, conditions) | numbers,
    )


def _answers(program: Program) -> Iterator[tuple[str, str]]:
    """Yield every question that a rule or a guard reads, with the item of a list, or ""."""
    questions = program.protocol.questions
    for condition in (
        *(rule.when for rule in program.rules), *(question.ask_when for question in questions)
    ):  # fmt: skip
        for leaf in unfold(condition, program.facts):
            if isinstance(leaf, Scores):
                for points in program.scores[leaf.score].points:
                    yield points.question, points.answer
            else:
                yield leaf.question, leaf.item if isinstance(leaf, Includes) else ""


def _traits(population: Population, conditions: Iterable[Condition]) -> frozenset[str]:
    facts = population.program.facts
    rates = {trait.id: [rates.when for rates in trait.rates] for trait in population.traits}

    def reads(name: Name) -> Iterator[Name]:
        section, id_ = name
        for condition in [facts[id_]] if section == FACTS else rates.get(id_, ()):
            yield from names_in(condition)

    start = [name for condition in conditions for name in names_in(condition)]
    return frozenset(id_ for section, id_ in reachable(start, reads) if section == QUESTIONS)
