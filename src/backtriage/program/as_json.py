"""Serialisation of a protocol as canonical JSON, for the digest and the cache.

Every object has its class under "is" and only the fields that differ from their default; keys
are sorted, and there are no spaces. A new field with a default does not change any digest.
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
"""Incremented when the JSON changes its meaning; part of the name of every cache file."""

_TYPE_NAMES: Final = {"SafetyFloor": "Floor"}
"""Classes renamed since; digests must not depend on that."""


def to_json(protocol: Protocol) -> str:
    """Return the canonical JSON of a protocol."""
    return json.dumps(
        protocol, default=_encode, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def from_json(text: str) -> Protocol:
    """Return the protocol that `to_json` wrote. Raises `ValueError` for any other text."""
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
    # Imported late, because it loads a good part of msgspec that reading does not need.
    from msgspec.structs import fields  # noqa: PLC0415

    name = type(value).__name__
    encoded: dict[str, object] = {"is": _TYPE_NAMES.get(name, name)}
    for field in fields(value):
        part = getattr(value, field.name)
        if part != field.default or type(part) is not type(field.default):
            encoded[field.name] = part
    return encoded


def _with_skipped(question: Question) -> Question:
    """Decode `if_skipped`, whose type depends on the kind of the question."""
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
