from __future__ import annotations

import sys
from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from backtriage.prove import report as reports
from backtriage.prove.circuit import FALSE, TRUE, Circuit
from backtriage.prove.domain import Assignment, Domain
from backtriage.prove.engines.budget import Budget, Exhausted
from backtriage.prove.engines.mdd_engine import ONE, MddEngine
from backtriage.prove.engines.sat_engine import NotInstalled, SatEngine, solvers
from backtriage.prove.engines.variable_order import force, orders
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.prove.report import Engine, ProofStatus, all_claims, prove_claims
from backtriage.terms.condition import Yes
from tests.support.builders import emergency_program, question
from tests.support.protocols import tiny


class WrongEngine:
    """An engine for which every conjunction is satisfiable."""

    def find_model(self, _: Sequence[int]) -> Assignment | None:
        """Return a model."""
        return {}

    def min_cost_model(self, _: Sequence[int]) -> Assignment | None:
        """Run out."""
        raise Exhausted("ran out")


def test_a_budget_limits_nodes_and_seconds() -> None:
    with pytest.raises(Exhausted, match="ran out of room: 1 diagram nodes"):
        Budget(nodes=1).spend(2)
    with pytest.raises(Exhausted, match="ran out of time: 0 seconds"):
        Budget(seconds=0).spend()
    Budget().spend(1)


def test_a_claim_on_which_engines_disagree_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    original = reports._engine

    def one_wrong(name: str, *given: object) -> Engine:
        return WrongEngine() if name == "sat" else original(name, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(reports, "_engine", one_wrong)

    report = reports.prove_program(tiny(), engine="both", kinds={"unsafe"})

    assert {result.status for result in report.results} == {ProofStatus.UNDECIDED}
    assert "in the two engines" in report.errors[0].reason


def test_a_costly_model_is_better_than_none() -> None:
    claims = [claim for claim in all_claims(SymbolicProgram(tiny())) if claim.kind == "unsafe"]

    (proof, *_) = prove_claims(WrongEngine(), claims)

    assert proof.assignment == {}


def test_a_missing_library_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pysat", None)

    with pytest.raises(NotInstalled, match=r"backtriage\[prove\]"):
        solvers()


def test_the_solver_is_interrupted_when_time_is_out(monkeypatch: pytest.MonkeyPatch) -> None:
    symbolic = SymbolicProgram(tiny())
    costs = [[0] * len(variable.values) for variable in symbolic.domain.variables]
    engine = SatEngine(symbolic.circuit, costs, Budget(seconds=0.05))
    stuck = SimpleNamespace(
        add_clause=lambda _: None,
        conf_budget=lambda _: None,
        solve_limited=lambda **_: None,
    )
    monkeypatch.setattr(engine, "_solver", stuck)

    with pytest.raises(Exhausted, match="out of time"):
        engine.find_model((symbolic.complete.at_least(symbolic.program.rules[0].urgency),))


def test_a_diagram_of_what_the_cheapest_model_satisfies_is_not_built() -> None:
    """All pairs together have a million nodes in this order, but only one is in question."""
    pairs, yes = 20, (1,)
    program = emergency_program(*(question(f"q{n}") for n in range(2 * pairs)), when=Yes("q0"))
    c = Circuit(Domain(program).variables)
    neither = [-c.conjoin(c.literal(n, yes), c.literal(n + pairs, yes)) for n in range(pairs)]
    costs = [[*range(len(variable.values))] for variable in c.variables]
    engine = MddEngine(c, range(len(costs)), costs, Budget(nodes=100))

    model = engine.min_cost_model((c.literal(0, yes), *neither))

    assert model == {n: int(n == 0) for n in range(len(costs))}
    assert engine.min_cost_model((c.literal(0, yes), c.literal(pairs, yes), *neither)) is None


def test_force_puts_interacting_variables_together() -> None:
    assert force(range(3), []) == (0, 1, 2)
    order = force(range(40), [(0, 39), (1, 38), (2, 37)])
    assert all(abs(order.index(one) - order.index(39 - one)) < 10 for one in range(3))


def test_other_orders_come_after_that_of_the_questions_with_short_spans_first() -> None:
    groups = [(0, 39), (1, 38), (2, 37), (3, 20, 30)]

    first, *others = orders(40, groups)

    spans = [sum(o.index(max(g, key=o.index)) - o.index(min(g, key=o.index)) for g in groups)
             for o in others]  # fmt: skip
    assert first == force(range(40), groups)
    assert all(sorted(order) == list(range(40)) for order in others)
    assert spans == sorted(spans)
    assert [first, *others] == list(orders(40, groups))


def test_diagrams_are_conjoined_whatever_their_order() -> None:
    c = Circuit(Domain(tiny()).variables)
    costs = [[0] * len(variable.values) for variable in c.variables]
    engine = MddEngine(c, range(len(costs)), costs, Budget())
    one, two, three = (engine.mdd(c.literal(index, (1,))) for index in range(3))
    conjoin = engine.manager.conjoin

    assert engine.manager.conjoin_all([]) == ONE
    assert engine.manager.conjoin_all([one]) == one
    assert engine.manager.conjoin_all([one, three, two]) == conjoin(one, conjoin(two, three))


def test_full_tables_make_room_and_keep_every_diagram() -> None:
    c = Circuit(Domain(tiny()).variables)
    costs = [[0] * len(variable.values) for variable in c.variables]
    budget = Budget()
    manager = MddEngine(c, range(len(costs)), costs, budget).manager
    one, two = (manager.literal(index, frozenset({1})) for index in range(2))
    both, entries = manager.conjoin(one, two), manager.entries

    manager.make_room()
    assert manager.entries == entries

    budget.nodes = 2 * entries - 1
    manager.make_room()
    assert manager.entries < entries
    assert manager.conjoin(one, two) == both
    assert manager.entries == entries


def test_the_circuit_simplifies_constants_and_complements() -> None:
    circuit = Circuit(Domain(tiny()).variables)
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
    assert [circuit.evaluate(either, {1: value, 2: 1, 3: 0}) for value in (0, 1)] == [False, True]
    assert circuit.at_least(0, []) == TRUE
    assert circuit.at_least(3, [(1, one), (1, -one)]) == FALSE
    assert circuit.falsified((two, -two, three, TRUE, FALSE), {2: 1}) == [-two, three, FALSE]
    assert circuit.conjuncts(circuit.conjoin(two, three), three, -one) == (two, three, -one)
