"""Phrases for answers, as a page repeats them to the reader."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.value import NotSure, Ticks, Value, number_text

if TYPE_CHECKING:
    from backtriage.decide.assessment import Assessment
    from backtriage.decide.contradictions import Contradiction

MAX_NAMED: Final = 3
"""How many things a sentence names before it only counts the rest."""


def lower_first(phrase: str) -> str:
    """Return a noun phrase for use within a sentence: "age", but still "HIV medicine"."""
    if phrase[:2].istitle() or phrase[1:2] == " ":
        return phrase[:1].lower() + phrase[1:]
    return phrase


def upper_first(phrase: str) -> str:
    """Return a phrase for the start of a sentence."""
    return phrase[:1].upper() + phrase[1:]


def first_sentence(text: str) -> str:
    """Return the first of several sentences."""
    return f"{text.partition('. ')[0].removesuffix('.')}."


def as_sentence(phrase: str) -> str:
    """Return a phrase as a sentence of its own."""
    text = upper_first(phrase)
    return text if text.endswith((".", "!", "?")) else f"{text}."


def join_with_and(parts: Iterable[str]) -> str:
    """Return `a`, `a and b`, or `a, b and c`."""
    *head, last = [*parts] or [""]
    return f"{', '.join(head)} and {last}" if head else last


def pluralise(number: int, one: str, many: str) -> str:
    """Return a number with its noun: `1 reason`, `2 reasons`."""
    return f"{number:,} {one if number == 1 else many}"


def definite_phrases(question: Question, value: Value) -> tuple[str, ...]:
    """Return the definite parts of an answer; a list without ticks has none."""
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
    """Return a number with its unit, which the question names in the plural."""
    unit = question.unit.removesuffix("s") if value == 1 else question.unit
    return f"{number_text(value)} {unit}".rstrip()


def choice_phrase(question: Question, choice_id: str) -> str:
    """Return a choice as it reads after "You said:"."""
    return next(choice.short for choice in question.choices if choice.id == choice_id)


def unsure_phrases(question: Question, value: Value) -> tuple[str, ...]:
    """Return what the person is not sure about."""
    if isinstance(value, Ticks):
        return tuple(choice.short for choice in question.choices if choice.id in value.unsure)
    return (lower_first(question.short),) if isinstance(value, NotSure) else ()


def answer_phrase(question: Question, value: Value) -> str:
    """Return a whole answer in the words of a report, including "not sure" and "none"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return with_unit(question, value)
    parts = [*definite_phrases(question, value)]
    parts += [f"not sure about {phrase}" for phrase in unsure_phrases(question, value)]
    return "; ".join(parts) or lower_first(question.none or "none of these")


def answer_label(question: Question, value: Value) -> str:
    """Return a whole answer in the words of the choices that the person saw."""
    if isinstance(value, Ticks):
        return _ticks_label(question, value)
    if isinstance(value, NotSure):
        return "Not sure"
    if isinstance(value, bool | Decimal):
        return upper_first(answer_phrase(question, value))
    return next(choice.text for choice in question.choices if choice.id == value).removesuffix(".")


def _ticks_label(question: Question, value: Ticks) -> str:
    yes, unsure = (
        [choice.text.removesuffix(".") for choice in question.choices if choice.id in ids]
        for ids in (value.yes, value.unsure)
    )
    if len(unsure) == len(question.choices) > 1:
        return f"Not sure about all {len(unsure)}"
    parts = ["; ".join(yes)] if yes else []
    parts += [f"Not sure about: {'; '.join(unsure)}"] if unsure else []
    return ". ".join(parts) or question.none.removesuffix(".") or "None of these"


def contradiction_text(a: Assessment, each: Contradiction, begin: str = "You said") -> str:
    """Return both sides of a contradiction."""
    sides = [(begin, {each.question: each.answer})]
    sides += [("But also", {id_: a.answers.get(id_, value)}) for id_, value in each.guard.items()]
    return " ".join(
        as_sentence(f"{begin}: {a.words.fill(_with_subject(a.program.questions[id_], value))}")
        for begin, told in sides
        for id_, value in told.items()
    )


def _with_subject(question: Question, value: Value) -> str:
    """Return a whole answer, after its subject if it is nothing without that."""
    phrases = definite_phrases(question, value)
    if phrases and not isinstance(value, Ticks):
        return phrases[0]
    return f"{lower_first(question.short)}: {answer_phrase(question, value)}"


def reported_answers(
    a: Assessment,
    answers: Answers,
    begin: str = "You said",
    in_doubt: str = "You were not sure about",
) -> str:
    """Return `You said: ...; .... You were not sure about: ....`, as far as there are answers."""
    asked = [q for q in a.program.questions.values() if q.id in answers]
    sure = [part for q in asked for part in definite_phrases(q, answers[q.id])]
    unsure = [part for q in asked for part in unsure_phrases(q, answers[q.id])]
    sentences = []
    if sure:
        sentences.append(as_sentence(f"{begin}: {'; '.join(sure)}"))
    if unsure:
        rest = len(unsure) - MAX_NAMED
        named = [*unsure[:MAX_NAMED], f"and {rest} more"] if rest > 1 else unsure
        sentences.append(as_sentence(f"{in_doubt}: {'; '.join(named)}"))
    return a.words.fill(" ".join(sentences))
