"""Who gets a different urgency, grouped by the rules responsible."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from backtriage.compare.affected_group import AffectedGroup, Aspect, Attribution
from backtriage.compare.paired_sets import RAISED, PairedSets, Reaching, Thresholds
from backtriage.prove.circuit import Formula
from backtriage.prove.engines.mdd_engine import ONE, ZERO, Mdd
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.urgency import Urgency

LESS: Final = "less"
"""What floors guarantee in the version that guarantees less."""

MOST_CAUSES: Final = 3
"""A group is split by cause while it has at most this many."""

GroupPart: TypeAlias = tuple[tuple[str, ...], Attribution, Mdd]
"""The causes of a part of a group, how they apply, and its members."""


class UrgencyChanges:
    """The groups to whom one version gives a higher urgency than the other.

    Mismatched answers are compared only for the urgency by the answers that count.
    """

    def __init__(
        self, sets: PairedSets, aspect: Aspect, find: Callable[[SymbolicProgram], Reaching],
        told: UrgencyChanges | None = None,
    ) -> None:  # fmt: skip
        """Build nothing yet.

        Args:
            sets: Both versions.
            aspect: What changes.
            find: Returns what reaches each urgency in a version.
            told: The changes by answers that count. Whoever reaches the higher urgency by these
                is reported there, and left out here.
        """
        self.sets = sets
        self.aspect = aspect
        self._told = told
        self.old, self.new = (Thresholds(sets, version, find) for version in (sets.old, sets.new))
        self._changed: dict[tuple[Urgency, bool], Mdd] = {}

    def groups(self, urgency: Urgency, *, lowered: bool) -> Iterator[AffectedGroup]:
        """Yield the groups whose urgency is lowered from an urgency, or raised to it."""
        responsible = self._responsible(urgency, lowered=lowered)
        for other, part in self._by_other_urgency(urgency, lowered=lowered):
            before, after = (urgency.id, other) if lowered else (other, urgency.id)
            for is_mismatched, members in self.sets.split_by_match(part):
                causes = self._causes(members, responsible)
                parts: Iterator[GroupPart] = iter([(tuple(causes), Attribution.ANY, members)])
                if len(causes) <= MOST_CAUSES and not is_mismatched:
                    parts = split_by_cause(self.sets, members, causes)
                for ids, attribution, own in parts:
                    yield AffectedGroup(
                        aspect=self.aspect, before=before, after=after, causes=ids,
                        attribution=attribution, is_mismatched=is_mismatched, members=own,
                    )  # fmt: skip

    def unchanged(self) -> Mdd:
        """Return the pairs that get the same urgency from both versions."""
        changes = [(urgency, lowered) for urgency in RAISED for lowered in (True, False)]
        changed = [self.changed(urgency, lowered=lowered) for urgency, lowered in changes]
        return self.sets.subtract(ONE, *changed)

    def changed(self, urgency: Urgency, *, lowered: bool) -> Mdd:
        """Return the pairs whose urgency is lowered from an urgency, or raised to it."""
        key = urgency, lowered
        if key not in self._changed:
            _, lower = self._versions(lowered=lowered)
            members = self.reached(urgency, lowered=lowered)
            if self.aspect is not Aspect.URGENCY:
                members = self.sets.intersect(members, self.sets.matched())
            if members != ZERO and self._told is not None:
                told = self._told.reached(urgency, lowered=lowered)
                members = self.sets.subtract(members, told)
            if members != ZERO:
                # Whoever gets more by what both versions have gets as much from the lower one.
                more = self.reached(urgency + 1, lowered=lowered)
                members = self.sets.subtract(members, more, lower.at_least(urgency))
            self._changed[key] = members
        return self._changed[key]

    def reached(self, urgency: int, *, lowered: bool) -> Mdd:
        """Return the pairs that reach an urgency by what only the higher version has."""
        if urgency > max(Urgency):
            return ZERO
        responsible = self._responsible(Urgency(urgency), lowered=lowered).values()
        return self.sets.union(*map(self.sets.where, responsible))

    def _by_other_urgency(self, urgency: Urgency, *, lowered: bool) -> Iterator[tuple[str, Mdd]]:
        """Split the changed pairs by their urgency in the lower version; a floor only has less."""
        rest, (_, lower) = self.changed(urgency, lowered=lowered), self._versions(lowered=lowered)
        if self.aspect is Aspect.FLOOR:
            yield LESS, rest
            return
        for other in range(urgency if rest != ZERO else 0):
            above = self.sets.intersect(rest, lower.at_least(other + 1))
            yield Urgency(other).id, self.sets.subtract(rest, above)
            rest = above

    def _versions(self, *, lowered: bool) -> tuple[Thresholds, Thresholds]:
        """Return the version with the higher urgency, then the one with the lower."""
        return (self.old, self.new) if lowered else (self.new, self.old)

    def _responsible(self, urgency: Urgency, *, lowered: bool) -> Mapping[str, Formula]:
        """Return what reaches an urgency in the higher version only, whatever its id."""
        higher, lower = self._versions(lowered=lowered)
        shared = set(lower.reaching[urgency].values())
        return {id_: f for id_, f in higher.reaching[urgency].items() if f not in shared}

    def _causes(self, members: Mdd, responsible: Mapping[str, Formula]) -> Mapping[str, Mdd]:
        """Return the members that each responsible rule applies to, if there are any."""
        causes = {
            id_: self.sets.intersect(members, self.sets.where(formula))
            for id_, formula in responsible.items()
        }
        return {id_: part for id_, part in causes.items() if part != ZERO}


def split_by_cause(
    sets: PairedSets, members: Mdd, causes: Mapping[str, Mdd]
) -> Iterator[GroupPart]:
    """Split a set by the single rule responsible, then the overlap; `causes` cover the set."""
    if len(causes) == 1:
        yield tuple(causes), Attribution.ALONE, members
        return
    overlap = members
    for id_, own in causes.items():
        others = [part for other, part in causes.items() if other != id_]
        alone = sets.subtract(own, *others)
        if alone != ZERO:
            overlap = sets.subtract(overlap, alone)
            yield (id_,), Attribution.ALONE, alone
    if overlap != ZERO:
        several = (id_ for id_, own in causes.items() if sets.intersect(overlap, own) != ZERO)
        yield tuple(several), Attribution.TOGETHER, overlap
