"""Dual-rail encoding of three-valued conditions, as in ternary simulation (Bryant, Seger).

The interpreter evaluates a condition on one sheet to an interval [lo, hi] of truth values F, U
and T. This module encodes the same semantics over all sheets at once: a truth value becomes two
formulas, *surely* (it is T) and *maybe* (it is U or T), and an interval two such pairs.
"""

from __future__ import annotations

from collections.abc import Container
from enum import Enum, auto
from typing import Final, NamedTuple

from backtriage.decide.kernel import T, U, truth_of
from backtriage.program.points import fewest_points, points_for
from backtriage.protocol.protocol import Points, Question
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
    """A truth value over all sheets."""

    surely: Formula
    maybe: Formula


class EncodedInterval(NamedTuple):
    """The bounds of a truth value over all completions; they differ only on partial sheets."""

    lo: DualRail
    hi: DualRail


_ALWAYS = EncodedInterval(DualRail(TRUE, TRUE), DualRail(TRUE, TRUE))


class SheetKind(Enum):
    """Which sheets conditions are encoded over."""

    COMPLETE = auto()
    """Every question has an answer."""
    PARTIAL = auto()
    """Any question may have none."""
    FOLLOW_UP = auto()
    """No question whose answer can change has one: when to come back."""
    PARTIAL_FOLLOW_UP = auto()
    """The same, and any other question may have none either."""
    UNGUARDED = auto()
    """Complete, and every answer counts, whether or not its question is asked."""


_FOLLOW_UP: Final = frozenset({SheetKind.FOLLOW_UP, SheetKind.PARTIAL_FOLLOW_UP})
_PARTIAL: Final = frozenset({SheetKind.PARTIAL, SheetKind.PARTIAL_FOLLOW_UP})


class ConditionEncoder:
    """Encodes the conditions of a program over one kind of sheet, each condition only once."""

    def __init__(
        self, circuit: Circuit, domain: Domain, kind: SheetKind = SheetKind.COMPLETE,
        answered: Container[str] = (), before: ConditionEncoder | None = None,
    ) -> None:  # fmt: skip
        """Encode nothing yet.

        Args:
            circuit: Where formulas are made.
            domain: The answers.
            kind: Which sheets.
            answered: Questions that have an answer on every sheet, a partial one too.
            before: An encoder of the same sheets. Where it sets answers aside, they may count
                here: then the hi end is that of the worse, as for `Kernel.counting_all`.
        """
        self.circuit = circuit
        self.domain = domain
        self.program = domain.program
        self.kind = kind
        self.answered = answered
        self.before = before
        self.whole: ConditionEncoder | None = None
        """Of the same people when they answer, if some answers are left out here: nobody has
        answered what was not asked."""
        self._cache: dict[Condition, EncodedInterval] = {}

    def share_cache(self, other: ConditionEncoder) -> None:
        """Share the encodings of a program with the same questions, facts and scores."""
        self._cache = other._cache

    def present(self, question: str) -> Formula:
        """Encode whether a question has an answer."""
        if self.kind in _FOLLOW_UP and self.program.questions[question].can_change:
            return FALSE
        if self.whole is not None:
            return self.whole.guard(question).hi.maybe
        if self.kind not in _PARTIAL or question in self.answered:
            return TRUE
        if self.program.questions[question].from_journal is not None:
            return TRUE  # what it is without a journal is one of its answers
        return self.circuit.literal(self.domain.presence[question].index, (0,))

    def guard(self, question: str) -> EncodedInterval:
        """Encode whether a question is asked."""
        if self.kind is SheetKind.UNGUARDED:
            return _ALWAYS
        if self.before is None:
            return self.encode(self.program.questions[question].ask_when)
        asked = self.before.guard(question)
        aside = self.circuit.conjoin(self.present(question), -asked.hi.maybe)
        hi = DualRail(*(self.circuit.disjoin(rail, aside) for rail in asked.hi))
        return EncodedInterval(asked.lo, hi)

    def encode(self, condition: Condition) -> EncodedInterval:
        """Encode a condition."""
        interval = self._cache.get(condition)
        if interval is None:
            self.circuit.count_steps()
            interval = self._cache[condition] = self._encode(condition)
        return interval

    def _encode(self, condition: Condition) -> EncodedInterval:
        if isinstance(condition, ATOMS):
            return self._atom(condition)
        if isinstance(condition, Fact):
            return self.encode(self.program.facts[condition.fact])
        if isinstance(condition, Not):
            ends = reversed(self.encode(condition.of))
            return EncodedInterval(*(DualRail(-rail.maybe, -rail.surely) for rail in ends))
        if isinstance(condition, All | Any | AtLeast):
            return self._connective(condition)
        if isinstance(condition, Scores):
            return self._scores(condition)
        return _ALWAYS

    def _connective(self, condition: All | Any | AtLeast) -> EncodedInterval:
        parts = [self.encode(part) for part in condition.of]

        def combined(rail: list[Formula]) -> Formula:
            if isinstance(condition, All):
                return self.circuit.conjoin(*rail)
            if isinstance(condition, Any):
                return self.circuit.disjoin(*rail)
            return self.circuit.at_least(condition.least, [(1, formula) for formula in rail])

        return EncodedInterval(*(
            DualRail(*(combined([part[end][rail] for part in parts]) for rail in (0, 1)))
            for end in (0, 1)
        ))  # fmt: skip

    def _atom(self, atom: Atom) -> EncodedInterval:
        question = self.program.questions[atom.question]
        variable = self.domain.variable(
            question.id, atom.item if isinstance(atom, Includes) else ""
        )
        truths = [truth_of(atom, _answer(variable, value)) for value in variable.values]
        own = [
            self.circuit.literal(variable.index, [at for at, t in enumerate(truths) if t >= need])
            for need in (T, U)
        ]
        skipped, is_known = truth_of(atom, question.if_skipped), question.from_journal is not None
        return EncodedInterval(*(
            DualRail(*(
                self._if_asked(
                    atom.question,
                    self._if_present(
                        question, rail, missing=skipped >= need if is_known else at_hi
                    ),
                    skipped=skipped >= need, at_hi=at_hi,
                )
                for rail, need in zip(own, (T, U), strict=True)
            ))
            for at_hi in (False, True)
        ))  # fmt: skip

    def _if_present(self, question: Question, own: Formula, *, missing: bool) -> Formula:
        """Return one rail of an answer, or the constant that stands for a missing answer."""
        return self.circuit.if_then_else(
            self.present(question.id), own, TRUE if missing else FALSE
        )

    def _if_asked(self, question: str, own: Formula, *, skipped: bool, at_hi: bool) -> Formula:
        """Return one rail of an answer, of its value when skipped, or the bound of both."""
        c, (lo, hi), skip = self.circuit, self.guard(question), TRUE if skipped else FALSE
        if lo.maybe == hi.maybe:
            return c.if_then_else(lo.maybe, own, skip)
        either = c.disjoin(own, skip) if at_hi else c.conjoin(own, skip)
        return c.if_then_else(-hi.maybe, skip, c.if_then_else(lo.maybe, own, either))

    def _scores(self, condition: Scores) -> EncodedInterval:
        parts = [points for points, _ in self.program.plan.parts(condition.score)]
        ends = [
            [
                [w for part in parts for w in self.points(part, surely=surely, at_hi=at_hi)]
                for surely in (True, False)
            ]
            for at_hi in (False, True)
        ]
        return EncodedInterval(*(
            DualRail(*(self.circuit.at_least(condition.least, rail) for rail in rails))
            for rails in ends
        ))  # fmt: skip

    def points(
        self, part: tuple[Points, ...], *, surely: bool, at_hi: bool
    ) -> list[tuple[int, Formula]]:
        """Encode what one variable adds to a score, in unary.

        Each number of points that it can add comes with the step up from the number below, and
        the formula that it adds at least so many.
        """
        question = self.program.questions[part[0].question]
        variable = self.domain.variable(question.id, part[0].answer)
        rail = 0 if surely else 1
        answers = [_answer(variable, value) for value in variable.values]
        own = [points_for(question, answer, part)[rail] for answer in answers]
        skipped = points_for(question, question.if_skipped, part)[rail]
        least, most = fewest_points(question, part), max(points.points for points in part)
        steps, below = [], 0
        for level in sorted({*own, skipped, least, most} - {0}):
            given = self.circuit.literal(
                variable.index, [at for at, points in enumerate(own) if points >= level]
            )
            missing = (most if at_hi else least) >= level
            if question.from_journal is not None:
                missing = skipped >= level
            reaches = self._if_present(question, given, missing=missing)
            added = self._if_asked(question.id, reaches, skipped=skipped >= level, at_hi=at_hi)
            steps.append((level - below, added))
            below = level
        return steps


def _answer(variable: Variable, value: Value | Band) -> Value:
    """Return a value as an answer to the question, in which no other item is ticked."""
    if isinstance(value, Band):
        return value.least
    if not variable.item:
        return value
    marked = frozenset({variable.item})
    if value is NOT_SURE:
        return Ticks(unsure=marked)
    return Ticks(yes=marked) if value is True else Ticks()
