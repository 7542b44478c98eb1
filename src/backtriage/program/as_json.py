"""Protocol <-> canonical JSON: for the digest, for the cache, for exchange.

Each noun is an object with its class under "is" and only the fields that differ from their
default, keys sorted, no spaces. Adding a field with a default changes no digest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import fields

from backtriage.protocol import protocol as nouns
from backtriage.protocol.protocol import Protocol
from backtriage.terms import condition as conditions
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NotSure, Ticks, number_text

FORMAT: Final = 1
"""Changes when the meaning of this JSON changes; part of the name of every cache file."""

_CLASSES: Final[Mapping[str, Callable[..., object]]] = {
    name: noun
    for module in (nouns, conditions)
    for name, noun in vars(module).items()
    if isinstance(noun, type) and issubclass(noun, Struct)
}
_URGENT: Final = frozenset({"urgency", "if_unsure", "show_up_to"})


def to_json(protocol: Protocol) -> str:
    """The canonical JSON of a protocol."""
    return json.dumps(
        protocol, default=_encode, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def from_json(text: str) -> Protocol:
    """The protocol that `to_json` wrote. Raises `ValueError` or `TypeError` on anything else."""
    found = json.loads(text, object_hook=_decode)
    if not isinstance(found, Protocol):
        raise TypeError("not a protocol")
    return found


def _encode(value: object) -> object:
    if isinstance(value, Decimal):
        return {"is": "Decimal", "of": number_text(value)}
    if isinstance(value, NotSure):
        return {"is": "NotSure"}
    if isinstance(value, Ticks):
        return {"is": "Ticks", "yes": sorted(value.yes), "unsure": sorted(value.unsure)}
    found: dict[str, object] = {"is": type(value).__name__}
    if not isinstance(value, Struct):
        raise TypeError(f"{type(value).__name__} has no JSON form")
    for field in fields(value):
        part = getattr(value, field.name)
        if part != field.default or type(part) is not type(field.default):
            found[field.name] = part
    return found


def _decode(found: dict[str, object]) -> object:
    kind = str(found.pop("is"))
    if kind == "Decimal":
        return Decimal(str(found["of"]))
    if kind == "NotSure":
        return NOT_SURE
    if kind == "Ticks":
        return Ticks(*(frozenset(_texts(found[key])) for key in ("yes", "unsure")))
    parts = {
        name: Urgency(part) if name in _URGENT and isinstance(part, int) else _frozen(part)
        for name, part in found.items()
    }
    return _CLASSES[kind](**parts)


def _frozen(part: object) -> object:
    """Lists become tuples, to any depth; everything else is frozen already."""
    return tuple(_frozen(entry) for entry in part) if isinstance(part, list) else part


def _texts(part: object) -> list[str]:
    if not isinstance(part, list):
        raise TypeError("not a list")
    return [str(entry) for entry in part]
