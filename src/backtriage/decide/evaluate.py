"""One condition over one sheet: a pair of truth values.

Truth values are F < U < T. Missing is not a truth value: an absent answer is the interval
from F to T, "not sure" is the point U between. Every condition becomes a pair [lo, hi] that
holds the value of every way to complete the sheet.
"""

from __future__ import annotations

from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Final, TypeAlias

from backtriage.program.program import Program
from backtriage.protocol.protocol import Points, Question, Score
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
"""[lo, hi]: the least and the most that completing the sheet can make of it."""

F: Final = 0
U: Final = 1
T: Final = 2

_ABSENT: Final[Interval] = (F, T)
_COMPARE: Final = {"<": lt, "<=": le, ">": gt, ">=": ge}


def truth_of(atom: Atom, value: Value) -> Truth:
    """What an answer makes of an atom on its question."""
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
    """One sheet read through one program. Remembers what it has worked out; changes nothing."""

    def __init__(self, program: Program, answers: Answers) -> None:
        """Stand before a sheet."""
        self.program = program
        self.answers = answers
        self._guards: dict[str, Interval] = {}
        # By identity, with the condition beside it so that no other can take its place: one
        # decision asks for most conditions three to five times.
        self._pairs: dict[int, tuple[Condition, Interval]] = {}
        self._facts: dict[str, Interval] = {}
        self._scores: dict[str, tuple[int, int, int, int]] = {}

    def guard(self, question: str) -> Interval:
        """Whether a question is asked: hi = F is never, lo >= U is surely."""
        pair = self._guards.get(question)
        if pair is None:
            pair = self.interval(self.program.questions[question].ask_when)
            self._guards[question] = pair
        return pair

    def interval(self, condition: Condition) -> Interval:
        """The pair of a condition."""
        found = self._pairs.get(id(condition))
        if found is None:
            found = self._pairs[id(condition)] = condition, self._work_out(condition)
        return found[1]

    def _work_out(self, condition: Condition) -> Interval:  # noqa: PLR0911 - a table of node classes
        if isinstance(condition, ATOMS):
            return self.atom(condition)
        if isinstance(condition, Fact):
            return self.fact(condition.fact)
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
            return self.scored(condition)
        return T, T  # always

    def _all(self, parts: tuple[Condition, ...]) -> Interval:
        """The least of all parts; one that is certainly false settles it."""
        lo = hi = T
        for part in parts:
            own_lo, own_hi = self.interval(part)
            if own_hi == F:
                return F, F
            lo, hi = min(lo, own_lo), min(hi, own_hi)
        return lo, hi

    def _any(self, parts: tuple[Condition, ...]) -> Interval:
        """The most of all parts; one that is certainly true settles it."""
        lo = hi = F
        for part in parts:
            own_lo, own_hi = self.interval(part)
            if own_lo == T:
                return T, T
            lo, hi = max(lo, own_lo), max(hi, own_hi)
        return lo, hi

    def fact(self, fact: str) -> Interval:
        """The pair of a named condition."""
        pair = self._facts.get(fact)
        if pair is None:
            pair = self._facts[fact] = self.interval(self.program.facts[fact])
        return pair

    def atom(self, atom: Atom) -> Interval:
        """An atom, by whether its question is asked: `own`, `skip`, or the hull of both."""
        lo, hi = self.guard(atom.question)
        if hi == F:
            return self.skip(atom)
        value = self.answers.value(atom.question)
        own = _ABSENT if value is None else (truth := truth_of(atom, value), truth)
        if lo >= U:
            return own
        skip = self.skip(atom)
        return min(own[0], skip[0]), max(own[1], skip[1])

    def skip(self, atom: Atom) -> Interval:
        """What the atom is when its question is not asked."""
        truth = truth_of(atom, self.program.questions[atom.question].if_skipped)
        return truth, truth

    def scored(self, condition: Scores) -> Interval:
        """A score against its bound, at both ends."""
        lo_surely, lo_maybe, hi_surely, hi_maybe = self.score(condition.score)
        least = condition.least
        return _reaches(lo_surely, lo_maybe, least), _reaches(hi_surely, hi_maybe, least)

    def score(self, score: str) -> tuple[int, int, int, int]:
        """A score's totals: surely and maybe at the lo end, surely and maybe at the hi end."""
        found = self._scores.get(score)
        if found is None:
            parts = [self.points(part) for part in by_variable(self.program, score)]
            found = _sums(parts)
            self._scores[score] = found
        return found

    def points(self, part: tuple[Points, ...]) -> tuple[int, int, int, int]:
        """What one variable (a question, or one item of a list) adds to a score."""
        question = self.program.questions[part[0].question]
        lo, hi = self.guard(question.id)
        skip = points_of(question, question.if_skipped, part)
        if hi == F:
            return (*skip, *skip)
        value = self.answers.value(question.id)
        if value is None:
            least, most = least_points(question, part), max(points.points for points in part)
            own = (least, least, most, most)
        else:
            surely, maybe = points_of(question, value, part)
            own = (surely, maybe, surely, maybe)
        if lo >= U:
            return own
        # Perhaps asked: both what it would add and what an unasked question adds.
        return (
            min(own[0], skip[0]), min(own[1], skip[1]),
            max(own[2], skip[0]), max(own[3], skip[1]),
        )  # fmt: skip


def _sums(parts: list[tuple[int, int, int, int]]) -> tuple[int, int, int, int]:
    one, two, three, four = (sum(part[at] for part in parts) for at in range(4))
    return one, two, three, four


def by_variable(program: Program, score: str) -> tuple[tuple[Points, ...], ...]:
    """The points of a score, grouped by what varies: items of a list each by themselves."""
    found: dict[tuple[str, str], list[Points]] = {}
    noun: Score = program.scores[score]
    for points in noun.points:
        is_list = isinstance(program.questions[points.question].if_skipped, Ticks)
        key = (points.question, points.answer if is_list else "")
        found.setdefault(key, []).append(points)
    return tuple(tuple(part) for part in found.values())


def points_of(question: Question, value: Value, part: tuple[Points, ...]) -> tuple[int, int]:
    """The least and the most points an answer adds: they differ only for "not sure"."""
    if isinstance(value, Ticks):
        item = part[0]
        surely = item.points if item.answer in value.yes else 0
        return surely, item.points if item.answer in value.unsure else surely
    if value is NOT_SURE:
        return least_points(question, part), max(points.points for points in part)
    total = sum(points.points for points in part if _earns(points, value))
    return total, total


def _earns(points: Points, value: Value) -> bool:
    if isinstance(value, bool):
        return points.answer == ("yes" if value else "no")
    if isinstance(value, Decimal):
        return points.least <= value <= points.most
    return points.answer == value


def least_points(question: Question, part: tuple[Points, ...]) -> int:
    """The fewest points any definite answer earns: 0 unless every answer earns some."""
    if isinstance(question.if_skipped, Ticks):
        return 0
    if question.most > question.least:
        every = _covers(question, part)
    else:
        every = len(part) == (len(question.choices) or 2)
    return min(points.points for points in part) if every else 0


def _covers(question: Question, bands: tuple[Points, ...]) -> bool:
    """Whether every number that can be answered lies in a band."""
    step = Decimal(question.step)
    waiting = Decimal(question.least)  # the lowest answer that no band holds so far
    for band in sorted(bands, key=lambda points: points.least):
        if band.least > waiting:
            return False
        steps = (band.most - question.least) // step + 1
        waiting = max(waiting, question.least + steps * step)
    return waiting > question.most


def _at_least(least: int, pairs: list[Interval]) -> Interval:
    return _count(least, [lo for lo, _ in pairs]), _count(least, [hi for _, hi in pairs])


def _count(least: int, truths: list[Truth]) -> Truth:
    """The three-valued "at least"."""
    if truths.count(T) >= least:
        return T
    return U if len(truths) - truths.count(F) >= least else F


def _reaches(surely: int, maybe: int, least: int) -> Truth:
    if surely >= least:
        return T
    return U if maybe >= least else F
