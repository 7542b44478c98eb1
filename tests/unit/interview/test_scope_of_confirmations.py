"""A test clears nothing about somebody whom the questions do not fit, whatever is said first."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from msgspec.structs import replace

from backtriage.decide.assessment import Status
from backtriage.interview.confirmations import Finding
from backtriage.interview.interview import assessment_of, view
from backtriage.interview.restored import Restored
from backtriage.interview.serialisation import restore, serialise
from backtriage.interview.state import Interview, counted_answers, shown_answer
from backtriage.interview.transitions import answer, back, change, confirm, keep, start
from backtriage.program.program import Program, build_program
from backtriage.protocol.answer_parser import Raw
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Is
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks, Value
from tests.support.interviews import SPIT, after, confirming
from tests.support.protocols import tiny

DOUBT = Ticks(unsure=frozenset({"drooling"}))
CHECKED = frozenset({"airway.drooling"})


def said(state: Interview, raw: Raw) -> Interview:
    moved = answer(state, raw)
    assert isinstance(moved, Interview), moved
    return moved


def cleared() -> Interview:
    """An adult who was in doubt, and has tried it."""
    state = confirm(after("30", "drooling?", program=confirming()), Finding.NO)
    assert (state.answers["airway"], view(state).is_emergency) == (Ticks(), False)
    return state


def grown_young() -> Interview:
    """The same answers, but they are about a child."""
    return said(change(cleared(), "years"), "3")


def test_what_a_test_cleared_is_in_doubt_again_once_somebody_is_out_of_scope() -> None:
    state = grown_young()

    assert counted_answers(state)["airway"] == DOUBT == shown_answer(state, "airway")
    assert view(state).shows_emergency
    found = assessment_of(state)
    direct = assessment_of(after("3", "drooling?", program=confirming()))
    assert (found.status, found.certain) == (Status.OUT_OF_SCOPE, Urgency.EMERGENCY)
    assert replace(found, checked=()) == direct


def test_it_is_cleared_as_before_when_that_was_a_slip() -> None:
    for state in (said(back(grown_young()), "30"), said(change(grown_young(), "years"), "30")):
        assert counted_answers(state)["airway"] == Ticks()
        assert not view(state).is_emergency


def test_to_keep_it_then_is_a_doubt_that_can_be_tried_again() -> None:
    state = keep(change(grown_young(), "airway"))
    assert (state.answers["airway"], state.checked) == (DOUBT, frozenset())
    adult = said(change(state, "years"), "30")
    assert view(adult).confirmation is not None


def test_a_draft_remembers_what_a_test_cleared() -> None:
    for state in (cleared(), grown_young()):
        restored = restore(state.program, serialise(state).encode())
        assert isinstance(restored, Restored)
        assert counted_answers(restored.interview) == counted_answers(state)
        young = said(change(restored.interview, "years"), "3")
        assert view(young).shows_emergency


@pytest.mark.parametrize("lost", [["airway.gone"], ["airway.drooling"], ["gone", 7, ""]])
def test_a_doubt_that_the_rules_no_longer_have_takes_no_other_with_it(lost: list[object]) -> None:
    """Without the others, what a test cleared would be a plain no."""
    draft = json.loads(serialise(grown_young()))
    draft["checked"] = [*lost, *draft["checked"]]

    restored = restore(confirming(), json.dumps(draft).encode())

    assert isinstance(restored, Restored)
    assert restored.interview.checked == CHECKED
    assert view(restored.interview).shows_emergency


def test_what_is_in_doubt_again_stays_so_when_the_question_has_changed() -> None:
    years, airway, *rest = confirming().protocol.questions
    other = (years, replace(airway, text="Now?"), *rest)
    program = build_program(replace(confirming().protocol, questions=other))

    restored = restore(program, serialise(grown_young()).encode())

    assert isinstance(restored, Restored)
    assert restored.reworded == ("airway",)
    assert view(restored.interview).shows_emergency


def test_no_test_is_asked_for_before_it_is_known_whom_it_is_about() -> None:
    """An emergency at once: a sheet may hold the doubt alone."""
    state = start(confirming(), Answers({"airway": DOUBT}))
    assert view(state).confirmation is None
    assert view(state).shows_emergency


def test_a_sheet_that_names_a_doubt_as_checked_does_not_clear_it_either() -> None:
    for years in ({}, {"years": Decimal(3)}):
        state = start(confirming(), Answers({"airway": Ticks(), **years}), CHECKED)
        assert view(state).shows_emergency
    adult = start(confirming(), Answers({"airway": Ticks(), "years": Decimal(30)}), CHECKED)
    assert not view(adult).is_emergency


def test_a_yes_or_no_is_in_doubt_again_too() -> None:
    *before, feverish, last = tiny().protocol.questions
    questions = (*before, replace(feverish, confirm=SPIT), last)
    program = build_program(replace(tiny().protocol, questions=questions))

    def counted(years: int) -> Value:
        sheet = Answers({"years": Decimal(years), "feverish": False})
        return counted_answers(start(program, sheet, frozenset({"feverish"})))["feverish"]

    assert (counted(3), counted(30)) == (NOT_SURE, False)


def late_scope() -> Program:
    """The tiny protocol for somebody whose later answer puts them out of scope."""
    protocol = confirming().protocol
    rules = tuple(
        replace(rule, when=Is("days", ("longer",))) if rule.out_of_scope else rule
        for rule in protocol.rules
    )
    return build_program(replace(protocol, rules=rules))


@pytest.mark.parametrize(("days", "is_emergency"), [("under_1_week", False), ("longer", True)])
def test_a_test_comes_before_a_later_question_about_the_scope(
    days: str, *, is_emergency: bool
) -> None:
    """The worst is asked about first; what the test cleared may be in doubt again."""
    state = after("30", "drooling?", program=late_scope())
    assert view(state).confirmation is not None
    state = confirm(state, Finding.NO)
    assert not view(state).is_emergency

    assert view(said(state, days)).shows_emergency is is_emergency
