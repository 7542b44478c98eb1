"""Budgets: a hostile protocol exhausts time and room, and the rest is undecided at once.

Nothing here waits: a clock moves on by a second whenever it is read, and work is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import count
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from backtriage.compare import comparison as comparisons
from backtriage.counterfactual import search
from backtriage.counterfactual.counterfactual import SearchOutcome
from backtriage.mutation import report as mutation
from backtriage.mutation.report import MutantStatus, mutation_report
from backtriage.program.program import Program, build_program
from backtriage.protocol.guarantees import Waiver
from backtriage.protocol.protocol import NamedFact, Rule
from backtriage.prove import certificate as certificates
from backtriage.prove import report as reports
from backtriage.prove.claims.claim import CLAIM_KINDS, Conjunction, universal
from backtriage.prove.engines.budget import Budget, Exhausted
from backtriage.prove.engines.mdd_engine import MddEngine
from backtriage.prove.engines.sat_engine import SatEngine
from backtriage.prove.engines.variable_order import force
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.prove.report import ProofStatus, all_claims, prove_claims
from backtriage.terms.answers import Answers
from backtriage.terms.condition import All, AtLeast, Condition, Fact, Not, Yes
from backtriage.terms.urgency import Urgency
from tests.support.builders import emergency_program, question
from tests.support.protocols import tiny
from tests.support.strategies import everybody, frame

STEPS_PER_READING = 1100
"""The steps between two readings of the clock, and those of the largest single step."""


class Counting(Budget):
    """A budget that remembers how much work was done."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **options)
        self.steps = 0
        self.entries = 0

    def is_due(self, steps: int = 1) -> bool:
        """Count every step."""
        self.steps += steps
        return super().is_due(steps)

    def spend(self, nodes: int = 0) -> None:
        """Remember the largest table."""
        self.entries = max(self.entries, nodes)
        super().spend(nodes)


@cache
def hostile(seed: int = 1, rules: int = 24) -> Program:
    """Return a program whose rules each count a dozen random answers of sixty."""
    random = Random(seed)  # noqa: S311 - the same protocol every time
    questions = tuple(question(f"q{number}") for number in range(60))

    def counted() -> Condition:
        some = [Yes(each.id) for each in random.sample(questions, 12)]
        return AtLeast(6, tuple(Not(each) if random.random() < 0.5 else each for each in some))

    return build_program(frame(questions=questions, rules=(*(
        Rule(id=f"r{number}", urgency=Urgency(1 + number % 4), when=counted(), if_unsure=None,
             because="So.", come_back="You do.")
        for number in range(rules)
    ), everybody())))  # fmt: skip


def with_clock(monkeypatch: pytest.MonkeyPatch, module: object, **options: Any) -> list[Counting]:  # noqa: ANN401
    """Give the budgets of a module a clock that moves on when it is read; return them."""
    made: list[Counting] = []

    def make(seconds: float) -> Budget:
        ticks = count()
        made.append(Counting(seconds, clock=lambda: float(next(ticks)), **options))
        return made[-1]

    monkeypatch.setattr(module, "Budget", make)
    return made


@pytest.mark.parametrize("engine", [reports.DIAGRAM, reports.SAT])
def test_without_time_the_rest_is_undecided_at_once(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (budgets, seconds) = with_clock(monkeypatch, reports), 40

    report = reports.prove_program(hostile(), engine=engine, seconds=seconds)

    assert len(report.results) == len(all_claims(report.symbolic)) > 700
    undecided = [r for r in report.results if r.status is ProofStatus.UNDECIDED]
    assert {result.reason for result in undecided} == {"ran out of time: 40 seconds"}
    assert undecided == list(report.results)[-len(undecided) :]
    assert any(result.is_error for result in undecided)
    assert budgets[0].steps < seconds * STEPS_PER_READING


class Listed(tuple[Waiver, ...]):
    """Waivers that count how often somebody goes over all of them."""

    __slots__ = ()
    times = 0

    def __iter__(self) -> Iterator[Waiver]:
        """Count."""
        Listed.times += 1
        return super().__iter__()


def test_after_the_budget_nobody_goes_over_all_waivers_for_each_claim() -> None:
    waiver = Waiver(about="r1", accepts="redundant_rule", reason="So.", review_by="2030-01-01")
    program = hostile(rules=8)
    protocol = replace(program.protocol, waivers=Listed([waiver] * 3))

    report = reports.prove_program(replace(program, protocol=protocol), seconds=0)

    waived = [r.claim.subject for r in report.results if r.waiver == waiver]
    assert waived == ["r1"]
    assert Listed.times < 5 < len(report.results)


def test_what_is_undecided_is_as_grave_as_what_is_false() -> None:
    """An undecided warning stays a warning."""
    report = reports.prove_program(tiny(), seconds=0)

    assert {result.status for result in report.results} == {ProofStatus.UNDECIDED}
    for result in report.results:
        assert result.is_error == (CLAIM_KINDS[result.claim.kind].severity == "error")
    assert report.errors
    assert report.warnings


def test_without_room_the_rest_is_undecided_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    room = 10_000
    budgets = with_clock(monkeypatch, reports, nodes=room)

    report = reports.prove_program(hostile(), seconds=1e9)

    undecided = [r for r in report.results if r.status is ProofStatus.UNDECIDED]
    assert {r.reason for r in undecided} == {f"ran out of room: {room} diagram nodes"}
    assert undecided == list(report.results)[-len(undecided) :]
    assert room < budgets[0].entries < room + 3 * STEPS_PER_READING


def test_a_certificate_ends_with_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    (budgets, seconds) = with_clock(monkeypatch, certificates), 20

    with pytest.raises(Exhausted, match="ran out of time: 20 seconds"):
        certificates.certificate(hostile(), seconds=seconds)

    assert budgets[0].steps < seconds * STEPS_PER_READING


def test_a_comparison_ends_with_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every comparison has a name, also those that were not begun."""
    (budgets, seconds) = with_clock(monkeypatch, comparisons), 200

    comparison = comparisons.compare(hostile(rules=8), hostile(2, rules=8), seconds=seconds)

    assert set(comparison.undecided.values()) == {"ran out of time: 200 seconds"}
    assert "who is lowered from emergency" in comparison.undecided
    assert "when to come back for 'r3'" in comparison.undecided
    assert not comparison.moves_nobody
    assert budgets[0].steps < seconds * STEPS_PER_READING


def test_all_mutants_together_end_with_their_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of them cannot take it all."""
    (_, seconds) = with_clock(monkeypatch, mutation), 600

    report = mutation_report(hostile(rules=8), (), seconds=seconds)

    undecided = report.with_status(MutantStatus.UNDECIDED)
    assert {result.detail for result in undecided} == {
        "ran out of time: 60 seconds", "ran out of time: 600 seconds"
    }  # fmt: skip
    assert report.results[-1].detail == "ran out of time: 600 seconds"
    assert not report.is_sound


def test_a_counterfactual_ends_with_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    (budgets, seconds) = with_clock(monkeypatch, search), 20

    found = search.find_counterfactual(
        hostile(), Answers({"q0": True}), Urgency.SELF_CARE, seconds=seconds
    )

    assert (found.outcome, found.ran_out) == (
        SearchOutcome.UNDECIDED, "ran out of time: 20 seconds"
    )  # fmt: skip
    assert budgets[0].steps < seconds * STEPS_PER_READING


def test_a_share_ends_with_the_whole() -> None:
    now = [0.0]
    whole = Budget(100, clock=lambda: now[0])
    early, late = whole.share(0.1), whole.share(0.1)

    now[0] = 11
    with pytest.raises(Exhausted, match="ran out of time: 10 seconds"):
        early.spend()
    now[0] = 95
    late = whole.share(0.1)
    now[0] = 100
    with pytest.raises(Exhausted, match="ran out of time: 100 seconds"):
        late.spend()
    assert whole.is_spent


def test_what_is_spent_stays_spent() -> None:
    budget = Budget(nodes=10)

    with pytest.raises(Exhausted, match="room"):
        budget.spend(11)

    assert budget.is_due()
    with pytest.raises(Exhausted, match="room"):
        budget.spend()


def test_no_claim_is_begun_without_time() -> None:
    def begun() -> Iterator[Conjunction]:
        raise AssertionError

    claims = [universal("gap", str(number), "Nothing.", begun) for number in range(3)]
    pigeons = Pigeons(1)
    budget = Budget(0)
    engine = SatEngine(pigeons.circuit, pigeons.costs, budget)

    proofs = list(prove_claims(engine, claims, budget))

    assert [proof.status for proof in proofs] == [ProofStatus.UNDECIDED] * 3


OPERATIONS: dict[str, Callable[[MddEngine, int, int], object]] = {
    "negate": lambda engine, one, _: engine.manager.negate(one),
    "conjoin": lambda engine, one, other: engine.manager.conjoin(one, other),
    "count": lambda engine, one, _: engine.manager.count(one, engine.costs),
    "cheapest": lambda engine, one, _: engine.manager.min_cost_model(one, engine.costs),
    "find": lambda engine, _, __: engine.find_model((engine.circuit.literal(0, (1,)),)),
}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_no_operation_on_diagrams_goes_on_without_time(
    operation: Callable[[MddEngine, int, int], object],
) -> None:
    symbolic = SymbolicProgram(tiny())
    costs = [[1] * len(variable.values) for variable in symbolic.domain.variables]
    engine = MddEngine(symbolic.circuit, range(len(costs)), costs, Budget())
    one, other = (engine.mdd(symbolic.circuit.literal(index, (1,))) for index in (0, 1))

    engine.set_budget(Budget(0).share(1))

    with pytest.raises(Exhausted, match="ran out of time"):
        operation(engine, one, other)


def shared(depth: int) -> Program:
    """Return facts that each use the one before twice, which is one formula but many paths."""
    facts = [NamedFact(id="f0", when=Yes("a"))]
    for number in range(depth):
        before = Fact(f"f{number}")
        when = All((before, All((before, Yes(f"x{number}")))))
        facts.append(NamedFact(id=f"f{number + 1}", when=when))
    questions = (question("a"), *(question(f"x{number}") for number in range(depth)))
    return emergency_program(*questions, when=Fact(f"f{depth}"), facts=tuple(facts))


def test_shared_formulas_are_read_once() -> None:
    """Twice as many facts take at most 2.3 times the steps."""

    def steps(depth: int) -> int:
        symbolic = SymbolicProgram(shared(depth))
        formula = symbolic.complete.encode(Fact(f"f{depth}")).lo.surely
        symbolic.circuit.meter = budget = Counting()
        parts = symbolic.circuit.conjuncts(formula)
        assert len(parts) == len(set(parts)) == depth + 1
        return budget.steps

    assert steps(80) <= 2.3 * steps(40)


def test_conditions_that_are_nested_too_deep_are_undecided() -> None:
    facts = [NamedFact(id="f0", when=Yes("q"))]
    facts += [NamedFact(id=f"f{n + 1}", when=Not(Fact(f"f{n}"))) for n in range(1200)]
    program = emergency_program(question("q"), when=Fact("f1200"), facts=tuple(facts))

    for run in (
        reports.prove_program,
        certificates.certificate,
        partial(comparisons.compare, tiny()),
        partial(mutation_report, cases=()),
    ):
        with pytest.raises(Exhausted, match="nested too deep"):
            run(program)


def test_an_order_takes_no_longer_than_there_is_time() -> None:
    groups = [(0, 39), (1, 38), (2, 37)]

    assert force(range(40), groups, Budget(0)) == tuple(range(40))
    assert force(range(40), groups, Budget()) == force(range(40), groups)


class Pigeons:
    """Formulas that no solver decides soon: more pigeons than holes, one in each."""

    def __init__(self, holes: int) -> None:
        questions = [question(f"p{p}_{h}") for p in range(holes + 1) for h in range(holes)]
        program = emergency_program(*questions, when=Yes("p0_0"))
        symbolic = SymbolicProgram(program)
        self.circuit = c = symbolic.circuit
        self.costs = [[0] * len(variable.values) for variable in symbolic.domain.variables]
        sits = [
            [symbolic.complete.encode(Yes(f"p{p}_{h}")).lo.surely for h in range(holes)]
            for p in range(holes + 1)
        ]
        self.conjunction = [c.disjoin(*row) for row in sits]
        self.conjunction += [
            -c.conjoin(sits[one][h], sits[other][h])
            for h in range(holes)
            for one in range(holes + 1)
            for other in range(one)
        ]


@pytest.mark.parametrize("method", ["find_model", "min_cost_model"])
def test_a_solver_ends_with_its_budget(method: str) -> None:
    pigeons, ticks = Pigeons(9), count()
    budget = Budget(5, clock=lambda: float(next(ticks)))
    engine = SatEngine(pigeons.circuit, pigeons.costs, budget)

    with pytest.raises(Exhausted, match="ran out of time: 5 seconds"):
        getattr(engine, method)(pigeons.conjunction)
    assert next(ticks) < 10


def test_a_solver_hears_ctrl_c() -> None:
    """It returns to Python between short searches, where the signal is raised."""
    pigeons, ticks = Pigeons(9), count()

    def interrupted() -> float:
        if next(ticks) == 3:
            raise KeyboardInterrupt
        return 0.0

    engine = SatEngine(pigeons.circuit, pigeons.costs, Budget(5, clock=interrupted))

    with pytest.raises(KeyboardInterrupt):
        engine.find_model(pigeons.conjunction)
