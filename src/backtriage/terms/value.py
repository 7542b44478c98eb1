"""What one answer can be.

A value is `True` or `False` (yes/no), the id of a choice (one of), a `Decimal` in the
declared unit (number), `Ticks` (some of), or `NOT_SURE`. A question without a value is
absent, and absent is not a value: nothing here can stand for "no answer".
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Final, TypeAlias

from msgspec import Struct


class NotSure(Enum):
    """The answer "I am not sure". It is an answer, and it is never "no"."""

    NOT_SURE = "not_sure"


NOT_SURE: Final = NotSure.NOT_SURE


class Ticks(Struct, frozen=True):
    """The answer to a some-of question: one three-valued variable per item.

    An item in neither set is a definite no.
    """

    yes: frozenset[str] = frozenset()
    """Items that were ticked."""

    unsure: frozenset[str] = frozenset()
    """Items the person is not sure about. Never overlaps `yes`."""


Value: TypeAlias = bool | str | Decimal | Ticks | NotSure
"""Any one answer."""

Kind: TypeAlias = str
"""How a question is answered: one of `KINDS`."""

YES_NO: Final = "yes_no"
ONE_OF: Final = "one_of"
SOME_OF: Final = "some_of"
NUMBER: Final = "number"
KINDS: Final = (YES_NO, ONE_OF, SOME_OF, NUMBER)


def number_text(number: Decimal) -> str:
    """Write a number the one canonical way: 65.0 is "65", 0.50 is "0.5"."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
