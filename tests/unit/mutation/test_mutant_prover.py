"""Equivalence and violated claims, and proofs that run out of time or nodes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from backtriage.cases.case import Case
from backtriage.mutation import mutant_prover
from backtriage.mutation.mutant_prover import MutantProver
from backtriage.mutation.report import MutantStatus, mutation_report
from backtriage.program.program import Program, build_program
from backtriage.protocol.guarantees import Risk, Waiver
from backtriage.protocol.protocol import Advice, Protocol, Sign, SignGroup
from backtriage.prove.domain import Variable
from backtriage.prove.engines.budget import (
    Budget,
    Exhausted,
    raised_recursion_limit,
    variable_bound,
)
from backtriage.terms.condition import All, Always, Compare, Not, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NUMBER, YES_NO
from tests.support import builders
from tests.support.assessments import with_lines
from tests.support.builders import emergency_program
from tests.support.strategies import everybody, frame
from tests.unit.mutation.sample import find_mutant, question, rule


def interacting() -> Program:
    """Return a program that is monotone only because one rule covers for another."""
    questions = (question("worse", YES_NO), question("other", YES_NO))
    return build_program(frame(
        questions=questions,
        rules=(
            rule("cover", Urgency.EMERGENCY, Yes("other"), if_unsure=Urgency.EMERGENCY),
            rule("odd", Urgency.EMERGENCY, All((Yes("other"), Not(Yes("worse")))),
                 if_unsure=Urgency.EMERGENCY),
            everybody(),
        ),
        risk=tuple(Risk(question=q.id, direction="yes") for q in questions),
    ))  # fmt: skip


def test_checks_monotonicity_where_rules_interact() -> None:
    """A weakened rule breaks it in a variable that the rule does not read."""
    program = interacting()
    mutant = find_mutant(program, "rule cover: urgency same_day instead of emergency")
    prover = MutantProver(program, (), Budget(30))
    divergence = next(prover.divergences(build_program(mutant.protocol, "mutant")), None)

    assert divergence is not None
    assert divergence.in_urgency
    assert prover.interacting_variables() == {"worse"}
    claim, ran_out = prover.violated_claim(mutant, divergence)
    assert ran_out == ""
    assert claim is not None
    assert claim.key == ("lowered", "worse")


def test_work_for_all_mutants_takes_no_time_from_one(monkeypatch: pytest.MonkeyPatch) -> None:
    program = interacting()
    mutant = find_mutant(program, "rule cover: urgency same_day instead of emergency")
    seconds = 0.0
    prover = MutantProver(program, (), Budget(100, clock=lambda: seconds))
    divergence = next(prover.divergences(build_program(mutant.protocol, "mutant")), None)
    assert divergence is not None
    interacts = prover._interacts

    def slowly(variable: Variable, risk: Risk) -> bool:
        nonlocal seconds
        seconds += 11  # a mutant has 10
        return interacts(variable, risk)

    monkeypatch.setattr(prover, "_interacts", slowly)
    claim, ran_out = prover.violated_claim(mutant, divergence)

    assert ran_out == ""
    assert claim is not None
    assert claim.key == ("lowered", "worse")


def test_a_line_for_other_people_is_a_divergence() -> None:
    """Although no urgency and no advice differs."""
    program = with_lines()
    breath, hot = program.protocol.safety_net
    lines = (breath, replace(hot, personal_when=Compare("years", ">=", 65)))  # type: ignore[arg-type]
    mutated = build_program(replace(program.protocol, safety_net=lines), "mutant")

    divergence = next(MutantProver(program, (), Budget(30)).divergences(mutated), None)

    assert divergence is not None
    assert not divergence.in_urgency


def test_an_answer_that_is_not_asked_for_yet_can_decide_a_line() -> None:
    """Neither version asks for it now. Once the answer that its guard reads changes, it counts."""
    lines = (
        SignGroup(id="everybody", urgency=Urgency.EMERGENCY, text="A knock"),
        SignGroup(id="bleeders", urgency=Urgency.EMERGENCY, text="You bleed",
                  personal_when=Yes("bleeds")),
    )  # fmt: skip
    program = emergency_program(
        builders.question("knock"),
        builders.question("bleeds", ask_when=Yes("knock"), can_change=False),
        when=Yes("knock"), safety_net=lines,
    )  # fmt: skip
    told, home = program.rules
    told = replace(told, signs=(Sign(group="everybody"), Sign(group="bleeders")))
    program = build_program(replace(program.protocol, rules=(told, home)))
    mutant = find_mutant(
        program, "line bleeders, personal_when: the condition read as 'not bleeds'"
    )

    (result,) = (r for r in mutation_report(program, ()).results if r.mutant == mutant)

    assert result.distinguished is not None
    assert result.distinguished.sheet["knock"] is False
    assert "bleeds" in result.distinguished.sheet


def test_what_shows_only_beside_a_contradiction_is_no_difference() -> None:
    """Whoever bleeds is an emergency, asked or not, and is shown no line of a lesser rule."""
    bleeds, knock = Compare("bleeds", ">=", Decimal(2)), Yes("knock")
    personal = SignGroup(id="bleeders", urgency=Urgency.ROUTINE, text="A", personal_when=bleeds)
    program = build_program(frame(
        questions=(
            question("knock", YES_NO),
            question("bleeds", NUMBER, ask_when=knock, if_skipped=Decimal(0), can_change=False,
                     most=3, allows_not_sure=False),
        ),
        rules=(
            rule("bleeds", Urgency.EMERGENCY, bleeds),
            rule("knock", Urgency.ROUTINE, knock, signs=(Sign(group="bleeders"),)),
            everybody(),
        ),
        safety_net=(personal,),
    ))  # fmt: skip
    name = "line bleeders, personal_when: the condition read as 'bleeds > 2'"
    mutant, prover = find_mutant(program, name), MutantProver(program, (), Budget(30))
    mutated = build_program(mutant.protocol, "mutant")
    (result,) = (r for r in mutation_report(program, ()).results if r.mutant == mutant)

    assert next(prover.divergences(mutated), None) is not None
    assert result.status is MutantStatus.EQUIVALENT


@pytest.mark.parametrize("is_advised", [True, False])
def test_a_scope_that_may_turn_out_matters_to_advice_alone(*, is_advised: bool) -> None:
    """The rule never fires, but while the age is missing nobody knows that."""
    old, young = (Compare("age", sign, 5) for sign in (">=", "<"))  # type: ignore[arg-type]
    rest = Advice(id="rest", kind="comfort", text="Rest.", strength="none", when=Always())
    program = build_program(frame(
        questions=(question("age", NUMBER, least=0, most=9, allows_not_sure=False),),
        rules=(
            rule("old", Urgency.ROUTINE, old),
            rule("odd", Urgency.ROUTINE, All((old, young)), out_of_scope=True),
            everybody(),
        ),
        advice=(rest,) * is_advised,
    ))  # fmt: skip
    mutant = find_mutant(program, "rule odd: left out")

    (result,) = (r for r in mutation_report(program, ()).results if r.mutant == mutant)

    assert (result.distinguished is not None) is is_advised
    assert (result.status is MutantStatus.EQUIVALENT) is not is_advised


def test_a_claim_kills_what_removes_its_only_example() -> None:
    program = build_program(frame(
        questions=(question("yes", YES_NO),),
        rules=(rule("alone", Urgency.ROUTINE, Yes("yes"), if_unsure=Urgency.ROUTINE), everybody()),
        risk=(Risk(question="yes", direction="none", reason="A test."),),
    ))  # fmt: skip
    mutant = find_mutant(program, "rule alone: urgency self_care instead of routine")
    (result,) = (t for t in mutation_report(program, ()).results if t.mutant == mutant)

    assert result.status is MutantStatus.KILLED_BY_CLAIM
    assert result.detail == "Somebody is sent to 'routine'."


def test_an_untrue_or_waived_claim_kills_nothing(program: Program) -> None:
    description = (
        "rule fever_today: the condition read as 'long_fever and (feverish and years >= 65 years)'"
    )
    protocol = program.protocol
    waived = Waiver(about="fever_that_stays", accepts="hidden", reason="A test.",
                    review_by="2030-01-01")  # fmt: skip
    steep = tuple(replace(floor, at_least=Urgency.EMERGENCY) for floor in protocol.floors)
    for changed, status in (
        (protocol, MutantStatus.KILLED_BY_CLAIM),
        (replace(protocol, floors=()), MutantStatus.SURVIVED),
        (replace(protocol, floors=steep, risk=without_directions(protocol)),
         MutantStatus.SURVIVED),
        (replace(protocol, floors=steep, waivers=(waived,), risk=without_directions(protocol)),
         MutantStatus.SURVIVED),
    ):  # fmt: skip
        report = mutation_report(build_program(changed), ())
        (result,) = (r for r in report.results if r.mutant.description == description)
        assert result.status is status


def without_directions(protocol: Protocol) -> tuple[Risk, ...]:
    return tuple(replace(r, direction="none", order=(), reason="A test.") for r in protocol.risk)


def test_a_reset_of_the_table_changes_no_result(
    program: Program, cases: tuple[Case, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = mutation_report(program, cases)
    monkeypatch.setattr(mutant_prover, "_MOST_NODES", 0)

    after = mutation_report(program, cases)

    assert [(t.mutant.description, t.status, t.detail) for t in after.results] == [
        (t.mutant.description, t.status, t.detail) for t in before.results
    ]


def test_without_time_every_mutant_is_undecided(program: Program, cases: tuple[Case, ...]) -> None:
    report = mutation_report(program, cases, seconds=0)

    assert {result.status for result in report.results} == {MutantStatus.UNDECIDED}
    assert not report.is_sound
    assert all(result.distinguished is None for result in report.survivors)
    assert {result.detail for result in report.survivors} == {"ran out of time: 0 seconds"}


def test_reports_what_ran_out_while_checking_claims(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    prover = MutantProver(program, (), Budget(30))
    mutant = find_mutant(program, "rule child: the condition read as 'years <= 5 years'")
    with raised_recursion_limit(variable_bound(program)):
        divergence = next(prover.divergences(build_program(mutant.protocol, "mutant")), None)
        assert divergence is not None
        assert prover.true_claims()
        assert prover.violated_claim(mutant, divergence) == (None, "")

        def run_out(*_: object) -> None:
            raise Exhausted("ran out of patience")

        monkeypatch.setattr(prover.engine, "find_model", run_out)
        assert prover.violated_claim(mutant, divergence) == (None, "ran out of patience")
        assert MutantProver(program, (), Budget(0)).true_claims() < prover.true_claims()
        fresh = MutantProver(program, (), Budget(30))
        monkeypatch.setattr(fresh.engine, "find_model", run_out)
        assert fresh.interacting_variables() == {
            "airway.breathing", "airway.drooling", "days", "feverish", "fever_days"
        }  # fmt: skip
