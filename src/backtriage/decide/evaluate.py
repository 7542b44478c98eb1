"""Evaluation of conditions over partial answers, in Kleene's three-valued logic.

Truth values are F < U < T, and the answer "not sure" is U. A missing answer is not a truth
value: it could still turn out to be anything. So a condition evaluates to an interval [lo, hi],
which contains its truth value for every way to complete the answers; a missing answer is the
interval [F, T].
"""

from __future__ import annotations

from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Final, TypeAlias

from backtriage.program.program import Program
from backtriage.protocol.protocol import Points, Question
from backtriage.terms.answers import Answers
from backtriage.terms.condition import (
    ATOMS,
    All,
    Any,
    AtLeast,
    Atom,
    Compare,
    Condition,
    Fact,
    Includes,
    Is,
    Not,
    Scores,
)
from backtriage.terms.value import NOT_SURE, Ticks, Value

Truth: TypeAlias = int
"""F, U or T, as 0, 1 or 2."""

Interval: TypeAlias = tuple[Truth, Truth]
"""[lo, hi]: the lowest and the highest truth value that completing the answers can give."""

Totals: TypeAlias = tuple[int, int, int, int]
"""Points at the lo end, then at the hi end: each the fewest and the most, given "not sure"."""

F: Final = 0
U: Final = 1
T: Final = 2

_ABSENT: Final[Interval] = (F, T)
_COMPARE: Final = {"<": lt, "<=": le, ">": gt, ">=": ge}


def truth_of(atom: Atom, value: Value) -> Truth:
    """Return the truth value of an atom, given the answer to its question."""
    if isinstance(value, Ticks):
        item = atom.item if isinstance(atom, Includes) else ""
        if item in value.yes:
            return T
        return U if item in value.unsure else F
    if value is NOT_SURE:
        return U
    if isinstance(atom, Is):
        return T if value in atom.choices else F
    if isinstance(atom, Compare) and isinstance(value, Decimal):
        return T if _COMPARE[atom.sign](value, atom.bound) else F
    return T if value is True else F


class Evaluation:
    """The conditions of a program evaluated over one person's answers, lazily and cached."""

    def __init__(self, program: Program, answers: Answers) -> None:
        """Evaluate nothing yet."""
        self.program = program
        self.answers = answers
        # Cached by identity, because hashing a tree is slow. Each entry keeps its condition
        # alive, so that no other can get the same id. An assessment asks for most conditions
        # three to five times.
        self._intervals: dict[int, tuple[Condition, Interval]] = {}
        self._scores: dict[str, Totals] = {}

    def guard(self, question: str) -> Interval:
        """Return whether a question is asked: hi = F is never, lo >= U is certainly."""
        return self.interval(self.program.questions[question].ask_when)

    def interval(self, condition: Condition) -> Interval:
        """Return the interval of a condition."""
        cached = self._intervals.get(id(condition))
        if cached is None:
            cached = self._intervals[id(condition)] = condition, self._evaluate(condition)
        return cached[1]

    def _evaluate(self, condition: Condition) -> Interval:  # noqa: PLR0911 - one for each node
        if isinstance(condition, ATOMS):
            return self.atom(condition)
        if isinstance(condition, Fact):
            return self.interval(self.program.facts[condition.fact])
        if isinstance(condition, All):
            return self._all(condition.of)
        if isinstance(condition, Any):
            return self._any(condition.of)
        if isinstance(condition, Not):
            lo, hi = self.interval(condition.of)
            return T - hi, T - lo
        if isinstance(condition, AtLeast):
            return _at_least(condition.least, [self.interval(part) for part in condition.of])
        if isinstance(condition, Scores):
            return self._score_reaches(condition)
        return T, T  # always

    def _all(self, parts: tuple[Condition, ...]) -> Interval:
        """Return the minimum of the parts; stop at one that is certainly false."""
        lo = hi = T
        for part in parts:
            part_lo, part_hi = self.interval(part)
            if part_hi == F:
                return F, F
            lo, hi = min(lo, part_lo), min(hi, part_hi)
        return lo, hi

    def _any(self, parts: tuple[Condition, ...]) -> Interval:
        """Return the maximum of the parts; stop at one that is certainly true."""
        lo = hi = F
        for part in parts:
            part_lo, part_hi = self.interval(part)
            if part_lo == T:
                return T, T
            lo, hi = max(lo, part_lo), max(hi, part_hi)
        return lo, hi

    def atom(self, atom: Atom) -> Interval:
        """Return the interval of an atom; a question not asked has its `if_skipped` answer.

        If the question may be asked, the result spans both cases.
        """
        guard_lo, guard_hi = self.guard(atom.question)
        skipped = truth_of(atom, self.program.questions[atom.question].if_skipped)
        if guard_hi == F:
            return skipped, skipped
        value = self.answers.value(atom.question)
        lo, hi = _ABSENT if value is None else (truth := truth_of(atom, value), truth)
        if guard_lo >= U:
            return lo, hi
        return min(lo, skipped), max(hi, skipped)

    def _score_reaches(self, condition: Scores) -> Interval:
        lo_fewest, lo_most, hi_fewest, hi_most = self.score(condition.score)
        least = condition.least
        return _reaches(lo_fewest, lo_most, least), _reaches(hi_fewest, hi_most, least)

    def score(self, score: str) -> Totals:
        """Return the total of a score."""
        totals = self._scores.get(score)
        if totals is None:
            parts = [self.points(part) for part in points_by_variable(self.program, score)]
            a, b, c, d = (sum(part[index] for part in parts) for index in range(4))
            totals = self._scores[score] = a, b, c, d
        return totals

    def points(self, part: tuple[Points, ...]) -> Totals:
        """Return what one variable, a question or an item of a list, adds to a score."""
        question = self.program.questions[part[0].question]
        guard_lo, guard_hi = self.guard(question.id)
        skipped = points_for(question, question.if_skipped, part)
        if guard_hi == F:
            return (*skipped, *skipped)
        value = self.answers.value(question.id)
        fewest, most = points_for(question, NOT_SURE if value is None else value, part)
        asked = (fewest, fewest, most, most) if value is None else (fewest, most, fewest, most)
        if guard_lo >= U:
            return asked
        return (
            min(asked[0], skipped[0]), min(asked[1], skipped[1]),
            max(asked[2], skipped[0]), max(asked[3], skipped[1]),
        )  # fmt: skip


def points_by_variable(program: Program, score: str) -> tuple[tuple[Points, ...], ...]:
    """Group the points of a score by variable: a question, or a single item of a list."""
    groups: dict[tuple[str, str], list[Points]] = {}
    for points in program.scores[score].points:
        is_list = isinstance(program.questions[points.question].if_skipped, Ticks)
        key = (points.question, points.answer if is_list else "")
        groups.setdefault(key, []).append(points)
    return tuple(tuple(group) for group in groups.values())


def points_for(question: Question, value: Value, part: tuple[Points, ...]) -> tuple[int, int]:
    """Return the fewest and the most points of an answer; they differ only for "not sure"."""
    if isinstance(value, Ticks):
        item = part[0]
        fewest = item.points if item.answer in value.yes else 0
        return fewest, item.points if item.answer in value.unsure else fewest
    if value is NOT_SURE:
        return fewest_points(question, part), max(points.points for points in part)
    total = sum(points.points for points in part if _earns(points, value))
    return total, total


def _earns(points: Points, value: Value) -> bool:
    if isinstance(value, bool):
        return points.answer == ("yes" if value else "no")
    if isinstance(value, Decimal):
        return points.least <= value <= points.most
    return points.answer == value


def fewest_points(question: Question, part: tuple[Points, ...]) -> int:
    """Return the fewest points of any definite answer: 0 unless every answer earns some."""
    if isinstance(question.if_skipped, Ticks):
        return 0
    if question.most > question.least:
        every_answer_earns = _covers(question, part)
    else:
        every_answer_earns = len(part) == (len(question.choices) or 2)
    return min(points.points for points in part) if every_answer_earns else 0


def _covers(question: Question, bands: tuple[Points, ...]) -> bool:
    """Return whether every possible number lies in a band."""
    step = Decimal(question.step)
    uncovered = Decimal(question.least)  # the lowest answer outside the bands so far
    for band in sorted(bands, key=lambda points: points.least):
        if band.least > uncovered:
            return False
        steps = (band.most - question.least) // step + 1
        uncovered = max(uncovered, question.least + steps * step)
    return uncovered > question.most


def _at_least(least: int, parts: list[Interval]) -> Interval:
    lo, hi = (
        _reaches(truths.count(T), len(truths) - truths.count(F), least)
        for truths in zip(*parts, strict=True)
    )
    return lo, hi


def _reaches(fewest: int, most: int, least: int) -> Truth:
    if fewest >= least:
        return T
    return U if most >= least else F
