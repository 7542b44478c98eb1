"""Conditions as text: the inverse of `protocol.parser`."""

from __future__ import annotations

from collections.abc import Iterable

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


def condition_text(  # noqa: C901, PLR0911, PLR0912 - one case for each node
    condition: Condition, units: dict[str, str]
) -> str:
    """Return the source text of a condition; parsing it gives the condition back.

    Args:
        condition: The condition to write.
        units: The unit of each number question that has one; see `units_of`.
    """
    match condition:
        case Always():
            return "always"
        case Yes(name) | Fact(name):
            return name
        case Includes(question, item):
            return f"{question} includes {item}"
        case Is():
            return _is_text(condition, "is")
        case Compare(question, sign, bound):
            unit = units.get(question, "")
            return f"{question} {sign} {number_text(bound)} {unit}".rstrip()
        case Scores(score, least):
            return f"{score} >= {least}"
        case Not(Is() as inner):
            return _is_text(inner, "is not")
        case Not(Any(parts)):
            return f"none of ({_listed(parts, units)})"
        case Not(All() | Always() | Not() as inner):
            return f"not ({condition_text(inner, units)})"
        case Not(inner):
            return f"not {condition_text(inner, units)}"
        case AtLeast(least, parts):
            return f"at least {least} of ({_listed(parts, units)})"
        case All(parts):
            return " and ".join(_operand(part, units) for part in parts)
        case Any(parts):
            return " or ".join(_operand(part, units) for part in parts)


def _is_text(condition: Is, verb: str) -> str:
    if len(condition.choices) == 1:
        return f"{condition.question} {verb} {condition.choices[0]}"
    return f"{condition.question} {verb} one of ({', '.join(condition.choices)})"


def _listed(parts: Iterable[Condition], units: dict[str, str]) -> str:
    return ", ".join(condition_text(part, units) for part in parts)


def _operand(part: Condition, units: dict[str, str]) -> str:
    text = condition_text(part, units)
    return f"({text})" if isinstance(part, All | Any) else text


def units_of(protocol: Protocol) -> dict[str, str]:
    """Return the unit of each number question that has one, by question id."""
    return {question.id: question.unit for question in protocol.questions if question.unit}
