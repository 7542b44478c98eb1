"""Which questions could still matter: one evaluation for stop, pruning and "at most N more".

A question is open when it has no answer, may be asked, and stands in an undecided part of
something that could still count: a rule that may rise above what is certain or may say that
this is not for the person, advice or a module that may still be shown, or the guard of such a
question.
"""

from __future__ import annotations

from itertools import takewhile

from backtriage.decide.evaluate import F, Reading, T, by_variable
from backtriage.decide.reasons import outcome_of
from backtriage.terms.condition import (
    ATOMS,
    Condition,
    Fact,
    Scores,
    parts,
)
from backtriage.terms.urgency import Urgency


def open_questions(reading: Reading, certain: Urgency, *, in_scope: bool) -> tuple[str, ...]:
    """The open questions, in asking order. Out of scope, no advice is given, so none asks."""
    found = _Undecided(reading)
    for rule in reading.program.rules:
        possible = outcome_of(rule, reading.pair(rule.when)[1])
        if possible is not None and possible > certain:
            found.visit(rule.when)
    if in_scope:
        _visit_scope(found, reading, certain)
        _visit_advice(found, reading, certain)
        _visit_modules(found, reading, certain)
    return tuple(sorted(found.open, key=reading.program.order.__getitem__))


def open_in(reading: Reading, condition: Condition) -> frozenset[str]:
    """The open questions that an undecided condition waits for; a score always counts."""
    found = _Undecided(reading)
    found.visit(condition, force=isinstance(condition, Scores))
    return frozenset(found.open)


def _visit_scope(found: _Undecided, reading: Reading, certain: Urgency) -> None:
    """Whether this is for the person matters below an emergency: no advice without it."""
    for rule in reading.program.rules:
        if rule.out_of_scope and certain < Urgency.EMERGENCY:
            lo, hi = reading.pair(rule.when)
            if lo == F and hi != F:
                found.visit(rule.when)


def _visit_advice(found: _Undecided, reading: Reading, certain: Urgency) -> None:
    for advice in reading.program.advice:
        held = (F, F) if advice.withhold_if is None else reading.pair(advice.withhold_if)
        if advice.show_up_to < certain or reading.pair(advice.when)[1] != T or held[0] != F:
            continue  # not at this urgency, not for this person, or held back already
        found.visit(advice.when)
        if advice.withhold_if is not None:
            found.visit(advice.withhold_if)


def _visit_modules(found: _Undecided, reading: Reading, certain: Urgency) -> None:
    for module in reading.program.modules:
        if module.show_up_to < certain:
            continue
        for score in module.counts:
            found.visit(Scores(score, 1), force=True)
        # The first that surely may hold ends the list: it holds whatever comes, or one before it.
        for verdict in takewhile(lambda one: reading.pair(one.when)[0] == F, module.verdicts):
            found.visit(verdict.when)


class _Undecided:
    """Gathers the open questions of undecided conditions."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.open: set[str] = set()
        self.seen: set[str] = set()
        self.facts: set[str] = set()

    def visit(self, condition: Condition, *, force: bool = False) -> None:
        """Walk the undecided parts of a condition. `force` walks a decided score as well."""
        lo, hi = self.reading.pair(condition)
        if lo == hi and not force:
            return
        if isinstance(condition, ATOMS):
            self.question(condition.question)
        elif isinstance(condition, Fact):
            if condition.fact not in self.facts:
                self.facts.add(condition.fact)
                self.visit(self.reading.program.facts[condition.fact])
        elif isinstance(condition, Scores):
            self.score(condition.score)
        for part in parts(condition):
            self.visit(part)

    def score(self, score: str) -> None:
        for part in by_variable(self.reading.program, score):
            lo_surely, lo_maybe, hi_surely, hi_maybe = self.reading.points(part)
            if (lo_surely, lo_maybe) != (hi_surely, hi_maybe):
                self.question(part[0].question)

    def question(self, question: str) -> None:
        """A question in an undecided part: itself if it has no answer, and its guard.

        It may be asked: what rests on a question that is certainly not asked is decided.
        """
        if question in self.seen:
            return
        self.seen.add(question)
        lo, hi = self.reading.guard(question)
        if question not in self.reading.answers:
            self.open.add(question)
        if lo != hi:
            self.visit(self.reading.program.questions[question].ask_when)
