"""Tables in columns: cells as a reader of archives has them, and the answers that they became."""

from __future__ import annotations

import random
from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

import numpy as np

from backtriage.batch.columns import Array, Cells, Column, ListCells
from backtriage.decide.chunk import Columns
from backtriage.decide.kernel import MISSING, TRUE, UNSURE
from backtriage.program.program import Program
from backtriage.program.validate import plain_value
from backtriage.protocol.answer_parser import Raw
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.value import NOT_SURE, SOME_OF, YES_NO, Ticks, Value
from tests.support.strategies import domain

Table: TypeAlias = Mapping[str, Sequence[Raw]]
"""The cells of each column; None where there is none."""


def cells_of(raws: Sequence[Raw]) -> Column:
    """Return a column, of lists if there is any."""
    if any(isinstance(raw, list) for raw in raws):
        lists = [raw if isinstance(raw, list) else None for raw in raws]
        lengths = [-1 if raw is None else len(raw) for raw in lists]
        codes, values = _encoded([entry for raw in lists for entry in raw or ()])
        return ListCells(lengths=np.array(lengths), codes=codes, values=values)
    codes, values = _encoded(raws)
    return Cells(codes=codes, values=values)


def _encoded(raws: Sequence[Raw]) -> tuple[Array, list[Raw]]:
    numbers: dict[Hashable, int] = {}
    values: list[Raw] = []
    codes = []
    for raw in raws:
        if raw is None:
            codes.append(-1)
            continue
        number = numbers.setdefault((type(raw), repr(raw)), len(numbers))
        if number == len(values):
            values.append(raw)
        codes.append(number)
    return np.array(codes, np.int32), values


def table_of(program: Program, sheets: Sequence[Answers]) -> Table:
    """Return sheets as a table: lists as lists, numbers as numbers, and all else in words."""
    table = {}
    for question in program.protocol.questions:
        raws: list[Raw] = []
        for sheet in sheets:
            value = sheet.value(question.id)
            plain = None if value is None else plain_value(question, value)
            if isinstance(plain, bool):
                plain = "yes" if plain else "no"
            raws.append(Decimal(str(plain)) if isinstance(plain, int | float) else plain)
        table[question.id] = raws
    return table


def answers_in(program: Program, columns: Columns, row: int) -> Answers:
    """Return the answers of a row."""
    found = {}
    for id_, (codes, values) in columns.codes.items():
        value = values[codes[row]]
        if value is not None:
            found[id_] = value
    for id_, items in columns.items.items():
        bits = {item: column[row] for item, column in items.items()}
        assert program.questions[id_].kind == SOME_OF
        if MISSING not in bits.values():
            found[id_] = Ticks(
                frozenset(item for item, own in bits.items() if own == TRUE),
                frozenset(item for item, own in bits.items() if own == UNSURE),
            )
    return Answers(found)


def random_sheets(program: Program, count: int, seed: int) -> list[Answers]:
    """Return sheets with "not sure" and missing answers, from careful people and careless ones.

    Questions that are not asked have answers too, so some sheets contradict themselves.
    """
    source = random.Random(seed)  # noqa: S311 - the same sheets in every run
    domains = {q.id: domain(q) for q in program.protocol.questions if q.kind != SOME_OF}

    def ticks(question: Question, often: float, doubt: float) -> Ticks:
        yes, unsure = set(), set()
        for choice in question.choices:
            if source.random() < often:
                yes.add(choice.id)
            elif question.allows_not_sure and source.random() < doubt:
                unsure.add(choice.id)
        return Ticks(frozenset(yes), frozenset(unsure))

    def answer(question: Question, often: float, doubt: float) -> Value:
        if question.kind == SOME_OF:
            return ticks(question, often, doubt)
        if question.allows_not_sure and source.random() < doubt:
            return NOT_SURE
        if question.kind == YES_NO:
            return source.random() < often
        return source.choice(domains[question.id])

    sheets = []
    for _ in range(count):
        missing = source.choice((0.0, 0.0, 0.02, 0.3, 0.9))
        often, doubt = source.choice((0.0, 0.005, 0.03, 0.3)), source.choice((0.0, 0.0, 0.02, 0.2))
        asked = [q for q in program.protocol.questions if source.random() >= missing]
        sheets.append(Answers({q.id: answer(q, often, doubt) for q in asked}))
    return sheets
