"""The conditions of a program as a list of steps: each distinct one once, after what it reads.

This is value numbering (hash-consing), as compilers do it. Equal conditions of different rules
share a step, so evaluating the steps in order evaluates nothing twice. What a step means is up to
`decide.kernel`.

Each step is a tuple of its operation and its operands:

    ALWAYS
    ATOM      atom, slot of the guard of its question
    EARNS     points of one variable, number, slot of the guard
    NOT       slot
    ALL       slots
    ANY       slots
    REACHES   number, and for each part its points with their slots
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import RLock
from typing import Any as Anything
from typing import Final, Self, TypeAlias

from backtriage.program.points import points_by_variable
from backtriage.protocol.protocol import Points, Question, Score
from backtriage.terms.condition import (
    ATOMS,
    All,
    Any,
    AtLeast,
    Condition,
    Fact,
    Not,
    Scores,
)

ALWAYS: Final = 0
ATOM: Final = 1
ALL: Final = 2
ANY: Final = 3
NOT: Final = 4
REACHES: Final = 5
EARNS: Final = 6

Slot: TypeAlias = int
"""The position of a step."""

Step: TypeAlias = tuple[Anything, ...]

Part: TypeAlias = tuple[tuple[Points, ...], tuple[tuple[int, Slot], ...]]
"""The points of one variable, and each number above 0 that it can add, with the slot of EARNS."""


class Plan:
    """The steps of a program. A condition gets its step when it is first asked for."""

    def __init__(
        self, questions: Mapping[str, Question], facts: Mapping[str, Condition],
        scores: Mapping[str, Score],
    ) -> None:  # fmt: skip
        """Hold one step, which is true for everybody."""
        self.questions = questions
        self.facts = facts
        self.scores = scores
        self._lock = RLock()
        """Held while steps are added, because threads may share a program."""
        self._parts: dict[str, tuple[Part, ...]] = {}
        self.steps: list[Step] = [(ALWAYS,)]
        self._numbered: dict[Step, Slot] = {(ALWAYS,): 0}
        self.slots: dict[int, Slot] = {}
        """Slots by the identity of a condition, because hashing a tree is slow.

        `_alive` keeps every condition alive, so that no other can get its identity.
        """
        self._alive: list[Condition] = []

    def __reduce__(self) -> tuple[type[Self], tuple[Anything, ...]]:
        """Copy what the steps follow from: a slot is found by an identity, which no copy keeps."""
        return type(self), (self.questions, self.facts, self.scores)

    def __eq__(self, other: object) -> bool:
        """A plan follows from its program, so it never makes two programs differ."""
        return isinstance(other, Plan)

    def __hash__(self) -> int:
        """Hash as all plans, which are equal."""
        return 0

    def slot(self, condition: Condition) -> Slot:
        """Return the slot of a condition, after adding the steps that it lacks."""
        slot = self.slots.get(id(condition))
        if slot is None:
            with self._lock:
                slot = self._add(condition)
                self._alive.append(condition)
                self.slots[id(condition)] = slot
        return slot

    def _add(self, condition: Condition) -> Slot:
        if isinstance(condition, Fact):
            return self.slot(self.facts[condition.fact])
        return self._number(self._step(condition))

    def _step(self, condition: Condition) -> Step:
        if isinstance(condition, ATOMS):
            return ATOM, condition, self.slot(self.questions[condition.question].ask_when)
        if isinstance(condition, All | Any):
            kind = ALL if isinstance(condition, All) else ANY
            return kind, tuple(map(self.slot, condition.of))
        if isinstance(condition, Not):
            return NOT, self.slot(condition.of)
        if isinstance(condition, AtLeast):
            counted = tuple(((1, self.slot(part)),) for part in condition.of)
            return REACHES, condition.least, counted
        if isinstance(condition, Scores):
            return REACHES, condition.least, tuple(n for _, n in self.parts(condition.score))
        return (ALWAYS,)

    def parts(self, score: str) -> tuple[Part, ...]:
        """Return what adds to a score."""
        parts = self._parts.get(score)
        if parts is None:
            with self._lock:
                groups = points_by_variable(self.scores[score], self.questions)
                parts = self._parts[score] = tuple(map(self._part, groups))
        return parts

    def _part(self, points: tuple[Points, ...]) -> Part:
        guard = self.slot(self.questions[points[0].question].ask_when)
        levels = sorted({entry.points for entry in points} - {0})
        return points, tuple((n, self._number((EARNS, points, n, guard))) for n in levels)

    def _number(self, step: Step) -> Slot:
        slot = self._numbered.get(step)
        if slot is None:
            slot = self._numbered[step] = len(self.steps)
            self.steps.append(step)
        return slot
