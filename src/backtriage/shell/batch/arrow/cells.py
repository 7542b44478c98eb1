"""Arrow's columns -> cells."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backtriage.batch.columns import Array, Cells, Column, ListCells
from backtriage.protocol.answer_parser import Raw

ArrowColumn: TypeAlias = Any
"""An `Array` of Arrow, which brings no types for mypy."""
ArrowCell: TypeAlias = Any
"""A `Scalar`."""
ArrowType: TypeAlias = Any
Rows: TypeAlias = Any
"""A `RecordBatch`."""

UNREADABLE: Final = (ValueError, ArithmeticError, LookupError, pa.ArrowException)
"""What is raised for a cell: text that is not UTF-8, or a moment or zone that Python has not."""

_UNLIKE_ANY: Final[Raw] = {}
"""Instead of cells that no answer can be made of: it is refused like them."""


def cells_of(column: ArrowColumn) -> Column:
    """Return a column as cells."""
    if is_list(column.type):
        lengths = filled(pc.list_value_length(column), value=-1)
        codes, values = _encoded(column.flatten())
        return ListCells(lengths=lengths, codes=codes, values=values)
    codes, values = _encoded(column)
    return Cells(codes=codes, values=values)


def _encoded(column: ArrowColumn) -> tuple[Array, list[Raw]]:
    """Return the position of each cell among the distinct ones, and these."""
    if not pa.types.is_dictionary(column.type):
        try:
            column = column.dictionary_encode()
        except pa.ArrowNotImplementedError:
            return there(column).astype(np.int8) - 1, [_UNLIKE_ANY]
    return filled(column.indices, value=-1), values_of(column.dictionary)


def values_of(column: ArrowColumn) -> list[Raw]:
    """Return cells as a sheet has them: numbers exactly, as they are written in the column."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_floating(column.type):
        # As text in its own precision: 2.1 means 2.1, also in 32 bits.
        texts = map(str, column.to_numpy(zero_copy_only=False))
        return [
            Decimal(text) if is_there else None
            for text, is_there in zip(texts, there(column), strict=True)
        ]
    try:
        values: list[Raw] = column.to_pylist()
    except UNREADABLE:
        return [_cell(cell) for cell in column]
    if pa.types.is_integer(column.type):
        return [value if value is None else Decimal(str(value)) for value in values]
    return values


def _cell(cell: ArrowCell) -> Raw:
    """Return one cell of a column in which not all can be read."""
    with suppress(*UNREADABLE):
        whole: Raw = cell.as_py()
        return whole
    with suppress(*UNREADABLE):
        if is_text(cell.type):
            return str(cell.cast(pa.large_binary()).as_py(), errors="backslashreplace")
        if is_list(cell.type):
            return [_cell(each) for each in cell.values]
        return str(cell.cast(pa.string()).as_py())
    return _UNLIKE_ANY


def there(column: ArrowColumn) -> Array:
    """Return which cells hold anything."""
    return np.asarray(column.is_valid())


def filled(column: ArrowColumn, *, value: object) -> Array:
    """Return a column of numbers or flags with a value where it holds nothing."""
    if column.null_count:
        column = pc.coalesce(column, pa.scalar(value, column.type))
    return np.asarray(column)


def is_text(kind: ArrowType) -> bool:
    """Return whether a column of some type holds texts."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def is_list(kind: ArrowType) -> bool:
    """Return whether a column of some type holds lists."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def is_plain(kind: ArrowType) -> bool:
    """Return whether a column of some type has texts, numbers, true or false, or nothing."""
    if pa.types.is_dictionary(kind):
        return is_plain(kind.value_type)
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_integer,
             pa.types.is_floating, is_flag)  # fmt: skip
    return any(test(kind) for test in tests)


def is_flag(kind: ArrowType) -> bool:
    """Return whether a column of some type says true or false, or nothing at all."""
    return bool(pa.types.is_boolean(kind) or pa.types.is_null(kind))
