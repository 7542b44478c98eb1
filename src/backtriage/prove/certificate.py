"""Proofs that others can check: CNF formulas with DRUP refutations (Heule et al. 2013).

Each of two claims is one formula, so that each has one proof. `worse_never_lowers` encodes two
people, the second as badly off or worse in every answer, and asks whether the first can get a
higher urgency: the claims lowered and unsure, for all answers at once. What is worse may depend
on the urgency that the first gets and the second does not. `floors` asks for a red
flag with a lower urgency than its safety floor: the claim unsafe.

A checker need not trust this program for the step from clauses to contradiction. That the
clauses encode the rules is tested against the interpreter, through the table of Booleans that
comes with them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from backtriage.program.program import Program
from backtriage.protocol.guarantees import Risk
from backtriage.prove.claims.safety import directed_variables
from backtriage.prove.domain import Band, Variable
from backtriage.prove.engines.budget import (
    SECONDS,
    Budget,
    depth_limited,
    raised_recursion_limit,
    variable_bound,
)
from backtriage.prove.engines.sat_engine import SOLVER, BudgetedSolver, CnfEncoder, solvers
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NotSure, number_text

MONOTONE: Final = "worse_never_lowers"
FLOORS: Final = "floors"

_URGENCIES: Final = tuple(Urgency)[1:]
"""The urgencies above the lowest, which everybody reaches."""


def certificate(program: Program, *, seconds: float = SECONDS) -> str:
    """Return the certificate of a program as JSON; a false claim has no proof.

    Raises:
        NotInstalled: If python-sat is missing.
        Exhausted: If it takes longer, or more room, than it may.
    """
    budget = Budget(seconds)
    with depth_limited(), raised_recursion_limit(variable_bound(program)):
        record = {
            "schema": "backtriage.certificate/1",
            "protocol": program.identity,
            "proofs": {MONOTONE: _monotone(SymbolicProgram(program), budget),
                       FLOORS: _floors(SymbolicProgram(program), budget)},
        }  # fmt: skip
        return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def _monotone(symbolic: SymbolicProgram, budget: Budget) -> dict[str, object]:
    symbolic.circuit.meter = budget
    first = CnfEncoder(symbolic.circuit)
    high, inputs = _levels(symbolic, first), _inputs(symbolic, first, "first.")
    whom = _concerned(symbolic, first)
    second = CnfEncoder(symbolic.circuit, after=first.count)
    low, worse_inputs = _levels(symbolic, second), _inputs(symbolic, second, "second.")
    both = {id_: (whom[id_], literal) for id_, literal in _concerned(symbolic, second).items()}
    clauses = first.clauses + second.clauses
    falls = range(second.count + 1, second.count + 1 + len(_URGENCIES))
    risks = [(v.index, risk) for v, risk in directed_variables(symbolic)]
    for variable in symbolic.domain.answers:
        own = [risk for index, risk in risks if index == variable.index]
        if all(not risk.urgencies for risk in own):
            risk = own[0] if own else None
            clauses += _no_better(variable, risk, first, second, both)
            continue
        for fall, urgency in zip(falls, _URGENCIES, strict=True):
            risk = next((risk for risk in own if urgency in risk.urgencies), None)
            clauses += ([-fall, *c] for c in _no_better(variable, risk, first, second, both))
    for fall, urgency in zip(falls, _URGENCIES, strict=True):
        clauses += [[-fall, high[urgency]], [-fall, -low[urgency]]]
    clauses.append([*falls])
    outputs = _outputs(high, "first.") | _outputs(low, "second.")
    return _proof(falls[-1], clauses, inputs | worse_inputs, outputs, budget)


def _concerned(symbolic: SymbolicProgram, encoder: CnfEncoder) -> dict[str, int]:
    """Return, for each direction that speaks of some people, whether it does of this person."""
    return {
        risk.id: encoder.literal(symbolic.complete.encode(risk.when).lo.surely)
        for risk in symbolic.program.protocol.risk
        if risk.when is not None
    }


def _no_better(
    variable: Variable,
    risk: Risk | None,
    first: CnfEncoder,
    second: CnfEncoder,
    both: Mapping[str, tuple[int, int]],
) -> Iterator[list[int]]:
    """Yield, for each value of the first person, the values that the second may have.

    That is only the same value if the direction does not speak of both of them.
    """
    values = range(len(variable.values))
    for value in values:
        allowed = [v for v in values if v == value or (risk and _worse(variable, risk, value, v))]
        yield [
            -first.of_value[variable.index, value],
            *(second.of_value[variable.index, v] for v in allowed),
        ]
        for concerned in both[risk.id] if risk and risk.when is not None else ():
            same = second.of_value[variable.index, value]
            yield [-first.of_value[variable.index, value], same, concerned]


def _worse(variable: Variable, risk: Risk, value: int, other: int) -> bool:
    """Return whether the other value is as bad or worse; not sure lies between best and worst."""
    ordered = variable.by_risk(risk)
    if variable.values[other] is NOT_SURE:
        return value == ordered[0]
    if variable.values[value] is NOT_SURE:
        return other == ordered[-1]
    return ordered.index(value) <= ordered.index(other)


def _floors(symbolic: SymbolicProgram, budget: Budget) -> dict[str, object]:
    symbolic.circuit.meter = budget
    encoder = CnfEncoder(symbolic.circuit)
    missed = []
    for floor in symbolic.program.protocol.floors:
        flag = symbolic.complete.encode(floor.when).lo
        for rail, urgency in ((flag.surely, floor.at_least), (flag.maybe, floor.if_unsure)):
            if urgency is not None:
                below = -symbolic.complete.at_least(urgency)
                missed.append(symbolic.circuit.conjoin(rail, below))
    encoder.clauses.append([encoder.literal(formula) for formula in missed])
    levels, inputs = _levels(symbolic, encoder), _inputs(symbolic, encoder)
    return _proof(encoder.count, encoder.clauses, inputs, _outputs(levels), budget)


def _levels(symbolic: SymbolicProgram, encoder: CnfEncoder) -> dict[Urgency, int]:
    return {u: encoder.literal(symbolic.complete.at_least(u)) for u in _URGENCIES}


def _inputs(symbolic: SymbolicProgram, encoder: CnfEncoder, prefix: str = "") -> dict[str, int]:
    return {
        f"{prefix}{variable.name}={_value_text(value)}": boolean
        for variable in symbolic.domain.answers
        for value, boolean in zip(
            variable.values, encoder.variable(variable.index), strict=True
        )
    }  # fmt: skip


def _outputs(levels: dict[Urgency, int], prefix: str = "") -> dict[str, int]:
    return {f"{prefix}at least {urgency.id}": literal for urgency, literal in levels.items()}


def _value_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, NotSure):
        return value.value
    if isinstance(value, Band):
        return f"{number_text(value.least)}..{number_text(value.most)}"
    return str(value)


def _proof(
    count: int, clauses: list[list[int]], inputs: dict[str, int], outputs: dict[str, int],
    budget: Budget,
) -> dict[str, object]:  # fmt: skip
    with solvers().Solver(name=SOLVER, bootstrap_with=clauses, with_proof=True) as solver:
        is_refuted = not BudgetedSolver(solver, budget).solve()
        proof = list(solver.get_proof() or ()) if is_refuted else []
    lines = [f"p cnf {count} {len(clauses)}"]
    lines += [" ".join(map(str, [*clause, 0])) for clause in clauses]
    return {"proved": is_refuted, "inputs": inputs, "outputs": outputs, "cnf": lines,
            "drup": proof}  # fmt: skip
