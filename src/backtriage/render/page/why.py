"""Every rule, and what these answers make of it, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from backtriage.decide.assessment import Assessment
from backtriage.decide.evaluate import F, Pair, Reading, T, U
from backtriage.decide.reasons import outcome_of
from backtriage.protocol.protocol import Rule
from backtriage.protocol.to_text import condition_text, units_of
from backtriage.render.page.page import Block, Clause
from backtriage.render.page.said import answered
from backtriage.terms.answers import Answers
from backtriage.terms.condition import (
    ATOMS,
    All,
    Always,
    Any,
    AtLeast,
    Atom,
    Condition,
    Fact,
    Not,
    Scores,
    parts,
)

YES: Final = "yes"
CANNOT_TELL: Final = "cannot tell (not sure)"
OPEN: Final = "still open"
NO: Final = "no"

_ORDER: Final = (YES, CANNOT_TELL, OPEN, NO)


def why_of(assessment: Assessment) -> Block:
    """Rules that fired first, then the doubtful, the open and the rest; worst first in each.

    A rule that fired is unfolded whole. Of one that did not, only the clauses that stopped it
    are shown.
    """
    unfolding = _Unfolding(assessment)
    return Block(
        heading="Every rule, and what the answers make of it",
        clauses=tuple(clause for rule in unfolding.rules() for clause in unfolding.rule(rule)),
    )


def verdict(pair: Pair) -> str:
    """A pair of truth values in words."""
    lo, hi = pair
    if lo != hi:
        return OPEN
    return {F: NO, U: CANNOT_TELL, T: YES}[lo]


class _Unfolding:
    """One sheet, and the words for what its conditions come to."""

    def __init__(self, a: Assessment) -> None:
        self.a = a
        self.reading = Reading(a.program, Answers({**a.answers, **a.set_aside}))
        self.units = units_of(a.program.protocol)

    def rules(self) -> list[Rule]:
        def place(rule: Rule) -> tuple[int, int]:
            return _ORDER.index(self.of(rule.when)), -rule.urgency

        return sorted(self.a.program.rules, key=place)

    def of(self, condition: Condition) -> str:
        return verdict(self.reading.pair(condition))

    def rule(self, rule: Rule) -> Iterator[Clause]:
        outcome = self.of(rule.when)
        gives = rule.urgency.id
        if outcome == CANNOT_TELL:
            given = outcome_of(rule, U)
            gives += f", counts as {given.id}" if given is not None else ", counts as nothing"
        yield Clause(depth=0, text=f"{outcome}: {rule.id} ({gives})")
        yield from self.clause(rule.when, 1)

    def clause(self, condition: Condition, depth: int) -> Iterator[Clause]:
        outcome = self.of(condition)
        yield Clause(depth=depth, text=f"{outcome}: {self.text(condition)}")
        for part in self.inside(condition):
            if outcome != NO or not self.is_idle(condition, part):
                yield from self.clause(part, depth + 1)

    def is_idle(self, whole: Condition, part: Condition) -> bool:
        """Whether a part of a whole that is "no" did not make it so."""
        return isinstance(whole, All | AtLeast) and self.of(part) != NO

    def inside(self, condition: Condition) -> tuple[Condition, ...]:
        if isinstance(condition, Fact):
            return (self.a.program.facts[condition.fact],)
        return parts(condition)

    def text(self, condition: Condition) -> str:
        if isinstance(condition, ATOMS):
            return f"{condition_text(condition, self.units)} [{self.answer(condition)}]"
        if isinstance(condition, Fact):
            return self.fact(condition)
        if isinstance(condition, Scores):
            return f"{condition_text(condition, self.units)} [{self.total(condition)}]"
        return _whole_text(condition)

    def fact(self, condition: Fact) -> str:
        facts = self.a.program.protocol.facts
        words = next(fact.text for fact in facts if fact.id == condition.fact)
        return f"{self.a.words.fill(words)} ({condition.fact})" if words else condition.fact

    def total(self, condition: Scores) -> str:
        least, *_, most = self.reading.score(condition.score)
        return f"{least} points" if least == most else f"{least} to {most} points"

    def answer(self, atom: Atom) -> str:
        """The answer that made an atom what it is."""
        question = self.a.program.questions[atom.question]
        if self.reading.guard(question.id)[1] == F:
            return f"not asked, read as: {answered(question, question.if_skipped)}"
        value = self.reading.answers.get(question.id)
        if value is None:
            return "not answered"
        return self.a.words.fill(f"answer: {answered(question, value)}")


def _whole_text(condition: All | Any | AtLeast | Not | Always) -> str:
    if isinstance(condition, AtLeast):
        return f"at least {condition.least} of these"
    words = {All: "all of these", Any: "any of these", Not: "the opposite of this"}
    return words.get(type(condition), "true of everybody")
