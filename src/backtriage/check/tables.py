"""Tables of advice: every row fits its columns, and every piece of advice says something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from backtriage.protocol.dependencies import entries
from backtriage.protocol.loader.loader import LoadedProtocol
from backtriage.terms.problem import Problem

LEAST: Final = 2
MOST: Final = 4
"""Columns of a table: with more, a cell of a page of 80 columns would hold too few words."""


def check_tables(source: LoadedProtocol) -> Iterator[Problem]:
    """Report rows that do not fit their table, and advice that says nothing."""
    p = source.protocol
    columns = {table.id: len(table.columns) for table in p.tables}
    for path, table in entries(p, "tables"):
        if not LEAST <= len(table.columns) <= MOST:
            message = f"'{table.id}' must have {LEAST} to {MOST} columns"
            yield source.problem("P510", message, f"{path}.columns")
    for path, advice in entries(p, "advice"):
        if bool(advice.table) != bool(advice.rows):
            message = f"'{advice.id}' needs both 'table' and 'rows', or neither"
            yield source.problem("P510", message, path)
        if not advice.text and not advice.rows:
            message = f"'{advice.id}' says nothing: it has neither 'text' nor 'rows'"
            yield source.problem("P510", message, path)
        wanted = columns.get(advice.table)
        for row in advice.rows:
            if wanted is not None and len(row.cells) != wanted:
                cells = f"'{row.id}' has {len(row.cells)} cells"
                message = f"{cells}, but '{advice.table}' has {wanted} columns"
                yield source.problem("P510", message, f"{path}.rows.{row.id}")
