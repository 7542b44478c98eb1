"""Conditions -> four rails: surely and maybe, at the least and at the most.

The same rules as the interpreter's, one sheet at a time there, all sheets at once here. A value
F, U or T is two formulas: *surely* (it is T) and *maybe* (it is U or T). Each condition has such
a value at its lo end and at its hi end; they differ only where answers are missing. Four
readings of a program are made this way: every question answered, some answers missing, every
answer missing that can change (when to come back), and every answer counted whether or not its
question is asked (claim b2).
"""

from __future__ import annotations

from collections.abc import Container
from enum import Enum, auto
from typing import NamedTuple

from backtriage.decide.evaluate import T, U, by_variable, least_points, points_of, truth_of
from backtriage.protocol.protocol import Points
from backtriage.prove.circuit import FALSE, TRUE, Circuit, Formula
from backtriage.prove.domain import Band, Domain, Variable
from backtriage.terms.condition import (
    ATOMS,
    All,
    Any,
    AtLeast,
    Atom,
    Condition,
    Fact,
    Includes,
    Not,
    Scores,
)
from backtriage.terms.value import NOT_SURE, Ticks, Value


class DualRail(NamedTuple):
    """A condition's value over all sheets: surely and maybe, at the lo and at the hi end."""

    surely: Formula
    maybe: Formula
    hi_surely: Formula
    hi_maybe: Formula


ALWAYS = DualRail(TRUE, TRUE, TRUE, TRUE)


class SheetKind(Enum):
    """Which sheets are read."""

    COMPLETE = auto()
    """Every question has an answer."""
    PARTIAL = auto()
    """Any question may have none."""
    FOLLOW_UP = auto()
    """No question has one whose answer can change."""
    UNGUARDED = auto()
    """Complete, and every answer counts, asked or not."""


class ConditionEncoder:
    """Reads conditions into a circuit. Remembers what it has read."""

    def __init__(
        self, circuit: Circuit, domain: Domain, sheets: SheetKind = SheetKind.COMPLETE,
        given: Container[str] = (),
    ) -> None:  # fmt: skip
        """Read one kind of sheets. The questions `given` have an answer on every one."""
        self.circuit = circuit
        self.domain = domain
        self.program = domain.program
        self.sheets = sheets
        self.given = given
        self._known: dict[Condition, DualRail] = {}

    def present(self, question: str) -> Formula:
        """Whether a question has an answer."""
        if self.sheets is SheetKind.FOLLOW_UP and self.program.questions[question].can_change:
            return FALSE
        if self.sheets is not SheetKind.PARTIAL or question in self.given:
            return TRUE
        return self.circuit.literal(self.domain.presence[question].index, (0,))

    def guard(self, question: str) -> DualRail:
        """Whether a question is asked."""
        if self.sheets is SheetKind.UNGUARDED:
            return ALWAYS
        return self.encode(self.program.questions[question].ask_when)

    def encode(self, condition: Condition) -> DualRail:
        """The rails of a condition."""
        found = self._known.get(condition)
        if found is None:
            found = self._known[condition] = self._read(condition)
        return found

    def _read(self, condition: Condition) -> DualRail:
        if isinstance(condition, ATOMS):
            return self._atom(condition)
        if isinstance(condition, Fact):
            return self.encode(self.program.facts[condition.fact])
        if isinstance(condition, Not):
            lo, lo_maybe, hi, hi_maybe = self.encode(condition.of)
            return DualRail(-hi_maybe, -hi, -lo_maybe, -lo)
        if isinstance(condition, All | Any | AtLeast):
            return self._many(condition)
        if isinstance(condition, Scores):
            return self._scored(condition)
        return ALWAYS

    def _many(self, condition: All | Any | AtLeast) -> DualRail:
        rails = zip(*(self.encode(part) for part in condition.of), strict=True)
        if isinstance(condition, All):
            return DualRail(*(self.circuit.conjoin(*rail) for rail in rails))
        if isinstance(condition, Any):
            return DualRail(*(self.circuit.disjoin(*rail) for rail in rails))
        counted = ([(1, formula) for formula in rail] for rail in rails)
        return DualRail(*(self.circuit.at_least(condition.least, rail) for rail in counted))

    # -- atoms --------------------------------------------------------------------------------

    def _atom(self, atom: Atom) -> DualRail:
        question = self.program.questions[atom.question]
        if isinstance(atom, Includes):
            variable = self.domain.of_item[atom.question, atom.item]
        else:
            variable = self.domain.of_question[atom.question]
        truths = [truth_of(atom, _value(atom, value)) for value in variable.values]
        surely, maybe = (
            self.circuit.literal(variable.index, [at for at, t in enumerate(truths) if t >= need])
            for need in (T, U)
        )
        skip = truth_of(atom, question.if_skipped)
        return DualRail(*(
            self._asked(
                atom.question, self._own(atom.question, own, at_hi=at_hi),
                TRUE if skip >= need else FALSE, at_hi=at_hi,
            )
            for at_hi in (False, True)
            for own, need in ((surely, T), (maybe, U))
        ))  # fmt: skip

    def _own(self, question: str, own: Formula, *, at_hi: bool) -> Formula:
        """One rail of an answer: while it is missing, it is true at the hi end alone."""
        present = self.present(question)
        return self.circuit.if_then_else(present, own, TRUE if at_hi else FALSE)

    def _asked(self, question: str, own: Formula, skip: Formula, *, at_hi: bool) -> Formula:
        """One rail of what is read: the answer, what is skipped to, or the hull of both."""
        c, guard = self.circuit, self.guard(question)
        if guard.maybe == guard.hi_maybe:
            return c.if_then_else(guard.maybe, own, skip)
        perhaps = c.disjoin(own, skip) if at_hi else c.conjoin(own, skip)
        return c.if_then_else(-guard.hi_maybe, skip, c.if_then_else(guard.maybe, own, perhaps))

    # -- scores -------------------------------------------------------------------------------

    def _scored(self, condition: Scores) -> DualRail:
        parts = by_variable(self.program, condition.score)
        rails = [
            [pair for part in parts for pair in self.points(part, surely=surely, at_hi=at_hi)]
            for at_hi in (False, True)
            for surely in (True, False)
        ]
        return DualRail(*(self.circuit.at_least(condition.least, rail) for rail in rails))

    def points(
        self, part: tuple[Points, ...], *, surely: bool, at_hi: bool
    ) -> list[tuple[int, Formula]]:
        """What one variable adds, as weights: each step from one number of points to the next."""
        question = self.program.questions[part[0].question]
        variable = self._scoring(part)
        end = 0 if surely else 1
        answers = [_answer(variable.item, value) for value in variable.values]
        own = [points_of(question, answer, part)[end] for answer in answers]
        skip = points_of(question, question.if_skipped, part)[end]
        least, most = least_points(question, part), max(points.points for points in part)
        found, below = [], 0
        for level in sorted({*own, skip, least, most} - {0}):
            given = self.circuit.literal(
                variable.index, [at for at, n in enumerate(own) if n >= level]
            )
            missing = (most if at_hi else least) >= level
            reaches = self.circuit.if_then_else(
                self.present(question.id), given, TRUE if missing else FALSE
            )
            skipped = TRUE if skip >= level else FALSE
            added = self._asked(question.id, reaches, skipped, at_hi=at_hi)
            found.append((level - below, added))
            below = level
        return found

    def _scoring(self, part: tuple[Points, ...]) -> Variable:
        one = part[0]
        item = self.domain.of_item.get((one.question, one.answer))
        return self.domain.of_question[one.question] if item is None else item


def _value(atom: Atom, value: Value | Band) -> Value:
    """A value of a variable as an answer to its question."""
    return _answer(atom.item if isinstance(atom, Includes) else "", value)


def _answer(item: str, value: Value | Band) -> Value:
    if isinstance(value, Band):
        return value.least
    if not item:
        return value
    if value is NOT_SURE:
        return Ticks(unsure=frozenset({item}))
    return Ticks(yes=frozenset({item})) if value is True else Ticks()
