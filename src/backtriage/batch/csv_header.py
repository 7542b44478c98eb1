"""The header of a CSV file: its columns, how it is written, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from backtriage.batch.csv_records import COMMA, Lines, columns_in, header_below, records
from backtriage.batch.headers import as_known, header_problems, is_header, is_json, meant
from backtriage.program.program import Program
from backtriage.terms.answers import RESERVED
from backtriage.terms.problem import Location, Problem, Problems

NOT_UTF8: Final = re.compile("[\ud800-\udfff]")
"""What a byte that is no UTF-8 is read as."""
_UTF16: Final = ("\udcff\udcfe", "\udcfe\udcff")


class Header(Struct, frozen=True):
    """How the rows of a table are read."""

    names: tuple[str, ...]
    source: str
    keep: Collection[str]
    problems: tuple[Problem, ...] = ()
    """Why the whole table is refused."""
    mark: str = COMMA
    """What separates the cells."""
    is_guess: bool = False
    """Whether the columns may be others, so that no emergency found by them says nothing."""


def header_of(
    program: Program, table: Lines, source: str, keep: Collection[str]
) -> tuple[tuple[str, ...], str, tuple[Problem, ...]]:
    """Return the columns, what separates them, and everything that is wrong with them."""
    first = next(records(table), None)
    place = Location(file=source, line=1)
    if first is None:
        hint = "the first line names the questions, separated by commas"
        empty = Problem(code="A114", message=f"{source} is empty", location=place, hint=hint)
        return (), COMMA, (empty,)
    _, cells, broken = first
    if broken is not None:
        table.push_back()
    known = {*program.questions, *RESERVED, *keep}
    header, mark = columns_in(table.taken[0], cells, partial(meant, program, known))
    problems = Problems()
    if broken is not None:
        problems.add(replace(broken, location=place))
    elif cells[0].startswith(_UTF16) or any(NOT_UTF8.search(name) for name in header):
        message, hint = "this is not UTF-8 text", "save the file as UTF-8"
        problems.add(Problem(code="A113", message=message, location=place, hint=hint))
    elif mark != COMMA:
        message = "the columns are not separated by commas"
        hint = "save the file as CSV with commas"
        problems.add(Problem(code="A122", message=message, location=place, hint=hint))
    else:
        problems.add(*header_problems(program, known, header, keep, place))
    if not is_header(program, known, header):
        # The first line may be somebody, too.
        if is_json(header):
            header = ()
            table.give_back(table.taken)
        else:
            below = header_below(table, partial(meant, program, known))
            header, mark = below or (header, mark)
    return (as_known(known, header) if problems else header), mark, problems.found()
