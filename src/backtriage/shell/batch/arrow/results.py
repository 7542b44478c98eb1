"""What was decided of many rows -> Arrow's columns, of the fields that every result has."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isnan
from typing import Final

import numpy as np
import pyarrow as pa

from backtriage.batch.column_outcomes import (
    CERTAINTIES,
    STATUSES,
    URGENCIES,
    Hits,
    OutcomeColumns,
)
from backtriage.batch.columns import Array
from backtriage.program.program import Program
from backtriage.shell.batch.arrow.cells import UNREADABLE, ArrowColumn, ArrowType, Rows, values_of
from backtriage.shell.batch.arrow.files import opened
from backtriage.terms.answers import REF

_TEXT: Final = pa.dictionary(pa.int8(), pa.string())
_NAMES: Final = pa.list_(pa.dictionary(pa.int16(), pa.string()))

TYPES: Final[Mapping[str, ArrowType]] = {
    "row": pa.int64(), "source": _TEXT, REF: pa.string(), "status": _TEXT, "urgency": _TEXT,
    "certain": _TEXT, "service": _TEXT, "reasons": _NAMES, "doubts": _NAMES, "open": _NAMES,
    "missing": _NAMES, "contradicted": pa.bool_(), "receipt": pa.string(), "digest": _TEXT,
}  # fmt: skip
"""The type of each field of a result."""


def result_columns(  # noqa: PLR0913 - all that a result says
    program: Program, outcomes: OutcomeColumns, numbers: Array, source: str, *,
    refs: Callable[[], ArrowColumn], receipts: Callable[[], list[str]],
) -> Mapping[str, Callable[[], ArrowColumn]]:  # fmt: skip
    """Return what makes each field of the results.

    Args:
        program: The protocol that was applied.
        outcomes: What was decided of the rows.
        numbers: Their numbers.
        source: Their file.
        refs: Returns their references.
        receipts: Returns their receipts, which take longer than all the rest.
    """
    count = len(numbers)
    urgencies = [urgency.id for urgency in URGENCIES]
    rules = [rule.id for rule in program.rules]
    same = np.zeros(count, np.int8)
    found: dict[str, Callable[[], ArrowColumn]] = {
        "row": lambda: pa.array(numbers, pa.int64()),
        "source": lambda: _coded(same, [source]),
        REF: refs,
        "status": lambda: _coded(outcomes.status, [status.value for status in STATUSES]),
        "urgency": lambda: _coded(outcomes.possible, urgencies),
        "certain": lambda: _coded(outcomes.certain, urgencies),
        "service": lambda: _coded(outcomes.service, [*program.services]),
        "missing": lambda: _listed(outcomes.missing, count, [*program.questions]),
        "contradicted": lambda: pa.array(outcomes.contradicted),
        "receipt": lambda: pa.array(receipts(), pa.string()),
        "digest": lambda: _coded(same, [program.digest]),
    }

    def listed(certainty: str) -> Callable[[], ArrowColumn]:
        return lambda: _listed(outcomes.reasons[certainty], count, rules)

    for name, certainty in zip(("reasons", "doubts", "open"), CERTAINTIES, strict=True):
        found[name] = listed(certainty)
    return found


def results_in(name: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Yield the results of a file, each with its number."""
    numbers = itertools.count(1)
    with opened(name) as file:
        for group in range(file.num_row_groups):  # a dictionary in lists is not read across two
            for batch in file.iter_batches(row_groups=[group], use_threads=False):
                for values in records_of(batch):
                    yield next(numbers), values


def records_of(rows: Rows) -> Iterator[Mapping[str, object]]:
    """Yield results one by one, with values that JSON can hold."""
    names = rows.schema.names
    columns = [map(_plain, _values(column)) for column in rows.columns]
    for values in zip(*columns, strict=True):
        yield dict(zip(names, values, strict=True))


def _values(column: ArrowColumn) -> list[object]:
    try:
        found: list[object] = column.to_pylist()
    except UNREADABLE:
        return [*values_of(column)]
    return found


def _plain(value: object) -> object:
    """Return a value that equals itself, as a missing number of pandas does not."""
    if isinstance(value, list):
        return [*map(_plain, value)]
    if isinstance(value, float) and isnan(value):
        return None
    return value if isinstance(value, str | int | float | None) else str(value)


def plain_type(kind: ArrowType) -> ArrowType:
    """Return a type without its dictionary."""
    if pa.types.is_list(kind):
        return pa.list_(plain_type(kind.value_type))
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _coded(codes: Array, names: Sequence[str]) -> ArrowColumn:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), pa.array(names))


def _listed(hits: Hits, count: int, names: Sequence[str]) -> ArrowColumn:
    codes = pa.array(hits.codes.astype(np.int16))
    values = pa.DictionaryArray.from_arrays(codes, pa.array(names))
    return pa.ListArray.from_arrays(pa.array(hits.offsets(count).astype(np.int32)), values)
