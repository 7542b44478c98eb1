"""Claim unsound-stop: once no question is open, no missing answer can change the result.

The interview stops when `decide.open_questions` has nothing left to ask. `SymbolicOpenQuestions`
encodes that traversal, and two lemmas about each condition give the claim:

- enclosed: on every completion the condition's value lies within its interval;
- followed: while the ends of the interval differ, a question in the condition is open.

So when nothing is open, the interval of every condition that could matter is a point, and every
completion has that value.
"""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.protocol.protocol import Points
from backtriage.prove.circuit import FALSE, Formula
from backtriage.prove.claims.claim import Claim, Conjunction, universal
from backtriage.prove.dual_rail import EncodedInterval
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.condition import ATOMS, Always, Condition, Fact, Scores, parts


def stopping_claims(symbolic: SymbolicProgram) -> Iterator[Claim]:
    """Yield one claim for each condition and each total that an interview may wait for."""
    questions = SymbolicOpenQuestions(symbolic)
    sentence = "Once no question is open, nothing missing can change {}."
    for subject, condition in awaited_conditions(symbolic):
        if not isinstance(condition, Always):
            text = sentence.format(subject)
            yield universal("unsound-stop", subject, text, _unsound, questions, condition)
    for subject, score in reported_scores(symbolic):
        text = sentence.format(subject)
        yield universal("unsound-stop", subject, text, _unsound_total, questions, score)


def awaited_conditions(symbolic: SymbolicProgram) -> Iterator[tuple[str, Condition]]:
    """Yield what `decide.open_questions` visits, each condition with its name."""
    for rule in symbolic.program.rules:
        yield f"rule '{rule.id}'", rule.when
    for advice in symbolic.program.advice:
        yield f"advice '{advice.id}'", advice.when
        if advice.withhold_if is not None:
            yield f"what withholds advice '{advice.id}'", advice.withhold_if
    for module in symbolic.program.modules:
        for verdict in module.verdicts:
            yield f"verdict '{module.id}.{verdict.id}'", verdict.when


def reported_scores(symbolic: SymbolicProgram) -> Iterator[tuple[str, str]]:
    """Yield the scores whose totals a module reports, so that every point matters."""
    for module in symbolic.program.modules:
        for score in module.counts:
            yield f"count '{score}' of module '{module.id}'", score


def _unsound(questions: SymbolicOpenQuestions, condition: Condition) -> Iterator[Conjunction]:
    """Encode that a lemma fails for a condition."""
    exact = questions.symbolic.complete.encode(condition).lo
    interval = questions.symbolic.partial.encode(condition)
    for lo, own in zip(interval.lo, exact, strict=True):
        yield lo, -own
    for hi, own in zip(interval.hi, exact, strict=True):
        yield own, -hi
    yield questions.undecided(interval), -questions.opens(condition)


def _unsound_total(questions: SymbolicOpenQuestions, score: str) -> Iterator[Conjunction]:
    varying = [questions.varies(part) for part, _ in questions.symbolic.program.plan.parts(score)]
    yield questions.symbolic.circuit.disjoin(*varying), -questions.opens_score(score)


class SymbolicOpenQuestions:
    """The traversal of `decide.open_questions`, encoded over all partial sheets."""

    def __init__(self, symbolic: SymbolicProgram) -> None:
        """Encode nothing yet."""
        self.symbolic = symbolic
        self._conditions: dict[Condition, Formula] = {}
        self._questions: dict[str, Formula] = {}

    def undecided(self, interval: EncodedInterval) -> Formula:
        """Encode that the ends of an interval differ."""
        c = self.symbolic.circuit
        return c.disjoin(*[c.conjoin(hi, -lo) for lo, hi in zip(*interval, strict=True)])

    def opens(self, condition: Condition) -> Formula:
        """Encode that a condition is undecided and visiting it finds an open question."""
        result = self._conditions.get(condition)
        if result is None:
            undecided = self.undecided(self.symbolic.partial.encode(condition))
            inside = FALSE if undecided == FALSE else self._opens_inside(condition)
            result = self.symbolic.circuit.conjoin(undecided, inside)
            self._conditions[condition] = result
        return result

    def _opens_inside(self, condition: Condition) -> Formula:
        if isinstance(condition, ATOMS):
            return self.opens_question(condition.question)
        if isinstance(condition, Fact):
            return self.opens(self.symbolic.program.facts[condition.fact])
        if isinstance(condition, Scores):
            return self.opens_score(condition.score)
        return self.symbolic.circuit.disjoin(*[self.opens(part) for part in parts(condition)])

    def opens_score(self, score: str) -> Formula:
        """Encode that visiting the undecided parts of a score finds an open question."""
        c = self.symbolic.circuit
        return c.disjoin(*[
            c.conjoin(self.varies(part), self.opens_question(part[0].question))
            for part, _ in self.symbolic.program.plan.parts(score)
        ])  # fmt: skip

    def varies(self, part: tuple[Points, ...]) -> Formula:
        """Encode that what one variable adds to a score is undecided."""
        c, points = self.symbolic.circuit, self.symbolic.partial.points
        return c.disjoin(*[
            c.xor(lo, hi)
            for surely in (True, False)
            for (_, lo), (_, hi) in zip(
                points(part, surely=surely, at_hi=False), points(part, surely=surely, at_hi=True),
                strict=True,
            )
        ])  # fmt: skip

    def opens_question(self, question: str) -> Formula:
        """Encode that a question is open, or one that its guard depends on."""
        result = self._questions.get(question)
        if result is None:
            c, sheets = self.symbolic.circuit, self.symbolic.partial
            in_guard = self.opens(self.symbolic.program.questions[question].ask_when)
            missing = -sheets.present(question)
            result = c.conjoin(sheets.guard(question).hi.maybe, c.disjoin(missing, in_guard))
            self._questions[question] = result
        return result
