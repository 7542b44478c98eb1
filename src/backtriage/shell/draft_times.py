"""Since when the answers of a draft are told, which the time of its file does not say.

Each save renews that time, and so does a copy. So a draft says when its first answer was given.
"""

from __future__ import annotations

import json
from datetime import datetime
from time import time_ns
from typing import Final

import msgspec
from msgspec import Struct

_SAME_TIME_NS: Final = 24 * 60 * 60 * 1_000_000_000
"""How long answers are those of now. Pain of "less than 1 week" is something else after it, and so
are signs of "the last 2 weeks": each question is asked again then."""


class _Begun(Struct):
    """What is read of a draft."""

    begun: int | None = None
    """When its first answer was given, in nanoseconds since 1970; None if it does not say so."""


def with_begun(text: str, begun: int) -> bytes:
    """Return a draft, an object of JSON, that says when its first answer was given."""
    return f'{{\n  "begun": {begun},{text.removeprefix("{")}'.encode()


def begun_of(data: bytes) -> int | None:
    """Return when the first answer of a draft was given; None if it does not say so.

    What says so in a way that cannot be read is taken for very old: nothing may count on it.
    """
    try:
        return msgspec.json.decode(data, type=_Begun).begun
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    try:  # the name of a journal may be no UTF-8, which only this reads
        begun = json.loads(data)["begun"]
    except KeyError:
        return None
    except (ValueError, TypeError, RecursionError):
        return 0
    return begun if isinstance(begun, int) else 0


def in_words(moment: int) -> str:
    """Return a time in nanoseconds since 1970 in words; "" for one that is in no calendar."""
    try:
        local = datetime.fromtimestamp(moment / 1e9).astimezone()
    except (ValueError, OverflowError, OSError):
        return ""
    return f"{local:%d %b %Y %H:%M}"


def is_of_another_time(begun: int | None, saved: int) -> bool:
    """Return whether answers are no longer those of now, also if the clock was set back.

    Args:
        begun: When the first was given, if that is known.
        saved: When they were saved.
    """
    now = time_ns()
    return any(abs(now - each) > _SAME_TIME_NS for each in (begun, saved) if each is not None)
