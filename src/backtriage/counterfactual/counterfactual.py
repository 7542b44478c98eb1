"""A counterfactual: what would have to be different for another urgency."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backtriage.prove.domain import Band
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Value


class Goal(StrEnum):
    """Whether the urgency has to be at most or at least the target."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"


class SearchOutcome(StrEnum):
    """How a search ended."""

    ALREADY = "already"
    """The urgency is the target now."""
    FOUND = "found"
    NONE = "none"
    """No change of the changeable answers reaches the target."""
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChange:
    """An answer, or an item of a list, that would have to be different."""

    question: str
    item: str = ""
    before: Value | None
    """None while the question has no answer."""
    after: Value | Band
    """Any number of a band will do."""
    is_counted: bool
    """Whether the answer counts now, neither missing nor set aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """An answer, or an item of a list, that cannot change."""

    question: str
    item: str = ""
    answer: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """The smallest change of answers that reaches a target, or what prevents it."""

    target: Urgency
    goal: Goal
    outcome: SearchOutcome
    changes: tuple[AnswerChange, ...] = ()
    """The fewest counted answers, then the fewest others; in asking order."""
    sheet: Answers = Answers()
    """The changed sheet, as the interpreter confirmed it."""
    urgency: Urgency | None = None
    """The urgency of the changed sheet, at most or at least, whatever is still missing."""
    blockers: tuple[tuple[Blocker, ...], ...] = ()
    """Disjoint groups of answers; each group alone rules the target out."""
    ran_out: str = ""
    """Why it is undecided."""

    @property
    def is_lower(self) -> bool:
        """Whether the target is below the urgency now."""
        return self.goal is Goal.AT_MOST
