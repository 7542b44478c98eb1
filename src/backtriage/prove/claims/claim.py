"""One claim: a sentence in plain words, and the formulas that decide it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from backtriage.prove.circuit import Formula

Conjunction: TypeAlias = tuple[Formula, ...]
"""Formulas that must all hold. The first is what it is about: it is looked at first."""

Disjuncts: TypeAlias = Callable[[], Iterable[Conjunction]]
"""Made when the claim is looked at; one of several ways is enough."""

KINDS: Final = {
    "gap": ("a", "Everybody is sent somewhere", "error"),
    "unsafe": ("b1", "A red flag always reaches its least urgency", "error"),
    "hidden": ("b2", "No red flag is hidden by a question that is left out", "error"),
    "lowered": ("c", "A worse answer never lowers the urgency", "error"),
    "unsure": ("f", "Not sure lies between the best and the worst answer", "error"),
    "unsound-stop": ("e", "An interview that stopped has the result of every answer", "error"),
    "conflict": ("conflict", "Advice never contradicts advice", "error"),
    "contraindicated": ("contraindicated", "Advice never reaches those it may harm", "error"),
    "dead-question": ("d", "Every question is asked of somebody", "error"),
    "dead-rule": ("d", "Every rule fires for somebody", "error"),
    "dead-advice": ("d", "Every piece of advice is given to somebody", "error"),
    "dead-urgency": ("d", "Every urgency is reached by somebody", "error"),
    "redundant-rule": ("d", "Every rule changes some result", "warning"),
    "tier-redundant": ("d", "Every out-of-scope rule changes some urgency", "warning"),
    "idle-question": ("d", "Every answer changes some result", "warning"),
    "vacuous-guard": ("d", "Every question with a guard is left out for somebody", "warning"),
    "vacuous-clause": ("d", "Every clause of a rule changes what the rule gives", "warning"),
}
"""The name of each kind of finding: its claim, what is claimed, and how much it weighs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim about one thing."""

    kind: str
    subject: str
    """The rule, floor, question, item, advice or clause it is about."""
    sentence: str
    disjuncts: Disjuncts
    someone: bool = False
    """Claims that somebody is like this; otherwise that nobody is."""
    partial: bool = False
    """Speaks of sheets with missing answers."""

    @property
    def key(self) -> tuple[str, str]:
        """Tells claims apart."""
        return self.kind, self.subject

    @property
    def is_error(self) -> bool:
        """Whether a protocol without it is unsound; otherwise it is only worth a look."""
        return KINDS[self.kind][2] == "error"
