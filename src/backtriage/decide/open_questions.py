"""Which questions could still matter: decides when to stop, what to skip, and "at most N more".

A question is open if it has no answer, may be asked, and occurs in an undecided part of
something that could still count: a rule that may exceed the certain urgency or put the person
out of scope, advice or a module that may still be shown, or the guard of such a question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import Chunk, Kernel
from backtriage.decide.outcome import Reached, raised, surely_out_of_scope
from backtriage.program.plan import ATOM, EARNS, NOT, REACHES, Slot
from backtriage.terms.condition import Condition, Scores
from backtriage.terms.urgency import Urgency


def open_questions(kernel: Kernel, certain: Reached, possible: Reached) -> Mapping[str, Chunk]:
    """Return on which sheets each question is open, in asking order.

    Args:
        kernel: The answers so far.
        certain: The urgencies that are certain on each sheet.
        possible: The urgencies that are possible.
    """
    in_scope = kernel.ones & ~surely_out_of_scope(kernel)
    search = _visited_rules(kernel, certain, possible, in_scope)
    _visit_advice(search, certain, in_scope)
    _visit_modules(search, certain, in_scope)
    return search.found()


def deciding_questions(kernel: Kernel, certain: Reached, possible: Reached) -> Mapping[str, Chunk]:
    """Return on which sheets each question can still matter to the urgency or the scope.

    Args:
        kernel: The answers so far.
        certain: The urgencies that are certain on each sheet.
        possible: The urgencies that are possible.
    """
    in_scope = kernel.ones & ~surely_out_of_scope(kernel)
    return _visited_rules(kernel, certain, possible, in_scope).found()


def _visited_rules(
    kernel: Kernel, certain: Reached, possible: Reached, in_scope: Chunk
) -> _Search:
    search = _Search(kernel)
    is_settled = not any(high & ~low for low, high in zip(certain, possible, strict=True))
    for rule in kernel.program.rules:
        if not is_settled:
            surely, doubtfully = raised(kernel, rule, certain)
            search.condition(rule.when, surely | doubtfully)
        if rule.out_of_scope:
            # Only below an emergency does being out of scope withhold advice.
            undecided = in_scope & ~kernel.lo_maybe(rule.when)
            search.condition(rule.when, undecided & ~certain[Urgency.EMERGENCY])
    return search


def open_questions_in(evaluation: Evaluation, condition: Condition) -> frozenset[str]:
    """Return the open questions of an undecided condition, or of a score, decided or not."""
    search = _Search(evaluation)
    search.condition(condition, evaluation.ones)
    if isinstance(condition, Scores):
        search.score(condition.score, evaluation.ones)
    return frozenset(search.open)


def _visit_advice(search: _Search, reached: Reached, in_scope: Chunk) -> None:
    kernel = search.kernel
    for advice in kernel.program.advice:
        where = in_scope & ~reached[advice.show_up_to + 1]
        if not where:
            continue
        bits = kernel.bits(advice.when)
        where = where & bits >> 2
        if advice.withhold_if is not None and where:
            where = where & ~kernel.lo_maybe(advice.withhold_if)
            search.condition(advice.withhold_if, where)
        search.condition(advice.when, where & kernel.undecided(bits))


def _visit_modules(search: _Search, reached: Reached, in_scope: Chunk) -> None:
    kernel = search.kernel
    for module in kernel.program.modules:
        where = in_scope & ~reached[module.show_up_to + 1]
        for score in module.counts:
            search.score(score, where)
        for verdict in module.verdicts:
            # Nothing after the first verdict that is certainly not false can be reached.
            where = where & ~kernel.lo_maybe(verdict.when)
            search.condition(verdict.when, where)


class _Search:
    """Collects the open questions of undecided steps, and where they are open."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.plan = kernel.program.plan
        self.open: dict[str, Chunk] = {}
        self.seen: dict[Slot, Chunk] = {}
        """Where a step has been searched."""

    def found(self) -> Mapping[str, Chunk]:
        """Return the open questions in asking order."""
        return {id_: self.open[id_] for id_ in self.kernel.program.order if id_ in self.open}

    def condition(self, condition: Condition, where: Chunk) -> None:
        """Search the undecided parts of a condition on some sheets."""
        if where:
            self.steps((self.plan.slot(condition),), where)

    def step(self, slot: Slot, where: Chunk) -> None:
        """Search a step where it is undecided and has not been searched."""
        seen = self.seen.get(slot, self.kernel.nowhere)
        self.seen[slot] = seen | where
        where = where & ~seen & self.kernel.undecided(self.kernel.value(slot))
        if not where:
            return
        step = self.plan.steps[slot]
        kind = step[0]
        if kind == ATOM:
            self.question(step[1].question, where)
        elif kind == EARNS:
            self.question(step[1][0].question, where)
        elif kind == REACHES:
            self.steps((below for levels in step[2] for _, below in levels), where)
        else:
            self.steps(step[1] if kind != NOT else step[1:], where)

    def steps(self, slots: Iterable[Slot], where: Chunk) -> None:
        """Search several steps."""
        for slot in slots:
            if where & ~self.seen.get(slot, self.kernel.nowhere):
                self.step(slot, where)

    def score(self, score: str, where: Chunk) -> None:
        """Search a score, though no condition may depend on it."""
        for _, levels in self.plan.parts(score):
            self.steps((slot for _, slot in levels), where)

    def question(self, question: str, where: Chunk) -> None:
        """Add a question where it has no answer, and search its guard where that is undecided.

        The question may be asked: if it certainly is not, everything that reads it is decided.
        """
        absent = where & ~self.kernel.answered(question)
        if absent:
            self.open[question] = self.open.get(question, absent) | absent
        self.condition(self.kernel.program.questions[question].ask_when, where)
