"""The columns of a table: which questions they name, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Final

from msgspec.structs import replace

from backtriage.program.program import Program
from backtriage.program.readings import name_in
from backtriage.program.validate import choice_ids, named
from backtriage.protocol.suggestions import nearest
from backtriage.terms.answers import RESERVED
from backtriage.terms.printable import bare
from backtriage.terms.problem import Location, Problem, quoted_key

_JSON: Final = re.compile(r'[\[{][\[{ ]*("|$|[^\]}]*:)')
"""How a line of JSON begins, and no name such as `[Patient]`."""
_MOST_UNKNOWN: Final = 50
"""Unknown columns that are looked at closely; more are never shown."""


def header_problems(
    program: Program, known: Collection[str], header: tuple[str, ...], keep: Collection[str],
    place: Location,
) -> Iterator[Problem]:  # fmt: skip
    """Yield everything that is wrong with the columns of a table. No answer is quoted.

    Args:
        program: The protocol that its rows answer.
        known: The names that a column may have.
        header: Those that it has.
        keep: Columns that are carried to the result.
        place: Where they stand.
    """
    if is_header(program, known, header):
        yield from _wrong_names(program, known, header, place)
    else:
        # What stands there may be the first person's answers.
        hint = (
            "JSON needs a sheet on each line, in a .jsonl file: jq -c '.[]' makes such lines of a "
            "list"
            if is_json(header)
            else "is the header missing, or is something above it? 'backtriage rules template' "
            "lists every question"
        )
        message = "the columns do not have the names of questions"
        yield Problem(code="A101", message=message, location=place, hint=hint)
    for name in keep:
        if name not in header:
            yield Problem(code="A123", message=f"there is no column '{name}'", location=place,
                          hint="name a column of the header")  # fmt: skip


def _wrong_names(
    program: Program, known: Collection[str], header: tuple[str, ...], place: Location
) -> Iterator[Problem]:
    answers = choice_ids(program)
    seen: set[str] = set()
    unknown = 0
    for at, name in enumerate(header, 1):
        located = replace(place, path=name)
        unknown += name not in known and name not in seen
        if name in known:
            shown, found = quoted_key(name)
        else:
            shown, found = named(name, answers) if unknown <= _MOST_UNKNOWN else ("", "")
        if name in seen:
            message = f"{f'the column {shown}' if shown else f'column {at}'} stands twice"
            hint = "keep one of the two"
            yield Problem(code="A108", message=message, location=located, hint=hint, found=found)
        elif name not in known:
            near = nearest(name, program.questions) if shown else ""
            yield Problem(
                code="A101", message=f"there is no question {shown or f'for column {at}'}",
                location=located, found=found,
                hint=f"did you mean '{near}'?" if near else
                "'backtriage rules template' lists every question; --keep carries a column that "
                "is no answer to the result",
            )  # fmt: skip
        seen.add(name)


def is_header(program: Program, known: Collection[str], names: Sequence[str]) -> bool:
    """Return whether these are the names of columns, and not the answers of the first person.

    Args:
        program: The protocol.
        known: The names that a column may have.
        names: What may be some.
    """
    return {*known}.issuperset(names) or (
        not is_json(names)
        and (
            not sure_names(program, known).isdisjoint(names)
            or meant(program, known, names) > 1  # one may be an answer that is like a question
        )
    )


def is_json(names: Sequence[str]) -> bool:
    """Return whether these are the parts of a line of JSON, in which names stand with answers."""
    return bool(names) and _JSON.match(names[0]) is not None


def meant(program: Program, known: Collection[str], names: Sequence[str]) -> int:
    """Return how many columns are named, but for slips; for parameters see `is_header`."""
    sure = sure_names(program, known)
    return len(sure.intersection(as_known(sure, names)))


def sure_names(program: Program, known: Collection[str]) -> frozenset[str]:
    """Return the names that can be no answers."""
    ids = (choice.id for question in program.protocol.questions for choice in question.choices)
    return frozenset(known).difference(ids)


def header_again(
    program: Program, header: Sequence[str], keep: Collection[str], cells: Sequence[str]
) -> tuple[str, ...]:
    """Return the columns of a row that is a header again, with other columns; () if it is none.

    As where files were joined. Its names may have slips, as those of a first header that is
    refused, and its first one may be glued to the row before it.

    Args:
        program: The protocol.
        header: The columns above it.
        keep: Those that are no answers.
        cells: The row.
    """
    width = len(header)
    end = tuple(cells[-width:])
    if end[1:] == header[1:] and end[0].endswith(header[0]):
        return ()
    known = {*program.questions, *RESERVED, *keep}
    if len(cells) > 2 * max(width, len(known)):
        return ()
    folded = {name.casefold(): name for name in known}
    near = partial(nearest, known=tuple(sorted(known)))
    names = [cell if cell in known else name_in(cell, folded, near)[0] or cell for cell in cells]
    sure = sure_names(program, program.questions)
    named = next((at for at, name in enumerate(names) if name in {*sure, *keep}), 0)
    begins = max(0, named - 1)
    # Somebody may have answered with what is the name of a column.
    questions = sure.intersection(names)
    others = [name for name in names[begins:] if name and name not in {*keep, *questions}]
    if len(questions) <= max(1, len(others)):
        return ()
    first = max(0, len(cells) - width)
    is_same = all(
        at >= first and header[at - first] == name
        for at, name in enumerate(names)
        if name in known and at >= begins
    )
    return () if is_same else tuple(names[begins:])


def as_known(known: Collection[str], names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of columns without slips: each unknown one as the known one it is like.

    Args:
        known: The names that a column may have.
        names: Those that are written.
    """
    slips = [name for name in dict.fromkeys(names) if name not in known][:_MOST_UNKNOWN]
    like = {name: nearest(bare(name), known) for name in slips}
    return tuple(like.get(name) or name for name in names)
