"""Simulated interviews: screens, and how soon an emergency is certain."""

from __future__ import annotations

from decimal import Decimal

from msgspec import structs

from backtriage.cases.case import Case
from backtriage.cases.simulation import (
    EmergencyTrigger,
    SimulatedInterview,
    emergency_triggers,
    opening_questions,
    simulate,
)
from backtriage.program.program import Program, build_program
from backtriage.terms.answers import Answers
from backtriage.terms.value import Ticks
from tests.support.interviews import confirming


def sheet(cases: tuple[Case, ...], id_: str) -> Answers:
    return next(case.sheet for case in cases if case.id == id_)


def test_a_whole_interview(program: Program, cases: tuple[Case, ...]) -> None:
    assert simulate(program, sheet(cases, "all_clear")) == SimulatedInterview(
        screens=("years", "airway", "days", "feverish"),
        sections=(("main", 4),),
        settled_after=4,
        emergency_after=None,
    )


def test_a_certain_emergency_ends_the_interview(program: Program, cases: tuple[Case, ...]) -> None:
    interview = simulate(program, sheet(cases, "short_of_breath"))

    assert interview.screens == ("years", "airway")
    assert (interview.settled_after, interview.emergency_after) == (2, 2)


def test_whoever_is_not_sure_is_still_not_sure_when_asked_to_try() -> None:
    unsure = Ticks(unsure=frozenset({"drooling"}))
    person = Answers({"years": Decimal(30), "airway": unsure})

    interview = simulate(confirming(), person)

    assert interview.screens == ("years", "airway")
    assert interview.emergency_after == 2


def test_a_question_without_an_answer_ends_the_interview(
    program: Program, cases: tuple[Case, ...]
) -> None:
    interview = simulate(program, sheet(cases, "all_clear").without("days"))

    assert (interview.screens, interview.unanswered) == (("years", "airway"), "days")
    assert (interview.settled_after, interview.emergency_after) == (None, None)


def test_opening_questions_are_those_before_the_first_list(program: Program) -> None:
    assert opening_questions(program) == {"years"}
    protocol = program.protocol
    without = tuple(q for q in protocol.questions if q.id != "airway")
    listless = structs.replace(protocol, questions=without, rules=(), advice=(), modules=())
    assert opening_questions(build_program(listless)) == {
        "years", "days", "feverish", "fever_days",
    }  # fmt: skip


def test_single_findings_that_make_an_emergency_certain(
    program: Program, cases: tuple[Case, ...]
) -> None:
    assert emergency_triggers(program, sheet(cases, "all_clear")) == (
        EmergencyTrigger(rule="cannot_breathe", question="airway", answer="breathing", screens=1),
        EmergencyTrigger(rule="cannot_breathe", question="airway", answer="drooling", screens=1),
    )


def test_a_finding_already_on_the_sheet_is_not_a_trigger(
    program: Program, cases: tuple[Case, ...]
) -> None:
    assert emergency_triggers(program, sheet(cases, "short_of_breath")) == ()
    assert len(emergency_triggers(program, Answers())) == 2
