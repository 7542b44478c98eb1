"""The shipped rules on a screen of 24 rows: what the first page of each card has, and who has one.

The cards are those of the cases, with the keys below them, at each result of the interview.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import pytest

from backtriage.cases.case import Case
from backtriage.interview.interview import assessment_of
from backtriage.render.card_lines import printed_lines
from backtriage.render.line import Line
from backtriage.render.page.card import MAX_DO_NOW, Card, card_of
from backtriage.render.page.private import visible_part
from backtriage.shell.full.draw import draw
from backtriage.shell.full.keys import handle_key
from backtriage.shell.full.layout.screens import layout_of
from backtriage.shell.full.state import Size, UiState
from backtriage.shell.questionnaire import wording
from backtriage.terms.urgency import Urgency
from tests.support.protocols import SHIPPED, cases_in, shipped
from tools.card_figures import PEOPLE, SIZES
from tools.card_rows import results

WIDE = Size(columns=80, rows=24)


@cache
def cases() -> dict[str, Case]:
    return {case.id: case for case in cases_in(SHIPPED)}


def page(state: UiState, size: Size) -> str:
    """Return the words of the first page, by line and by column."""
    lines = [line.text.replace("\N{BULLET}", " ") for line in draw(state, size).lines]
    columns = (line[part] for part in (slice(40), slice(40, None)) for line in lines)
    return " ".join(" ".join((*lines, *columns)).split())


def must_be_seen(card: Card) -> list[str]:
    """Return what stands on the first page of a card, whoever it is for."""
    net = card.nets[0].lines if card.nets else ()
    modules = (text for _, text in card.modules)
    where, *_ = card.band.where.split(". ")
    return [card.band.word, where, card.say, *card.stops, *modules, *net]


def is_usual(state: UiState, card: Card) -> bool:
    """Return whether no more than one illness or age adds to the card, and nothing is in doubt."""
    net = assessment_of(state.interview, "GB").net
    personal = [each for each in net if each.group.personal_when is not None]
    now = [each for each in personal if each.group.urgency is Urgency.EMERGENCY]
    has_more = card.notices or card.remarks or card.checks or len((*card.stops, *card.modules)) > 1
    return card.band.urgency < Urgency.SAME_DAY and len(now) <= 1 and not has_more


def check(case: Case) -> None:
    for state in results(shipped(), case):
        card = state.card
        assert card is not None
        shown = page(state, WIDE)
        assert [text for text in must_be_seen(card) if " ".join(text.split()) not in shown] == []
        is_emergency = card.band.urgency is Urgency.EMERGENCY
        is_short = not card.checks if is_emergency else is_usual(state, card)
        assert not (is_short and layout_of(state, WIDE).has_more)


def things_to_do(card: Card, lines: Iterable[Line]) -> list[str]:
    """Return what to do, as far as lines say it."""
    said = " ".join(" ".join(line.text for line in lines).split())
    return [text for text in card.do_now if " ".join(text.split()) in said]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PEOPLE)
def test_the_card_on_the_screen_is_the_one_that_stays_below(name: str, size: Size) -> None:
    """On leaving, it says neither more nor less than what was private."""
    for state in results(shipped(), cases()[name]):
        layout, own = layout_of(state, size), state.card
        assert own is not None
        shown = things_to_do(own, (*layout.header, *layout.body, *layout.footer))
        below = card_of(visible_part(assessment_of(state.interview, "GB"), private=False))

        printed = printed_lines(below, size.columns, size.rows - 1)
        assert things_to_do(below, printed) == shown
        assert own.band.urgency is not Urgency.SAME_DAY or shown == [*own.do_now]


def test_a_card_for_today_names_where_to_go_if_nobody_can_help() -> None:
    """Whatever the place: as that place, or among what to do."""
    program = shipped()
    level = program.levels[Urgency.SAME_DAY]
    places = {
        rule.service or level.service for rule in program.rules if rule.urgency is level.urgency
    }
    silent = set()
    for place in places:
        service = program.services[place]
        steps = service.steps or level.steps
        texts = " ".join((service.short or service.where, *steps[:MAX_DO_NOW]))
        if not re.search(
            r"(If no|No answer|cannot|Not safe|in danger|see you instead).*\{(em|ur)", texts
        ):
            silent.add(place)
    assert not silent


@pytest.mark.parametrize("name", PEOPLE)
def test_the_card_of_people(name: str) -> None:
    check(cases()[name])


@pytest.mark.exhaustive
@pytest.mark.once
def test_the_card_of_every_case() -> None:
    for case in cases().values():
        check(case)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["simple_strain", "office_worker"])
def test_one_more_enter_on_a_card_moves_nothing_of_it(name: str, size: Size) -> None:
    *_, last = results(shipped(), cases()[name])
    while layout_of(last, size).has_more:
        last = handle_key(last, " ", size)
    before = draw(last, size).lines
    after = handle_key(last, "enter", size)

    assert after.message == wording.END_OF_RESULT
    assert not layout_of(after, size).has_more
    keys = 1 + size.rows - len(layout_of(last, size).header) - layout_of(last, size).height
    assert draw(after, size).lines[: size.rows - keys] == before[: size.rows - keys]
