"""The case that kills a mutant: the same as if every case were run."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from backtriage.cases.case import Case, Expectation, run_case
from backtriage.mutation.case_killer import CaseKiller
from backtriage.mutation.generator import mutants
from backtriage.mutation.mutant import Mutant
from backtriage.program.program import Program, build_program
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Ticks
from tests.unit.mutation.sample import find_mutant, sample


def find(program: Program, description: str) -> tuple[Mutant, Program]:
    """Return the mutant with a description, and its program."""
    mutant = find_mutant(program, description)
    return mutant, build_program(mutant.protocol, "mutant")


def test_agrees_with_running_every_case(program: Program, cases: tuple[Case, ...]) -> None:
    case_killer = CaseKiller(program, cases)

    for mutant in mutants(program):
        mutated = build_program(mutant.protocol, "mutant")
        failing = [case.id for case in cases if not run_case(mutated, case).passes]
        case = case_killer.killing_case(mutant, mutated)
        assert (case is not None) == bool(failing), mutant.description
        assert case is None or case.id in failing


def test_ignores_failing_and_unconfirmed_cases(program: Program, cases: tuple[Case, ...]) -> None:
    wrong = Case(id="wrong", about="Wrong.", expect=Expectation(urgency=Urgency.SOON))
    waits = replace(cases[0], id="waits", to_confirm=True)

    assert CaseKiller(program, (*cases, wrong, waits)).cases == cases


SHEET = Answers({"list": Ticks(frozenset("ab")), "one": "x", "yes": True, "age": Decimal(3)})

KILLED = [
    ("rule several: left out", Expectation(urgency=Urgency.EMERGENCY)),
    ("rule several: left out", Expectation(certain=(Urgency.EMERGENCY,))),
    ("rule mixed: left out", Expectation(rules=("several", "mixed", "counted"))),
    ("advice call: the condition read as 'not list includes b'", Expectation(given=("call",))),
    ("advice rest, withhold_if: the condition read as 'not old'", Expectation(given=("rest",))),
    (
        "verdict sport.wait: the condition read as 'not old'",
        Expectation(verdicts=(("sport", "go"),)),
    ),
    ("score points, points: 'list a' left out", Expectation(counts=(("points", 1),))),
]


@pytest.mark.parametrize(("description", "expect"), KILLED)
def test_a_case_kills_by_what_it_expects(description: str, expect: Expectation) -> None:
    """Whatever part of the result that is; a case that does not expect it kills nothing."""
    program = build_program(sample())
    mutant, mutated = find(program, description)
    named = Case(id="named", about="A test.", sheet=SHEET, expect=expect)
    status = Case(id="status", about="A test.", sheet=SHEET, expect=Expectation(status="complete"))

    assert run_case(program, named).passes
    assert CaseKiller(program, (status, named)).killing_case(mutant, mutated) == named
    assert CaseKiller(program, (status,)).killing_case(mutant, mutated) is None


def test_a_case_kills_by_advice_it_rules_out() -> None:
    program = build_program(sample())
    mutant, mutated = find(program, "advice call: the condition left out")
    sheet = SHEET.with_("list", Ticks()).without("yes")
    for expect, kills in (
        (Expectation(without=("call",)), True), (Expectation(given=()), True),
        (Expectation(without=("rest",)), False), (Expectation(withheld=()), False),
    ):  # fmt: skip
        case = Case(id="case", about="A test.", sheet=sheet, expect=expect)
        assert run_case(program, case).passes
        assert (CaseKiller(program, (case,)).killing_case(mutant, mutated) == case) == kills
