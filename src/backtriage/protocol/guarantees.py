"""The data model of guarantees: what a rules folder says must hold, and is proved of its rules.

Annotations are evaluated, because msgspec decodes the cache by them.
"""

from msgspec import Struct

from backtriage.terms.condition import Condition
from backtriage.terms.urgency import Urgency


class Risk(Struct, frozen=True, kw_only=True):
    """Which answers to a question mean higher risk."""

    question: str
    direction: str
    """`yes`, `no`, `more`, `fewer`, `higher`, `lower`, `order` or `none`."""
    order: tuple[str, ...] = ()
    """For `order`: every choice, lowest risk first."""
    reason: str = ""
    urgencies: tuple[Urgency, ...] = ()
    """The urgencies that it speaks of, highest first; empty for all."""
    when: Condition | None = None
    """Whom it speaks of: those of whom this is true with either answer; None for everybody."""

    @property
    def id(self) -> str:
        """The question, with the urgencies if it does not speak of all."""
        words = " and ".join(urgency.id for urgency in self.urgencies)
        return f"{self.question} at {words}" if words else self.question

    @property
    def covered(self) -> tuple[Urgency, ...]:
        """The urgencies that it speaks of. Everybody gets at least the lowest, so never that."""
        return self.urgencies or tuple(Urgency)[:0:-1]


class SafetyFloor(Struct, frozen=True, kw_only=True):
    """A red flag and the minimum urgency it must lead to, stated independently of the rules."""

    id: str
    when: Condition
    at_least: Urgency
    if_unsure: Urgency | None = None
    """The minimum urgency when the person is not sure; None for no minimum."""
    because: str
    evidence: tuple[str, ...] = ()


class Impossible(Struct, frozen=True, kw_only=True):
    """Answers that nobody can have. Only the claim about hidden red flags assumes it."""

    id: str
    when: Condition
    because: str


class Conflict(Struct, frozen=True, kw_only=True):
    """Two pieces of advice that must never be given together."""

    id: str
    advice: tuple[str, ...]
    because: str


class NeverWith(Struct, frozen=True, kw_only=True):
    """Advice and verdicts that some people must never get; "not sure" counts as yes."""

    id: str
    advice: tuple[str, ...]
    """Ids of advice, and of verdicts as `module.verdict`."""
    when: Condition
    because: str


class NetLimit(Struct, frozen=True, kw_only=True):
    """How much of the safety net a page holds at one urgency, in any country."""

    urgency: Urgency
    groups: int
    """The most lines for everybody that anybody is shown; personal ones come on top."""
    lines: int
    columns: int
    """The most lines, and characters of a line, that the text of one sign group takes."""


class Waiver(Struct, frozen=True, kw_only=True):
    """An accepted departure from a default, with its reason."""

    about: str
    """The id of a rule, safety floor or question, depending on `accepts`."""
    accepts: str
    reason: str
    review_by: str
