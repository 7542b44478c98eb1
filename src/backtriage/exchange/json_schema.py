"""Building blocks of JSON Schemas (draft 2020-12)."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

Schema: TypeAlias = dict[str, Any]


def object_of(description: str = "", /, **properties: Schema) -> Schema:
    """Return the schema of an object with exactly these keys."""
    return {
        **({"description": description} if description else {}),
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def string(description: str, **keywords: object) -> Schema:
    """Return the schema of a string."""
    return {"description": description, "type": "string", **keywords}


def enum(values: list[Any], description: str = "") -> Schema:
    """Return the schema of one of these values."""
    return {**({"description": description} if description else {}), "enum": values}


def ref(name: str, description: str = "") -> Schema:
    """Return a reference to one of the `$defs`."""
    return {**({"description": description} if description else {}), "$ref": f"#/$defs/{name}"}


def array_of(items: Schema, description: str) -> Schema:
    """Return the schema of an array."""
    return {"description": description, "type": "array", "items": items}
