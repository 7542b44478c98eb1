"""Fault injection into the shipped protocol: the prover finds each fault.

Each row changes one thing and names the claim that must fail. `prove_program` itself confirms the
counterexample in the interpreter.
"""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from backtriage.decide import open_questions
from backtriage.program.program import build_program
from backtriage.protocol.protocol import Confirm, Protocol, Question
from backtriage.prove.claims.stopping import SymbolicOpenQuestions
from backtriage.prove.report import Proof, ProofReport, ProofStatus, prove_program
from backtriage.prove.to_text import report_lines
from backtriage.terms.condition import All, Always, Compare, Fact, Includes, Is, Not
from backtriage.terms.condition import Any as AnyOf
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import YES_NO
from tests.support.edits import Edit, add_rule, drop, edit, rewrite
from tests.support.protocols import shipped
from tests.support.tier import sampled

pytestmark = pytest.mark.once

FEVER = Includes("illness_signs", "fever")
NEVER = All((FEVER, Not(FEVER)))
"""True for nobody, and unsure for those who are unsure."""

IMPOSSIBLE = All((Compare("age", "<", 5), Compare("age", ">=", 60)))  # type: ignore[arg-type]


def verdicts_swapped(p: Protocol) -> Protocol:
    """Move the most cautious verdict behind a milder one."""
    (module,) = p.modules
    first, *rest, last = module.verdicts
    return replace(p, modules=(replace(module, verdicts=(*rest, first, last)),))


def no_soon(p: Protocol) -> Protocol:
    """Make one of the urgencies unreachable."""
    up = {Urgency.SOON: Urgency.SAME_DAY}
    return replace(p, rules=tuple(
        replace(r, urgency=up.get(r.urgency, r.urgency),
                if_unsure=up.get(r.if_unsure, r.if_unsure) if r.if_unsure else r.if_unsure)
        for r in p.rules
    ))  # fmt: skip


def with_idle_question(p: Protocol) -> Protocol:
    """Add a question whose answer nothing reads."""
    idle = Question(id="idle", section="triage", kind=YES_NO, text="Idle?", short="i", why="w")
    return replace(p, questions=(*p.questions, idle))


def with_confirmed_lump(p: Protocol) -> Protocol:
    """Add a confirmation to an item whose doubt never decides an emergency."""
    signs = next(question for question in p.questions if question.id == "illness_signs")
    choices = tuple(
        replace(choice, confirm=Confirm(text="Look.")) if choice.id == "lump" else choice
        for choice in signs.choices
    )
    return edit("questions", "illness_signs", choices=choices)(p)


FAULTS: dict[str, tuple[Edit, str, str]] = {
    "no rule for everybody": (drop("rules", "self_care"), "gap", "everybody"),
    "deleted rule": (drop("rules", "saddle_numbness"), "unsafe", "saddle_feeling"),
    "urgency one step down": (
        edit("rules", "poo_trouble", urgency=Urgency.SAME_DAY), "unsafe", "bowel"),
    "and for or": (
        rewrite("rules", "blood_or_side_pain", lambda w: All(w.of)), "unsafe", "blood_in_pee"),
    "one more condition": (
        rewrite("rules", "serious_accident", lambda w: All((w, FEVER))), "unsafe", "accident"),
    "a threshold off by one": (
        rewrite("rules", "fall_from_65",
                lambda w: All((Compare("age", ">", 65), w.of[1]))),  # type: ignore[arg-type]
        "unsafe", "older_and_a_fall"),
    "a comparison turned round": (
        rewrite("rules", "fall_from_65",
                lambda w: All((Compare("age", "<=", 65), w.of[1]))),  # type: ignore[arg-type]
        "unsafe", "older_and_a_fall"),
    "not in the wrong place": (rewrite("rules", "wasting", Not), "unsafe", "weight_or_sweats"),
    "a choice forgotten": (
        edit("rules", "old_trouble_changed", when=Is("old_trouble", ("with_pain",))),
        "unsafe", "old_trouble_that_changes"),
    "a fact that lost an item": (
        edit("facts", "infection_risk_high", when=Includes("infection_kinds", "line")),
        "unsafe", "germs_can_reach_the_spine"),
    "doubt ignored": (
        edit("rules", "saddle_numbness", if_unsure=None), "unsafe", "saddle_feeling"),
    "doubt taken lightly": (
        edit("rules", "breathless", if_unsure=Urgency.ROUTINE), "unsafe", "fighting_for_breath"),
    "a red flag asked of some only": (
        edit("questions", "danger_signs", ask_when=Compare("age", ">=", 40)),  # type: ignore[arg-type]
        "hidden", "accident"),
    "a follow-up asked too seldom": (
        edit("questions", "steroid_illness",
             ask_when=All((Includes("health", "steroid"), FEVER))),
        "hidden", "steroids_and_ill"),
    "nobody says that it is impossible": (
        drop("impossible", "pregnant_after_sixty"), "hidden", "pregnant_and_fever"),
    "severe pain that calms": (
        rewrite("rules", "night_or_rest_from_50",
                lambda w: All((w, Not(Includes("behaviour", "severe"))))),
        "lowered", "behaviour.severe"),
    "a worse answer that calms": (
        rewrite("rules", "sepsis", lambda w: All((w, Not(Includes("behaviour", "nothing"))))),
        "lowered", "behaviour.nothing"),
    "a direction turned round": (
        edit("risk", "illness_signs", direction="fewer"), "lowered", "illness_signs.fever"),
    "an order in the wrong order": (
        edit("risk", "old_trouble", order=("worse", "with_pain", "before", "seen")),
        "lowered", "old_trouble"),
    "a direction that also speaks of usual pain": (
        edit("risk", "how_long", when=None), "lowered", "how_long at soon and routine"),
    "a direction that speaks of pain that changed": (
        edit("risk", "how_long", when=Not(Is("change", ("usual",)))),
        "lowered", "how_long at emergency and same_day"),
    "doubt worth more than yes": (
        add_rule("doubt", "fever", urgency=Urgency.EMERGENCY, if_unsure=Urgency.EMERGENCY,
                 when=NEVER), "unsure", "illness_signs.fever"),
    "doubt worth less than no": (
        rewrite("rules", "old_trouble_changed", lambda _: Is("old_trouble", ("seen",))),
        "unsure", "old_trouble"),
    "an unaskable question": (
        edit("questions", "clot_risks", ask_when=IMPOSSIBLE), "dead-question", "clot_risks"),
    "a dead rule": (edit("rules", "fever", when=IMPOSSIBLE), "dead-rule", "fever"),
    "dead advice": (edit("advice", "heat", when=IMPOSSIBLE), "dead-advice", "heat"),
    "advice for emergencies that are never shown it": (
        edit("advice", "heat", when=Includes("collapse", "chest")), "dead-advice", "heat"),
    "a dead verdict": (verdicts_swapped, "contraindicated",
                       "kidney_and_magnesium: magnesium.ask_first"),
    "a confirmation that settles no emergency": (
        with_confirmed_lump, "dead-confirm", "illness_signs.lump"),
    "a dead urgency": (no_soon, "dead-urgency", "soon"),
    "a rule said twice": (add_rule("again", "fever"), "redundant-rule", "again"),
    "a scope rule that only changes scope": (
        add_rule("again", "fever", out_of_scope=True), "tier-redundant", "again"),
    "an idle question": (with_idle_question, "idle-question", "idle"),
    "a guard that leaves nobody out": (
        edit("questions", "health", ask_when=AnyOf((FEVER, Not(FEVER)))),
        "vacuous-guard", "health"),
    "a useless clause": (
        rewrite("rules", "swollen_calf", lambda w: AnyOf((w, All((w, FEVER))))),
        "vacuous-clause",
        ("rule 'swollen_calf', clause 2: limb_signs includes calf and illness_signs "
         "includes fever")),
    "advice that contradicts advice": (
        edit("advice", "course_new", when=Always()), "conflict", "course"),
    "a lost contraindication": (
        edit("advice", "nsaid", withhold_if=None), "contraindicated",
        "anti_inflammatory_and_ulcer: nsaid"),
    "a gate that lost a reason": (
        rewrite("facts", "nsaid_gate", lambda w: AnyOf(tuple(
            part for part in w.of if part != Fact("maybe_pregnant_or_trying")))),
        "contraindicated", "anti_inflammatory_and_pregnancy: nsaid"),
    "a supplement for weak kidneys": (
        edit("facts", "mg_avoid", when=Includes("infection_kinds", "line")), "contraindicated",
        "kidney_and_magnesium: magnesium.ask_first"),
    "a limit shown to all": (
        edit("facts", "mg_limit_may_show", when=Includes("magnesium_now", "thinking")),
        "contraindicated", "age_and_magnesium: mg_limit"),
}  # fmt: skip

EXISTENTIAL = {
    "dead-question", "dead-rule", "dead-advice", "dead-urgency", "dead-confirm", "redundant-rule",
    "tier-redundant", "idle-question", "vacuous-guard", "vacuous-clause",
}  # fmt: skip
"""Existential claims: a false one has no counterexample."""


def result_of(report: ProofReport, kind: str, subject: str) -> Proof:
    return next(result for result in report.results if result.claim.key == (kind, subject))


SOME = {
    "no rule for everybody", "deleted rule", "doubt ignored", "a red flag asked of some only",
    "a worse answer that calms",
}  # fmt: skip


@pytest.mark.parametrize("name", sampled(FAULTS, fast=SOME))
def test_a_fault_is_found(name: str) -> None:
    """The claim is disproved, with a counterexample in words where there is one."""
    inject, kind, subject = FAULTS[name]

    report = prove_program(build_program(inject(shipped().protocol)), kinds={kind})

    result = result_of(report, kind, subject)
    assert result.status is ProofStatus.DISPROVED
    assert (result.counterexample is None) == (kind in EXISTENTIAL)
    text = " ".join(" ".join(report_lines(report)).split())
    assert result.claim.sentence in text


def test_every_kind_of_claim_fails_once() -> None:
    assert len(FAULTS) >= 25
    assert {kind for _, kind, _ in FAULTS.values()} | {"unsound-stop"} == {
        "gap", "unsafe", "hidden", "lowered", "unsure", "unsound-stop", "conflict",
        "contraindicated", *EXISTENTIAL,
    }  # fmt: skip


def test_a_stop_that_forgets_guards_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interview that never follows a guard stops too early, in both implementations."""

    def question(self: Any, question: str, where: int) -> None:  # noqa: ANN401
        is_surely_asked = self.kernel.guard_bits(question) >> 1 & where
        if is_surely_asked & ~self.kernel.answered(question):
            self.open[question] = where

    def opens_question(self: SymbolicOpenQuestions, question: str) -> int:
        partial = self.symbolic.partial
        return self.symbolic.circuit.conjoin(
            partial.guard(question).lo.maybe, -partial.present(question)
        )

    monkeypatch.setattr(open_questions._Search, "question", question)
    monkeypatch.setattr(SymbolicOpenQuestions, "opens_question", opens_question)

    report = prove_program(shipped(), kinds={"unsound-stop"})

    result = result_of(report, "unsound-stop", "rule 'pregnancy_bleed'")
    assert result.status is ProofStatus.DISPROVED
    assert result.counterexample is not None
    assert {"answering_for", "age", "sex", "pregnancy"} - set(result.counterexample.sheet)
