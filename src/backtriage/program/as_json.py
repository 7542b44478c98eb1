"""Protocol <-> canonical JSON: for the digest, for the cache, for exchange.

Each noun is an object with its class under "is" and only the fields that differ from their
default, keys sorted, no spaces. Adding a field with a default changes no digest.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Final

import msgspec
from msgspec.structs import replace

from backtriage.protocol.protocol import Protocol, Question
from backtriage.terms.value import NOT_SURE, NUMBER, NotSure, Ticks, Value, number_text

FORMAT: Final = 2
"""Changes when the meaning of this JSON changes; part of the name of every cache file."""

_TYPE_NAMES: Final = {"SafetyFloor": "Floor"}
"""Types that were renamed: the digest of a protocol must not change with our names."""


def to_json(protocol: Protocol) -> str:
    """The canonical JSON of a protocol."""
    return json.dumps(
        protocol, default=_encode, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def from_json(text: str) -> Protocol:
    """The protocol that `to_json` wrote. Raises `ValueError` on anything else."""
    try:
        protocol = msgspec.json.decode(text, type=Protocol)
        questions = tuple(_with_skipped(question) for question in protocol.questions)
    except (
        msgspec.MsgspecError,
        ArithmeticError,
        LookupError,
        TypeError,
        RecursionError,
    ) as error:
        raise ValueError(f"not a protocol: {error}") from None
    return replace(protocol, questions=questions)


def _encode(value: object) -> object:
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, NotSure):
        return {"is": "NotSure"}
    if isinstance(value, Ticks):
        return {"is": "Ticks", "yes": sorted(value.yes), "unsure": sorted(value.unsure)}
    if not isinstance(value, msgspec.Struct):
        raise TypeError(f"{type(value).__name__} has no JSON form")
    # Imported here: looking at types loads a good part of msgspec, and reading needs none of it.
    from msgspec.structs import fields  # noqa: PLC0415

    name = type(value).__name__
    found: dict[str, object] = {"is": _TYPE_NAMES.get(name, name)}
    for field in fields(value):
        part = getattr(value, field.name)
        if part != field.default or type(part) is not type(field.default):
            found[field.name] = part
    return found


def _with_skipped(question: Question) -> Question:
    """A question whose `if_skipped` is a value again: JSON alone cannot tell which kind."""
    raw: object = question.if_skipped
    if isinstance(raw, bool):
        return question
    value: Value
    if isinstance(raw, dict):
        value = (
            Ticks(frozenset(raw["yes"]), frozenset(raw["unsure"])) if "yes" in raw else NOT_SURE
        )
    else:
        value = Decimal(str(raw)) if question.kind == NUMBER else str(raw)
    return replace(question, if_skipped=value)
