"""Both engines agree with exhaustive enumeration, and counterexamples are confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given, settings

from backtriage.program.program import Program
from backtriage.prove.counterexample import urgency_of
from backtriage.prove.domain import Band, Variable
from backtriage.prove.engines.baseline import Baseline
from backtriage.prove.engines.budget import Budget
from backtriage.prove.engines.mdd_engine import MddEngine
from backtriage.prove.engines.sat_engine import SatEngine
from backtriage.prove.engines.variable_order import variable_order
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.prove.report import ProofReport, ProofStatus, prove_program
from backtriage.terms.urgency import Urgency
from tests.support.enumeration import sheets, verdicts
from tests.support.guarantees import guaranteed_programs
from tests.support.tier import IS_FULL, examples


def verdicts_of(report: ProofReport) -> dict[tuple[str, str], bool]:
    """Return whether each claim is proved; none may be undecided."""
    assert all(result.status is not ProofStatus.UNDECIDED for result in report.results)
    return {result.claim.key: result.status is ProofStatus.PROVED for result in report.results}


@pytest.mark.larger
@settings(max_examples=examples(500) if IS_FULL else 20)
@given(program=guaranteed_programs())
def test_engines_agree_with_every_case(program: Program) -> None:
    """Each protocol is small enough to try every sheet; proving also confirms counterexamples."""
    report = prove_program(program, engine="both")

    assert verdicts_of(report) == verdicts(program)


@settings(max_examples=examples(60))
@given(program=guaranteed_programs())
def test_counts_are_exact_and_min_cost_models_are_minimal(program: Program) -> None:
    symbolic = SymbolicProgram(program)
    costs = Baseline(symbolic.domain.variables, (symbolic.domain,)).costs()
    mdd = MddEngine(symbolic.circuit, variable_order(symbolic), costs, Budget())
    sat = SatEngine(symbolic.circuit, costs, Budget())
    weights = [
        [weight(program, variable, value) for value in variable.values]
        for variable in symbolic.domain.variables
    ]
    everyone = [(symbolic.domain.assignment(s), urgency_of(program, s)) for s in sheets(program)]

    for urgency in list(Urgency)[1:]:
        formula = symbolic.complete.at_least(urgency)
        models = [assignment for assignment, reached in everyone if reached >= urgency]
        assert mdd.manager.count(mdd.mdd(formula), weights) == len(models)
        exactly = [assignment for assignment, reached in everyone if reached is urgency]
        for conjunction, these in (
            ((formula,), models),
            ((formula, symbolic.complete.at_most(urgency)), exactly),
        ):
            least = min((cost(costs, assignment) for assignment in these), default=None)
            for engine in (mdd, sat):
                model = engine.min_cost_model(conjunction)
                assert (None if model is None else cost(costs, model)) == least


def weight(program: Program, variable: Variable, value: object) -> int:
    """Return how many answers a value of a variable stands for; absence is not counted."""
    if variable.is_presence:
        return int(value is True)
    if isinstance(value, Band):
        step = Decimal(program.questions[variable.question].step)
        return int((value.most - value.least) / step) + 1
    return 1


def cost(costs: list[list[int]], assignment: Mapping[int, int]) -> int:
    """Return the cost of an assignment."""
    return sum(own[assignment.get(index, 0)] for index, own in enumerate(costs))
