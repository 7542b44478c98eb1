"""Enumerate every pair of sheets that a person could give to two versions of a protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import gcd, lcm
from typing import Any, TypeAlias

from backtriage.protocol.protocol import Protocol, Question
from backtriage.terms.answers import Answers
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks

PairedQuestion: TypeAlias = tuple[Question | None, Question | None]


@dataclass(frozen=True)
class PairedAnswer:
    """What a person answers to each version; None where it does not ask."""

    old: Any
    new: Any
    is_mismatched: bool = False


def paired_sheets(
    old: Protocol, new: Protocol
) -> Iterator[tuple[Answers, Answers, frozenset[str]]]:  # fmt: skip
    """Yield every pair of sheets, and the questions with mismatched answers."""
    pairs = list(_questions(old, new))
    for row in product(*(tuple(_answers(*pair)) for pair in pairs)):
        answers = list(zip(pairs, row, strict=True))
        yield (
            Answers({before.id: a.old for (before, _), a in answers if before}),
            Answers({after.id: a.new for (_, after), a in answers if after}),
            frozenset(before.id for (before, _), a in answers if before and a.is_mismatched),
        )


def _questions(old: Protocol, new: Protocol) -> Iterator[PairedQuestion]:
    unpaired = {question.id: question for question in old.questions}
    for after in new.questions:
        before = unpaired.get(after.id)
        if before and (before.kind, before.unit) == (after.kind, after.unit):
            yield unpaired.pop(after.id), after
        else:
            yield None, after
    yield from ((before, None) for before in unpaired.values())


def _answers(old: Question | None, new: Question | None) -> Iterable[PairedAnswer]:
    question = new or old
    assert question is not None
    if question.kind == SOME_OF:
        return _ticks(old, new)
    if question.kind == NUMBER:
        return _numbers(old, new)
    return _values(_choices(old), _choices(new))


def _choices(question: Question | None) -> list[Any] | None:
    if question is None:
        return None
    assert question.kind in {YES_NO, ONE_OF}
    values = [False, True] if question.kind == YES_NO else [c.id for c in question.choices]
    return [*values, NOT_SURE] if question.allows_not_sure else values


def _values(old: Sequence[Any] | None, new: Sequence[Any] | None) -> Iterator[PairedAnswer]:
    """Yield shared answers, and every other one with each answer of the other version."""
    if old is None or new is None:
        for value in old or new or ():
            yield PairedAnswer(value if old else None, value if new else None)
        return
    for before, after in product(old, new):
        if before is after or before == after:
            yield PairedAnswer(before, after)
        elif not (before in new and after in old):
            yield PairedAnswer(before, after, is_mismatched=True)


def _ticks(old: Question | None, new: Question | None) -> Iterator[PairedAnswer]:
    items = dict.fromkeys(c.id for question in (old, new) if question for c in question.choices)

    def marks(question: Question | None, item: str) -> list[Any] | None:
        if question is None or all(choice.id != item for choice in question.choices):
            return None
        return [False, True, NOT_SURE] if question.allows_not_sure else [False, True]

    rows = [list(_values(marks(old, item), marks(new, item))) for item in items]
    for row in product(*rows):
        before = _list({item: answer.old for item, answer in zip(items, row, strict=True)})
        after = _list({item: answer.new for item, answer in zip(items, row, strict=True)})
        is_mismatched = any(answer.is_mismatched for answer in row)
        yield PairedAnswer(before, after, is_mismatched=is_mismatched)


def _list(marks: Mapping[str, Any]) -> Ticks:
    yes, unsure = (
        frozenset(item for item, mark in marks.items() if mark is wanted)
        for wanted in (True, NOT_SURE)
    )  # fmt: skip
    return Ticks(yes, unsure)


def _numbers(old: Question | None, new: Question | None) -> Iterator[PairedAnswer]:
    """Yield every number in the finest steps of both, as each version reads it; then doubt."""
    questions = [question for question in (old, new) if question]
    offset = Fraction(questions[0].least - questions[-1].least)
    parts = [*(Fraction(question.step) for question in questions), offset]
    whole = lcm(*(part.denominator for part in parts))
    step = Fraction(gcd(*(int(part * whole) for part in parts)), whole)
    number, most = Fraction(min(q.least for q in questions)), max(q.most for q in questions)
    doubtful = [question for question in questions if question.allows_not_sure]
    if len(doubtful) == len(questions):
        yield PairedAnswer(NOT_SURE if old else None, NOT_SURE if new else None)
    while number <= most:
        before, after = (question and _read(question, number) for question in (old, new))
        is_outside = not all(q.least <= number <= q.most for q in questions)
        yield PairedAnswer(before, after, is_mismatched=is_outside)
        if old and new and len(doubtful) == 1:
            sure = new if old.allows_not_sure else old
            if sure.least <= number <= sure.most:
                in_doubt = (NOT_SURE, after) if sure is new else (before, NOT_SURE)
                yield PairedAnswer(in_doubt[0], in_doubt[1], is_mismatched=True)
        number += step


def _read(question: Question, number: Fraction) -> Decimal:
    """Return how a question reads a number: the nearest in its range, rounded down to a step."""
    inside = min(max(number, Fraction(question.least)), Fraction(question.most))
    steps = (inside - question.least) // Fraction(question.step)
    return question.least + steps * Decimal(question.step)
