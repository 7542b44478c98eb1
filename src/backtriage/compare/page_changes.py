"""What else a page says: scope, advice, verdicts, where to go, counts, when to come back.

It is compared for those who are sent to the same urgency, whose answers do not differ and, but
for the scope itself, who are in scope in both versions: otherwise the page is another as a
whole. Only advice against which the old version speaks is looked for in everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

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
    Says,
    advised,
    against_in,
    considered,
    later,
    points_in,
    sent_by,
    side_by_side,
)
from backtriage.compare.paired_sets import PairedSets
from backtriage.compare.urgency_changes import AffectedGroup, Aspect, UrgencyChanges
from backtriage.prove.circuit import FALSE, TRUE, Formula
from backtriage.prove.engines.mdd import ZERO, Mdd
from backtriage.terms.urgency import Urgency


class Matter(NamedTuple):
    """One matter on which two versions may differ; None for one that is silent on it."""

    aspect: Aspect
    subject: str
    silent: str
    """What is said above the urgency up to which it is said, and by a version without it."""
    old: Outcome | None
    new: Outcome | None


Task: TypeAlias = tuple[str, Callable[[], Iterator[AffectedGroup]]]
"""What is looked at, in words, and how."""


class PageChanges:
    """The people who are told something else."""

    def __init__(self, sets: PairedSets, urgency_changes: UrgencyChanges) -> None:
        """Look at nothing yet."""
        self.sets = sets
        self.urgency_changes = urgency_changes
        self.models = sets.old, sets.new
        self.heights = urgency_changes.old, urgency_changes.new
        self._known: dict[Urgency, Mdd] = {}

    def tasks(self) -> Iterator[Task]:
        """Everything there is to look at, by what it is."""
        yield "the scope", self._scope
        for id_ in self._ids("advice"):
            yield f"advice '{id_}'", partial(self._advice, id_)
        for id_ in self._ids("modules"):
            yield f"the verdicts of '{id_}'", partial(self._verdicts, id_)
        for urgency in Urgency:
            yield f"where to go at {urgency.id}", partial(self._services, urgency)
        counted = (s for m in self.models for module in m.program.modules for s in module.counts)
        for score in dict.fromkeys(counted):
            yield f"the count '{score}'", partial(self._counts, score)
        for id_ in self._ids("rules"):
            yield f"when to come back for '{id_}'", partial(self._come_back, id_)

    def _ids(self, section: str) -> Iterator[str]:
        nouns = (n for m in self.models[::-1] for n in getattr(m.program.protocol, section))
        yield from dict.fromkeys(noun.id for noun in nouns)

    # -- who is looked at ---------------------------------------------------------------------

    def page(self, most: Urgency) -> Mdd:
        """Those who are sent to the same urgency, up to this one, and are in scope in both."""
        found = self._known.get(most)
        if found is None:
            scope = self.sets.who(*(model.complete.in_scope() for model in self.models))
            there = self.sets.without(self.settled(), self.urgency_changes.old.at_least(most + 1))
            found = self._known[most] = self.sets.conjoin(there, scope)
        return found

    def settled(self) -> Mdd:
        """Those who are sent to the same urgency, and whose answers do not differ."""
        return self.sets.conjoin(self.sets.same(), self.urgency_changes.settled())

    def _shown(self, end: int, most: Urgency) -> Mdd:
        """Those to whom one version shows what is shown up to an urgency."""
        scope = self.sets.who(self.models[end].complete.in_scope())
        return self.sets.without(scope, self.heights[end].at_least(most + 1))

    def _groups(self, matter: Matter, harmed: Mapping[str, Mdd]) -> Iterator[AffectedGroup]:
        """Those who are told one thing before and another after, and are not harmed by it."""
        if matter.old == matter.new:
            return
        nothing = Outcome({matter.silent: TRUE}, Urgency.SELF_CARE)
        old, new = matter.old or nothing, matter.new or nothing
        low = min(told.most for told in (matter.old, matter.new) if told)
        found = dict(self._apart(old.says, new.says, partial(self.page, low)))
        if matter.old and matter.new and old.most != new.most:
            says = (old.says, nothing.says) if old.most > new.most else (nothing.says, new.says)
            high = max(old.most, new.most)
            for key, who in self._apart(*says, partial(self._between, low, high)):
                found[key] = self.sets.disjoin(found.get(key, ZERO), who)
        for ends, who in found.items():
            left = self.sets.without(who, harmed.get(ends[1], ZERO))
            yield from self._told(matter.aspect, matter.subject, ends, left)

    def _between(self, low: Urgency, high: Urgency) -> Mdd:
        return self.sets.without(self.page(high), self.page(low))

    def _apart(
        self, old: Says, new: Says, among: Callable[[], Mdd]
    ) -> Iterator[tuple[tuple[str, str], Mdd]]:
        for before, one in old.items():
            for after, other in new.items():
                if before != after and (own := self.sets.who(one, other)) != ZERO:
                    yield (before, after), self.sets.conjoin(own, among())

    def _harmed(self, matter: Matter, what: str, against: Formula) -> Mdd:
        """Those who are told something only now, and against whom the old version speaks."""
        old, new = matter.old, matter.new
        if new is None or (own := self.sets.who(new.says.get(what, FALSE), against)) == ZERO:
            return ZERO
        who = self.sets.conjoin(own, self._shown(1, new.most))
        before = self.sets.who(old.says.get(what, FALSE)) if old else ZERO
        if old is None or self.sets.conjoin(who, before) == ZERO:
            return who
        return self.sets.without(who, self.sets.conjoin(before, self._shown(0, old.most)))

    def _told(
        self, aspect: Aspect, subject: str, ends: tuple[str, str], who: Mdd,
        *, is_harmful: bool = False,
    ) -> Iterator[AffectedGroup]:  # fmt: skip
        for differs, part in self.sets.alike(who):
            yield AffectedGroup(aspect=aspect, subject=subject, before=ends[0], after=ends[1],
                       differs=differs, is_harmful=is_harmful, who=part)  # fmt: skip

    # -- one matter after another -------------------------------------------------------------

    def _scope(self) -> Iterator[AffectedGroup]:
        old, new = (model.complete.in_scope() for model in self.models)
        disjuncts = {(OUT_OF_SCOPE, IN_SCOPE): (-old, new), (IN_SCOPE, OUT_OF_SCOPE): (old, -new)}
        for ends, formulas in disjuncts.items():
            own = self.sets.who(*formulas)
            if own != ZERO:
                who = self.sets.conjoin(own, self.settled())
                yield from self._told(Aspect.SCOPE, "", ends, who)

    def _advice(self, id_: str) -> Iterator[AffectedGroup]:
        told = (advised(model, id_) for model in self.models)
        matter = Matter(Aspect.ADVICE, id_, NOT_GIVEN, *told)
        against = against_in(self.sets.old, id_)
        harmed = self._harmed(matter, GIVEN, against)
        yield from self._told(Aspect.ADVICE, id_, (NOT_GIVEN, GIVEN), harmed, is_harmful=True)
        yield from self._groups(matter, {GIVEN: harmed})

    def _verdicts(self, id_: str) -> Iterator[AffectedGroup]:
        told = (considered(model, id_) for model in self.models)
        matter = Matter(Aspect.VERDICT, id_, NOT_CONSIDERED, *told)
        harmed = {}
        for verdict in matter.new.says if matter.new else ():
            against = against_in(self.sets.old, f"{id_}.{verdict}")
            harmed[verdict] = self._harmed(matter, verdict, against)
            ends = NOT_CONSIDERED, verdict
            yield from self._told(Aspect.VERDICT, id_, ends, harmed[verdict], is_harmful=True)
        yield from self._groups(matter, harmed)

    def _services(self, urgency: Urgency) -> Iterator[AffectedGroup]:
        old, new = (sent_by(model, urgency) for model in self.models)
        if old == new:
            return
        either = self.sets.circuit.disjoin(*[sent.gives for sent in {*old} ^ {*new}])
        waiting = {("", ""): self.sets.conjoin(self.sets.who(either), self._exactly(urgency))}
        for pair in side_by_side(old, new):
            moved: dict[tuple[str, str], Mdd] = {}
            for ends, who in waiting.items():
                for reached, part in self._sent_on(ends, who, pair):
                    moved[reached] = self.sets.disjoin(moved.get(reached, ZERO), part)
            waiting = moved
        for ends, who in waiting.items():
            yield from self._told(Aspect.SERVICE, urgency.id, ends, who)

    def _sent_on(
        self, ends: tuple[str, str], who: Mdd, pair: tuple[Routing, Routing]
    ) -> Iterator[tuple[tuple[str, str], Mdd]]:
        """Where these people are sent once two more rules, one a version, had their say.

        "" is nowhere yet. Whoever is sent to one service by both is left out.
        """
        before, after = pair
        if before == after and not any(ends):
            yield ends, self.sets.without(who, self.sets.who(before.gives))
            return
        for one, some in self._said(ends[0], who, before):
            for other, part in self._said(ends[1], some, after):
                if part != ZERO and (one != other or not one):
                    yield (one, other), part

    def _said(self, end: str, who: Mdd, sent: Routing) -> Iterator[tuple[str, Mdd]]:
        """Where one version sends these people, who were sent somewhere or nowhere before."""
        if end or sent.gives == FALSE:
            yield end, who
            return
        there = self.sets.conjoin(who, self.sets.who(sent.gives))
        yield sent.service, there
        yield end, self.sets.without(who, there)

    def _exactly(self, urgency: Urgency) -> Mdd:
        """Those who are sent to one urgency by both versions."""
        there = self.sets.conjoin(self.settled(), self.urgency_changes.old.at_least(urgency))
        return self.sets.without(there, self.urgency_changes.old.at_least(urgency + 1))

    def _counts(self, score: str) -> Iterator[AffectedGroup]:
        old, new = (points_in(model, score) for model in self.models)
        for end, more, less in ((MORE, new, old), (FEWER, old, new)):
            steps = zip_longest(more, less, fillvalue=FALSE)
            own = self.sets.disjoin(*(self.sets.who(one, -other) for one, other in steps))
            if own != ZERO:
                who = self.sets.conjoin(own, self.settled())
                yield from self._told(Aspect.COUNT, score, ("", end), who)

    def _come_back(self, id_: str) -> Iterator[AffectedGroup]:
        for ends, (one, other) in (
            ((LISTED, NOT_LISTED), self.models), ((NOT_LISTED, LISTED), self.models[::-1]),
        ):  # fmt: skip
            found = ZERO
            for urgency in list(Urgency)[:-1]:
                there, gone = later(one, id_, urgency), later(other, id_, urgency)
                own = self.sets.who(there, -gone)
                if own != ZERO:
                    who = self.sets.conjoin(own, self._exactly(urgency))
                    found = self.sets.disjoin(found, who)
            yield from self._told(Aspect.COME_BACK, id_, ends, found)
