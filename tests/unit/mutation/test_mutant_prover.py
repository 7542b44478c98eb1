"""What claims notice, and what becomes of proofs that run out."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from backtriage.cases.case import Case
from backtriage.mutation import mutant_prover
from backtriage.mutation.generator import mutants
from backtriage.mutation.mutant import Mutant
from backtriage.mutation.mutant_prover import MutantProver
from backtriage.mutation.report import MutantStatus, mutation_report
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Protocol, Risk, Waiver
from backtriage.prove.engines.budget import Exhausted
from backtriage.prove.engines.recursion import raised_recursion_limit, variable_bound
from backtriage.terms.condition import All, Not, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import YES_NO
from tests.support.strategies import everybody, frame
from tests.unit.mutation.kinds import question, rule


def one(protocol: Protocol, about: str) -> Mutant:
    """The mutant that is described like this."""
    (found,) = (mutant for mutant in mutants(protocol) if mutant.description == about)
    return found


def leaning() -> Program:
    """A protocol in which a worse answer is harmless only because another rule covers it."""
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


def test_a_rule_that_covers_for_another() -> None:
    """When it asks for less, a claim on an answer that it does not read becomes untrue."""
    program = leaning()
    mutant = one(program.protocol, "rule cover: urgency same_day instead of emergency")
    proofs = MutantProver(program, (), 30)
    apart = proofs.find_divergence(build_program(mutant.protocol, "mutant"))

    assert apart is not None
    assert apart.in_urgency
    assert proofs.interacting_variables() == {"worse"}
    claim, ran_out = proofs.violated_claim(mutant, apart)
    assert ran_out == ""
    assert claim is not None
    assert claim.key == ("lowered", "worse")


def test_a_claim_that_loses_its_only_example() -> None:
    program = build_program(frame(
        questions=(question("yes", YES_NO),),
        rules=(rule("alone", Urgency.ROUTINE, Yes("yes"), if_unsure=Urgency.ROUTINE), everybody()),
        risk=(Risk(question="yes", direction="none", reason="A test."),),
    ))  # fmt: skip
    mutant = one(program.protocol, "rule alone: urgency self_care instead of routine")
    (trial,) = (t for t in mutation_report(program, ()).results if t.mutant == mutant)

    assert trial.status is MutantStatus.KILLED_BY_CLAIM
    assert trial.detail == "Somebody is sent to 'routine'."


def test_a_claim_that_was_untrue_before_notices_nothing(program: Program) -> None:
    """Nor does one whose fault somebody has accepted."""
    about = (
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
        found = mutation_report(build_program(changed), ())
        (trial,) = (trial for trial in found.results if trial.mutant.description == about)
        assert trial.status is status


def without_directions(protocol: Protocol) -> tuple[Risk, ...]:
    """No answer is worse than another."""
    return tuple(replace(r, direction="none", order=(), reason="A test.") for r in protocol.risk)


def test_an_empty_table_to_begin_with_again(
    program: Program, cases: tuple[Case, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is found does not hang on how full the table of diagrams is."""
    before = mutation_report(program, cases)
    monkeypatch.setattr(mutant_prover, "_MOST_NODES", 0)

    after = mutation_report(program, cases)

    assert [(t.mutant.description, t.status, t.detail) for t in after.results] == [
        (t.mutant.description, t.status, t.detail) for t in before.results
    ]


def test_no_time_is_undecided(program: Program, cases: tuple[Case, ...]) -> None:
    """What no case notices is then not known, and counts as not found."""
    found = mutation_report(program, cases, seconds=0)

    assert {trial.status for trial in found.results} == {
        MutantStatus.KILLED_BY_CASE,
        MutantStatus.EQUIVALENT,
        MutantStatus.UNDECIDED,
    }
    assert set(found.with_status(MutantStatus.EQUIVALENT)) <= set(
        mutation_report(program, cases).with_status(MutantStatus.EQUIVALENT)
    )
    assert not found.is_sound
    assert all(trial.distinguished is None for trial in found.survivors)
    assert {trial.detail for trial in found.survivors} == {"ran out of time: 0 seconds"}


def test_a_claim_that_runs_out_is_said(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant is undecided, though somebody tells it apart."""
    proofs = MutantProver(program, (), 30)
    mutant = one(program.protocol, "rule child: the condition read as 'years <= 5 years'")
    with raised_recursion_limit(variable_bound(program)):
        apart = proofs.find_divergence(build_program(mutant.protocol, "mutant"))
        assert apart is not None
        assert proofs.true_claims()
        broken = proofs.violated_claim(mutant, apart)
        assert broken == (None, "")

        def out(*_: object) -> None:
            raise Exhausted("ran out of patience")

        monkeypatch.setattr(proofs.engine, "find_model", out)
        assert proofs.violated_claim(mutant, apart) == (None, "ran out of patience")
        assert MutantProver(program, (), 0).true_claims() < proofs.true_claims()
        fresh = MutantProver(program, (), 30)
        monkeypatch.setattr(fresh.engine, "find_model", out)
        assert fresh.interacting_variables() == {
            "airway.breathing", "airway.drooling", "days", "feverish", "fever_days"
        }  # fmt: skip
