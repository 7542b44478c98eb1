"""Read an entry of a section by the types of its fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TypeAlias, TypeVar

from msgspec import Struct, structs

from backtriage.protocol.loader.fields import Fields
from backtriage.protocol.tokenizer import SymbolTable

T = TypeVar("T", bound=Struct)

Special: TypeAlias = Mapping[str, object] | Callable[[Fields], object]
"""The words that a field allows and what they stand for, or a function that reads the field."""

_fields_of = cache(structs.fields)  # resolving type hints costs as much as reading an entry


def read_each(
    entries: Iterable[Fields], read: Callable[[Fields, SymbolTable], T], symbols: SymbolTable
) -> tuple[T, ...]:
    """Read each entry with one function, and report the keys that it did not read."""
    values = []
    for fields in entries:
        values.append(read(fields, symbols))
        fields.done()
    return tuple(values)


def read_entry(type_: type[T], fields: Fields, symbols: SymbolTable, **special: Special) -> T:
    """Read an entry field by field, by the types of the fields and in their order.

    Args:
        type_: The type of the entry. Fields without a default are required keys.
        fields: The entry.
        symbols: The names that its conditions may use.
        special: How to read the fields whose type does not determine that.
    """
    values: dict[str, object] = {}
    for field in _fields_of(type_):
        name, required = field.name, field.required
        how = special.get(name)
        if isinstance(how, Mapping):
            default = next(iter(how.values())) if required else field.default
            values[name] = fields.one_of(name, how, default, required=required)
        elif how is not None:
            values[name] = how(fields)
        elif name == "id":
            values[name] = fields.id()
        elif field.type is str:
            values[name] = fields.text(name, required=required)
        elif field.type == tuple[str, ...]:
            values[name] = fields.texts(name, required=required)
        else:
            condition = fields.condition(name, symbols, required=required)
            values[name] = condition if required or name in fields.nodes else field.default
    return type_(**values)
