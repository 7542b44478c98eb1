"""Deciding the rows of a table: each gives exactly one result or one reject, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from msgspec import Struct, field

from backtriage.batch.rows import Row
from backtriage.decide.many import SheetDecision, outcomes
from backtriage.decide.tested import doubted_again
from backtriage.program.program import Program
from backtriage.program.validate import ValidatedSheet
from backtriage.terms.problem import Problem
from backtriage.terms.urgency import Urgency

CHUNK: Final = 2048
"""Rows that are decided together: more gain nothing, and wait longer for the first result."""


class Result(Struct, frozen=True, kw_only=True):
    """What was decided of a row."""

    row: Row
    outcome: SheetDecision


class Reject(Struct, frozen=True, kw_only=True):
    """A row with problems, of which nothing is decided."""

    row: Row
    problems: tuple[Problem, ...]
    certain: Urgency
    """An emergency if what can be read is one; else it means nothing."""

    @property
    def is_unread(self) -> bool:
        """Whether no answer could be read, so that no emergency would have been noticed."""
        is_emergency = self.certain is Urgency.EMERGENCY
        return not (is_emergency or any(sheet.values for sheet in self.row.validated.sheets))

    @property
    def rank(self) -> int:
        """How early it comes among the rejects: who may need help at once comes first."""
        return 2 * (self.certain is Urgency.EMERGENCY) + self.is_unread


def decided(
    program: Program,
    rows: Iterable[Row],
    certain_of: Callable[[ValidatedSheet], Urgency],
) -> Iterator[Result | Reject]:
    """Decide rows.

    Args:
        program: The protocol that they answer.
        rows: Any number of rows.
        certain_of: Returns the certain urgency of what can be read of a refused sheet.
    """
    rows = iter(rows)
    while chunk := [*islice(rows, CHUNK)]:
        valid = [row for row in chunk if row.validated.is_valid]
        sheets = [doubted_again(program, each.answers, each.checked) for each in
                  (row.validated for row in valid)]  # fmt: skip
        found = iter(outcomes(program, sheets) if valid else ())
        for row in chunk:
            if row.validated.is_valid:
                yield Result(row=row, outcome=next(found))
            else:
                certain = max(map(certain_of, (row.validated, *row.also)))
                yield Reject(row=row, problems=row.validated.problems, certain=certain)


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
            self.rejected_emergencies += each.certain is Urgency.EMERGENCY
            self.unread += each.is_unread
            return
        self.urgencies[each.outcome.possible] += 1
        self.certain_emergencies += each.outcome.certain is Urgency.EMERGENCY
        self.statuses[each.outcome.status.value] += 1
        for reason in each.outcome.reasons:
            if not is_private(reason.rule.id):
                self.rules[reason.rule.id] += 1
