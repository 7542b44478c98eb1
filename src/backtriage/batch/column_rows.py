"""A single row of a table in columns, for whatever its columns do not settle together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal

from backtriage.batch.columns import answer_of
from backtriage.batch.rows import Memo, Row, each_way, plain
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.protocol.answer_parser import Raw
from backtriage.terms.answers import COMPANION
from backtriage.terms.problem import Location, Problem
from backtriage.terms.value import NOT_SURE


def column_row(  # noqa: PLR0913, PLR0917 - what a row is
    program: Program, number: int, source: str, cells: Iterable[tuple[str, Raw]],
    keep: Collection[str], parse: Memo, problems: tuple[Problem, ...] = (),
) -> Row:  # fmt: skip
    """Return a row.

    Args:
        program: The protocol that it answers.
        number: The row in its file, from 1.
        source: The file, for messages.
        cells: Each column with its cell; None where there is none. A text is read as in CSV, and
            any other as in JSON.
        keep: Columns that are no answers.
        parse: Parses each answer.
        problems: Why the row is refused, whatever it says.
    """
    answers: dict[str, Raw] = {}
    doubled: dict[str, tuple[Raw, ...]] = {}
    kept = {}
    for name, raw in cells:
        if name in keep:
            kept[name] = _carried(raw)
            continue
        id_, answer = name.removesuffix(COMPANION), answer_of(raw)
        if id_ in program.questions and id_ != name:
            answer = NOT_SURE.value if raw is True else None
        else:
            id_ = name
        if answer is not None and id_ in answers:
            doubled[id_] = (*doubled.get(id_, (answers[id_],)), answer)
        elif answer is not None:
            answers[id_] = answer
    sheet, *others = each_way(Sheet(
        values=answers, text=True, doubled=doubled, problems=problems,
        location=lambda key: Location(file=source, path=key),
    ))  # fmt: skip
    return Row(
        number=number, source=source, validated=validate(program, sheet, parse), kept=kept,
        otherwise=tuple(validate(program, each, parse) for each in others),
    )  # fmt: skip


def _carried(raw: Raw) -> str | int | float | bool | None:
    """Return a cell as `plain` does; a date, and what else JSON has not, as a text."""
    if isinstance(raw, str | bool | Decimal | list | dict | None):
        return plain(raw)
    return plain(str(raw))
