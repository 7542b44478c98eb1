"""Deciding the rows of a table: each gives exactly one result or one reject, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeAlias

from msgspec import Struct, field

from backtriage.batch.rows import Row
from backtriage.decide.many import SheetDecision, outcomes
from backtriage.decide.tested import doubted_again
from backtriage.program.program import Program
from backtriage.program.validate import ValidatedSheet
from backtriage.terms.problem import Problem
from backtriage.terms.urgency import Urgency

CHUNK: Final = 512
"""Rows that are decided together: more gain little, and a signal waits longer for them."""


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

    @property
    def is_unread(self) -> bool:
        """Whether it could not be read, so that an emergency may not have been noticed."""
        if self.is_emergency:
            return False
        return self.row.is_unclear or not any(each.values for each in self.row.validated.sheets)


Rank: TypeAlias = tuple[int, int]
"""How urgent a row is, the most urgent highest."""


def rank_of(each: Result | Reject) -> Rank:
    """Return how urgent a row is, the most urgent highest.

    Its urgency comes first, which is the highest possible. Of equal ones, and so of emergencies,
    those come first that are so for certain. Of rejects, those of which nothing could be read
    follow the emergencies.
    """
    if isinstance(each, Result):
        return each.outcome.possible, each.outcome.certain
    return (Urgency.EMERGENCY,) * 2 if each.is_emergency else (int(each.is_unread), 0)


def chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield rows by the chunk.

    Whatever stops the reading, what was read before comes first: an error is raised, and a signal
    heeded, after it.
    """
    rows = iter(rows)
    stop: BaseException | None = None
    while stop is None:
        chunk: list[Row] = []
        try:
            for row in islice(rows, CHUNK):
                chunk.append(row)  # noqa: PERF402 - what is read stays when the next is not
        except BaseException as error:  # noqa: BLE001 - raised below
            stop = error
        if chunk:
            yield chunk
        elif stop is None:
            return
    raise stop


def decided(
    program: Program,
    rows: Sequence[Row],
    are_emergencies: Callable[[Sequence[ValidatedSheet]], Sequence[bool]],
) -> list[Result | Reject]:
    """Decide rows.

    Args:
        program: The protocol that they answer.
        rows: Some rows.
        are_emergencies: Returns of each refused sheet whether it certainly is an emergency.
    """
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
        else Reject(
            row=row, problems=row.validated.problems,
            is_emergency=any([next(alarms) for _ in row.readings]),  # noqa: C419 - all are taken
        )
        for row in rows
    ]  # fmt: skip


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

    def add(self, each: Result | Reject, is_private: Callable[[str], bool]) -> None:
        """Count a row.

        Args:
            each: What became of it.
            is_private: Whether a rule tells a private answer.
        """
        self.rows += 1
        if isinstance(each, Reject):
            self.rejects[each.problems[0].code] += 1
            self.rejected_emergencies += each.is_emergency
            self.unread += each.is_unread
            return
        self.urgencies[each.outcome.possible] += 1
        self.certain_emergencies += each.outcome.certain is Urgency.EMERGENCY
        self.statuses[each.outcome.status.value] += 1
        for reason in each.outcome.reasons:
            if not is_private(reason.rule.id):
                self.rules[reason.rule.id] += 1
