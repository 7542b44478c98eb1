"""The ways in which backtriage itself decides."""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from backtriage.decide.assessment import (
    Assessment,
    Status,
    assess,
    is_out_of_scope,
    urgency_range,
)
from backtriage.decide.chunk import (
    INTEGER,
    Carrier,
    ChunkEvaluation,
    Columns,
    array_carrier,
    columns_of,
)
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import OF_TRUTH, T, Truth, U
from backtriage.decide.outcome import surely_out_of_scope, urgencies
from backtriage.decide.reasons import CERTAIN
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.terms.condition import Always
from backtriage.terms.urgency import Urgency
from benchmarks.contender import Contender, Decision, Turn
from benchmarks.sheets import Person

_HIT: Final = re.compile(rb"[^\0]")


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


class EvaluateChunk(Contender):
    """Only what decides, of all sheets at once."""

    name = "chunk"
    title = "backtriage, a chunk of sheets"
    work = (
        "Validated answers in columns to urgency range, scope and interval of every rule in "
        "columns, three-valued, all sheets at once, each column in one integer."
    )
    carrier: ClassVar[Callable[[], Carrier]] = staticmethod(lambda: INTEGER)
    """How a column is held in memory."""

    def __init__(self, program: Program, *, doubt: bool) -> None:  # noqa: ARG002 - no difference to it
        """Keep the program."""
        self._program = program
        self._carrier = type(self).carrier()

    def decide_all(self, people: Sequence[Person]) -> list[Decision]:
        """Evaluate all sheets."""
        return self._decisions(self._evaluated(self._columns(people)))

    def turn(self, people: Sequence[Person]) -> Turn:
        """Decide these sheets against the clock, which does not run for the rows of the check."""
        columns = self._columns(people)
        gc.collect()
        start = time.process_time()
        evaluation = self._evaluated(columns)
        seconds = time.process_time() - start
        return Turn(seconds, self._decisions(evaluation))

    def _columns(self, people: Sequence[Person]) -> Columns:
        return columns_of(self._program, [person.answers for person in people])

    def _evaluated(self, columns: Columns) -> ChunkEvaluation:
        evaluation = ChunkEvaluation(self._program, columns, self._carrier)
        urgencies(evaluation)
        surely_out_of_scope(evaluation)
        return evaluation

    def _decisions(self, evaluation: ChunkEvaluation) -> list[Decision]:
        """Return what was evaluated as rows, looking only at bytes that are not 0."""
        rows = range(evaluation.columns.count)
        certain, possible = (
            [evaluation.unpack(chunk) for chunk in reached] for reached in urgencies(evaluation)
        )
        if certain != possible:
            raise ValueError("an answer is missing")
        urgency = [Urgency.SELF_CARE for _ in rows]
        for reached in Urgency:
            for match in _HIT.finditer(possible[reached]):
                urgency[match.start()] = reached
        fired: list[list[tuple[str, Truth]]] = [[] for _ in rows]
        for rule in self._program.rules:
            for match in _HIT.finditer(evaluation.unpack(evaluation.bits(rule.when))):
                truth = OF_TRUTH.index(match[0][0])
                if truth == T or rule.if_unsure is not None:
                    fired[match.start()].append((rule.id, truth))
        out_of_scope = evaluation.unpack(surely_out_of_scope(evaluation))
        return [Decision(urgency[row], bool(out_of_scope[row]), tuple(fired[row])) for row in rows]


class EvaluateChunkInArrays(EvaluateChunk):
    """The same with numpy."""

    name = "arrays"
    title = "backtriage, a chunk of sheets, numpy"
    work = "The same, each column in an array of bytes."
    distribution = "numpy"
    carrier = staticmethod(array_carrier)


class FillAndEvaluateChunk(EvaluateChunk):
    """The same, from answers by person."""

    name = "rows"
    title = "backtriage, a chunk of sheets, from rows to rows"
    work = "A chunk in integers, from validated answers by person to the decision on each person."

    def turn(self, people: Sequence[Person]) -> Turn:
        """Decide these sheets against the clock."""
        return Contender.turn(self, people)


CONTENDERS = (
    EvaluateChunk, EvaluateChunkInArrays, FillAndEvaluateChunk, Evaluate, ValidateAndEvaluate,
    Assess,
)  # fmt: skip
