"""The parts that schemas are made of."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]
"""A JSON Schema as plain values."""


def closed(
    properties: Mapping[str, Schema],
    description: str = "",
    only_when_asked: Mapping[str, Schema] = MappingProxyType({}),
) -> Schema:
    """An object with exactly these keys, and perhaps with those that an option adds."""
    return {
        **({"description": description} if description else {}),
        "type": "object",
        "properties": {**properties, **only_when_asked},
        "required": list(properties),
        "additionalProperties": False,
    }


def text(description: str, **more: object) -> Schema:
    """A string."""
    return {"description": description, "type": "string", **more}


def ref(name: str, description: str = "") -> Schema:
    """One of the definitions."""
    return {
        **({"description": description} if description else {}),
        "$ref": f"#/$defs/{name}",
    }


def each(items: Schema, description: str) -> Schema:
    """A list of such values."""
    return {"description": description, "type": "array", "items": items}
