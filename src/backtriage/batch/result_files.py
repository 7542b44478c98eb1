"""Reading the results that an earlier run has written: whether a file has some, and which."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final, TypeAlias

from msgspec.structs import replace

from backtriage.batch.csv_records import Lines, names_in, records
from backtriage.batch.earlier import RULES, Values
from backtriage.terms.printable import visible
from backtriage.terms.problem import Location, Problem
from backtriage.terms.urgency import URGENCIES

_MOST_PROBLEMS: Final = 20  # more would come from one cause


Read: TypeAlias = Callable[[bytes], Values]
"""Reads a line that was written now."""


def reader(extension: str, head: bytes) -> Read:
    """Return what reads a line as it is read from a file.

    Args:
        extension: `.csv`, or that of a file that has the same values as JSON.
        head: What the file begins with.
    """
    if extension != ".csv":
        return json.loads
    (names,) = csv.reader([head.decode()])

    def read(line: bytes) -> Values:
        (cells,) = csv.reader(io.StringIO(line.decode(), newline=""))
        return dict(zip(names, cells, strict=True))

    return read


Found: TypeAlias = tuple[int, "Values | Problem"]
"""A line and the result there, or why there is none."""


def json_results(lines: Iterable[bytes]) -> Iterator[Found]:
    """Yield the results of a file with one on each line."""
    for at, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            # As text, because bytes that are not UTF-8 are no reason to take UTF-16 for granted.
            values = json.loads(line.decode("utf-8-sig"), object_pairs_hook=_once)
        except (ValueError, KeyError, RecursionError):
            values = None
        yield at, values if isinstance(values, dict) else _no_result("this is no JSON object")


def csv_results(lines: Iterable[str]) -> Iterator[Found]:
    """Yield the results of a CSV file."""
    every = records(Lines(lines))
    _, first, problem = next(every, (1, [], None))
    names = names_in(first) if first else ()
    if problem or len({*names}) < len(names):
        yield 1, problem or _no_result("two columns have the same name")
        return
    for at, cells, wrong in every:
        if wrong is None and len(cells) != len(names):
            wrong = _no_result("the row has more or fewer cells than the header")  # noqa: PLW2901
        yield at, wrong or dict(zip(names, cells, strict=True))


def _once(pairs: list[tuple[str, object]]) -> Values:
    """Return an object of JSON. Raises `KeyError` for a key that appears twice: it says both."""
    values = dict(pairs)
    if len(values) < len(pairs):
        raise KeyError
    return values


def checked(
    found: Iterable[Found], file: str, needed: Collection[str], problems: list[Problem]
) -> Iterator[Values]:
    """Yield the results of a file that can be compared, as long as there is no problem.

    Args:
        found: What was found in it.
        file: Its name for messages.
        needed: The fields that each result must have.
        problems: Is told what is wrong with it: the first problems, in order.
    """
    for at, values in found:
        problem = values if isinstance(values, Problem) else _problem(values, needed)
        if problem is None and not problems and not isinstance(values, Problem):
            yield values
        elif problem is not None:
            problems.append(replace(problem, location=Location(file=file, line=at, column=1)))
            if len(problems) == _MOST_PROBLEMS:
                return


def _problem(values: Values, needed: Collection[str]) -> Problem | None:
    """Return why a result cannot be compared. The message quotes no value."""
    missing = [name for name in needed if name not in values]
    if missing:
        return _no_result(f"it has no {', '.join(missing)}")
    wrong = [
        name
        for name, is_right in (
            ("row", re.fullmatch("[0-9]{1,18}", str(values["row"]))),
            ("source", visible(str(values["source"])) == values["source"]),
            ("urgency", values["urgency"] in [*URGENCIES]),
            *((name, _is_list(values.get(name))) for name in RULES),
        )
        if not is_right
    ]
    return _no_result(f"its {', '.join(wrong)} cannot be read") if wrong else None


def _is_list(value: object) -> bool:
    return value is None or isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(each, str) for each in value)
    )  # fmt: skip


def _no_result(why: str) -> Problem:
    hint = "name a file that 'backtriage batch --output' has written, with all fields"
    return Problem(code="A118", message=f"this is no result of a batch: {why}", hint=hint)
