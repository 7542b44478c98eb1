"""The shipped rules as plain Python."""

from __future__ import annotations

from collections.abc import Sequence

from backtriage.program.program import Program
from benchmarks.by_hand.decide import fired_rules
from benchmarks.contender import Contender, Decision, Outcomes
from benchmarks.sheets import Person


class HandWritten(Contender):
    """Plain Python without an engine."""

    name = "hand-written"
    title = "hand-written Python"
    is_baseline = True
    work = "Functions with `if`, over a sheet that is read twice if it has doubt."

    def __init__(self, program: Program, *, doubt: bool) -> None:  # noqa: ARG002 - it looks at each sheet
        """Look up what each rule gives."""
        self._outcomes = Outcomes(program)

    def decide_all(self, people: Sequence[Person]) -> list[Decision]:
        """Run the rules over each sheet."""
        decide = self._outcomes.of_fired
        return [decide(fired_rules(person.plain)) for person in people]
