"""A group of people to whom two versions of a protocol give different results."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backtriage.prove.engines.mdd_engine import Mdd
from backtriage.terms.urgency import URGENCIES


class Aspect(StrEnum):
    """The part of a result that differs, in display order."""

    URGENCY = "urgency"
    FLOOR = "floor"
    """The least urgency that safety floors guarantee."""
    CONTRADICTED = "contradicted"
    """The urgency by answers that are set aside, where it is above that of those that count."""
    SCOPE = "scope"
    ADVICE = "advice"
    VERDICT = "verdict"
    SERVICE = "service"
    COUNT = "count"
    COME_BACK = "come_back"
    LINE = "line"
    """A line of the safety net."""


class Attribution(StrEnum):
    """How many of a group's causes apply to each of its members."""

    ALONE = "alone"
    """The single cause."""
    TOGETHER = "together"
    """Two or more."""
    ANY = "any"
    """One or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedGroup:
    """Everybody whose result differs in one particular way."""

    aspect: Aspect
    subject: str = ""
    """The advice, module, score, rule or urgency concerned, if there are several."""
    before: str
    after: str
    causes: tuple[str, ...] = ()
    """The rules or floors that reach the higher urgency, in one version only."""
    attribution: Attribution = Attribution.ANY
    is_mismatched: bool = False
    """Whether the members give some answer that only one version accepts."""
    is_harmful: bool = False
    """Whether the members are given what the old version withheld from them."""
    members: Mdd
    """Their pairs of sheets."""

    @property
    def is_lowered(self) -> bool:
        """Whether the urgency, or a guaranteed one, is lower than before."""
        return self._rise < 0

    @property
    def is_raised(self) -> bool:
        """Whether the urgency, or a guaranteed one, is higher than before."""
        return self._rise > 0

    @property
    def _rise(self) -> int:
        if self.aspect not in {Aspect.URGENCY, Aspect.FLOOR, Aspect.CONTRADICTED}:
            return 0
        before, after = (URGENCIES.get(value, -1) for value in (self.before, self.after))
        return after - before
