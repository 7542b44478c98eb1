"""The semantic diff of two versions of a protocol: who gets different results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from backtriage.compare.affected_group import AffectedGroup, Aspect
from backtriage.compare.edits import Edit, edits
from backtriage.compare.example import Example, confirmed_example
from backtriage.compare.page_changes import PageChanges, Task
from backtriage.compare.paired_domain import PairedDomain
from backtriage.compare.paired_sets import (
    RAISED,
    PairedSets,
    reaching_contradicted,
    reaching_floors,
    reaching_rules,
)
from backtriage.compare.urgency_changes import UrgencyChanges
from backtriage.program.doubts import doubts
from backtriage.program.program import Program
from backtriage.prove.domain import Assignment
from backtriage.prove.engines.budget import (
    SECONDS,
    Budget,
    Exhausted,
    depth_limited,
    raised_recursion_limit,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A group that is affected, its size and an example."""

    group: AffectedGroup
    sheets: int
    """The exact number of sheets; of pairs of sheets where answers are mismatched."""
    example: Example


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The result of comparing two versions."""

    domain: PairedDomain
    baseline: Assignment
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
        """Who gets or is guaranteed a lower urgency, worst first."""
        return tuple(d for d in self.differences if d.group.is_lowered)

    @property
    def raised(self) -> tuple[Difference, ...]:
        """Who gets or is guaranteed a higher urgency."""
        return tuple(d for d in self.differences if d.group.is_raised)

    @property
    def others(self) -> tuple[Difference, ...]:
        """Who sees a different page at the same urgency, harm first."""
        return tuple(
            d for d in self.differences if not d.group.is_lowered and not d.group.is_raised
        )

    @property
    def clears(self) -> tuple[str, ...]:
        """The doubts that a "no" clears now; see `newly_cleared`."""
        return newly_cleared(self.old, self.new)

    @property
    def moves_nobody(self) -> bool:
        """Whether it is proved that no result and no safety floor differs on a complete sheet.

        Where answers contradict each other, only the urgency is meant.
        """
        return not self.differences and not self.undecided


def newly_cleared(old: Program, new: Program) -> tuple[str, ...]:
    """Return the doubts that a "no" clears in an interview now, and did not before.

    No complete sheet gets another result, but an interview may end in another sheet.
    """
    before, after = (
        [doubt.name for doubt in doubts(program) if doubt.confirm.clears] for program in (old, new)
    )
    return tuple(name for name in after if name not in before)


def compare(
    old: Program,
    new: Program,
    *,
    seconds: float = SECONDS,
    on_progress: Callable[[int, int], None] = lambda *_: None,
) -> Comparison:
    """Find everybody to whom two versions give different results.

    Args:
        old: The old version.
        new: The new version.
        seconds: The budget; what is not compared when it runs out is undecided.
        on_progress: Called with how many comparisons are done, and of how many.

    Raises:
        Exhausted: The conditions are nested too deep even for the interpreter.
    """
    domain = PairedDomain(old, new)
    with depth_limited(), raised_recursion_limit(len(domain.variables)):
        sets = PairedSets(domain, Budget(seconds))
        differences, undecided = _differences(sets, on_progress)
        return Comparison(
            domain=domain, baseline=sets.baseline.values, undecided=undecided,
            edits=edits(old.protocol, new.protocol),
            differences=tuple(sorted(differences, key=_display_order)),
        )  # fmt: skip


def _differences(
    sets: PairedSets, on_progress: Callable[[int, int], None]
) -> tuple[list[Difference], dict[str, str]]:
    """Return every difference, and which comparisons ran out of what."""
    differences: list[Difference] = []
    undecided: dict[str, str] = {}
    is_same = sets.old.program.protocol == sets.new.program.protocol
    tasks = [] if is_same else list(_tasks(sets))
    for done, (name, compare_item) in enumerate(tasks, 1):
        try:
            sets.engine.budget.spend()
            sets.engine.manager.make_room()
            with depth_limited():
                for group in compare_item():  # keep what is found before time runs out
                    differences.append(_difference(sets, group))  # noqa: PERF401
        except Exhausted as end:
            undecided[name] = str(end)
        on_progress(done, len(tasks))
    return differences, undecided


def _difference(sets: PairedSets, group: AffectedGroup) -> Difference:
    example = confirmed_example(sets.domain, group, sets.example(group.members))
    return Difference(group=group, sheets=sets.count(group.members), example=example)


def _tasks(sets: PairedSets) -> Iterator[Task]:
    rules = UrgencyChanges(sets, Aspect.URGENCY, reaching_rules)
    floors = UrgencyChanges(sets, Aspect.FLOOR, reaching_floors)
    aside = UrgencyChanges(sets, Aspect.CONTRADICTED, reaching_contradicted, told=rules)
    for urgency in reversed(RAISED):
        for lowered, direction in ((True, "lowered from"), (False, "raised to")):
            name = f"{direction} {urgency.id}"
            yield f"who is {name}", partial(rules.groups, urgency, lowered=lowered)
            yield f"what is promised: {name}", partial(floors.groups, urgency, lowered=lowered)
            name = f"who is {name} where answers contradict each other"
            yield name, partial(aside.groups, urgency, lowered=lowered)
    yield from PageChanges(sets, rules).tasks()


def _display_order(difference: Difference) -> tuple[bool, bool, bool, int, bool]:
    """Lowered first, then raised; matched answers first, and harm first within an aspect."""
    group = difference.group
    return (
        not group.is_lowered, not group.is_raised, group.is_mismatched,
        list(Aspect).index(group.aspect), not group.is_harmful,
    )  # fmt: skip
