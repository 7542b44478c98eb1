"""The conditions of a program over one person's answers: a chunk of one sheet."""

from __future__ import annotations

from typing import Final, Self, TypeAlias

from backtriage.decide.kernel import (
    OF_TRUTH,
    Chunk,
    Kernel,
    T,
    Truth,
    U,
    truth_of,
)
from backtriage.program.plan import Part
from backtriage.program.points import Rails, rails_of, reaching
from backtriage.program.program import Program
from backtriage.protocol.protocol import Points, Rule
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Atom, Condition
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Value

Interval: TypeAlias = tuple[Truth, Truth]
"""[lo, hi]: the lowest and the highest truth value that completing the answers can give."""

INTERVALS: Final[tuple[Interval, ...]] = tuple(
    ((bits & 1) + (bits >> 1 & 1), (bits >> 2 & 1) + (bits >> 3 & 1)) for bits in range(16)
)
"""The interval of each combination of the four bits."""


class Evaluation(Kernel):
    """The conditions of a program over one person's answers."""

    def __init__(self, program: Program, answers: Answers) -> None:
        """Evaluate nothing yet."""
        super().__init__(program, ones=1)
        self.answers = answers

    def own(self, atom: Atom) -> Chunk:
        """Return the interval of an atom by the answer alone."""
        value = self.answers.value(atom.question)
        return self.unanswered(atom) if value is None else OF_TRUTH[truth_of(atom, value)]

    def own_points(self, part: tuple[Points, ...], least: int) -> Chunk:
        """Return the interval of "adds at least so many points", by the answer alone."""
        question = self.program.questions[part[0].question]
        return reaching(rails_of(question, part, self.answers.value(question.id)), least)

    def counts(self, atom: Atom, value: Value, *, negated: bool) -> bool:
        """Return whether an answer counts here: one that is set aside only where it is worse."""
        own = truth_of(atom, value)
        skipped = truth_of(atom, self.program.questions[atom.question].if_skipped)
        is_worse = own <= skipped if negated else own >= skipped
        return is_worse or atom.question not in self.aside

    def answered(self, question: str) -> Chunk:
        """Return whether a question has an answer."""
        return int(question in self.answers)

    def unchanging(self) -> Self:
        """Return the evaluation without the answers that can change."""
        questions = self.program.questions
        left = {id_: v for id_, v in self.answers.items() if not questions[id_].can_change}
        if len(left) == len(self.answers):
            return self
        return type(self)(self.program, Answers(left))

    def again(self) -> Self:
        """Return the same answers with nothing evaluated."""
        return type(self)(self.program, self.answers)

    def interval(self, condition: Condition) -> Interval:
        """Return the interval of a condition."""
        return INTERVALS[self.bits(condition)]

    def guard(self, question: str) -> Interval:
        """Return whether a question is asked: hi = F is never, lo >= U is certainly."""
        return INTERVALS[self.guard_bits(question)]

    def score(self, score: str) -> Rails:
        """Return the total of a score."""
        parts = [self.points(part) for part in self.program.plan.parts(score)]
        a, b, c, d = (sum(rails) for rails in zip((0, 0, 0, 0), *parts, strict=True))
        return a, b, c, d

    def points(self, part: Part) -> Rails:
        """Return what one variable adds to a score."""
        a = b = c = d = 0
        for points, slot in part[1]:
            bits = self.value(slot)
            a, b = points if bits & 1 else a, points if bits & 2 else b
            c, d = points if bits & 4 else c, points if bits & 8 else d
        return a, b, c, d


def asked(program: Program, answers: Answers) -> Answers:
    """Return a sheet without the answers to questions that are not asked."""
    return counted(Evaluation(program, answers))


def counted(evaluation: Evaluation) -> Answers:
    """Return the answers that count, or may count: without those to questions not asked."""
    given = evaluation.answers
    return Answers({id_: v for id_, v in given.items() if evaluation.guard_bits(id_) >> 3 & 1})


def urgency_from(rule: Rule, truth: Truth) -> Urgency | None:
    """Return the urgency of a rule for a truth value of its condition, or None."""
    if truth == T:
        return rule.urgency
    return rule.if_unsure if truth == U else None
