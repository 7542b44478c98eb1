"""Who is sent elsewhere: every kind of person whose urgency differs, by what sent them there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from backtriage.compare.paired_sets import ABOVE_HOME, PairedSets, Rungs, Thresholds
from backtriage.prove.circuit import Formula
from backtriage.prove.engines.mdd import ONE, ZERO, Mdd
from backtriage.terms.urgency import URGENCIES, Urgency


class Aspect(StrEnum):
    """What of a result differs, in the order in which it is shown."""

    URGENCY = "urgency"
    FLOOR = "floor"
    """The least urgency that red flags promise."""
    SCOPE = "scope"
    ADVICE = "advice"
    VERDICT = "verdict"
    SERVICE = "service"
    COUNT = "count"
    COME_BACK = "come_back"


class How(StrEnum):
    """How several rules, or floors, gave what one version gives no longer."""

    ALONE = "alone"
    """The one that is named, and no other."""
    TOGETHER = "together"
    """Two or more of these at once."""
    ANY = "any"
    """One or more of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedGroup:
    """One kind of person whom two versions treat differently."""

    aspect: Aspect
    subject: str = ""
    """The advice, module, score, rule or urgency it is about, where there are several."""
    before: str
    after: str
    by: tuple[str, ...] = ()
    """The rules, or floors, that gave the higher urgency and give it in one version only."""
    how: How = How.ANY
    """How these gave it."""
    differs: bool = False
    """Whether some answer of these people is one that only one version takes."""
    is_harmful: bool = False
    """Advice for those from whom the old version kept it."""
    who: Mdd

    @property
    def is_lowered(self) -> bool:
        """Whether somebody is sent lower, or promised less."""
        return self._rise < 0

    @property
    def is_raised(self) -> bool:
        """Whether somebody is sent higher, or promised more."""
        return self._rise > 0

    @property
    def _rise(self) -> int:
        if self.aspect not in {Aspect.URGENCY, Aspect.FLOOR}:
            return 0
        before, after = (URGENCIES.get(end, -1) for end in (self.before, self.after))
        return after - before


LESS: Final = "less"
"""What red flags promise in the other version."""

MOST: Final = 3
"""People who move from one urgency to another are told apart by rules while these are so few."""

Lost: TypeAlias = Mapping[str, Formula]
"""What gives an urgency in one version only."""


class UrgencyChanges:
    """The people whom one of two versions sends higher than the other.

    What red flags promise is compared only for people whose answers do not differ: where answers
    differ, it is the urgency that counts.
    """

    def __init__(self, sets: PairedSets, aspect: Aspect, old: Rungs, new: Rungs) -> None:
        """Look at nothing yet."""
        self.sets = sets
        self.aspect = aspect
        self.old, self.new = Thresholds(sets, old), Thresholds(sets, new)
        self._moved: dict[tuple[Urgency, bool], Mdd] = {}

    def groups(self, urgency: Urgency, *, lowered: bool) -> Iterator[AffectedGroup]:
        """Those who were sent to an urgency and are sent lower; or the other way round."""
        lost = self._lost(urgency, lowered=lowered)
        for other, there in self._there(urgency, lowered=lowered):
            ends = (urgency.id, other) if lowered else (other, urgency.id)
            yield from self._parted(there, lost, *ends)

    def _there(self, urgency: Urgency, *, lowered: bool) -> Iterator[tuple[str, Mdd]]:
        """Where those who are moved are sent in the other version; a promise is only less."""
        left, low = self.moved(urgency, lowered=lowered), self.new if lowered else self.old
        if self.aspect is Aspect.FLOOR:
            yield LESS, left
            return
        for other in range(urgency):
            higher = self.sets.conjoin(left, low.at_least(other + 1))
            yield Urgency(other).id, self.sets.without(left, higher)
            left = higher

    def settled(self) -> Mdd:
        """Those who are sent to the same urgency by both."""
        disjuncts = [(urgency, lowered) for urgency in ABOVE_HOME for lowered in (True, False)]
        moved = [self.moved(urgency, lowered=lowered) for urgency, lowered in disjuncts]
        return self.sets.without(ONE, *moved)

    def moved(self, urgency: Urgency, *, lowered: bool) -> Mdd:
        """Everybody who was sent to an urgency and is sent lower; or the other way round."""
        key = urgency, lowered
        if key not in self._moved:
            high, low = (self.old, self.new) if lowered else (self.new, self.old)
            lost = self._lost(urgency, lowered=lowered)
            reached = self.sets.disjoin(*map(self.sets.who, lost.values()))
            if self.aspect is Aspect.FLOOR:
                reached = self.sets.conjoin(reached, self.sets.same())
            self._moved[key] = (
                self.sets.without(reached, low.at_least(urgency), high.at_least(urgency + 1))
                if reached != ZERO
                else ZERO
            )
        return self._moved[key]

    def _lost(self, urgency: Urgency, *, lowered: bool) -> Lost:
        """What reaches the urgency in the one version and stands in the other in no form."""
        high, low = (self.old, self.new) if lowered else (self.new, self.old)
        kept = set(low.rungs[urgency].values())
        return {id_: f for id_, f in high.rungs[urgency].items() if f not in kept}

    def _parted(self, who: Mdd, lost: Lost, before: str, after: str) -> Iterator[AffectedGroup]:
        for differs, part in self.sets.alike(who):
            held = _held(self.sets, part, lost)
            is_few = len(held) <= MOST and not differs
            whole = [(tuple(held), How.ANY, part)]
            for by, how, own in one_by_one(self.sets, part, held) if is_few else whole:
                yield AffectedGroup(aspect=self.aspect, before=before, after=after, by=by,
                           how=how, differs=differs, who=own)  # fmt: skip


Part: TypeAlias = tuple[tuple[str, ...], How, Mdd]
"""Ids, how they gave it, and to whom."""


def one_by_one(sets: PairedSets, who: Mdd, held: Mapping[str, Mdd]) -> Iterator[Part]:
    """For each of these that is the only one to hold, of whom; then those of whom several do."""
    if len(held) == 1:
        yield tuple(held), How.ALONE, who
        return
    rest, before, after = who, [who], [who]
    for own in held.values():
        before.append(sets.without(before[-1], own))
    for own in reversed(tuple(held.values())):
        after.append(sets.without(after[-1], own))
    for at, (id_, own) in enumerate(held.items()):
        alone = sets.conjoin(own, before[at], after[len(held) - at - 1])
        if alone != ZERO:
            rest = sets.without(rest, alone)
            yield (id_,), How.ALONE, alone
    if rest != ZERO:
        several = (id_ for id_, own in held.items() if sets.conjoin(rest, own) != ZERO)
        yield tuple(several), How.TOGETHER, rest


def _held(sets: PairedSets, who: Mdd, lost: Lost) -> dict[str, Mdd]:
    """Those of whom each of these holds; what holds of nobody is left out."""
    own = {id_: sets.conjoin(who, sets.who(formula)) for id_, formula in lost.items()}
    return {id_: part for id_, part in own.items() if part != ZERO}
