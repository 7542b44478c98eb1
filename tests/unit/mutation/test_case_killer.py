"""Which case notices: the quick way finds what running every case finds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from backtriage.cases.case import Case, Expectation
from backtriage.cases.run import run_case
from backtriage.mutation.case_killer import CaseKiller
from backtriage.mutation.generator import mutants
from backtriage.mutation.mutant import Mutant
from backtriage.program.program import Program, build_program
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Ticks
from tests.unit.mutation.kinds import whole


def of(program: Program, about: str) -> tuple[Mutant, Program]:
    """One mutant, and the same ready to run."""
    (found,) = (mutant for mutant in mutants(program.protocol) if mutant.description == about)
    return found, build_program(found.protocol, "mutant")


def test_it_finds_what_running_every_case_finds(program: Program, cases: tuple[Case, ...]) -> None:
    """The first case that is not kept any more, or none, of every mutant."""
    case_killer = CaseKiller(program, cases)

    for mutant in mutants(program.protocol):
        changed = build_program(mutant.protocol, "mutant")
        broken = [case.id for case in cases if not run_case(changed, case).passes]
        found = case_killer.killing_case(mutant, changed)
        assert (found is not None) == bool(broken), mutant.description
        assert found is None or found.id in broken


def test_only_kept_and_confirmed_cases_count(program: Program, cases: tuple[Case, ...]) -> None:
    """A case that is not kept, or waits for a person, notices nothing."""
    wrong = Case(id="wrong", about="Wrong.", expect=Expectation(urgency=Urgency.SOON))
    waits = replace(cases[0], id="waits", to_confirm=True)

    assert CaseKiller(program, (*cases, wrong, waits)).cases == cases


SHEET = Answers({"list": Ticks(frozenset("ab")), "one": "x", "yes": True, "age": Decimal(3)})

NOTICED = [
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


@pytest.mark.parametrize(("about", "expect"), NOTICED)
def test_a_case_notices_what_it_names(about: str, expect: Expectation) -> None:
    """Whatever part of the result it names; with that left unsaid it notices nothing."""
    program = build_program(whole())
    mutant, changed = of(program, about)
    named = Case(id="named", about="A test.", sheet=SHEET, expect=expect)
    status = Case(id="status", about="A test.", sheet=SHEET, expect=Expectation(status="complete"))

    assert run_case(program, named).passes
    assert CaseKiller(program, (status, named)).killing_case(mutant, changed) == named
    assert CaseKiller(program, (status,)).killing_case(mutant, changed) is None


def test_advice_that_must_not_be_there() -> None:
    """Only a case that names it, or says that none is given, notices it."""
    program = build_program(whole())
    mutant, changed = of(program, "advice call: the condition left out")
    sheet = SHEET.with_("list", Ticks()).without("yes")
    for expect, notices in (
        (Expectation(without=("call",)), True), (Expectation(given=()), True),
        (Expectation(without=("rest",)), False), (Expectation(withheld=()), False),
    ):  # fmt: skip
        case = Case(id="case", about="A test.", sheet=sheet, expect=expect)
        assert run_case(program, case).passes
        assert (CaseKiller(program, (case,)).killing_case(mutant, changed) == case) == notices
