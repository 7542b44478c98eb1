"""The smallest change of answers for another urgency, found on diagrams and run again.

Lower means: at most the target, whatever is still missing. Higher means: at least the target,
whatever is still missing. So the changed sheet may stay incomplete, and what is said of it
holds of every way to complete it. Of several smallest changes one is shown that keeps the
person in scope, and that does not overshoot a higher target, if there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from backtriage.decide.assessment import is_out_of_scope, urgency_range
from backtriage.decide.evaluate import Reading
from backtriage.program.program import Program
from backtriage.prove.engines.budget import Budget, Exhausted
from backtriage.prove.engines.by_diagram import ByDiagram
from backtriage.prove.engines.diagram import Diagram
from backtriage.prove.engines.order import order_of
from backtriage.prove.engines.room import room, size_of
from backtriage.prove.formulas.circuit import Formula
from backtriage.prove.formulas.domain import Assignment
from backtriage.prove.formulas.model import Model
from backtriage.prove.why_not.aim import Aims
from backtriage.prove.why_not.change import Goal, Outcome, WhyNot
from backtriage.prove.why_not.costs import Costs
from backtriage.prove.why_not.difference import changes, sheet
from backtriage.prove.why_not.held import held
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency

SECONDS: Final = 10.0
"""How long somebody waits for it at most."""

_DIFFERS: Final = "came out differently in the rules, a fault in this program"


def why_not(
    program: Program, answers: Answers, target: Urgency, *, seconds: float = SECONDS
) -> WhyNot:
    """What would have to be different for an urgency that is lower or higher than now."""
    reading = Reading(program, answers)
    now = urgency_range(reading)[1]
    goal = Goal.AT_MOST if target <= now else Goal.AT_LEAST
    asked = WhyNot(target=target, goal=goal, outcome=Outcome.ALREADY)
    if target is now:
        return asked
    try:
        with room(size_of(program)):
            return _Search(reading, asked, Budget(seconds)).found()
    except Exhausted as end:
        return replace(asked, outcome=Outcome.UNDECIDED, ran_out=str(end))


class _Search:
    """The diagrams of one sheet and one target."""

    def __init__(self, reading: Reading, asked: WhyNot, budget: Budget) -> None:
        self.reading = reading
        self.asked = asked
        model = Model(reading.program)
        self.costs = Costs(model.domain, reading)
        self.engine = ByDiagram(model.circuit, order_of(model), self.costs.of, budget)
        self.aims = Aims(model.circuit, model.domain, reading)

    def found(self) -> WhyNot:
        """The cheapest way to the target, or what is in its way."""
        aim, *wishes = self.wanted()
        whole = self.engine.diagram(aim)
        path = self.nearest(whole)
        if path is None:
            groups = held(self.engine.diagrams, whole, self.costs)
            return replace(self.asked, outcome=Outcome.NONE, held=groups)
        for wish in wishes:
            tried = self.engine.diagrams.both(whole, self.engine.diagram(wish))
            other = self.nearest(tried)
            if other is not None and self.costs.size(other) == self.costs.size(path):
                whole, path = tried, other
        return self.confirmed(path)

    def wanted(self) -> Iterator[Formula]:
        """What must hold, and then what is wished for if it makes no change larger."""
        is_lower = self.asked.goal is Goal.AT_MOST
        yield (self.aims.at_most if is_lower else self.aims.at_least)(self.asked.target)
        if not is_out_of_scope(self.reading):
            yield self.aims.in_scope()
        if not is_lower:
            yield self.aims.at_most(self.asked.target)

    def nearest(self, whole: Diagram) -> Assignment | None:
        """The cheapest way there that does nothing forbidden."""
        path = self.engine.diagrams.nearest(whole, self.costs.of)
        if path is None or self.costs.total(path) >= self.costs.forbidden:
            return None
        return path

    def confirmed(self, path: Assignment) -> WhyNot:
        """The change, once the interpreter agrees that it is enough."""
        values = {at: path.get(at, own.index(0)) for at, own in enumerate(self.costs.of)}
        different = tuple(changes(self.costs, values))
        changed = sheet(self.costs, values, frozenset(change.question for change in different))
        certain, possible = urgency_range(Reading(self.reading.program, changed))
        is_lower = self.asked.goal is Goal.AT_MOST
        if (possible > self.asked.target) if is_lower else (certain < self.asked.target):
            return replace(self.asked, outcome=Outcome.UNDECIDED, ran_out=_DIFFERS)
        return replace(self.asked, outcome=Outcome.FOUND, changes=different, sheet=changed,
                       urgency=possible if is_lower else certain)  # fmt: skip
