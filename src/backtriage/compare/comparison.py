"""Two versions of a protocol, and every kind of person whom they treat differently."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from backtriage.compare.edits import Edit, edits
from backtriage.compare.example import Example, example
from backtriage.compare.groups.joint import Joint
from backtriage.compare.groups.pages import Pages, Task
from backtriage.compare.groups.people import ABOVE_HOME, People, floors_of, rules_of
from backtriage.compare.groups.shifts import Aspect, Group, Shifts
from backtriage.program.program import Program
from backtriage.prove.domain import Assignment
from backtriage.prove.engines.budget import SECONDS, Budget, Exhausted
from backtriage.prove.engines.recursion import raised_recursion_limit

OnProgress = Callable[[int, int], None]
"""Told how many things were looked at, and of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One kind of person whom the versions treat differently: how many, and an example."""

    group: Group
    sheets: int
    """How many answer sheets; where answers differ, how many pairs of sheets."""
    example: Example


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that one comparison found."""

    joint: Joint
    normal: Assignment
    differences: tuple[Difference, ...]
    edits: tuple[Edit, ...]
    undecided: Mapping[str, str]
    """What could not be compared, and what ran out."""

    @property
    def old(self) -> Program:
        """The old version."""
        return self.joint.domains[0].program

    @property
    def new(self) -> Program:
        """The new version."""
        return self.joint.domains[1].program

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
    joint = Joint(old, new)
    with raised_recursion_limit(len(joint.variables)):
        people = People(joint, budget)
        found, undecided = _all(people, on_progress)
        return Comparison(
            joint=joint, normal=people.normal.values, edits=edits(old.protocol, new.protocol),
            differences=tuple(_difference(people, group) for group in found), undecided=undecided,
        )  # fmt: skip


def _all(people: People, on_progress: OnProgress) -> tuple[list[Group], dict[str, str]]:
    """Every group, in the order in which it is shown, and what ran out."""
    found: list[Group] = []
    undecided: dict[str, str] = {}
    is_same = people.old.program.protocol == people.new.program.protocol
    tasks = [] if is_same else list(_tasks(people))
    for done, (what, look) in enumerate(tasks, 1):
        try:
            people.engine.budget.spend()
            for group in look():
                found.append(group)  # noqa: PERF402 - what was found before time ran out counts
        except Exhausted as end:
            undecided[what] = str(end)
        on_progress(done, len(tasks))
    return sorted(found, key=_weight), undecided


def _tasks(people: People) -> Iterator[Task]:
    old, new = people.old, people.new
    shifts = Shifts(people, Aspect.URGENCY, rules_of(old), rules_of(new))
    floors = Shifts(people, Aspect.FLOOR, floors_of(old), floors_of(new))
    for urgency in reversed(ABOVE_HOME):
        for lowered, where in ((True, "from"), (False, "to")):
            direction = f"{'lowered' if lowered else 'raised'} {where} {urgency.id}"
            yield f"who is {direction}", partial(shifts.groups, urgency, lowered=lowered)
            yield (
                f"what is promised: {direction}",
                partial(floors.groups, urgency, lowered=lowered),
            )
    yield from Pages(people, shifts).tasks()


def _weight(group: Group) -> tuple[bool, bool, bool, int, bool]:
    """Lowered first, then raised; harm first in the rest; answers that differ come after."""
    aspects = list(Aspect)
    return (
        not group.is_lowered, not group.is_raised, group.differs, aspects.index(group.aspect),
        not group.is_harmful,
    )  # fmt: skip


def _difference(people: People, group: Group) -> Difference:
    found = example(people.joint, group, people.min_cost_model(group.who))
    return Difference(group=group, sheets=people.count(group.who), example=found)
