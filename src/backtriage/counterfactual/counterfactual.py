"""The nouns: one answer that differs, and everything that is known about another urgency."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backtriage.prove.domain import Band
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Value


class Goal(StrEnum):
    """What is asked for: less than now, or more."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"


class SearchOutcome(StrEnum):
    """What came of the search."""

    ALREADY = "already"
    """The urgency is that one."""
    FOUND = "found"
    NONE = "none"
    """No change of what can change does it."""
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChange:
    """One answer, or one item of a list, that would have to be another."""

    question: str
    item: str = ""
    before: Value | None
    """None while the question has no answer."""
    after: Value | Band
    """A number is any of its band."""
    is_counted: bool
    """Whether the answer before counts now; a missing one and one set aside do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """One answer, or one item of a list, that cannot change."""

    question: str
    item: str = ""
    answer: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """What would have to be different for an urgency."""

    target: Urgency
    goal: Goal
    outcome: SearchOutcome
    changes: tuple[AnswerChange, ...] = ()
    """Fewest counted answers first, then fewest others; in asking order."""
    sheet: Answers = Answers()
    """The changed sheet, as the interpreter confirmed it."""
    urgency: Urgency | None = None
    """What the changed sheet comes to, whatever is still missing: at most, or at least."""
    blockers: tuple[tuple[Blocker, ...], ...] = ()
    """Groups of answers that cannot change; each group alone is in the way."""
    ran_out: str = ""
    """Why it is undecided."""
