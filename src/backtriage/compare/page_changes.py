"""Who sees a different page at the same urgency: scope, advice, verdicts and more.

This covers people with matched answers and the same urgency in both versions who, except for the
item "scope" itself, are in scope in both: for anybody else the whole page differs. Only what the
old version contraindicates is looked for in everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

from backtriage.compare.affected_group import AffectedGroup, Aspect
from backtriage.compare.outcomes import (
    FEWER,
    GIVEN,
    IN_SCOPE,
    LISTED,
    MORE,
    NOT_CONSIDERED,
    NOT_GIVEN,
    NOT_LISTED,
    OUT_OF_SCOPE,
    Outcome,
    Routing,
    Values,
    advice_outcome,
    align_routings,
    can_exceed,
    contraindication,
    reported_total,
    routings,
    shows_line,
    verdict_outcome,
)
from backtriage.compare.paired_sets import PairedSets
from backtriage.compare.urgency_changes import UrgencyChanges
from backtriage.prove.circuit import FALSE, TRUE, Formula
from backtriage.prove.engines.mdd_engine import ZERO, Mdd
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.urgency import Urgency

Task: TypeAlias = tuple[str, Callable[[], Iterator[AffectedGroup]]]
"""What is compared, in words, and how."""

Lists: TypeAlias = Callable[[SymbolicProgram, str, Urgency], Formula]
"""When a version lists something for whoever gets an urgency."""

Population: TypeAlias = tuple[Mdd, ...]
"""Sets whose intersection is large: whoever changes is intersected with one after another."""

Change: TypeAlias = tuple[str, str]
"""The value before and after."""


class PageItem(NamedTuple):
    """An item of the page, in both versions."""

    aspect: Aspect
    id: str
    silent: str
    """Its value where it is not shown, or in a version that does not have it."""
    old: Outcome | None
    new: Outcome | None


class PageChanges:
    """The groups that are shown something else."""

    def __init__(self, sets: PairedSets, urgency_changes: UrgencyChanges) -> None:
        """Build nothing yet."""
        self.sets = sets
        self.urgency_changes = urgency_changes
        self.versions = sets.old, sets.new

    def tasks(self) -> Iterator[Task]:
        """Yield every comparison of one item."""
        yield "the scope", self._scope
        for id_ in self._ids("advice"):
            yield f"advice '{id_}'", partial(self._advice, id_)
        for id_ in self._ids("modules"):
            yield f"the verdicts of '{id_}'", partial(self._verdicts, id_)
        for urgency in Urgency:
            yield f"where to go at {urgency.id}", partial(self._services, urgency)
        modules = (module for version in self.versions for module in version.program.modules)
        for score in dict.fromkeys(score for module in modules for score in module.counts):
            yield f"the count '{score}'", partial(self._count, score)
        for id_ in self._ids("rules"):
            listed = partial(self._listed, Aspect.COME_BACK, id_, can_exceed)
            yield f"when to come back for '{id_}'", listed
        for id_ in self._ids("safety_net"):
            line = partial(self._listed, Aspect.LINE, id_, shows_line)
            yield f"the line '{id_}' of the safety net", line

    def _ids(self, section: str) -> Iterator[str]:
        protocols = (version.program.protocol for version in reversed(self.versions))
        yield from dict.fromkeys(entry.id for p in protocols for entry in getattr(p, section))

    def _split(
        self, aspect: Aspect, subject: str, change: Change, members: Mdd,
        *, is_harmful: bool = False,
    ) -> Iterator[AffectedGroup]:  # fmt: skip
        for is_mismatched, part in self.sets.split_by_match(members):
            yield AffectedGroup(
                aspect=aspect, subject=subject, before=change[0], after=change[1],
                is_mismatched=is_mismatched, is_harmful=is_harmful, members=part,
            )  # fmt: skip

    # -- who is compared ----------------------------------------------------------------------

    def _same_urgency(self) -> Population:
        return self.sets.matched(), self.urgency_changes.unchanged()

    def _exactly(self, urgency: Urgency) -> Population:
        """Return who gets an urgency from both versions."""
        at_least, negate = self.urgency_changes.old.at_least, self.sets.engine.manager.negate
        return *self._same_urgency(), at_least(urgency), negate(at_least(urgency + 1))

    def _comparable(self, show_up_to: Urgency) -> Population:
        """Return who gets the same urgency, up to a limit, and is in scope in both versions."""
        above = self.urgency_changes.old.at_least(show_up_to + 1)
        in_scope = [self.sets.where(version.complete.in_scope()) for version in self.versions]
        return *self._same_urgency(), *in_scope, self.sets.engine.manager.negate(above)

    def _among(self, members: Mdd, population: Callable[[], Population]) -> Mdd:
        """Return the members that belong to a population, which is expensive to build."""
        return self.sets.intersect(members, *population()) if members != ZERO else ZERO

    # -- advice and verdicts ------------------------------------------------------------------

    def _advice(self, id_: str) -> Iterator[AffectedGroup]:
        outcomes = (advice_outcome(version, id_) for version in self.versions)
        item = PageItem(Aspect.ADVICE, id_, NOT_GIVEN, *outcomes)
        yield from self._item(item, {GIVEN: id_})

    def _verdicts(self, id_: str) -> Iterator[AffectedGroup]:
        outcomes = (verdict_outcome(version, id_) for version in self.versions)
        item = PageItem(Aspect.VERDICT, id_, NOT_CONSIDERED, *outcomes)
        verdicts = item.new.values if item.new else ()
        yield from self._item(item, {verdict: f"{id_}.{verdict}" for verdict in verdicts})

    def _item(self, item: PageItem, names: Mapping[str, str]) -> Iterator[AffectedGroup]:
        """Compare an item: first who is harmed, then everybody else whose value differs.

        Args:
            item: The item.
            names: The values that may be contraindicated, with their names in the guarantees.
        """
        harmed = {}
        for value, name in names.items():
            harmed[value] = self._harmed(item, value, contraindication(self.sets.old, name))
            change = item.silent, value
            yield from self._split(item.aspect, item.id, change, harmed[value], is_harmful=True)
        for change, members in self._changes(item).items():
            others = self.sets.subtract(members, harmed.get(change[1], ZERO))
            yield from self._split(item.aspect, item.id, change, others)

    def _harmed(self, item: PageItem, value: str, contraindicated: Formula) -> Mdd:
        """Return who is newly shown a value that the old version contraindicates."""
        old, new = item.old, item.new
        if new is None:
            return ZERO
        members = self.sets.where(new.values.get(value, FALSE), contraindicated)
        if members == ZERO:
            return ZERO
        members = self.sets.intersect(members, self._shown(1, new.show_up_to))
        before = self.sets.where(old.values.get(value, FALSE)) if old else ZERO
        if old is None or self.sets.intersect(members, before) == ZERO:
            return members
        shown_before = self.sets.intersect(before, self._shown(0, old.show_up_to))
        return self.sets.subtract(members, shown_before)

    def _shown(self, index: int, show_up_to: Urgency) -> Mdd:
        """Return who sees, in a version, what it shows only up to an urgency."""
        thresholds = (self.urgency_changes.old, self.urgency_changes.new)[index]
        in_scope = self.sets.where(self.versions[index].complete.in_scope())
        return self.sets.subtract(in_scope, thresholds.at_least(show_up_to + 1))

    def _changes(self, item: PageItem) -> Mapping[Change, Mdd]:
        """Return who sees each change of an item."""
        if item.old == item.new:
            return {}
        silent = Outcome({item.silent: TRUE}, Urgency.SELF_CARE)
        old, new = item.old or silent, item.new or silent
        shown = [outcome.show_up_to for outcome in (item.old, item.new) if outcome]
        low, high = min(shown), max(shown)
        changes = self._changed_values(old.values, new.values, partial(self._comparable, low))
        if low < high:  # between the two limits only one version shows the item
            if old.show_up_to == high:
                new = silent
            else:
                old = silent
            between = self._changed_values(
                old.values, new.values,
                lambda: (*self._comparable(high), self.urgency_changes.old.at_least(low + 1)),
            )  # fmt: skip
            for change, members in between.items():
                changes[change] = self.sets.union(changes.get(change, ZERO), members)
        return changes

    def _changed_values(
        self, old: Values, new: Values, population: Callable[[], Population]
    ) -> dict[Change, Mdd]:
        return {
            (before, after): self.sets.intersect(members, *population())
            for before, left in old.items()
            for after, right in new.items()
            if before != after and (members := self.sets.where(left, right)) != ZERO
        }

    # -- scope, services, counts, follow-up ---------------------------------------------------

    def _scope(self) -> Iterator[AffectedGroup]:
        old, new = (version.complete.in_scope() for version in self.versions)
        for change, formulas in (
            ((OUT_OF_SCOPE, IN_SCOPE), (-old, new)), ((IN_SCOPE, OUT_OF_SCOPE), (old, -new)),
        ):  # fmt: skip
            members = self._among(self.sets.where(*formulas), self._same_urgency)
            yield from self._split(Aspect.SCOPE, "", change, members)

    def _services(self, urgency: Urgency) -> Iterator[AffectedGroup]:
        """Apply the routings of both versions in step; "" marks who is not routed yet."""
        old, new = (routings(version, urgency) for version in self.versions)
        if old == new:
            return
        pairs = tuple(align_routings(old, new))
        different = self.sets.union(*map(self._differs, pairs))
        pending = {("", ""): different}
        for pair in pairs:
            routed: dict[Change, Mdd] = {}
            for change, members in pending.items():
                for after, part in self._route(change, members, pair):
                    routed[after] = self.sets.union(routed.get(after, ZERO), part)
            pending = routed
        for change, members in pending.items():
            affected = self._among(members, partial(self._exactly, urgency))
            yield from self._split(Aspect.SERVICE, urgency.id, change, affected)

    def _differs(self, pair: tuple[Routing, Routing]) -> Mdd:
        """Return to whom the routings of a pair do not both say the same."""
        old, new = pair
        if old.service != new.service:
            return self.sets.where(self.sets.circuit.disjoin(old.when, new.when))
        return self.sets.union(
            self.sets.where(old.when, -new.when), self.sets.where(new.when, -old.when)
        )

    def _route(
        self, change: Change, members: Mdd, pair: tuple[Routing, Routing]
    ) -> Iterator[tuple[Change, Mdd]]:
        """Apply one routing of each version; drop whoever both send to the same service."""
        old, new = pair
        if old == new and change == ("", ""):
            yield change, self.sets.subtract(members, self.sets.where(old.when))
            return
        for before, part in self._route_once(change[0], members, old):
            for after, own in self._route_once(change[1], part, new):
                if own != ZERO and (before != after or not before):
                    yield (before, after), own

    def _route_once(
        self, service: str, members: Mdd, routing: Routing
    ) -> Iterator[tuple[str, Mdd]]:  # fmt: skip
        if service or routing.when == FALSE:
            yield service, members
            return
        applies = self.sets.intersect(members, self.sets.where(routing.when))
        yield routing.service, applies
        yield service, self.sets.subtract(members, applies)

    def _count(self, score: str) -> Iterator[AffectedGroup]:
        old, new = (reported_total(version, score) for version in self.versions)
        for value, more, less in ((MORE, new, old), (FEWER, old, new)):
            totals = zip_longest(more, less, fillvalue=FALSE)
            differs = self.sets.union(*(self.sets.where(high, -low) for high, low in totals))
            members = self._among(differs, self._same_urgency)
            yield from self._split(Aspect.COUNT, score, ("", value), members)

    def _listed(self, aspect: Aspect, id_: str, lists: Lists) -> Iterator[AffectedGroup]:
        for change, (listing, silent) in (
            ((LISTED, NOT_LISTED), self.versions), ((NOT_LISTED, LISTED), self.versions[::-1]),
        ):  # fmt: skip
            members = ZERO
            for urgency in list(Urgency)[:-1]:
                is_listed = lists(listing, id_, urgency)
                differs = self.sets.where(is_listed, -lists(silent, id_, urgency))
                part = self._among(differs, partial(self._exactly, urgency))
                members = self.sets.union(members, part)
            yield from self._split(aspect, id_, change, members)
