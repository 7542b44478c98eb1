"""Answers as words: how the page says back what somebody told us."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from backtriage.decide.assessment import Assessment
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.value import NotSure, Ticks, Value, number_text

MOST_NAMED: Final = 3
"""How many things one sentence names before it only counts the rest."""


def lowered(phrase: str) -> str:
    """A noun phrase inside a sentence: "Age" -> "age", while "HIV medicine" stays."""
    if phrase[:2].istitle() or phrase[1:2] == " ":
        return phrase[:1].lower() + phrase[1:]
    return phrase


def raised(phrase: str) -> str:
    """A phrase at the head of a sentence."""
    return phrase[:1].upper() + phrase[1:]


def sentence(phrase: str) -> str:
    """A phrase as a sentence of its own."""
    text = raised(phrase)
    return text if text.endswith((".", "!", "?")) else f"{text}."


def listed(parts: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    every = list(parts)
    return " and ".join([", ".join(every[:-1]), every[-1]] if every[1:] else every)


def counted(number: int, one: str, many: str) -> str:
    """`1 reason`, `2 reasons`."""
    return f"{number} {one if number == 1 else many}"


def definite(question: Question, value: Value) -> tuple[str, ...]:
    """What was said for certain; a list of which nothing was ticked says nothing."""
    if isinstance(value, Ticks):
        return tuple(choice.short for choice in question.choices if choice.id in value.yes)
    if isinstance(value, NotSure):
        return ()
    if isinstance(value, bool):
        return (f"{'yes' if value else 'no'} to {lowered(question.short)}",)
    if isinstance(value, Decimal):
        return (f"{lowered(question.short)} {measured(question, value)}",)
    return (chosen(question, value),)


def measured(question: Question, value: Decimal) -> str:
    """A number with its unit."""
    return f"{number_text(value)} {question.unit}".rstrip()


def chosen(question: Question, choice_id: str) -> str:
    """A choice as it reads after "You said:"."""
    return next(choice.short for choice in question.choices if choice.id == choice_id)


def doubted(question: Question, value: Value) -> tuple[str, ...]:
    """What the person is not sure about."""
    if isinstance(value, Ticks):
        return tuple(choice.short for choice in question.choices if choice.id in value.unsure)
    return (lowered(question.short),) if isinstance(value, NotSure) else ()


def answered(question: Question, value: Value) -> str:
    """One whole answer, "not sure" and "none" included."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return measured(question, value)
    parts = [*definite(question, value)]
    parts += [f"not sure about {phrase}" for phrase in doubted(question, value)]
    return "; ".join(parts) or lowered(question.none or "none of these")


def told(a: Assessment, answers: Answers, begin: str = "You said") -> str:
    """`You said: ...; .... You were not sure about: ....`, or nothing when nothing was said."""
    asked = [q for q in a.program.protocol.questions if q.id in answers]
    sure = [part for q in asked for part in definite(q, answers[q.id])]
    unsure = [part for q in asked for part in doubted(q, answers[q.id])]
    said = [sentence(f"{begin}: {'; '.join(sure)}")] if sure else []
    said += [sentence(f"You were not sure about: {'; '.join(unsure)}")] if unsure else []
    return a.words.fill(" ".join(said))
