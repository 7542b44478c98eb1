"""The receipts of a chunk: the bytes of `decide.receipt`, put together from the same pieces."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import groupby
from typing import Final

import numpy as np

from backtriage.batch.column_outcomes import CERTAINTIES, STATUSES, URGENCIES, OutcomeColumns
from backtriage.batch.columns import Array
from backtriage.decide.chunk import Columns
from backtriage.decide.kernel import MISSING, TRUE, UNSURE
from backtriage.program.program import Program
from backtriage.program.validate import plain_value
from backtriage.protocol.protocol import Question
from backtriage.terms.value import Ticks, Value

_MOST_ITEMS: Final = 20
"""Items whose states fit into one number, beside 16 bits for those before."""


def receipts(program: Program, columns: Columns, outcomes: OutcomeColumns) -> list[str]:
    """Return the receipt of each sheet of a chunk, with nothing checked."""
    count = columns.count
    answers = [
        _pieces(program.questions[id_], columns)
        for id_ in sorted(program.questions)
        if id_ in columns.codes or id_ in columns.items
    ]
    certain = [f'"certain":"{u.id}","fired":{{' for u in URGENCIES]
    possible = [f'}},"possible":"{u.id}","protocol":"{program.digest}","status":"'
                for u in URGENCIES]  # fmt: skip
    status = [f'{each.value}"}}' for each in STATUSES]
    found = []
    rows = zip(*answers, strict=True) if answers else [()] * count
    for row, low, fired, high, state in zip(
        rows, _named(certain, outcomes.certain), _fired(program, outcomes, count),
        _named(possible, outcomes.possible), _named(status, outcomes.status), strict=True,
    ):  # fmt: skip
        text = f'{{"answers":{{{"".join(row)[1:]}}},{low}{fired}{high}{state}'
        found.append(f"sha256:{sha256(text.encode()).hexdigest()}")
    return found


def _named(names: list[str], codes: Array) -> Iterable[str]:
    return map(names.__getitem__, codes.tolist())


def _pieces(question: Question, columns: Columns) -> Iterable[str]:
    """Return what each sheet says of a question, after a comma."""
    if question.id in columns.codes:
        answers, values = columns.codes[question.id]
        return map([_piece(question, value) for value in values].__getitem__, answers)
    items = columns.items[question.id]
    codes: Array = np.zeros(columns.count, np.int64)
    for at in range(0, len(question.choices), _MOST_ITEMS):
        for choice in question.choices[at : at + _MOST_ITEMS]:
            codes = codes << 2 | _STATE[np.frombuffer(items[choice.id], np.uint8)]
        first, codes = np.unique(codes, return_index=True, return_inverse=True)[1:]
    pieces = [_piece(question, _value(question, items, int(row))) for row in first]
    return map(pieces.__getitem__, codes.tolist())


_STATE: Final = np.zeros(16, np.int64)
_STATE[[UNSURE, TRUE, MISSING]] = 1, 2, 3


def _value(question: Question, items: Mapping[str, bytes], row: int) -> Value | None:
    states = {choice.id: items[choice.id][row] for choice in question.choices}
    if MISSING in states.values():
        return None
    return Ticks(
        frozenset(id_ for id_, bits in states.items() if bits == TRUE),
        frozenset(id_ for id_, bits in states.items() if bits == UNSURE),
    )


def _piece(question: Question, value: Value | None) -> str:
    if value is None:
        return ""
    said = json.dumps(plain_value(question, value), separators=(",", ":"), ensure_ascii=False)
    return f',"{question.id}":{said}'


def _fired(program: Program, outcomes: OutcomeColumns, count: int) -> Iterator[str]:
    """Yield the rules that are reasons on each sheet, by name, with how certain they are."""
    names = [rule.id for rule in program.rules]
    order = np.argsort(np.argsort(np.array(names)))
    every = [outcomes.reasons[certainty] for certainty in CERTAINTIES]
    rows = np.concatenate([hits.rows for hits in every])
    codes = np.concatenate([hits.codes for hits in every])
    how = np.repeat(np.arange(len(every)), [len(hits.rows) for hits in every])
    by_name = np.lexsort((order[codes], rows))
    parts = zip(
        rows[by_name].tolist(), codes[by_name].tolist(), how[by_name].tolist(), strict=True
    )
    row = 0
    for at, some in groupby(parts, key=lambda part: part[0]):
        yield from [""] * (at - row)
        yield ",".join(f'"{names[code]}":"{CERTAINTIES[kind]}"' for _, code, kind in some)
        row = at + 1
    yield from [""] * (count - row)
