"""The engines and the enumerator come to the same verdicts; cases are confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

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
from backtriage.prove.proof import Verdict
from backtriage.prove.report import Report, report
from backtriage.terms.urgency import Urgency
from tests.support.assignments import assigned
from tests.support.enumeration import sheets, verdicts
from tests.support.guarantees import guaranteed_programs
from tests.support.tier import examples


def proved(found: Report) -> dict[tuple[str, str], bool]:
    """The verdicts of a report; nothing is left undecided."""
    assert all(finding.proof.verdict is not Verdict.UNDECIDED for finding in found.findings)
    return {f.claim.key: f.proof.verdict is Verdict.PROVED for f in found.findings}


@settings(max_examples=examples(500))
@given(program=guaranteed_programs())
def test_engines_agree_with_every_case(program: Program) -> None:
    """On a protocol whose every sheet can be tried, both engines find what trying finds.

    Making the report also runs each case in the interpreter, which must agree.
    """
    found = proved(report(program, engine="both"))

    assert found == verdicts(program)


@settings(max_examples=examples(60))
@given(program=guaranteed_programs())
def test_counts_are_exact_and_the_nearest_is_nearest(program: Program) -> None:
    """Of so many sheets, and no other is nearer, says each engine and so does trying all."""
    model = SymbolicProgram(program)
    normal = Baseline(model.domain)
    costs = normal.costs()
    diagram = MddEngine(model.circuit, variable_order(model), costs, Budget())
    sat = SatEngine(model.circuit, costs, Budget())
    weights = [[weight(program, variable, value) for value in variable.values] for variable in
               model.domain.variables]  # fmt: skip
    everyone = [(assigned(model.domain, s), urgency_of(program, s)) for s in sheets(program)]

    for urgency in list(Urgency)[1:]:
        formula = model.complete.at_least(urgency)
        there = [values for values, found in everyone if found >= urgency]
        assert diagram.count(formula, weights) == len(there)
        least = min((cost(costs, values) for values in there), default=None)
        for engine in (diagram, sat):
            found = engine.min_cost_model((formula,))
            assert (None if found is None else cost(costs, found)) == least


def weight(program: Program, variable: Variable, value: object) -> int:
    """How many answers one value of a variable stands for; absence is not counted."""
    if variable.is_presence:
        return int(value is True)
    if isinstance(value, Band):
        step = Decimal(program.questions[variable.question].step)
        return int((value.most - value.least) / step) + 1
    return 1


def cost(costs: list[list[int]], values: Mapping[int, int]) -> int:
    """How far a sheet is from normal."""
    return sum(own[values.get(at, 0)] for at, own in enumerate(costs))
