"""Two versions of a protocol, and every kind of person whom they treat differently."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from backtriage.compare.edits import Edit, edits
from backtriage.compare.example import Example, example
from backtriage.compare.page_changes import PageChanges, Task
from backtriage.compare.paired_domain import PairedDomain
from backtriage.compare.paired_sets import ABOVE_HOME, PairedSets, floors_of, rules_of
from backtriage.compare.urgency_changes import AffectedGroup, Aspect, UrgencyChanges
from backtriage.program.program import Program
from backtriage.prove.domain import Assignment
from backtriage.prove.engines.budget import SECONDS, Budget, Exhausted
from backtriage.prove.engines.recursion import raised_recursion_limit

OnProgress = Callable[[int, int], None]
"""Told how many things were looked at, and of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One kind of person whom the versions treat differently: how many, and an example."""

    group: AffectedGroup
    sheets: int
    """How many answer sheets; where answers differ, how many pairs of sheets."""
    example: Example


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that one comparison found."""

    domain: PairedDomain
    normal: Assignment
    differences: tuple[Difference, ...]
    edits: tuple[Edit, ...]
    undecided: Mapping[str, str]
    """What could not be compared, and what ran out."""

    @property
    def old(self) -> Program:
        """The old version."""
        return self.domain.domains[0].program

    @property
    def new(self) -> Program:
        """The new version."""
        return self.domain.domains[1].program

    @property
    def lowered(self) -> tuple[Difference, ...]:
        """Who is sent lower, or promised less: worst first."""
        return tuple(d for d in self.differences if d.group.is_lowered)

    @property
    def raised(self) -> tuple[Difference, ...]:
        """Who is sent higher, or promised more."""
        return tuple(d for d in self.differences if d.group.is_raised)

    @property
    def others(self) -> tuple[Difference, ...]:
        """Who is told something else at the same urgency, and first who may be harmed by it."""
        return tuple(
            d for d in self.differences if not d.group.is_lowered and not d.group.is_raised
        )

    @property
    def moves_nobody(self) -> bool:
        """Whether no answer sheet gets another result, and no red flag another promise."""
        return not self.differences and not self.undecided


def compare(
    old: Program,
    new: Program,
    *,
    seconds: float = SECONDS,
    on_progress: OnProgress = lambda *_: None,
) -> Comparison:
    """Find everybody whom two versions treat differently."""
    budget = Budget(seconds)
    domain = PairedDomain(old, new)
    with raised_recursion_limit(len(domain.variables)):
        sets = PairedSets(domain, budget)
        found, undecided = _all(sets, on_progress)
        return Comparison(
            domain=domain, normal=sets.normal.values, edits=edits(old.protocol, new.protocol),
            differences=tuple(_difference(sets, group) for group in found), undecided=undecided,
        )  # fmt: skip


def _all(sets: PairedSets, on_progress: OnProgress) -> tuple[list[AffectedGroup], dict[str, str]]:
    """Every group, in the order in which it is shown, and what ran out."""
    found: list[AffectedGroup] = []
    undecided: dict[str, str] = {}
    is_same = sets.old.program.protocol == sets.new.program.protocol
    tasks = [] if is_same else list(_tasks(sets))
    for done, (what, look) in enumerate(tasks, 1):
        try:
            sets.engine.budget.spend()
            for group in look():
                found.append(group)  # noqa: PERF402 - what was found before time ran out counts
        except Exhausted as end:
            undecided[what] = str(end)
        on_progress(done, len(tasks))
    return sorted(found, key=_weight), undecided


def _tasks(sets: PairedSets) -> Iterator[Task]:
    old, new = sets.old, sets.new
    shifts = UrgencyChanges(sets, Aspect.URGENCY, rules_of(old), rules_of(new))
    floors = UrgencyChanges(sets, Aspect.FLOOR, floors_of(old), floors_of(new))
    for urgency in reversed(ABOVE_HOME):
        for lowered, where in ((True, "from"), (False, "to")):
            direction = f"{'lowered' if lowered else 'raised'} {where} {urgency.id}"
            yield f"who is {direction}", partial(shifts.groups, urgency, lowered=lowered)
            yield (
                f"what is promised: {direction}",
                partial(floors.groups, urgency, lowered=lowered),
            )
    yield from PageChanges(sets, shifts).tasks()


def _weight(group: AffectedGroup) -> tuple[bool, bool, bool, int, bool]:
    """Lowered first, then raised; harm first in the rest; answers that differ come after."""
    aspects = list(Aspect)
    return (
        not group.is_lowered, not group.is_raised, group.differs, aspects.index(group.aspect),
        not group.is_harmful,
    )  # fmt: skip


def _difference(sets: PairedSets, group: AffectedGroup) -> Difference:
    found = example(sets.domain, group, sets.min_cost_model(group.who))
    return Difference(group=group, sheets=sets.count(group.who), example=found)
