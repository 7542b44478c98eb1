"""Doubts that are confirmed, as an interview asks for it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from msgspec import structs

from backtriage.interview.confirmations import Finding, after, pending
from backtriage.population.confirmations import MOST, confirm
from backtriage.population.population import Confirmed, Setting
from backtriage.population.sheets import draw_sheets
from backtriage.program.doubts import Doubt, doubts
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Confirm, Question
from backtriage.terms.answers import Answers
from tests.support.people import people_of, setting_in
from tests.support.protocols import SHIPPED
from tests.support.tier import IS_FULL

COUNT = 600 if IS_FULL else 120

NOBODY = (Fraction(0), Fraction(0))
ALL_YES = (Fraction(1), Fraction(0))
ALL_NO = (Fraction(0), Fraction(1))


def confirmable(program: Program, *, clears: bool) -> Program:
    """Return a program in which every item and yes/no question can be confirmed."""
    test = Confirm(text="Try it.", clears=clears)

    def changed(question: Question) -> Question:
        if question.kind == "yes_no":
            return structs.replace(question, confirm=test)
        if question.kind != "some_of":
            return question
        choices = tuple(structs.replace(choice, confirm=test) for choice in question.choices)
        return structs.replace(question, choices=choices)

    questions = tuple(map(changed, program.protocol.questions))
    return build_program(structs.replace(program.protocol, questions=questions), digest="new")


def before_and_after(
    setting: Setting, person_class: str, confirmed: Confirmed, doubt: Fraction
) -> list[tuple[Answers, Answers]]:
    setting = replace(setting, answers=replace(setting.answers, confirmed=confirmed))
    people = people_of(setting, person_class, COUNT)
    answers = draw_sheets(setting, people, doubt)
    return [*zip(answers.sheets(), confirm(setting, people, answers).sheets(), strict=True)]


def own_doubts(program: Program, sheet: Answers) -> list[Doubt]:
    return [doubt for doubt in doubts(program) if doubt.is_in(sheet.value(doubt.question.id))]


@pytest.mark.parametrize("person_class", ["mechanical", "usual"])
def test_the_same_people_confirm_as_in_an_interview(person_class: str) -> None:
    """Those for whom a doubt is pending; what they then answer is what one of the findings makes.

    An interview asks about no more doubts than decide, and so does this of people with one.
    """
    setting = setting_in(SHIPPED)
    confirmed = Confirmed((Fraction(1, 2), Fraction(1, 4)), (Fraction(1, 4), Fraction(1, 2)))
    asked = 0
    for old, new in before_and_after(setting, person_class, confirmed, Fraction(1, 20)):
        found = own_doubts(setting.program, old)
        ready = pending(setting.program, old, frozenset()) if len(found) <= MOST else ()
        if not ready:
            assert new == old
            continue
        asked += 1
        if len(found) == 1:
            results = [after(old, found[0], finding) for finding in Finding]
            assert strip(setting.program, new) in [strip(setting.program, r) for r in results]
    assert asked > 3


def strip(program: Program, sheet: Answers) -> Answers:
    """Return a sheet without the answers that may be set aside by a change of another."""
    guarded = {q.id for q in program.protocol.questions if q.ask_when != type(q).ask_when}
    return Answers({id_: value for id_, value in sheet.items() if id_ not in guarded})


@pytest.mark.parametrize(
    ("rates", "clears", "left"),
    [(ALL_YES, True, "yes"), (ALL_NO, True, "no"), (ALL_NO, False, "unsure"),
     (NOBODY, True, "unsure")],
)  # fmt: skip
def test_what_they_find_settles_the_doubt(
    rates: tuple[Fraction, Fraction], left: str, *, clears: bool
) -> None:
    setting = setting_in()
    setting = replace(setting, program=confirmable(setting.program, clears=clears))
    changed = 0
    for old, new in before_and_after(setting, "cold", Confirmed(rates, rates), Fraction(1, 10)):
        found = own_doubts(setting.program, old)
        if len(found) > MOST or not pending(setting.program, old, frozenset()):
            assert new == old
            continue
        changed += 1
        for doubt in found:
            value = new[doubt.question.id]
            if left == "unsure":
                assert doubt.is_in(value)
            else:
                result = doubt.confirmed(old) if left == "yes" else doubt.refuted(old)[0]
                item = doubt.item
                expected = result[doubt.question.id]
                assert (item in value.yes) == (item in expected.yes) if item else value == expected  # type: ignore[union-attr]
    assert changed > 3


def test_nobody_is_asked_twice_too_often() -> None:
    """Whoever has more than two such doubts stays in doubt."""
    setting = setting_in()
    setting = replace(setting, program=confirmable(setting.program, clears=True))
    confirmed = Confirmed(ALL_NO, ALL_NO)
    for old, new in before_and_after(setting, "cold", confirmed, Fraction(1)):
        assert len(own_doubts(setting.program, old)) == 3
        assert new == old


def test_nothing_is_confirmed_where_nothing_says_what_people_find() -> None:
    setting = setting_in()
    assert setting.answers.confirmed is None
    people = people_of(setting, "cold", 50)
    answers = draw_sheets(setting, people, Fraction(1))
    assert confirm(setting, people, answers) is answers
