"""Values of answers.

A value is a `bool` (yes/no), the id of a choice (one of), a `Decimal` in the question's unit
(number), `Ticks` (some of), or `NOT_SURE`. A missing answer has no value: no value means "no
answer".
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Final, TypeAlias

from msgspec import Struct


class NotSure(Enum):
    """The answer "I am not sure", which is never read as "no"."""

    NOT_SURE = "not_sure"


NOT_SURE: Final = NotSure.NOT_SURE


class Ticks(Struct, frozen=True):
    """The answer to a some-of question: yes, no or not sure for each item.

    An item in neither set is a definite no.
    """

    yes: frozenset[str] = frozenset()
    """Ticked items."""

    unsure: frozenset[str] = frozenset()
    """Items marked "not sure"; disjoint from `yes`."""


Value: TypeAlias = bool | str | Decimal | Ticks | NotSure
"""The value of any answer."""

Kind: TypeAlias = str
"""The kind of a question: one of `KINDS`."""

YES_NO: Final = "yes_no"
ONE_OF: Final = "one_of"
SOME_OF: Final = "some_of"
NUMBER: Final = "number"
KINDS: Final = (YES_NO, ONE_OF, SOME_OF, NUMBER)


def number_text(number: Decimal) -> str:
    """Return a number in canonical form: 65.0 is "65", 0.50 is "0.5"."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
