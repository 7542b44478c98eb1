"""The abstract syntax tree (AST) of a condition, and its source text.

`protocol.parser` builds the tree and `decide.evaluate` evaluates it. Sugar is desugared:
`none of (...)` is `Not(Any(...))`, `is not x` is `Not(Is(x))`, and every comparison of a score
uses `>=`. In JSON, the key "is" holds a node's class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final, TypeAlias

from msgspec import Struct

from backtriage.terms.value import number_text


class Always(Struct, frozen=True, tag=True, tag_field="is"):
    """True for everybody. Allowed only as a whole condition."""


class Yes(Struct, frozen=True, tag=True, tag_field="is"):
    """A yes/no question was answered yes."""

    question: str


class Is(Struct, frozen=True, tag=True, tag_field="is"):
    """A one-of question was answered with one of these choices."""

    question: str
    choices: tuple[str, ...]


class Includes(Struct, frozen=True, tag=True, tag_field="is"):
    """An item of a some-of question is ticked."""

    question: str
    item: str


class Compare(Struct, frozen=True, tag=True, tag_field="is"):
    """A number compares with a bound. `sign` is one of `<`, `<=`, `>`, `>=`."""

    question: str
    sign: str
    bound: Decimal


class Fact(Struct, frozen=True, tag=True, tag_field="is"):
    """A named condition holds."""

    fact: str


class Scores(Struct, frozen=True, tag=True, tag_field="is"):
    """A score has at least `least` points."""

    score: str
    least: int


class Not(Struct, frozen=True, tag=True, tag_field="is"):
    """Negation. "Not sure" stays "not sure"."""

    of: Condition


class All(Struct, frozen=True, tag=True, tag_field="is"):
    """Conjunction: every part holds."""

    of: tuple[Condition, ...]


class Any(Struct, frozen=True, tag=True, tag_field="is"):
    """Disjunction: at least one part holds."""

    of: tuple[Condition, ...]


class AtLeast(Struct, frozen=True, tag=True, tag_field="is"):
    """Threshold: at least `least` parts hold."""

    least: int
    of: tuple[Condition, ...]


Atom: TypeAlias = Yes | Is | Includes | Compare
"""A condition on one question."""

Condition: TypeAlias = Always | Atom | Fact | Scores | Not | All | Any | AtLeast
"""Any node."""

# Tuples, because `isinstance` with a union builds the union anew on every call.
ATOMS: Final = (Yes, Is, Includes, Compare)
MANY: Final = (All, Any, AtLeast)


def parts(condition: Condition) -> tuple[Condition, ...]:
    """Return the direct children of a node; a leaf has none."""
    if isinstance(condition, Not):
        return (condition.of,)
    if isinstance(condition, MANY):
        return condition.of
    return ()


def leaves(condition: Condition) -> Iterator[Atom | Fact | Scores | Always]:
    """Yield every leaf of a condition, left to right, with repeats."""
    if isinstance(condition, Not):
        yield from leaves(condition.of)
    elif isinstance(condition, MANY):
        for part in condition.of:
            yield from leaves(part)
    else:
        yield condition


def condition_text(  # noqa: C901, PLR0911, PLR0912 - one case for each node
    condition: Condition, units: dict[str, str]
) -> str:
    """Return the source text of a condition; parsing it gives the condition back.

    Args:
        condition: The condition to write.
        units: The unit of each number question that has one; see `Protocol.units`.
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
        case _:
            return " or ".join(_operand(part, units) for part in condition.of)


def _is_text(condition: Is, verb: str) -> str:
    if len(condition.choices) == 1:
        return f"{condition.question} {verb} {condition.choices[0]}"
    return f"{condition.question} {verb} one of ({', '.join(condition.choices)})"


def _listed(parts: Iterable[Condition], units: dict[str, str]) -> str:
    return ", ".join(condition_text(part, units) for part in parts)


def _operand(part: Condition, units: dict[str, str]) -> str:
    text = condition_text(part, units)
    return f"({text})" if isinstance(part, All | Any) else text
