"""Engines stop when they must, and differences between them never pass for proofs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from backtriage.check import checked_protocol
from backtriage.program.program import build_program
from backtriage.prove import report as reports
from backtriage.prove.circuit import FALSE, TRUE, Circuit
from backtriage.prove.domain import Assignment, Domain
from backtriage.prove.engines import sat_engine
from backtriage.prove.engines.budget import Budget, Exhausted
from backtriage.prove.engines.sat_engine import NotInstalled, SatEngine, solvers
from backtriage.prove.engines.variable_order import force
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.prove.proof import Engine, Verdict, claims, prove
from backtriage.shell.files import read_rules

TINY = build_program(
    checked_protocol(read_rules(Path(__file__).parents[2] / "data" / "protocols" / "sore_throat"))
)


class InvalidAnswer:
    """An engine that is always wrong: it finds somebody everywhere."""

    name = "sat"

    def find_model(self, _: Sequence[int]) -> Assignment | None:
        """Anybody."""
        return {}

    def min_cost_model(self, _: Sequence[int]) -> Assignment | None:
        """It gives up halfway."""
        raise Exhausted("ran out")


def test_a_budget_ends() -> None:
    """In room and in time."""
    with pytest.raises(Exhausted, match="ran out of room: 1 diagram nodes"):
        Budget(nodes=1).spend(2)
    with pytest.raises(Exhausted, match="ran out of time: 0 seconds"):
        Budget(seconds=0).spend()
    Budget().spend(1)


def test_engines_that_differ_prove_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim on which one is wrong is undecided, and so a fault."""
    usual = reports._engine

    def one_wrong(name: str, *given: object) -> Engine:
        return InvalidAnswer() if name == "sat" else usual(name, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(reports, "_engine", one_wrong)

    found = reports.report(TINY, engine="both", kinds=frozenset({"unsafe"}))

    assert {f.proof.verdict for f in found.findings} == {Verdict.UNDECIDED}
    assert "in the two engines" in found.faults[0].proof.ran_out


def test_any_case_is_better_than_none() -> None:
    """When looking for the nearest case costs too much, the first one is shown."""
    wanted = [claim for claim in claims(SymbolicProgram(TINY)) if claim.kind == "unsafe"]

    (proof, *_) = prove(InvalidAnswer(), wanted)

    assert proof.case == {}


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra that brings it."""
    monkeypatch.setitem(sys.modules, "pysat", None)

    with pytest.raises(NotInstalled, match=r"backtriage\[prove\]"):
        solvers()


def test_a_solver_that_gets_nowhere_looks_at_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many dead ends, until time is out."""
    model = SymbolicProgram(TINY)
    costs = [[0] * len(variable.values) for variable in model.domain.variables]
    engine = SatEngine(model.circuit, costs, Budget(seconds=0.05))
    monkeypatch.setattr(engine, "_solver", Stuck())

    with pytest.raises(Exhausted, match="out of time"):
        engine.find_model((model.complete.at_least(model.program.rules[0].urgency),))


class Stuck:
    """A solver that never answers."""

    def add_clause(self, clause: list[int]) -> None:
        """Taken, and forgotten."""

    def conf_budget(self, conflicts: int) -> None:
        """As many as it likes."""

    def solve_limited(self, *, assumptions: list[int]) -> bool | None:
        """No answer."""
        del assumptions
        return None


def test_an_order_of_nothing() -> None:
    """Without groups every order is as good; with them, those that meet stand together."""
    assert force(3, []) == (0, 1, 2)
    order = force(40, [(0, 39), (1, 38), (2, 37)])
    assert all(abs(order.index(one) - order.index(39 - one)) < 10 for one in range(3))


def test_plain_formulas() -> None:
    """What is decided when it is made is never stored."""
    circuit = Circuit(Domain(TINY))
    one = circuit.literal(1, (1,))

    assert circuit.literal(1, ()) == FALSE
    assert circuit.literal(1, range(3)) == TRUE
    assert circuit.literal(1, (0, 2)) == -one
    assert circuit.conjoin(one, -one) == FALSE
    assert circuit.if_then_else(TRUE, one, FALSE) == one
    assert circuit.if_then_else(FALSE, one, -one) == -one
    assert circuit.if_then_else(one, TRUE, FALSE) == one
    assert circuit.if_then_else(one, FALSE, circuit.literal(2, (1,))) == circuit.conjoin(
        -one, circuit.literal(2, (1,))
    )
    two, three = circuit.literal(2, (1,)), circuit.literal(3, (1,))
    either = circuit.if_then_else(one, two, three)
    assert [circuit.evaluate(either, {1: at, 2: 1, 3: 0}) for at in (0, 1)] == [False, True]
    assert circuit.at_least(0, []) == TRUE
    assert circuit.at_least(3, [(1, one), (1, -one)]) == FALSE
    assert sat_engine.SOLVER
