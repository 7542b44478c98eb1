"""The outcomes of a chunk in columns, without an object for each sheet.

They are those of `decide.many`. Which rules fire is a short list for most people, so lists are
built from the hits of each rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from msgspec import Struct

from backtriage.batch.columns import Array
from backtriage.decide import outcome
from backtriage.decide.assessment import Status, status_of
from backtriage.decide.chunk import ChunkEvaluation
from backtriage.decide.contradictions import ActedOn, acted_on
from backtriage.decide.evaluate import INTERVALS
from backtriage.decide.kernel import Chunk
from backtriage.decide.many import SheetDecision
from backtriage.decide.open_questions import open_questions
from backtriage.decide.outcome import Reached
from backtriage.decide.reasons import CERTAIN, MISSING, NOT_SURE, counts_as
from backtriage.program.program import Program
from backtriage.protocol.protocol import Rule
from backtriage.terms.condition import Always
from backtriage.terms.urgency import Urgency

STATUSES: Final = tuple(Status)
URGENCIES: Final = tuple(Urgency)
CERTAINTIES: Final = (CERTAIN, NOT_SURE, MISSING)

_LEVELS: Final = len(URGENCIES)
_BITS: Final = len(INTERVALS)
_NO_ROW: Final = np.zeros(0, np.intp)


class Hits(Struct, frozen=True, kw_only=True):
    """A list for each row, of few entries."""

    rows: Array
    """The row of each entry, in order."""
    codes: Array
    """What it is: the position of a rule or a question in the program."""

    def offsets(self, count: int) -> Array:
        """Return where the list of each row begins, and where the last one ends."""
        lengths = np.bincount(self.rows, minlength=count)
        return np.concatenate([[0], np.cumsum(lengths)])


class OutcomeColumns(Struct, frozen=True, kw_only=True):
    """What was decided of each row of a chunk."""

    status: Array
    """Positions in `STATUSES`."""
    certain: Array
    possible: Array
    """Urgencies."""
    service: Array
    """Positions in the services of the program."""
    contradicted: Array
    reasons: Mapping[str, Hits]
    """The rules of each certainty, in the order of `reasons_of`."""
    missing: Hits
    """Open questions of the triage part."""


class ColumnDecider:
    """Decides chunks of sheets."""

    def __init__(self, program: Program) -> None:
        """Work out what each rule gives, and each status, for whatever a chunk comes to."""
        self.program = program
        services = [*program.services]
        self._services = {rule.id: services.index(rule.service)
                          for rule in program.rules if rule.service}  # fmt: skip
        self._usual = np.array(
            [services.index(program.levels[u].service) for u in URGENCIES], np.uint8
        )
        self._gives = [_table(rule) for rule in program.rules]
        self._statuses = np.array([
            [[STATUSES.index(status_of(low, high, in_scope=not is_out, is_contradicted=against))
              for against in (False, True) for is_out in (False, True)]
             for high in URGENCIES]
            for low in URGENCIES
        ], np.uint8)  # fmt: skip

    def __call__(self, chunk: ChunkEvaluation, *, is_asking: bool = True) -> OutcomeColumns:
        """Decide a chunk.

        Args:
            chunk: The answers of at most 65,536 sheets.
            is_asking: Whether to look for open questions too.
        """
        acted = acted_on(chunk)
        certain, possible = (_levels(chunk, each) for each in (acted.certain, acted.possible))
        out = _marks(chunk, outcome.surely_out_of_scope(chunk))
        contradicted = _marks(chunk, acted.contradicted)
        given = self._given(acted, certain, possible)
        return OutcomeColumns(
            status=self._statuses[certain, possible, contradicted * 2 + out],
            certain=certain, possible=possible, contradicted=contradicted,
            service=self._service(given, possible), reasons=_reasons(given),
            missing=_missing(acted) if is_asking else _joined(()),
        )  # fmt: skip

    def _given(
        self, acted: ActedOn[ChunkEvaluation], certain: Array, possible: Array
    ) -> list[_Given]:  # fmt: skip
        """Return where each rule is a reason; one for everybody only where no other is."""
        found: list[_Given] = []
        is_left = np.ones(len(certain), bool)
        for number, rule in sorted(
            enumerate(self.program.rules), key=lambda pair: isinstance(pair[1].when, Always)
        ):
            rows, gives = _gives(acted, rule, self._gives[number], certain, possible)
            if isinstance(rule.when, Always):
                rows, gives = rows[is_left[rows]], gives[is_left[rows]]
            else:
                is_left[rows] = False
            if len(rows):
                found.append(_Given(number, rule, rows, gives))
        return sorted(found, key=lambda each: each.number)

    def _service(self, given: Sequence[_Given], possible: Array) -> Array:
        """Return the service as `service_of` does: the first rule has the last word here."""
        service = self._usual[possible]
        for each in reversed(given):
            urgency = each.rule.urgency
            if each.rule.service:
                rows = each.rows[each.gives // len(CERTAINTIES) == urgency]
                service[rows[possible[rows] == urgency]] = self._services[each.rule.id]
        return service


class _Given(NamedTuple):
    """A rule, where it is a reason, and what it gives there, as in `_table`."""

    number: int
    rule: Rule
    rows: Array
    gives: Array


def _reasons(given: Iterable[_Given]) -> Mapping[str, Hits]:
    """Return the rules that are reasons with each certainty, highest urgency first."""
    parts: list[list[tuple[Array, int]]] = [[] for _ in range(_LEVELS * len(CERTAINTIES))]
    for each in given:
        for number in np.flatnonzero(np.bincount(each.gives)):
            parts[number].append((each.rows[each.gives == number], each.number))
    return {
        name: _joined(
            part for urgency in reversed(URGENCIES)
            for part in parts[urgency * len(CERTAINTIES) + at]
        )
        for at, name in enumerate(CERTAINTIES)
    }  # fmt: skip


def outcome_columns_of(program: Program, decisions: Sequence[SheetDecision]) -> OutcomeColumns:
    """Return what was decided of sheets one by one in columns."""
    services, rules = [*program.services], [rule.id for rule in program.rules]

    def hits(lists: Iterable[Iterable[int]]) -> Hits:
        pairs = [(row, code) for row, codes in enumerate(lists) for code in codes]
        rows, codes = (np.array([pair[at] for pair in pairs], np.intp) for at in range(2))
        return Hits(rows=rows, codes=codes)

    return OutcomeColumns(
        status=np.array([STATUSES.index(each.status) for each in decisions], np.uint8),
        certain=np.array([each.certain for each in decisions], np.uint8),
        possible=np.array([each.possible for each in decisions], np.uint8),
        service=np.array([services.index(each.service) for each in decisions], np.uint8),
        contradicted=np.array([each.is_contradicted for each in decisions], bool),
        reasons={
            name: hits(
                [rules.index(r.rule.id) for r in each.reasons if r.certainty == name]
                for each in decisions
            )
            for name in CERTAINTIES
        },
        missing=hits(map(program.order.__getitem__, each.missing) for each in decisions),
    )


def _bytes(chunk: ChunkEvaluation, each: Chunk) -> Array:
    return np.frombuffer(chunk.unpack(each), np.uint8)


def _marks(chunk: ChunkEvaluation, each: Chunk) -> Array:
    return _bytes(chunk, each).view(bool)


def _levels(chunk: ChunkEvaluation, reached: Reached) -> Array:
    """Return the highest urgency that each sheet reaches, which reaches all below it as well."""
    count = np.zeros(chunk.columns.count, np.uint8)
    for urgency in URGENCIES[1:]:
        count += _bytes(chunk, reached[urgency])
    return count


def _missing(acted: ActedOn[ChunkEvaluation]) -> Hits:
    chunk = acted.kernel
    program = chunk.program
    return _joined(
        (np.flatnonzero(_marks(chunk, where)), program.order[id_])
        for id_, where in acted.open(open_questions).items()
        if id_ not in program.advice_questions
    )


def _joined(parts: Iterable[tuple[Array, int]]) -> Hits:
    """Return hits by row; those of each row in the order of the parts."""
    every = [(rows, np.full(len(rows), code, np.int32)) for rows, code in parts]
    rows = np.concatenate([_NO_ROW, *(rows for rows, _ in every)])
    codes = np.concatenate([_NO_ROW, *(codes for _, codes in every)])
    order = np.argsort(rows.astype(np.uint16), kind="stable")  # of 16 bits a radix sort
    return Hits(rows=rows[order], codes=codes[order])


def _gives(
    acted: ActedOn[ChunkEvaluation], rule: Rule, table: Array, certain: Array, possible: Array
) -> tuple[Array, Array]:
    """Return where a rule is a reason, and what it gives there.

    Where answers are contradicted, it gives the higher of what it gives with and without them.
    """
    chunk = acted.kernel
    bits = chunk.bits(rule.when)
    fires = bits >> 3 & chunk.ones
    against = acted.counting.bits(rule.when) if acted.counting is not None else chunk.nowhere
    also = against >> 3 & acted.contradicted
    if not fires | also:
        return _NO_ROW, _NO_ROW
    rows = np.flatnonzero(_marks(chunk, fires | also))
    at = certain[rows], possible[rows]
    gives = table[_bytes(chunk, bits)[rows], *at]
    if also:
        higher = np.where(_marks(chunk, also)[rows], table[_bytes(chunk, against)[rows], *at], -1)
        is_higher = higher // len(CERTAINTIES) > gives // len(CERTAINTIES)
        gives = np.where(is_higher, higher, gives)
    return rows[gives >= 0], gives[gives >= 0]


def _table(rule: Rule) -> Array:
    """Return what a rule gives for each interval, certain and possible urgency.

    It is an urgency with a certainty, as one number, or -1 for nothing.
    """
    table = np.full((_BITS, _LEVELS, _LEVELS), -1, np.int8)
    for bits, interval in enumerate(INTERVALS):
        for low in URGENCIES:
            for high in URGENCIES[low:]:
                counts = counts_as(rule, interval, low, high)
                if counts is not None and bits >> 3:
                    urgency, certainty = counts
                    number = urgency * len(CERTAINTIES) + CERTAINTIES.index(certainty)
                    table[bits, low, high] = number
    return table
