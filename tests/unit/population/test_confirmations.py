"""Doubts that are confirmed, as an interview asks for it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from msgspec import structs

from backtriage.interview.confirmations import Finding, after, pending
from backtriage.population.confirmations import confirm
from backtriage.population.population import Confirmed, Setting
from backtriage.program.doubts import Doubt, doubts
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Confirm, Question
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always
from tests.support.people import answers_of, people_of, setting_in
from tests.support.protocols import SHIPPED, TINY
from tests.support.tier import IS_FULL

COUNT = 600 if IS_FULL else 400

NOBODY = (Fraction(0), Fraction(0))
ALL_YES = (Fraction(1), Fraction(0))
ALL_NO = (Fraction(0), Fraction(1))


def confirmable(program: Program, *, clears: bool) -> Program:
    """Return a program in which every item, yes/no question and first choice can be confirmed."""
    test = Confirm(text="Try it.", clears=clears)

    def changed(question: Question) -> Question:
        if question.kind == "yes_no":
            return structs.replace(question, confirm=test)
        if question.kind == "one_of" and not clears:
            first, *others = question.choices
            return structs.replace(
                question, choices=(structs.replace(first, confirm=test), *others)
            )
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
    answers = answers_of(setting, people, doubt)
    return [*zip(answers.sheets(), confirm(setting, people, answers).sheets(), strict=True)]


def own_doubts(program: Program, sheet: Answers) -> list[Doubt]:
    return [doubt for doubt in doubts(program) if doubt.is_in(sheet.value(doubt.question.id))]


def confirmed_one_by_one(program: Program, sheet: Answers, finding: Finding) -> Answers:
    """Return the answers after an interview in which every test has the same result."""
    checked: frozenset[str] = frozenset()
    while ready := pending(program, sheet, checked):
        checked |= {ready[0].name}
        sheet = after(sheet, ready[0], finding)
    return sheet


@pytest.mark.larger
@pytest.mark.parametrize(
    ("rates", "finding"),
    [(ALL_YES, Finding.YES), (ALL_NO, Finding.NO), (NOBODY, Finding.NOT_SURE)],
)
@pytest.mark.parametrize("clears", [True, False])
@pytest.mark.parametrize(("folder", "person_class"), [(SHIPPED, "usual"), (TINY, "cold")])
def test_people_confirm_as_in_an_interview(
    folder: Path, person_class: str, rates: tuple[Fraction, Fraction], finding: Finding,
    *, clears: bool,
) -> None:  # fmt: skip
    """One or several doubts, of which perhaps not all decide."""
    setting = setting_in(folder)
    setting = replace(setting, program=confirmable(setting.program, clears=clears))
    program = setting.program
    doubt = Fraction(1, 100) if folder == SHIPPED else Fraction(1, 2)
    asked = {1: 0, 2: 0, 3: 0}
    for old, new in before_and_after(setting, person_class, Confirmed(rates, rates), doubt):
        expected = confirmed_one_by_one(program, old, finding)
        assert strip(program, new) == strip(program, expected)
        if pending(program, old, frozenset()):
            asked[min(3, len(own_doubts(program, old)))] += 1
    assert all(asked.values()), asked


def strip(program: Program, sheet: Answers) -> Answers:
    """Return a sheet without the answers that may be set aside by a change of another."""
    guarded = {q.id for q in program.protocol.questions if q.ask_when != Always()}
    return Answers({id_: value for id_, value in sheet.items() if id_ not in guarded})


def test_nothing_is_confirmed_where_nothing_says_what_people_find() -> None:
    setting = setting_in()
    assert setting.answers.confirmed is None
    people = people_of(setting, "cold", 50)
    answers = answers_of(setting, people, Fraction(1))
    assert confirm(setting, people, answers) is answers
