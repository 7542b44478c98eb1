"""The ways in which backtriage itself decides.

An evaluation of many sheets at once is to be added here as one more class. Its `decide_all` gets
all sheets of a turn, and may work on any number of them together.
"""

from __future__ import annotations

from collections.abc import Sequence

from backtriage.decide.assessment import (
    Assessment,
    Status,
    assess,
    is_out_of_scope,
    urgency_range,
)
from backtriage.decide.evaluate import Evaluation, T, U
from backtriage.decide.reasons import CERTAIN
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.terms.condition import Always
from benchmarks.contender import Contender, Decision
from benchmarks.sheets import Person


class Assess(Contender):
    """The whole assessment of one sheet after another."""

    name = "assess"
    title = "backtriage, `assess`"
    work = (
        "Validated answers to the whole assessment, with advice, reasons, safety net and modules."
    )
    most_sheets = 128

    def __init__(self, program: Program, *, doubt: bool) -> None:  # noqa: ARG002 - no difference to it
        """Keep the program."""
        self._program = program
        self._for_everybody = [
            (rule.id, T) for rule in program.rules if isinstance(rule.when, Always)
        ]

    def decide_all(self, people: Sequence[Person]) -> list[Decision]:
        """Assess each sheet."""
        return [self._decision(assess(self._program, person.answers)) for person in people]

    def _decision(self, assessment: Assessment) -> Decision:
        fired = {
            reason.rule.id: T if reason.certainty == CERTAIN else U
            for reason in assessment.reasons
        }
        # An assessment names a rule for everybody only if it is the only reason.
        fired.update(self._for_everybody)
        out_of_scope = assessment.status is Status.OUT_OF_SCOPE
        return Decision(assessment.urgency, out_of_scope, tuple(fired.items()))


class Evaluate(Contender):
    """Only what decides, of one sheet after another."""

    name = "evaluation"
    title = "backtriage, `Evaluation`"
    work = "Validated answers to urgency range, scope and interval of every rule, three-valued."
    most_sheets = 256

    def __init__(self, program: Program, *, doubt: bool) -> None:  # noqa: ARG002 - no difference to it
        """Keep the program."""
        self._program = program

    def decide_all(self, people: Sequence[Person]) -> list[Decision]:
        """Evaluate each sheet."""
        return [self._decision(Evaluation(self._program, person.answers)) for person in people]

    def _decision(self, evaluation: Evaluation) -> Decision:
        certain, possible = urgency_range(evaluation)
        if certain != possible:
            raise ValueError("an answer is missing")
        fired = [
            (rule.id, truth)
            for rule in self._program.rules
            if (truth := evaluation.interval(rule.when)[0]) == T
            or (truth == U and rule.if_unsure is not None)
        ]
        return Decision(possible, is_out_of_scope(evaluation), tuple(fired))


class ValidateAndEvaluate(Evaluate):
    """The same, from the values that the other engines are given."""

    name = "validation"
    title = "backtriage, `validate` and `Evaluation`"
    work = "The same from plain values, which are checked; no other row checks them."

    def decide_all(self, people: Sequence[Person]) -> list[Decision]:
        """Validate and evaluate each sheet."""
        answers = [validate(self._program, Sheet(values=p.plain)).answers for p in people]
        return [self._decision(Evaluation(self._program, one)) for one in answers]


CONTENDERS = (Assess, Evaluate, ValidateAndEvaluate)
