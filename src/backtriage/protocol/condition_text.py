"""Conditions as text: the inverse of `protocol.parser`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from backtriage.protocol.protocol import Protocol
from backtriage.terms.condition import (
    All,
    Always,
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
from backtriage.terms.value import number_text

_PLAIN: Final = (Yes, Is, Includes, Compare, Fact, Scores, AtLeast)


def condition_text(condition: Condition, units: dict[str, str]) -> str:  # noqa: PLR0911 - a table
    """Return the source text of a condition; parsing it gives the condition back.

    Args:
        condition: The condition to write.
        units: The unit of each number question that has one; see `units_of`.

    """
    if isinstance(condition, Always):
        return "always"
    if isinstance(condition, Yes):
        return condition.question
    if isinstance(condition, Fact):
        return condition.fact
    if isinstance(condition, Includes):
        return f"{condition.question} includes {condition.item}"
    if isinstance(condition, Is):
        return _is_text(condition, "is")
    if isinstance(condition, Compare):
        unit = units.get(condition.question, "")
        return (
            f"{condition.question} {condition.sign} {number_text(condition.bound)} {unit}".rstrip()
        )
    if isinstance(condition, Scores):
        return f"{condition.score} >= {condition.least}"
    if isinstance(condition, Not):
        return _not_text(condition, units)
    return _many_text(condition, units)


def _is_text(condition: Is, verb: str) -> str:
    if len(condition.choices) == 1:
        return f"{condition.question} {verb} {condition.choices[0]}"
    return f"{condition.question} {verb} one of ({', '.join(condition.choices)})"


def _not_text(condition: Not, units: dict[str, str]) -> str:
    inner = condition.of
    if isinstance(inner, Is):
        return _is_text(inner, "is not")
    if isinstance(inner, Any):
        return f"none of ({_listed(inner.of, units)})"
    if isinstance(inner, _PLAIN):
        return f"not {condition_text(inner, units)}"
    return f"not ({condition_text(inner, units)})"


def _many_text(condition: All | Any | AtLeast, units: dict[str, str]) -> str:
    if isinstance(condition, AtLeast):
        return f"at least {condition.least} of ({_listed(condition.of, units)})"
    word = " and " if isinstance(condition, All) else " or "
    return word.join(_bracketed(part, units) for part in condition.of)


def _listed(parts: Iterable[Condition], units: dict[str, str]) -> str:
    return ", ".join(condition_text(part, units) for part in parts)


def _bracketed(part: Condition, units: dict[str, str]) -> str:
    text = condition_text(part, units)
    return f"({text})" if isinstance(part, All | Any) else text


def units_of(protocol: Protocol) -> dict[str, str]:
    """Return the unit of each number question that has one, by question id."""
    return {question.id: question.unit for question in protocol.questions if question.unit}
