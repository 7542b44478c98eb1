from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from backtriage.decide.assessment import Status, assess
from backtriage.population.draws import PeopleBlock
from backtriage.population.marks import MarkedAnswers
from backtriage.population.needs import needs_of
from backtriage.population.people import Crowd, DrawSettings, Lottery, People
from backtriage.population.population import PersonClass
from backtriage.population.sheets import Questionnaire
from backtriage.population.simulation import decide
from backtriage.program.sheet import Sheet
from backtriage.program.validate import plain_answers, validate
from backtriage.terms.answers import Answers
from backtriage.terms.value import NOT_SURE, Ticks
from tests.support.people import Edits, answers_of, people_of, setting_in, settings_of
from tests.support.protocols import SHIPPED, TINY
from tests.support.tier import IS_FULL

FOLDERS = [TINY, SHIPPED]
COUNTS = {TINY: 40, SHIPPED: 100 if IS_FULL else 4}
"""How many people of each class to draw."""


def answered(
    person_class: str, answers: Edits = (), count: int = 1000, doubt: float = 0
) -> list[Answers]:
    setting = setting_in(answers=answers)
    people = people_of(setting, person_class, count)
    return [*answers_of(setting, people, Fraction(doubt)).sheets()]


@pytest.mark.larger
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_drawn_sheets_are_those_of_finished_interviews(folder: Path) -> None:
    """Valid, with an answer to every question that is asked and to no other."""
    setting = setting_in(folder)
    program = setting.program
    for how in settings_of(setting):
        for person_class in setting.population.classes:
            people = people_of(setting, person_class.id, COUNTS[folder], how)
            for sheet in answers_of(setting, people, how.rates.doubt).sheets():
                checked = validate(program, Sheet(values=plain_answers(program, sheet)))
                assert checked.problems == ()
                assert checked.answers == sheet
                assessment = assess(program, sheet)
                assert assessment.status is not Status.INCOMPLETE
                assert assessment.missing == ()
                assert assessment.set_aside == Answers()


@pytest.mark.larger
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_chunk_decides_as_assess_does(folder: Path) -> None:
    setting = setting_in(folder)
    for how in settings_of(setting):
        for person_class in setting.population.classes:
            people = people_of(setting, person_class.id, COUNTS[folder], how)
            decided = decide(setting, people, answers_of(setting, people, how.rates.doubt))
            urgencies = [decided.kernel.answers.unpack(chunk) for chunk in decided.exact]
            for row, sheet in enumerate(decided.kernel.answers.sheets()):
                expected = assess(setting.program, sheet).urgency
                assert [marks[row] for marks in urgencies] == [
                    int(urgency == expected) for urgency in range(len(urgencies))
                ]


def test_a_question_that_is_not_asked_is_not_answered() -> None:
    drawn = answered("cold")
    assert {("fever_days" in sheet) for sheet in drawn if sheet["feverish"] is True} == {True}
    assert {("fever_days" in sheet) for sheet in drawn if sheet["feverish"] is False} == {False}


def test_everybody_can_be_missed() -> None:
    edits = ("misses: 0.1\n", "misses: 1\n"), ("invents: 0.001", "invents: 0")
    drawn = answered("abscess", edits)
    assert {"drooling" in ticks(sheet).yes for sheet in drawn} == {False}


def test_everybody_can_say_yes_for_nothing() -> None:
    drawn = answered("cold", (("invents: 0.001", "invents: 1"), ("misses: 0.1\n", "misses: 0\n")))
    assert {"drooling" in ticks(sheet).yes for sheet in drawn} == {True}


def test_a_neighbouring_choice_is_given_by_mistake() -> None:
    """After the last choice comes the one before it."""
    right, wrong = (
        [sheet["days"] for sheet in answered("cold", (("misreport: 0.01", f"misreport: {rate}"),))]
        for rate in (0, 1)
    )
    swapped = {"under_1_week": "longer", "longer": "under_1_week"}
    assert wrong == [swapped[str(choice)] for choice in right]
    assert {*right} == {*swapped}


def test_everybody_can_be_in_doubt() -> None:
    """But not where the question takes no doubt."""
    for sheet in answered("cold", doubt=1):
        assert sheet["days"] is NOT_SURE
        assert sheet["feverish"] is NOT_SURE
        assert sheet["airway"] == Ticks(unsure=frozenset({"breathing", "drooling"}))
        assert sheet["years"] is not NOT_SURE


def test_doubt_can_be_more_common_for_an_item() -> None:
    drawn = answered("cold", count=16_000, doubt=0.1)
    often, usually = (
        sum(item in ticks(sheet).unsure for sheet in drawn) / len(drawn)
        for item in ("drooling", "breathing")
    )
    assert [often, usually] == pytest.approx([0.2, 0.1], abs=0.015)


def ticks(sheet: Answers) -> Ticks:
    value = sheet["airway"]
    assert isinstance(value, Ticks)
    return value


@pytest.mark.larger
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_no_rule_reads_need_not_be_drawn(folder: Path) -> None:
    """All else stays the same: traits, answers and urgencies."""
    setting = setting_in(folder)
    needs = needs_of(setting)
    for how in settings_of(setting):
        lotteries = [(Lottery(setting.population, [how], which), which) for which in (needs, None)]
        for person_class in setting.population.classes:
            block = PeopleBlock(1, person_class.id, 0, COUNTS[folder])
            few, every = (
                decide(setting, people, answers_of(setting, people, how.rates.doubt, which))
                for lottery, which in lotteries
                for people in [People(lottery.people(person_class, block), 0)]
            )
            assert few.exact == every.exact
            drawn, all_drawn = few.kernel.answers, every.kernel.answers
            for question in drawn.marks:
                assert drawn.marks[question] == all_drawn.marks[question]
            for question, items in drawn.items.items():
                assert items.items() <= all_drawn.items[question].items()


def test_an_answer_does_not_depend_on_the_set_of_rates() -> None:
    """Only on what is true of the person: so two versions are asked the same people."""
    setting = setting_in()
    rates = setting.population.rate_sets[1]
    one, other = (
        [*answers_of(
            setting, people_of(setting, "abscess", 100, DrawSettings(how)), Fraction(0)
        ).sheets()]
        for how in (rates, setting.population.rate_sets[0])
    )  # fmt: skip
    assert one == other


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_readings_that_are_drawn_together_are_those_drawn_alone(folder: Path) -> None:
    """Each with its rates, factors and doubts."""
    setting = setting_in(folder)
    readings = [
        DrawSettings(rates, with_factors)
        for rates in setting.population.rate_sets
        for with_factors in (True, False)
    ]
    doubts = [how.rates.doubt for how in readings]
    together = Lottery(setting.population, readings), Questionnaire(setting, doubts)
    alone = [
        (Lottery(setting.population, [how]), Questionnaire(setting, [doubt]))
        for how, doubt in zip(readings, doubts, strict=True)
    ]
    for person_class in setting.population.classes:
        block = PeopleBlock(1, person_class.id, 0, 700)
        crowd, found = drawn(*together, person_class, block)
        for reading, parts in enumerate(alone):
            own, (expected,) = drawn(*parts, person_class, block)
            traits, own_traits = People(crowd, reading).traits, People(own, 0).traits
            assert held(traits) == held(own_traits)
            assert held(found[reading]) == held(expected)


def held(answers: MarkedAnswers) -> tuple[object, ...]:
    """Return answers without those that nobody gives."""
    marks = {
        question: {value: who for value, who in marks.items() if who}
        for question, marks in answers.marks.items()
    }
    return marks, answers.numbers, answers.items


def drawn(
    lottery: Lottery, questions: Questionnaire, person_class: PersonClass, block: PeopleBlock
) -> tuple[Crowd, tuple[MarkedAnswers, ...]]:
    crowd = lottery.people(person_class, block)
    return crowd, questions.answers(crowd)
