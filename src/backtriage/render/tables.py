"""Tables in lines: in columns on a wide screen, else a row after the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from backtriage.render.cells import cell_len, wrapped
from backtriage.render.line import Line, LineRole, Span, line_of
from backtriage.render.page import Table

MIN_COLUMNS: Final = 60
"""With fewer cells a column would hold too few words."""

_GAP: Final = "  "


def table_lines(table: Table, width: int, indent: str, *, stacked: bool) -> Iterator[Line]:
    """Yield a table in columns or, where it is `stacked` or narrow, in sentences."""
    if stacked or width < MIN_COLUMNS:
        for first, *rest_of_row in table.rows:
            named = _named(table.headings[1:], rest_of_row)
            text = f"{first}: {'; '.join(named)}"
            shown = wrapped(text, width, indent, indent + _GAP)
            name = f"{indent}{first}:"
            if shown[0].startswith(name):
                rest = shown[0].removeprefix(name)
                yield line_of("text", Span("label", name), Span("text", rest))
            else:
                yield Line("text", shown[0])
            yield from (Line("text", line) for line in shown[1:])
        return
    widths = _widths(table, width - cell_len(indent))
    yield from _row(table.headings, widths, indent, "heading", "heading")
    for cells in table.rows:
        yield from _row(tuple(cells), widths, indent, "label", "text")


def _named(headings: tuple[str, ...], cells: list[str]) -> list[str]:
    """Return the cells after the first as they are read out: of several, which one is which."""
    if len(cells) == 1:
        return cells
    return [f"{heading}, {cell}" for heading, cell in zip(headings, cells, strict=True)]


def _widths(table: Table, width: int) -> list[int]:
    """Return the cells of each column: the longest one gets what the others leave."""
    columns = zip(table.headings, *table.rows, strict=True)
    widths = [max(map(cell_len, column)) for column in columns]
    longest = widths.index(max(widths))
    most = width // (len(widths) + 1)
    others = [min(cells, most) for cells in widths]
    rest = width - sum(others) + others[longest] - len(_GAP) * (len(widths) - 1)
    others[longest] = min(widths[longest], rest)
    return others


def _row(
    cells: tuple[str, ...], widths: list[int], indent: str, first: LineRole, rest: LineRole
) -> Iterator[Line]:
    columns = [wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for row in zip_longest(*columns, fillvalue=""):
        spans = [Span("text", indent)] if indent else []
        for number, (text, width) in enumerate(zip(row, widths, strict=True)):
            padding = " " * (width - cell_len(text)) + _GAP if number < len(widths) - 1 else ""
            spans.append(Span(rest if number else first, text + padding))
        yield line_of(rest, *spans)
