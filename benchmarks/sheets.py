"""Random but realistic answer sheets: the same for every contender and in every run.

Most people have few findings, so each sheet first draws how likely a "yes" is. Every question
that is asked has an answer. Some that are not asked have one too, left from an answer that was
changed later; it counts for nothing.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from backtriage.decide.contradictions import acted_on, contradictions
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F
from backtriage.program.program import Program
from backtriage.protocol.answer_parser import InvalidAnswer, parse_answer
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always
from backtriage.terms.value import NOT_SURE, NUMBER, SOME_OF, YES_NO, Value

Plain: TypeAlias = bool | int | str | list[str]
"""The JSON value of an answer."""

SEED: Final = 20

YES: Final = (0.001, 0.003, 0.01, 0.05)
"""How likely a finding is; each sheet draws one of these."""

DOUBT: Final = (0.0, 0.002, 0.005, 0.02)
"""How likely an answer is "not sure"; each sheet with doubt draws one of these."""

KEPT: Final = 0.1
"""How likely it is that a question that is not asked has an answer."""

USUAL: Final[Mapping[str, str]] = {
    "answering_for": "self",
    "began": "strain",
    "cancer_seen": "seen",
    "change": "new",
    "old_trouble": "seen",
    "pregnancy": "not_likely",
    "pregnancy_seen": "yes_unchanged",
    "safe_now": "safe",
    "where": "back",
}
"""What most people answer, where one answer is more common than the others."""

SHARE_OF_USUAL: Final = 0.9


@dataclass(frozen=True)
class Person:
    """The answers of one person, plain and validated."""

    plain: Mapping[str, Plain]
    answers: Answers


def draw_people(program: Program, count: int, *, doubt: bool, seed: int = SEED) -> list[Person]:
    """Draw sheets on which nothing is missing, and no answer contradicts another.

    Args:
        program: Whose questions to answer.
        count: How many sheets.
        doubt: Whether some answers are "not sure".
        seed: Another seed gives other sheets.
    """
    source = random.Random(seed)
    people: list[Person] = []
    while len(people) < count:
        person = _person(program, source, doubt=doubt)
        if not contradictions(acted_on(Evaluation(program, person.answers))):
            people.append(person)
    return people


def _person(program: Program, source: random.Random, *, doubt: bool) -> Person:
    draw = _Draw(source, yes=source.choice(YES), doubt=source.choice(DOUBT) if doubt else 0.0)
    plain: dict[str, Plain] = {}
    values: dict[str, Value] = {}
    for question in program.protocol.questions:
        if question.from_journal is not None:
            continue
        if _is_asked(program, question, values) or draw.happens(KEPT):
            raw = plain[question.id] = draw.answer(question)
            value = parse_answer(question, raw, text=False)
            if isinstance(value, InvalidAnswer):
                raise TypeError(f"{question.id}: {value.message}")
            values[question.id] = value
    return Person(plain=plain, answers=Answers(values))


def _is_asked(program: Program, question: Question, before: Mapping[str, Value]) -> bool:
    if isinstance(question.ask_when, Always):
        return True
    return Evaluation(program, Answers(before)).guard(question.id)[1] != F


class _Draw:
    """The answers of one person, one question after another."""

    def __init__(self, source: random.Random, yes: float, doubt: float) -> None:
        self.source = source
        self.yes = yes
        self.doubt = doubt

    def happens(self, likely: float) -> bool:
        return self.source.random() < likely

    def answer(self, question: Question) -> Plain:
        doubtful = question.allows_not_sure and self.happens(self.doubt)
        usual = USUAL.get(question.id)
        is_usual = usual is not None and self.happens(SHARE_OF_USUAL)
        if question.kind == SOME_OF:
            return self.ticks(question, usual if is_usual else None)
        if doubtful:
            return NOT_SURE.value
        if usual is not None and is_usual:
            return usual
        if question.kind == NUMBER:
            return round(self.source.triangular(question.least, question.most))
        if question.kind == YES_NO:
            return self.happens(self.yes)
        return self.source.choice(question.choices).id

    def ticks(self, question: Question, usual: str | None) -> list[str]:
        ticks = []
        for item in question.choices:
            if self.happens(self.yes) or item.id == usual:
                ticks.append(item.id)
            elif question.allows_not_sure and self.happens(self.doubt):
                ticks.append(f"{item.id}?")
        return ticks
