"""Claim e: once no question is open, no answer that is missing can change the result.

The interview stops when `decide.open_questions` names nothing more. That function walks the
undecided parts of each condition that could still count, and this file writes the same walk
down as formulas. Two lemmas for each condition give the claim:

- enclosed: the condition's value on every completion lies between its two ends;
- followed: while its two ends differ, a question in it is open.

So when nothing is open, both ends of every condition that could count are equal, and every
completion has that value.
"""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.decide.evaluate import points_by_variable
from backtriage.protocol.protocol import Points
from backtriage.prove.circuit import FALSE, Formula
from backtriage.prove.claims.claim import Claim, Conjunction
from backtriage.prove.claims.safety import late
from backtriage.prove.dual_rail import EncodedInterval
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.condition import ATOMS, Always, Condition, Fact, Scores, parts


def stopping(model: SymbolicProgram) -> Iterator[Claim]:
    """Claim e for every condition that an interview may wait for."""
    walk = Walk(model)
    for subject, condition in awaited(model):
        if not isinstance(condition, Always):
            yield Claim(
                kind="unsound-stop", subject=subject, partial=True,
                disjuncts=late(_unsound, model, walk, condition),
                sentence=f"Once no question is open, nothing missing can change {subject}.",
            )  # fmt: skip
    for subject, score in counted(model):
        yield Claim(
            kind="unsound-stop", subject=subject, partial=True,
            disjuncts=late(_uncounted, model, walk, score),
            sentence=f"Once no question is open, nothing missing can change {subject}.",
        )  # fmt: skip


def awaited(model: SymbolicProgram) -> Iterator[tuple[str, Condition]]:
    """What `decide.open_questions` looks at, by name."""
    for rule in model.program.rules:
        yield f"rule '{rule.id}'", rule.when
    for advice in model.program.advice:
        yield f"advice '{advice.id}'", advice.when
        if advice.withhold_if is not None:
            yield f"what withholds advice '{advice.id}'", advice.withhold_if
    for module in model.program.modules:
        for verdict in module.verdicts:
            yield f"verdict '{module.id}.{verdict.id}'", verdict.when


def counted(model: SymbolicProgram) -> Iterator[tuple[str, str]]:
    """The scores whose totals a module reports, by name: any point more or less counts."""
    for module in model.program.modules:
        for score in module.counts:
            yield f"count '{score}' of module '{module.id}'", score


def _uncounted(model: SymbolicProgram, walk: Walk, score: str) -> Iterator[Conjunction]:
    parts_ = points_by_variable(model.program, score)
    yield model.circuit.disjoin(*[walk.varies(part) for part in parts_]), -walk.adds(score)


def _unsound(model: SymbolicProgram, walk: Walk, condition: Condition) -> Iterator[Conjunction]:
    whole, part = model.complete.encode(condition), model.partial.encode(condition)
    yield part.lo.surely, -whole.lo.surely
    yield part.lo.maybe, -whole.lo.maybe
    yield whole.lo.surely, -part.hi.surely
    yield whole.lo.maybe, -part.hi.maybe
    yield walk.undecided(part), -walk.opens(condition)


class Walk:
    """The walk of `decide.open_questions` over all partial sheets at once."""

    def __init__(self, model: SymbolicProgram) -> None:
        """Start with nothing visited."""
        self.model = model
        self._conditions: dict[Condition, Formula] = {}
        self._questions: dict[str, Formula] = {}

    def undecided(self, interval: EncodedInterval) -> Formula:
        """The two ends differ."""
        c = self.model.circuit
        return c.disjoin(*[c.conjoin(hi, -lo) for lo, hi in zip(*interval, strict=True)])

    def opens(self, condition: Condition) -> Formula:
        """Walking the undecided parts of a condition comes to an open question."""
        found = self._conditions.get(condition)
        if found is None:
            undecided = self.undecided(self.model.partial.encode(condition))
            inside = FALSE if undecided == FALSE else self._inside(condition)
            found = self._conditions[condition] = self.model.circuit.conjoin(undecided, inside)
        return found

    def _inside(self, condition: Condition) -> Formula:
        c = self.model.circuit
        if isinstance(condition, ATOMS):
            return self.question(condition.question)
        if isinstance(condition, Fact):
            return self.opens(self.model.program.facts[condition.fact])
        if isinstance(condition, Scores):
            return self.adds(condition.score)
        return c.disjoin(*[self.opens(part) for part in parts(condition)])

    def adds(self, score: str) -> Formula:
        """Walking a score comes to an open question."""
        c = self.model.circuit
        return c.disjoin(*[
            c.conjoin(self.varies(part), self.question(part[0].question))
            for part in points_by_variable(self.model.program, score)
        ])  # fmt: skip

    def varies(self, part: tuple[Points, ...]) -> Formula:
        """What one variable adds to a score is undecided."""
        c, points = self.model.circuit, self.model.partial.points
        return c.disjoin(*[
            c.xor(lo, hi)
            for surely in (True, False)
            for (_, lo), (_, hi) in zip(
                points(part, surely=surely, at_hi=False), points(part, surely=surely, at_hi=True),
                strict=True,
            )
        ])  # fmt: skip

    def question(self, question: str) -> Formula:
        """A question in an undecided part is open, or one that its guard waits for is."""
        found = self._questions.get(question)
        if found is None:
            c, partial = self.model.circuit, self.model.partial
            waits = self.opens(self.model.program.questions[question].ask_when)
            missing = -partial.present(question)
            found = c.conjoin(partial.guard(question).hi.maybe, c.disjoin(missing, waits))
            self._questions[question] = found
        return found
