"""A proof that others can check: clauses, and a DRUP refutation of them.

Two claims in one formula each, so that each has one proof. `worse_never_lowers` takes two
people, the second of whom is as badly off or worse in every answer, and asks for the first to
be sent higher: claims c and f for all answers at once. `floors` asks for a red flag that is
sent lower than its floor: claim b1. A checker needs no trust in this program for the step from
clauses to contradiction; that the clauses say what the rules say is tested against the
interpreter, through the table of Booleans that stands beside them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from backtriage.program.program import Program
from backtriage.protocol.protocol import Risk
from backtriage.prove.claims.safety import by_risk, directed_variables
from backtriage.prove.domain import Band, Variable
from backtriage.prove.engines.sat_engine import SOLVER, Clauses, solvers
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NotSure, number_text

MONOTONE: Final = "worse_never_lowers"
FLOORS: Final = "floors"


def certificate(program: Program) -> str:
    """The certificate of a program as JSON; a claim that is not true has no proof."""
    record = {
        "schema": "backtriage.certificate/1",
        "protocol": {"id": program.protocol.id, "version": program.protocol.version,
                     "digest": program.digest},
        "proofs": {MONOTONE: _monotone(SymbolicProgram(program)),
                   FLOORS: _floors(SymbolicProgram(program))},
    }  # fmt: skip
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def _monotone(model: SymbolicProgram) -> dict[str, object]:
    one, two = Clauses(model.circuit), Clauses(model.circuit)
    levels = [model.complete.at_least(urgency) for urgency in list(Urgency)[1:]]
    first = [one.literal(level) for level in levels]
    for variable in model.domain.answers:
        one.variable(variable.index)
    # The second person's Booleans follow the first's.
    second = [two.literal(level) for level in levels]
    for variable in model.domain.answers:
        two.variable(variable.index)
    shift = one.count
    clauses = [*one.all, *([_moved(b, shift) for b in clause] for clause in two.all)]
    risks = {variable.index: risk for variable, risk in directed_variables(model)}
    for variable in model.domain.answers:
        clauses += _no_better(variable, risks.get(variable.index), one, two, shift)
    count = shift + two.count
    falls = []
    for high, low in zip(first, second, strict=True):
        count += 1
        clauses += [[-count, high], [-count, -_moved(low, shift)]]
        falls.append(count)
    clauses.append(falls)
    inputs = {
        **_inputs(model, one, 0, "first."), **_inputs(model, two, shift, "second.")
    }  # fmt: skip
    outputs = {
        **_outputs(first, 0, "first."), **_outputs(second, shift, "second.")
    }  # fmt: skip
    return _proof(count, clauses, inputs, outputs)


def _moved(boolean: int, shift: int) -> int:
    return boolean + shift if boolean > 0 else boolean - shift


def _no_better(
    variable: Variable, risk: Risk | None, one: Clauses, two: Clauses, shift: int
) -> Iterable[list[int]]:
    """For each value of the first person, the values that the second may have."""
    values = range(len(variable.values))
    for value in values:
        allowed = [v for v in values if v == value or (risk and _worse(variable, risk, value, v))]
        first = one.of_value[variable.index, value]
        yield [-first, *(_moved(two.of_value[variable.index, v], shift) for v in allowed)]


def _worse(variable: Variable, risk: Risk, value: int, other: int) -> bool:
    """Whether the other value is at least as bad; not sure stands between best and worst."""
    rungs = by_risk(variable, risk)
    if variable.values[other] is NOT_SURE:
        return value == rungs[0]
    if variable.values[value] is NOT_SURE:
        return other == rungs[-1]
    return rungs.index(value) <= rungs.index(other)


def _floors(model: SymbolicProgram) -> dict[str, object]:
    clauses = Clauses(model.circuit)
    broken = []
    for floor in model.program.protocol.floors:
        rails = model.complete.encode(floor.when).lo
        below = [(rails.surely, floor.at_least), (rails.maybe, floor.if_unsure)]
        broken += [
            model.circuit.conjoin(flag, -model.complete.at_least(urgency))
            for flag, urgency in below
            if urgency is not None
        ]
    clauses.all.append([clauses.literal(one) for one in broken])
    levels = [clauses.literal(model.complete.at_least(urgency)) for urgency in list(Urgency)[1:]]
    for variable in model.domain.answers:
        clauses.variable(variable.index)
    return _proof(clauses.count, clauses.all, _inputs(model, clauses, 0, ""),
                  _outputs(levels, 0, ""))  # fmt: skip


def _inputs(model: SymbolicProgram, clauses: Clauses, shift: int, prefix: str) -> dict[str, int]:
    """Which Boolean says that an answer has a value."""
    return {
        f"{prefix}{variable.name}={_word(value)}": clauses.of_value[variable.index, at] + shift
        for variable in model.domain.answers
        for at, value in enumerate(variable.values)
    }


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, NotSure):
        return value.value
    if isinstance(value, Band):
        return f"{number_text(value.least)}..{number_text(value.most)}"
    return str(value)


def _outputs(levels: list[int], shift: int, prefix: str) -> dict[str, int]:
    return {
        f"{prefix}at least {urgency.id}": _moved(level, shift)
        for urgency, level in zip(list(Urgency)[1:], levels, strict=True)
    }


def _proof(
    count: int, clauses: list[list[int]], inputs: dict[str, int], outputs: dict[str, int]
) -> dict[str, object]:  # fmt: skip
    with solvers().Solver(name=SOLVER, bootstrap_with=clauses, with_proof=True) as solver:
        refuted = solver.solve() is False
        proof = list(solver.get_proof() or ()) if refuted else []
    lines = [f"p cnf {count} {len(clauses)}"]
    lines += [" ".join(map(str, [*clause, 0])) for clause in clauses]
    return {"proved": refuted, "inputs": inputs, "outputs": outputs, "cnf": lines, "drup": proof}
