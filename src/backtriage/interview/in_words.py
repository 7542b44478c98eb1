"""Answers and guards in the words of the questions, for people who see no ids."""

from __future__ import annotations

from collections.abc import Iterable

from backtriage.program.program import Program
from backtriage.protocol.protocol import Choice, Question
from backtriage.terms.condition import (
    All,
    Any,
    AtLeast,
    Compare,
    Condition,
    Fact,
    Includes,
    Is,
    Not,
    Scores,
    Yes,
)
from backtriage.terms.value import NOT_SURE, Ticks, Value, number_text

_SIGNS = {"<": "less than {}", "<=": "{} or less", ">": "more than {}", ">=": "{} or more"}


def value_words(question: Question, value: Value) -> str:
    """An answer as the person gave it."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if value is NOT_SURE:
        return "Not sure"
    if isinstance(value, Ticks):
        return _ticks_words(question, value)
    if isinstance(value, str):
        return _bare(_choice(question, value).text)
    return f"{number_text(value)} {question.unit}".rstrip()


def _ticks_words(question: Question, value: Ticks) -> str:
    yes = [_bare(choice.text) for choice in question.choices if choice.id in value.yes]
    unsure = [_bare(choice.text) for choice in question.choices if choice.id in value.unsure]
    parts = ["; ".join(yes)] if yes else []
    if unsure:
        parts.append(f"Not sure about: {'; '.join(unsure)}")
    return ". ".join(parts) or _bare(question.none)


def _bare(text: str) -> str:
    return text.removesuffix(".")


def _choice(question: Question, id_: str) -> Choice:
    return next(choice for choice in question.choices if choice.id == id_)


def condition_words(program: Program, condition: Condition) -> str:
    """A condition as a person can read it, such as: Age is 18 years or more."""
    if isinstance(condition, Yes | Is | Includes | Compare):
        return _atom_words(program, condition, " is ")
    if isinstance(condition, Not):
        return _not_words(program, condition.of)
    if isinstance(condition, All | Any | AtLeast):
        return _many_words(program, condition)
    if isinstance(condition, Fact):
        named = next(fact for fact in program.protocol.facts if fact.id == condition.fact)
        return named.text or condition_words(program, named.when)
    if isinstance(condition, Scores):
        return f"{condition.score.replace('_', ' ')}: {condition.least} or more"
    return "always"


def _atom_words(program: Program, atom: Yes | Is | Includes | Compare, verb: str) -> str:
    question = program.questions[atom.question]
    if isinstance(atom, Yes):
        return f"{question.short}{verb}yes"
    if isinstance(atom, Compare):
        bound = f"{number_text(atom.bound)} {question.unit}".rstrip()
        return f"{question.short}{verb}{_SIGNS[atom.sign].format(bound)}"
    ids = (atom.item,) if isinstance(atom, Includes) else atom.choices
    return f"{question.short}{verb}{_or(_quoted(question, id_) for id_ in ids)}"


def _not_words(program: Program, inner: Condition) -> str:
    if isinstance(inner, Yes | Is | Includes | Compare):
        return _atom_words(program, inner, " is not ")
    if isinstance(inner, Any):
        return _items_words(program, inner, " is none of: ") or (
            f"none of these: {_list(program, inner.of)}"
        )
    return f"not this: {condition_words(program, inner)}"


def _many_words(program: Program, condition: All | Any | AtLeast) -> str:
    if isinstance(condition, All):
        return " and ".join(_bracketed(program, part) for part in condition.of)
    if isinstance(condition, Any):
        return _items_words(program, condition, " is ") or (
            " or ".join(_bracketed(program, part) for part in condition.of)
        )
    return f"at least {condition.least} of these: {_list(program, condition.of)}"


def _items_words(program: Program, condition: Any, verb: str) -> str:
    """An `or` over items of one list, with the name of the list said once; else nothing."""
    items = [part for part in condition.of if isinstance(part, Includes)]
    lists = {item.question for item in items}
    if len(items) != len(condition.of) or len(lists) != 1:
        return ""
    question = program.questions[lists.pop()]
    return f"{question.short}{verb}{_or(_quoted(question, item.item) for item in items)}"


def _quoted(question: Question, id_: str) -> str:
    return f'"{_bare(_choice(question, id_).text)}"'


def _bracketed(program: Program, part: Condition) -> str:
    text = condition_words(program, part)
    return f"({text})" if isinstance(part, All | Any | AtLeast) else text


def _list(program: Program, parts: tuple[Condition, ...]) -> str:
    return "; ".join(condition_words(program, part) for part in parts)


def _or(words: Iterable[str]) -> str:
    return " or ".join(words)
