"""A result says one thing of each matter: how urgent a sign is, when to book, what fits.

The people are those of the cases, and simulated ones: in the fast tier the few whose interviews
are played through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import Final

import pytest

from backtriage.decide.assessment import AdvicePart, Assessment, assess
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F, T
from backtriage.render.as_text import as_text
from backtriage.render.page import page_for
from backtriage.render.page.card import card_of
from backtriage.render.page.come_back import signs_off_the_card
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Fact, Is
from backtriage.terms.urgency import Urgency
from tests.support.people import answers_of, people_of, setting_in
from tests.support.protocols import SHIPPED, cases_in, shipped
from tools.card_figures import PEOPLE

FEW: Final = frozenset({*PEOPLE, "nothing_to_add", "advice_at_64", "advice_at_65", "b10"})

SOON_AGAIN: Final = "better in 3 days"
WATCHED: Final = Fact("watch_closely")
CANNOT_BE: Final = Is("pregnancy", ("cannot_be",))

LITTLE: Final = frozenset(
    re.findall(
        "[a-z]+",
        "a and are at be feel get gets have in is it new no not of on or so suddenly that the to "
        "very with you your",
    )
)
"""Words that tell no sign from another."""


SIMULATED: Final = 8
"""How many people of each class are simulated."""


def simulated() -> Iterator[tuple[str, Answers]]:
    """Yield simulated people, each named after the class."""
    setting = setting_in(SHIPPED)
    for each in setting.population.classes:
        people = people_of(setting, each.id, SIMULATED)
        answers = answers_of(setting, people, setting.population.rate_sets[0].doubt)
        yield from ((each.id, sheet) for sheet in answers.sheets())


@cache
def some(*, everybody: bool) -> tuple[tuple[str, Assessment], ...]:
    """Return people who are not an emergency, with their results."""
    cases = cases_in(SHIPPED)
    sheets = [(case.id, case.sheet) for case in cases if everybody or case.id in FEW]
    if everybody:
        sheets += simulated()
    found = ((id_, assess(shipped(), sheet, "GB")) for id_, sheet in sheets)
    return tuple(pair for pair in found if pair[1].urgency < Urgency.EMERGENCY)


everybody = pytest.mark.parametrize(
    "everybody",
    [False, pytest.param(True, marks=[pytest.mark.exhaustive, pytest.mark.once])],
)


def words(text: str) -> frozenset[str]:
    """The words of a sign that say what it is."""
    return frozenset(re.findall(r"[a-z]+", text.lower())) - LITTLE


def lists_of(a: Assessment) -> Iterator[tuple[str, ...]]:
    """Yield the signs of each urgency, the most urgent first."""
    yield from (block.items for block in signs_off_the_card(a) if block.items)


@everybody
def test_nobody_is_left_with_nothing_for_the_pain(*, everybody: bool) -> None:
    """Who is to wait has a word on medicines; who stays at home hears of warmth and tablets.

    Out of scope are children, other complaints, and people who cannot be asked.
    """
    wrong = [
        id_ for id_, a in some(everybody=everybody)
        if a.urgency < Urgency.SAME_DAY
        if not any(reason.rule.out_of_scope for reason in a.reasons)
        if not card_of(a).medicine or (
            a.urgency is Urgency.SELF_CARE and a.advice_part is AdvicePart.COMPLETE
            and not {"heat", "ask_about_painkillers"} <= {advice.id for advice in a.advice}
        )
    ]  # fmt: skip

    assert wrong == []


@everybody
def test_no_sign_is_said_at_two_urgencies(*, everybody: bool) -> None:
    """What the less urgent list names is not all that a more urgent one asks for."""
    wrong = {
        (more, less): id_
        for id_, a in some(everybody=everybody)
        for lists in ([*lists_of(a)], [net.lines for net in card_of(a).nets])
        for first, second in combinations(lists, 2)
        for more in first
        for less in second
        if words(more) <= words(less)
    }

    assert wrong == {}


@everybody
def test_today_names_no_emergency_of_this_person(*, everybody: bool) -> None:
    """No line for today has all the words by which a line for now names an emergency."""
    wrong = {
        (rule.id, line): id_
        for id_, a in some(everybody=everybody)
        for rule in (each.rule for each in a.come_back)
        if rule.urgency is Urgency.EMERGENCY
        for sign in rule.signs
        if sign.words
        for line in today(a)
        if all(part.lower() in line.lower() for part in sign.words)
    }

    assert wrong == {}


@pytest.mark.parametrize(
    ("name", "never"),
    [
        ("pregnant_with_cramps", "(?<!or )bleeding|breathing"),
        ("simple_strain", "^(?!.*slowly).*weak|calf(?!, or).*breathing"),
        ("stenosis_at_75", "very bad|newly hurt"),
    ],
)
def test_what_takes_less_for_this_person_is_not_for_today(name: str, never: str) -> None:
    """Bleeding from 13 weeks, a weak arm, a clot in pregnancy, and very bad pain from 60."""
    a = dict(some(everybody=False))[name]

    assert [line for line in today(a) if re.search(never, line, re.IGNORECASE)] == []


def test_a_sore_spine_after_a_fall_is_for_now_where_bones_break_easily() -> None:
    a = dict(some(everybody=False))["stenosis_at_75"]

    assert "fall_and_sore_spot" not in {entry.rule.id for entry in a.come_back}


def today(a: Assessment) -> list[str]:
    """Return the lines of the safety net for help today."""
    lines = (line.group for line in a.net)
    return [a.words.fill(group.text) for group in lines if group.urgency is Urgency.SAME_DAY]


@everybody
def test_each_person_has_one_time_course(*, everybody: bool) -> None:
    """Three days for those who are watched closely, and weeks for others."""
    for id_, a in some(everybody=everybody):
        if a.urgency > Urgency.ROUTINE or a.certain < a.possible:
            continue
        watched = Evaluation(a.program, a.answers).interval(WATCHED)
        _, book = card_of(a).book
        text = whole(a)
        assert not (SOON_AGAIN in text and "3 to 4 weeks" in text), id_
        if watched[0] == T and a.advice:
            assert SOON_AGAIN in book, id_
        if watched[1] == F:
            assert SOON_AGAIN not in text, id_


@everybody
def test_only_who_can_be_pregnant_reads_of_it(*, everybody: bool) -> None:
    for id_, a in some(everybody=everybody):
        if Evaluation(a.program, a.answers).interval(CANNOT_BE)[0] == T and not a.set_aside:
            assert not re.search("pregnan|midwife", whole(a).lower()), id_


def whole(a: Assessment) -> str:
    """The card and all that stands behind it, as text."""
    page = page_for(a)
    return as_text(page.sections, 10_000)


def test_a_sign_that_says_less_is_found() -> None:
    assert words("You have a fever.") <= words("You have a fever, or you feel hot.")
    assert not words("You have a fever with shaking.") <= words("You have a fever.")
