"""The steps of a program."""

from __future__ import annotations

from backtriage.program.plan import Plan
from backtriage.program.program import build_program
from backtriage.terms.condition import All, Any, Not, Yes
from tests.support.builders import emergency_program, question
from tests.support.protocols import tiny

FEVER = Yes("fever")
COUGH = Yes("cough")


def plan() -> Plan:
    questions = (question("fever"), question("cough", ask_when=FEVER))
    return emergency_program(*questions, when=FEVER).plan


def test_equal_conditions_share_a_step() -> None:
    numbered = plan()

    slot = numbered.slot(All((FEVER, Not(Yes("cough")))))

    assert numbered.slot(All((Yes("fever"), Not(COUGH)))) == slot
    assert numbered.slot(Any((FEVER, Not(COUGH)))) != slot


def test_a_step_comes_after_what_it_reads() -> None:
    numbered = plan()

    slots = [numbered.slot(FEVER), numbered.slot(COUGH), numbered.slot(All((COUGH, FEVER)))]

    assert slots == sorted(slots)
    assert numbered.steps[slots[1]][2] == slots[0]


def test_a_plan_follows_from_its_program() -> None:
    """Two programs of one protocol are equal, however much of each has been numbered."""
    used, unused = build_program(tiny().protocol), build_program(tiny().protocol)
    for rule in used.rules:
        used.plan.slot(rule.when)

    assert used == unused
    assert hash(used.plan) == hash(unused.plan)
    assert used.plan != object()
