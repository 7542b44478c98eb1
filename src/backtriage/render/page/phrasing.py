"""Answers as words: how the page says back what somebody told us."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from backtriage.decide.assessment import Assessment
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.value import NotSure, Ticks, Value, number_text

RECORD: Final = "the full record (a .json file)"
"""Where everything stands that a page leaves out."""

MAX_NAMED: Final = 3
"""How many things one sentence names before it only counts the rest."""


def lower_first(phrase: str) -> str:
    """A noun phrase inside a sentence: "Age" -> "age", while "HIV medicine" stays."""
    if phrase[:2].istitle() or phrase[1:2] == " ":
        return phrase[:1].lower() + phrase[1:]
    return phrase


def upper_first(phrase: str) -> str:
    """A phrase at the head of a sentence."""
    return phrase[:1].upper() + phrase[1:]


def first_sentence(text: str) -> str:
    """The first of several sentences."""
    return f"{text.partition('. ')[0].removesuffix('.')}."


def as_sentence(phrase: str) -> str:
    """A phrase as a sentence of its own."""
    text = upper_first(phrase)
    return text if text.endswith((".", "!", "?")) else f"{text}."


def join_with_and(parts: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    every = list(parts)
    return " and ".join([", ".join(every[:-1]), every[-1]] if every[1:] else every)


def pluralise(number: int, one: str, many: str) -> str:
    """`1 reason`, `2 reasons`."""
    return f"{number} {one if number == 1 else many}"


def definite_phrases(question: Question, value: Value) -> tuple[str, ...]:
    """What was said for certain; a list of which nothing was ticked says nothing."""
    if isinstance(value, Ticks):
        return tuple(choice.short for choice in question.choices if choice.id in value.yes)
    if isinstance(value, NotSure):
        return ()
    if isinstance(value, bool):
        return (f"{'yes' if value else 'no'} to {lower_first(question.short)}",)
    if isinstance(value, Decimal):
        return (f"{lower_first(question.short)} {with_unit(question, value)}",)
    return (choice_phrase(question, value),)


def with_unit(question: Question, value: Decimal) -> str:
    """A number with its unit, which is named in the plural."""
    unit = question.unit.removesuffix("s") if value == 1 else question.unit
    return f"{number_text(value)} {unit}".rstrip()


def choice_phrase(question: Question, choice_id: str) -> str:
    """A choice as it reads after "You said:"."""
    return next(choice.short for choice in question.choices if choice.id == choice_id)


def unsure_phrases(question: Question, value: Value) -> tuple[str, ...]:
    """What the person is not sure about."""
    if isinstance(value, Ticks):
        return tuple(choice.short for choice in question.choices if choice.id in value.unsure)
    return (lower_first(question.short),) if isinstance(value, NotSure) else ()


def answer_phrase(question: Question, value: Value) -> str:
    """One whole answer, "not sure" and "none" included."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return with_unit(question, value)
    parts = [*definite_phrases(question, value)]
    parts += [f"not sure about {phrase}" for phrase in unsure_phrases(question, value)]
    return "; ".join(parts) or lower_first(question.none or "none of these")


def answer_label(question: Question, value: Value) -> str:
    """One whole answer in the words of the rows that were chosen, not of a report."""
    if isinstance(value, Ticks):
        return _ticks_as_given(question, value)
    if isinstance(value, NotSure):
        return "Not sure"
    if isinstance(value, bool | Decimal):
        return upper_first(answer_phrase(question, value))
    return next(row.text for row in question.choices if row.id == value).removesuffix(".")


def _ticks_as_given(question: Question, value: Ticks) -> str:
    yes, unsure = (
        [choice.text.removesuffix(".") for choice in question.choices if choice.id in ids]
        for ids in (value.yes, value.unsure)
    )
    if len(unsure) == len(question.choices) > 1:
        return f"Not sure about all {len(unsure)}"
    parts = ["; ".join(yes)] if yes else []
    parts += [f"Not sure about: {'; '.join(unsure)}"] if unsure else []
    return ". ".join(parts) or question.none.removesuffix(".") or "None of these"


def reported_answers(a: Assessment, answers: Answers, begin: str = "You said") -> str:
    """`You said: ...; .... You were not sure about: ....`, or nothing when nothing was said."""
    asked = [q for q in a.program.protocol.questions if q.id in answers]
    sure = [part for q in asked for part in definite_phrases(q, answers[q.id])]
    unsure = [part for q in asked for part in unsure_phrases(q, answers[q.id])]
    said = [as_sentence(f"{begin}: {'; '.join(sure)}")] if sure else []
    said += (
        [as_sentence(f"You were not sure about: {'; '.join(_first(unsure))}")] if unsure else []
    )
    return a.words.fill(" ".join(said))


def _first(parts: list[str]) -> list[str]:
    """The first few; of the others only how many there are."""
    left = len(parts) - MAX_NAMED
    return [*parts[:MAX_NAMED], f"and {left} more"] if left > 1 else parts
