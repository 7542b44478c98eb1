"""The steps of a program."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from decimal import Decimal

import pytest

from backtriage.decide.assessment import assess
from backtriage.program.plan import Plan
from backtriage.program.program import Program, build_program
from backtriage.terms.answers import Answers
from backtriage.terms.condition import All, Any, Not, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Ticks
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


@pytest.mark.parametrize(
    "copied",
    [copy.deepcopy, copy.copy, lambda program: pickle.loads(pickle.dumps(program))],  # noqa: S301 - its own,
    ids=["deepcopy", "copy", "pickle"],
)
def test_a_copied_program_numbers_its_conditions_anew(
    copied: Callable[[Program], Program],
) -> None:
    """The identities of an original say nothing about the conditions of its copy."""
    used = build_program(tiny().protocol)
    for rule in used.rules:
        used.plan.slot(rule.when)

    again = copied(used)

    if again.rules[0].when is not used.rules[0].when:
        assert again.plan.slots == {}
    answers = Answers({"years": Decimal(44), "airway": Ticks(yes=frozenset({"breathing"}))})
    assert assess(again, answers).certain is Urgency.EMERGENCY
    assert assess(again, answers).reasons[0].rule.id == "cannot_breathe"
