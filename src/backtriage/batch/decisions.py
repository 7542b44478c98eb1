"""Deciding the rows of a table: each gives exactly one result or one reject, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from msgspec import Struct, field

from backtriage.batch.quick import QuickResult, QuickRow
from backtriage.batch.rows import Row
from backtriage.decide.many import SheetDecision, outcomes
from backtriage.decide.tested import doubted_again
from backtriage.program.program import Program
from backtriage.program.validate import ValidatedSheet
from backtriage.terms.problem import Problem
from backtriage.terms.urgency import Urgency

CHUNK: Final = 8192
"""Rows that are decided together: more gain little, and a signal waits longer for them."""

_ROW_SIZE: Final = 1024
"""Characters that are carried over and count as one row more."""

_COST: Final = 16
"""How many rows of the quick door take as long to decide as one of the exact door."""

AnyRow: TypeAlias = Row | QuickRow


class Result(Struct, frozen=True, kw_only=True):
    """What was decided of a row."""

    row: Row
    outcome: SheetDecision


class Reject(Struct, frozen=True, kw_only=True):
    """A row with problems, of which nothing is decided."""

    row: Row
    problems: tuple[Problem, ...]
    is_emergency: bool
    """Whether it certainly is one by what can be read."""
    is_unread: bool
    """Whether it could not be read, so that an emergency may not have been noticed."""


Decided: TypeAlias = Result | QuickResult | Reject

Rank: TypeAlias = tuple[int, int]
"""How urgent a row is, the most urgent highest."""


def rank_of(each: Decided) -> Rank:
    """Return how urgent a row is, the most urgent highest.

    Its urgency comes first, which is the highest possible. Of equal ones, and so of emergencies,
    those come first that are so for certain. Of rejects, those of which nothing could be read
    follow the emergencies.
    """
    if isinstance(each, Reject):
        return (Urgency.EMERGENCY,) * 2 if each.is_emergency else (int(each.is_unread), 0)
    return each.outcome.possible, each.outcome.certain


def chunks(rows: Iterable[AnyRow]) -> Iterator[list[AnyRow]]:
    """Yield rows by the chunk.

    Whatever stops the reading, what was read before comes first: an error is raised, and a signal
    heeded, after it.
    """
    rows = iter(rows)
    stop: BaseException | None = None
    while stop is None:
        chunk: list[AnyRow] = []
        room = CHUNK
        try:
            for row in rows:
                chunk.append(row)
                room -= 1 if isinstance(row, QuickRow) else _COST + len(row.otherwise)
                if row.kept:
                    room -= _size(row.kept.values()) // _ROW_SIZE
                if room <= 0:
                    break
        except BaseException as error:  # noqa: BLE001 - raised below
            stop = error
        if chunk:
            yield chunk
        elif stop is None:
            return
    raise stop


def _size(carried: Iterable[object]) -> int:
    """Return how many characters are carried over."""
    return sum(len(text) for text in carried if isinstance(text, str))


def decided(
    program: Program,
    rows: Sequence[AnyRow],
    are_emergencies: Callable[[Sequence[ValidatedSheet]], Sequence[bool]],
) -> list[Decided]:
    """Decide rows.

    Args:
        program: The protocol that they answer.
        rows: Some rows.
        are_emergencies: Returns of each refused sheet whether it certainly is an emergency.
    """
    quick: dict[int, list[QuickRow]] = {}
    exact: list[Row] = []
    for row in rows:
        if isinstance(row, Row):
            exact.append(row)
        else:
            quick.setdefault(id(row.door), []).append(row)
    by_door = {door: iter(those[0].door.decided(those)) for door, those in quick.items()}
    if not exact and len(by_door) == 1:
        return [*next(iter(by_door.values()))]
    others = iter(_exactly(program, exact, are_emergencies))
    return [
        next(others) if isinstance(row, Row) else next(by_door[id(row.door)]) for row in rows
    ]  # fmt: skip


def _exactly(
    program: Program,
    rows: Sequence[Row],
    are_emergencies: Callable[[Sequence[ValidatedSheet]], Sequence[bool]],
) -> list[Result | Reject]:
    """Decide rows of the exact door."""
    valid = [
        doubted_again(program, row.validated.answers, row.validated.checked)
        for row in rows
        if row.validated.is_valid
    ]
    found = iter(outcomes(program, valid) if valid else ())
    alarms = iter(are_emergencies([
        sheet for row in rows if not row.validated.is_valid for sheet in row.readings
    ]))  # fmt: skip
    return [
        Result(row=row, outcome=next(found))
        if row.validated.is_valid
        else _reject(program, row, [next(alarms) for _ in row.readings])
        for row in rows
    ]


def _reject(program: Program, row: Row, are_emergencies: Sequence[bool]) -> Reject:
    is_emergency = any(are_emergencies)
    is_read = not row.is_unclear and row.validated.is_read(program.questions)
    return Reject(
        row=row, problems=row.validated.problems, is_emergency=is_emergency,
        is_unread=not (is_emergency or is_read),
    )  # fmt: skip


class Tally(Struct, kw_only=True):
    """What became of the rows so far."""

    rows: int = 0
    urgencies: Counter[Urgency] = field(default_factory=Counter)
    """Of the rows that were decided."""
    certain_emergencies: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    rejects: Counter[str] = field(default_factory=Counter)
    """By the code of the first problem."""
    rejected_emergencies: int = 0
    unread: int = 0
    """Rejects of which no answer could be read."""
    rules: Counter[str] = field(default_factory=Counter)
    """How often each rule was a reason, but rules that a private answer decides."""

    def add(self, each: Decided, is_private: Callable[[str], bool]) -> None:
        """Count a row.

        Args:
            each: What became of it.
            is_private: Whether a rule tells a private answer.
        """
        if not isinstance(each, Reject):
            self.add_results(each.outcome, 1, is_private)
            return
        self.rows += 1
        self.rejects[each.problems[0].code] += 1
        self.rejected_emergencies += each.is_emergency
        self.unread += each.is_unread

    def add_results(
        self, outcome: SheetDecision, count: int, is_private: Callable[[str], bool]
    ) -> None:
        """Count rows of which the same was decided.

        Args:
            outcome: What was decided.
            count: Of how many rows.
            is_private: Whether a rule tells a private answer.
        """
        self.rows += count
        self.urgencies[outcome.possible] += count
        self.statuses[outcome.status.value] += count
        if outcome.certain is Urgency.EMERGENCY:
            self.certain_emergencies += count
        rules = self.rules
        for reason in outcome.reasons:
            rule = reason.rule.id
            if rule in rules or not is_private(rule):
                rules[rule] += count
