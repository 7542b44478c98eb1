"""The condition tree: what a rule asks of the answers.

Small frozen nodes. Text becomes a tree in `protocol.grammar`; a tree becomes a pair of truth
values in `decide.evaluate`. `none of (...)` is `Not(Any(...))`, `is not x` is `Not(Is(x))`,
and a score compared with `<`, `<=` or `>` is written with `>=`. In JSON a node says under "is"
which class it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, TypeAlias

from msgspec import Struct


class Always(Struct, frozen=True, tag=True, tag_field="is"):
    """True of everybody. Allowed only as a whole condition."""


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
    """A number is below or above a bound. `sign` is one of `<`, `<=`, `>`, `>=`."""

    question: str
    sign: str
    bound: Decimal


class Fact(Struct, frozen=True, tag=True, tag_field="is"):
    """A named condition holds."""

    fact: str


class Scores(Struct, frozen=True, tag=True, tag_field="is"):
    """A score is at least `least` points."""

    score: str
    least: int


class Not(Struct, frozen=True, tag=True, tag_field="is"):
    """The other way round. Not sure stays not sure."""

    of: Condition


class All(Struct, frozen=True, tag=True, tag_field="is"):
    """Every part holds."""

    of: tuple[Condition, ...]


class Any(Struct, frozen=True, tag=True, tag_field="is"):
    """One part or more holds."""

    of: tuple[Condition, ...]


class AtLeast(Struct, frozen=True, tag=True, tag_field="is"):
    """`least` parts or more hold."""

    least: int
    of: tuple[Condition, ...]


Atom: TypeAlias = Yes | Is | Includes | Compare
"""A condition on one question."""

Condition: TypeAlias = Always | Atom | Fact | Scores | Not | All | Any | AtLeast
"""Any condition."""

# As tuples: a union written with | is built anew at every test, which evaluation feels.
ATOMS: Final = (Yes, Is, Includes, Compare)
MANY: Final = (All, Any, AtLeast)


def parts(condition: Condition) -> tuple[Condition, ...]:
    """The conditions directly inside this one; none for an atom, a fact or a score."""
    if isinstance(condition, Not):
        return (condition.of,)
    if isinstance(condition, MANY):
        return condition.of
    return ()


def leaves(condition: Condition) -> Iterator[Atom | Fact | Scores | Always]:
    """Every atom, fact, score and `always` of a condition, left to right, with repeats."""
    if isinstance(condition, Not):
        yield from leaves(condition.of)
    elif isinstance(condition, MANY):
        for part in condition.of:
            yield from leaves(part)
    else:
        yield condition
