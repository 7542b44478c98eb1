"""The card as lines, in columns and in one column."""

from __future__ import annotations

import pytest

from backtriage.decide.assessment import Assessment
from backtriage.render.card_lines import card_lines
from backtriage.render.cells import cell_len
from backtriage.render.line import Line
from backtriage.render.page.card import card_of
from backtriage.render.palette import PALETTE
from tests.support.assessments import assessed
from tests.support.protocols import shipped
from tests.support.sheets import CANNOT_PEE, FELL, STRAIN, ULCER, Sheet

PROGRAM = shipped()
PEOPLE: dict[str, Sheet] = {
    "strain": STRAIN,
    "cannot pee": CANNOT_PEE,
    "fell": FELL,
    "ulcer": ULCER,
    "visit": STRAIN | {"behaviour": ["severe"]},
    "incomplete": {"age": 40},
}


def person(name: str) -> Assessment:
    return assessed(PEOPLE[name], "GB", PROGRAM)


def words_of(lines: tuple[Line, ...]) -> list[str]:
    """Every word and how often, without bullets, whatever its case."""
    text = " ".join(line.text for line in lines).casefold()
    return sorted(word for word in text.split() if word not in {"-", "\N{BULLET}"})


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("width", [20, 40, 75, 76, 80, 120])
@pytest.mark.parametrize("stacked", [False, True])
def test_no_line_is_wider_than_the_screen(name: str, width: int, *, stacked: bool) -> None:
    lines = card_lines(card_of(person(name)), width, stacked=stacked)

    assert max(cell_len(line.text) for line in lines) <= width
    assert all(line.text == "".join(part.text for part in line.parts) for line in lines)


@pytest.mark.parametrize("name", PEOPLE)
def test_every_line_to_read_out_is_ascii(name: str) -> None:
    assert all(line.text.isascii() for line in card_lines(card_of(person(name)), 80, stacked=True))


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("stacked", [False, True])
def test_the_band_is_the_sign_and_the_word(name: str, *, stacked: bool) -> None:
    card = card_of(person(name))
    lines = card_lines(card, 80, stacked=stacked)
    band = next(line for line in lines if line.role == "heading")

    assert band.text.strip().startswith(f"{PALETTE[card.band.urgency].sign} {card.band.word}")
    assert {part.urgency for part in band.parts} == ({None} if stacked else {card.band.urgency})
