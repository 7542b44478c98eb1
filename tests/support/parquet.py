"""Parquet files of sheets, for tests that only `./check --full` runs: pyarrow is optional."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from tests.support.columns import table_of


def arrow_of(program: Program, sheets: Sequence[Answers]) -> Any:  # noqa: ANN401 - it has no types
    """Return sheets as a table, with a column that says who it is."""
    columns = {
        id_: [int(raw) if isinstance(raw, Decimal) else _list(raw) for raw in raws]
        for id_, raws in table_of(program, sheets).items()
    }
    for id_, raws in [*columns.items()]:
        if any(isinstance(raw, list) for raw in raws):
            columns[id_] = [[raw] if raw == "not_sure" else raw for raw in raws]
        elif any(isinstance(raw, int) for raw in raws):
            columns[f"{id_}.not_sure"] = [raw == "not_sure" for raw in raws]
            columns[id_] = [None if raw == "not_sure" else raw for raw in raws]
    return pa.table({"person": [*map(str, range(len(sheets)))], **columns})


def _list(raw: object) -> object:
    return [*raw] if isinstance(raw, list) else raw


def written(path: Path, table: Any, **options: Any) -> Path:  # noqa: ANN401 - the same
    """Return a Parquet file of a table."""
    pq.write_table(table, path, **options)
    return path


def records_in(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a Parquet file."""
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows
