"""What a saved interview is restored to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backtriage.decide.assessment import Assessment
from backtriage.interview.interview import view
from backtriage.interview.state import Interview
from backtriage.protocol.answer_parser import Raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A restored interview, and what has changed since it was saved."""

    interview: Interview
    country: str | None
    """The chosen country; None if there was none, or it no longer exists."""
    ref: str | None
    """The reference of the sheet that it continues."""
    same_protocol: bool
    """Whether the rules are unchanged."""
    journal: str | None = None
    """The journal that it comes from, if it was named."""
    is_old: bool = False
    """Whether the answers are of another time, so that none counts any longer."""
    reworded: tuple[str, ...] = ()
    """Answered questions that have changed: remembered, and asked again."""
    dropped: tuple[str, ...] = ()
    """Answered questions whose answers no longer fit, or that no longer exist."""
    new: tuple[str, ...] = ()
    """Questions that did not exist when it was saved."""
    saved: Mapping[str, Raw] = field(default_factory=dict)
    """The answers as they were saved, of whatever version."""
    is_concealed: bool = False
    """Whether somebody else may have given what is private in them."""
    alarm: Assessment | None = None
    """What the saved answers meant, if that is an emergency that no answer to a present question
    says: to be told before these are asked."""
    is_misread: bool = False
    """Whether nobody can say what some of them meant, so that nothing is known of an emergency."""

    @property
    def is_emergency(self) -> bool:
        """Whether the saved answers are one, by the present questions or by the earlier ones."""
        return self.alarm is not None or view(self.interview).is_emergency


@dataclass(frozen=True, slots=True)
class InvalidDraft:
    """Why a saved interview cannot be read."""

    message: str
