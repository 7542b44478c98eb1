"""Every rule, and what these answers make of it, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from backtriage.decide.assessment import Assessment
from backtriage.decide.evaluate import Evaluation, F, Interval, T, U
from backtriage.decide.reasons import urgency_from
from backtriage.protocol.condition_text import condition_text, units_of
from backtriage.protocol.protocol import Question, Rule
from backtriage.render.page.page import Block, Clause
from backtriage.render.page.phrasing import answer_phrase, choice_phrase, pluralise
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
    Includes,
    Not,
    Scores,
    parts,
)
from backtriage.terms.value import Ticks

YES: Final = "yes"
CANNOT_TELL: Final = "cannot tell (not sure)"
OPEN: Final = "still open"
NO: Final = "no"

_ORDER: Final = (YES, CANNOT_TELL, OPEN, NO)


def why_block(assessment: Assessment) -> Block:
    """Rules that fired first, then the doubtful, the open and the rest; worst first in each.

    A rule that fired is unfolded whole. Of one that did not, only the clauses that stopped it
    are shown.
    """
    unfolding = _Unfolding(assessment)
    return Block(
        heading="Every rule, and what the answers make of it",
        clauses=tuple(clause for rule in unfolding.rules() for clause in unfolding.rule(rule)),
    )


def verdict(pair: Interval) -> str:
    """A pair of truth values in words."""
    lo, hi = pair
    if lo != hi:
        return OPEN
    return {F: NO, U: CANNOT_TELL, T: YES}[lo]


class _Unfolding:
    """One sheet, and the words for what its conditions come to."""

    def __init__(self, a: Assessment) -> None:
        self.a = a
        self.evaluation = Evaluation(a.program, Answers({**a.answers, **a.set_aside}))
        self.units = units_of(a.program.protocol)

    def rules(self) -> list[Rule]:
        def place(rule: Rule) -> tuple[int, int]:
            return _ORDER.index(self.of(rule.when)), -rule.urgency

        return sorted(self.a.program.rules, key=place)

    def of(self, condition: Condition) -> str:
        return verdict(self.evaluation.interval(condition))

    def rule(self, rule: Rule) -> Iterator[Clause]:
        outcome = self.of(rule.when)
        gives = rule.urgency.id
        if outcome == CANNOT_TELL:
            given = urgency_from(rule, U)
            gives += f", counts as {given.id}" if given is not None else ", counts as nothing"
        yield Clause(depth=0, text=f"{outcome}: {rule.id} ({gives})")
        yield from self.clause(rule.when, 1)

    def clause(self, condition: Condition, depth: int) -> Iterator[Clause]:
        groups = self.groups(condition)
        if len(groups) == 1 and len(groups[0]) > 1:
            yield self.line(groups[0], depth)
            return
        yield self.line((condition,), depth)
        for group in groups:
            if len(group) > 1:
                yield self.line(group, depth + 1)
            else:
                yield from self.clause(group[0], depth + 1)

    def line(self, group: tuple[Condition, ...], depth: int) -> Clause:
        words = self.items(group) if len(group) > 1 else self.text(group[0])
        return Clause(depth=depth, text=f"{self.of(group[0])}: {words}")

    def groups(self, condition: Condition) -> list[tuple[Condition, ...]]:
        """What stands inside, without what did not matter; like items of one list together."""
        within = [part for part in self.inside(condition) if not self.is_idle(condition, part)]
        if not isinstance(condition, All | Any):
            return [(part,) for part in within]

        def alike(numbered: tuple[int, Condition]) -> tuple[str, str, int]:
            at, part = numbered
            if isinstance(part, Includes):
                return part.question, self.of(part), 0
            return "", "", at

        grouped = groupby(enumerate(within), key=alike)
        return [tuple(part for _, part in group) for _, group in grouped]

    def is_idle(self, whole: Condition, part: Condition) -> bool:
        """Whether a part of a whole that is "no" did not make it so."""
        stopped = isinstance(whole, All | AtLeast) and self.of(whole) == NO
        return stopped and self.of(part) != NO

    def inside(self, condition: Condition) -> tuple[Condition, ...]:
        """The parts of a condition; a list within a list of its kind is one list."""
        if isinstance(condition, Fact):
            return (self.a.program.facts[condition.fact],)
        if isinstance(condition, Not) and isinstance(condition.of, ATOMS):
            return ()
        if not isinstance(condition, All | Any):
            return parts(condition)
        return tuple(
            inner
            for part in condition.of
            for inner in (self.inside(part) if type(part) is type(condition) else (part,))
        )

    def items(self, group: tuple[Condition, ...]) -> str:
        atoms = [part for part in group if isinstance(part, Includes)]
        join_with_and = ", ".join(atom.item for atom in atoms)
        return f"{atoms[0].question} includes any of ({join_with_and}) [{self.answer(*atoms)}]"

    def text(self, condition: Condition) -> str:
        if isinstance(condition, ATOMS):
            return f"{condition_text(condition, self.units)} [{self.answer(condition)}]"
        if isinstance(condition, Not) and isinstance(condition.of, ATOMS):
            return f"{condition_text(condition, self.units)} [{self.answer(condition.of)}]"
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
        least, *_, most = self.evaluation.score(condition.score)
        if least == most:
            return pluralise(least, "point", "points")
        return f"{least} to {most} points"

    def answer(self, *atoms: Atom) -> str:
        """The answer that made an atom, or like items of one list, what they are."""
        question = self.a.program.questions[atoms[0].question]
        if self.evaluation.guard(question.id)[1] == F:
            return f"not asked, read as: {answer_phrase(question, question.if_skipped)}"
        value = self.evaluation.answers.get(question.id)
        if value is None:
            return "not answered"
        items = [atom.item for atom in atoms if isinstance(atom, Includes)]
        if isinstance(value, Ticks) and items:
            return self.a.words.fill(_ticked(question, value, items))
        return self.a.words.fill(f"answer: {answer_phrase(question, value)}")


def _ticked(question: Question, value: Ticks, items: list[str]) -> str:
    """What was said of items that came to the same."""
    if items[0] in value.yes:
        return f"ticked: {'; '.join(choice_phrase(question, item) for item in items)}"
    return "not sure" if items[0] in value.unsure else "not ticked"


def _whole_text(condition: All | Any | AtLeast | Not | Always) -> str:
    if isinstance(condition, AtLeast):
        return f"at least {condition.least} of these"
    words = {All: "all of these", Any: "any of these", Not: "the opposite of this"}
    return words.get(type(condition), "true of everybody")
