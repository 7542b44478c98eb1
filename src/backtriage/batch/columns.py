"""The cells of a table in columns -> the answers of a chunk of sheets, without a sheet for each.

Every distinct cell is parsed once, by the parser of all answers, so a column means what its rows
mean one by one. A row with anything that needs a closer look is left to the door for single rows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from backtriage.batch.rows import Memo
from backtriage.decide.chunk import Codes, Columns
from backtriage.decide.kernel import FALSE, MISSING, TRUE, UNSURE
from backtriage.program.program import Program
from backtriage.protocol.answer_parser import InvalidAnswer, Raw
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import COMPANION
from backtriage.terms.value import NOT_SURE, SOME_OF, Ticks, Value

Array: TypeAlias = NDArray[Any]

BLANKS: Final = " \t"
"""What does not count around a text."""

_BYTE: Final = 256


class Cells(Struct, frozen=True, kw_only=True):
    """A column of single cells."""

    codes: Array
    """For each row the position of its cell in `values`, or -1 for none."""
    values: Sequence[Raw]
    """The distinct cells. A text is read as in CSV, and any other as in JSON."""


class ListCells(Struct, frozen=True, kw_only=True):
    """A column of lists."""

    lengths: Array
    """For each row the number of its entries, or -1 for no list."""
    codes: Array
    """For each entry of each list its position in `values`, or -1 for none."""
    values: Sequence[Raw]
    """The distinct entries."""


Column: TypeAlias = Cells | ListCells


def answer_of(raw: Raw) -> Raw:
    """Return a cell as an answer; None if there is none."""
    return (raw.strip(BLANKS) or None) if isinstance(raw, str) else raw


class Coded(Struct, frozen=True, kw_only=True):
    """The answers of a chunk, and which rows they are not the answers of."""

    columns: Columns
    """Of all rows; those of `unusual` rows mean nothing."""
    unusual: Array
    """Rows that are refused, or need a closer look."""


def coded(
    program: Program, count: int, cells: Mapping[str, Column], doubts: Mapping[str, Array],
    parse: Memo,
) -> Coded:  # fmt: skip
    """Return the answers of a chunk.

    Args:
        program: The protocol that they answer.
        count: The number of rows.
        cells: The columns, by question.
        doubts: By question, the rows that say "not sure" in a column of its own.
        parse: Parses each distinct cell.
    """
    codes: dict[str, Codes] = {}
    items: dict[str, Mapping[str, bytes]] = {}
    unusual = np.zeros(count, bool)
    for question in program.protocol.questions:
        column, doubt = cells.get(question.id), doubts.get(question.id)
        if column is None and doubt is None:
            continue
        found = column or Cells(codes=np.full(count, -1), values=())
        if isinstance(found, ListCells) and question.kind != SOME_OF:
            # No list is an answer here, whatever it holds.
            found = Cells(codes=np.where(found.lengths < 0, -1, 0), values=([],))
        if doubt is not None:
            found, is_twice = _doubted(found, doubt)
            unusual |= is_twice
        if isinstance(found, ListCells):
            items[question.id], wrong = _lists(question, found, parse)
        elif question.kind == SOME_OF:
            items[question.id], wrong = _ticks(question, found, parse)
        else:
            codes[question.id], wrong = _one(question, found, parse)
        unusual |= wrong
    return Coded(columns=Columns(count=count, codes=codes, items=items), unusual=unusual)


def _doubted(cells: Column, doubt: Array) -> tuple[Column, Array]:
    """Return a column with its doubts, and the rows that have an answer besides."""
    if isinstance(cells, Cells):
        is_answer = np.array([*(answer_of(raw) is not None for raw in cells.values), False])
        codes = np.where(doubt, len(cells.values), cells.codes)
        values = (*cells.values, NOT_SURE.value)
        return Cells(codes=codes, values=values), doubt & is_answer[cells.codes]
    # Where there is no list, the only entry of one says it.
    alone = doubt & (cells.lengths < 0)
    at = np.cumsum(np.maximum(cells.lengths, 0))[alone]
    lists = ListCells(
        lengths=np.where(alone, 1, cells.lengths),
        codes=np.insert(cells.codes, at, len(cells.values)),
        values=(*cells.values, NOT_SURE.value),
    )
    return lists, doubt & ~alone


def _parsed(
    question: Question, values: Sequence[Raw], parse: Memo
) -> tuple[list[Value | None], Array]:
    """Return each distinct cell as an answer, with a last one for none, and which are refused."""
    found: list[Value | None] = []
    refused = np.zeros(len(values) + 1, bool)
    for at, raw in enumerate(map(answer_of, values)):
        value = None if raw is None else parse(question, raw, text=True)
        refused[at] = isinstance(value, InvalidAnswer)
        found.append(None if isinstance(value, InvalidAnswer) else value)
    return [*found, None], refused


def _one(question: Question, cells: Cells, parse: Memo) -> tuple[Codes, Array]:
    parsed, refused = _parsed(question, cells.values, parse)
    numbers: dict[Value | None, int] = {None: 0}
    table = np.array([numbers.setdefault(value, len(numbers)) for value in parsed])
    codes = table[cells.codes]
    wrong = refused[cells.codes]
    if len(numbers) > _BYTE:
        return (codes.tolist(), [*numbers]), wrong
    return (codes.astype(np.uint8).tobytes(), [*numbers]), wrong


def _ticks(
    question: Question, cells: Cells, parse: Memo
) -> tuple[Mapping[str, bytes], Array]:  # fmt: skip
    """Return the items of lists that are written as a text each."""
    parsed, refused = _parsed(question, cells.values, parse)
    items = {}
    for choice in question.choices:
        table = np.array([_bits(value, choice.id) for value in parsed], np.uint8)
        items[choice.id] = table[cells.codes].tobytes()
    return items, refused[cells.codes]


def _bits(value: Value | None, item: str) -> int:
    if not isinstance(value, Ticks):
        return MISSING
    return TRUE if item in value.yes else UNSURE if item in value.unsure else FALSE


def _lists(
    question: Question, cells: ListCells, parse: Memo
) -> tuple[Mapping[str, bytes], Array]:  # fmt: skip
    count = len(cells.lengths)
    rows = np.repeat(np.arange(count), np.maximum(cells.lengths, 0))
    # Each entry by itself, as the parser of answers takes it; the last one is no text.
    places = {choice.id: at for at, choice in enumerate(question.choices)}
    place = np.full(len(cells.values) + 1, len(places))
    bits = np.zeros(len(cells.values) + 1, np.uint8)
    refused = np.ones(len(cells.values) + 1, bool)
    for at, raw in enumerate(cells.values):
        value = parse(question, [raw], text=True)
        refused[at] = isinstance(value, InvalidAnswer)
        if isinstance(value, Ticks) and raw != NOT_SURE.value:
            (item,) = value.yes | value.unsure
            place[at], bits[at] = places[item], TRUE if value.yes else UNSURE
    unusual = np.zeros(count, bool)
    unusual[rows[refused[cells.codes]]] = True
    block = np.zeros((len(places) + 1, count), np.uint8)
    block[place[cells.codes], rows] = bits[cells.codes]
    named = place < len(places)
    if np.count_nonzero(block) < np.count_nonzero(named[cells.codes]):
        unusual[_twice(rows, place[cells.codes], len(places))] = True
    is_unsure = ~(refused | named)[cells.codes]
    if is_unsure.any():
        unsure = np.bincount(rows[is_unsure], minlength=count)
        unusual |= unsure > 1
        block[:, unsure > 0] += (block[:, unsure > 0] == FALSE) * np.uint8(UNSURE)
    block[:, cells.lengths < 0] = MISSING
    return {item: block[at].tobytes() for item, at in places.items()}, unusual


def _twice(rows: Array, place: Array, items: int) -> Array:
    """Return the rows whose list names an item twice, in whatever way."""
    found = np.sort((rows * (items + 1) + place)[place < items])
    return np.asarray(found[1:][found[1:] == found[:-1]] // (items + 1))


def known_columns(program: Program, keep: Collection[str], reserved: Collection[str]) -> set[str]:
    """Return the names that a column may have."""
    questions = program.questions
    return {*questions, *(f"{id_}{COMPANION}" for id_ in questions), *keep, *reserved}


def some_of(columns: Columns, positions: Array) -> Columns:
    """Return some rows of a chunk."""

    def some(column: bytes | Sequence[int]) -> bytes | list[int]:
        if isinstance(column, bytes):
            return np.frombuffer(column, np.uint8)[positions].tobytes()
        return [column[at] for at in positions.tolist()]

    return Columns(
        count=len(positions),
        codes={id_: (some(codes), values) for id_, (codes, values) in columns.codes.items()},
        items={
            id_: {item: np.frombuffer(bits, np.uint8)[positions].tobytes()
                  for item, bits in items.items()}
            for id_, items in columns.items.items()
        },
    )  # fmt: skip
