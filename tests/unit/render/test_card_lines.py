"""The card as lines, in columns and in one column, and how it gets into few rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pytest
from msgspec.structs import replace

from backtriage.render.answer_lines import answer_lines
from backtriage.render.as_text import text_of
from backtriage.render.card_lines import (
    MIN_WIDE,
    call_lines,
    card_lines,
    head_lines,
    things_to_do,
    with_things_to_do,
)
from backtriage.render.cells import cell_len
from backtriage.render.line import spaced
from backtriage.render.page.answer import answer_of
from backtriage.render.page.card import Card, CardBand, Net, card_of
from backtriage.render.page.private import without_private
from backtriage.render.palette import PALETTE
from backtriage.shell.result import lines_below, stacked_lines
from backtriage.terms.urgency import Urgency
from tests.support.assessments import assessed
from tests.support.protocols import shipped
from tests.support.sheets import CANNOT_PEE, FELL, STRAIN, ULCER, Sheet

PEOPLE: Final[dict[str, Sheet]] = {
    "strain": STRAIN,
    "cannot pee": CANNOT_PEE,
    "fell": FELL,
    "ulcer": ULCER,
    "kidney": STRAIN | {"magnesium_gate": ["kidney"], "food_limits": False},
    "visit": STRAIN | {"behaviour": ["severe"]},
    "with a helper": STRAIN | {"answering_for": "with_me"},
    "in doubt": STRAIN | {"collapse": ["chest?"]},
    "incomplete": {"age": 40},
}
ROWS: Final = 23
"""A screen of 24 rows without its keys or its prompt."""


def of_person(name: str) -> Card:
    return card_of(without_private(assessed(PEOPLE[name], "GB", shipped())))


SMALL: Final = Card(
    notices=(),
    band=CardBand(
        urgency=Urgency.SELF_CARE, word="AT HOME", within="at home",
        headline="Look after it at home.", where="Ask a friend.", why="It is small. " * 10,
        meaning="It is small. " * 10,
    ),
    say="",
    stops=("Do not run.",),
    do_now=("Sit.", "Drink.", "Wait."),
    medicine="Nothing.",
    modules=(("Honey", "A spoon."),),
    nets=(
        Net(urgency=Urgency.EMERGENCY, heading="Call 999 if", lines=("You cannot breathe.",) * 9),
        Net(urgency=Urgency.SAME_DAY, heading="Call today if", lines=("You get a fever.",)),
    ),
    book=("Book a visit if", "It stays"),
    disclaimer="Not a diagnosis.",
    provenance="Protocol small 1.",
)  # fmt: skip
SIX_ROWS: Final = replace(SMALL, nets=(), book=("", ""), stops=(), modules=())
"""A band of at least two rows, three things to do, a medicine and the footer."""


def text(card: Card, width: int = 80, rows: int | None = None, *, stacked: bool = False) -> str:
    return text_of(card_lines(card, width, rows=rows, stacked=stacked))


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("width", [20, 40, MIN_WIDE - 1, MIN_WIDE, 80, 120])
@pytest.mark.parametrize("rows", [None, ROWS])
@pytest.mark.parametrize("stacked", [False, True])
def test_no_line_is_wider_than_the_screen(
    name: str, width: int, rows: int | None, *, stacked: bool
) -> None:
    lines = card_lines(of_person(name), width, stacked=stacked, rows=rows)

    assert max(cell_len(line.text) for line in lines) <= width
    assert all(line.text == "".join(part.text for part in line.parts) for line in lines)


def test_a_screen_that_is_far_too_narrow_is_laid_out_as_one_of_20_cells() -> None:
    assert card_lines(SMALL, 0) == card_lines(SMALL, 20)
    assert head_lines(SMALL, 0) == head_lines(SMALL, 20)


@pytest.mark.parametrize("name", PEOPLE)
def test_every_line_to_read_out_is_ascii(name: str) -> None:
    assert text(of_person(name), stacked=True).isascii()


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("width", [40, 80])
def test_every_text_of_the_card_is_in_its_lines(name: str, width: int) -> None:
    card = of_person(name)
    said = [
        *card.notices, card.band.word, card.band.headline, card.band.where, card.band.why,
        *card.remarks, *card.checks, card.after_checks, card.say, *card.stops, *card.do_now,
        card.medicine,
        *(part for module in card.modules for part in module), *card.book,
        *(line for net in card.nets for line in (net.heading, *net.lines)),
        card.disclaimer, card.provenance,
    ]  # fmt: skip
    shown = " ".join(text(card, width, stacked=True).split()).casefold()

    assert [part for part in said if " ".join(part.split()).casefold() not in shown] == []
    on_screen = text(card, width).casefold().replace("\N{BULLET}", "-").split()
    assert set(shown.replace("do now 1:", "do now").split()) - {"2:", "3:", "4:", "5:"} <= {
        *on_screen, *(f"{word}:" for word in on_screen),
    }  # fmt: skip


def test_in_a_pipe_a_blank_line_stands_before_each_list() -> None:
    lines = text(of_person("strain"), stacked=True).splitlines()
    lists = [
        at for at, line in enumerate(lines) if line.startswith(("!!! CALL", "!! CALL", "> BOOK"))
    ]

    assert len(lists) == 3
    assert [lines[at - 1] for at in lists] == ["", "", ""]


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("stacked", [False, True])
def test_the_band_is_the_sign_and_the_word(name: str, *, stacked: bool) -> None:
    card = of_person(name)
    lines = card_lines(card, 80, stacked=stacked)
    band = next(line for line in lines if line.role == "heading")

    assert band.text.strip().startswith(f"{PALETTE[card.band.urgency].sign} {card.band.word}")
    assert {part.urgency for part in band.parts} == ({None} if stacked else {card.band.urgency})
    before = lines[: lines.index(band)]
    assert all(line.role == "strong" for line in before)
    assert bool(before) is bool(card.notices)


@dataclass(frozen=True)
class Size:
    """How many lines a card of today has, on a screen of 24 rows and on one of 40 cells."""

    name: str
    wide: int
    narrow: int


@pytest.mark.parametrize(
    "size",
    [Size("strain", 23, 46), Size("kidney", 23, 46), Size("ulcer", 23, 46),
     Size("cannot pee", 23, 23)],
    ids=lambda size: size.name,
)  # fmt: skip
def test_how_high_the_cards_of_people_are(size: Size) -> None:
    """On their own screen: a card for others has the signs that a private answer may bring up."""
    card = card_of(assessed(PEOPLE[size.name], "GB", shipped()))

    assert len(card_lines(card, 80, rows=ROWS)) <= size.wide
    assert len(card_lines(card, 40, rows=ROWS)) <= size.narrow


def rows_of(card: Card, rows: int | None) -> list[str]:
    return [line.text.strip() for line in card_lines(card, 80, rows=rows)]


def test_what_goes_first_where_rows_are_few() -> None:
    """Air, then what the word says already, things to do, the version, and most of the reason."""
    whole = rows_of(SIX_ROWS, None)
    band, why, rest, *_ = whole

    assert (len(whole), whole.count("")) == (10, 2)
    assert rows_of(SIX_ROWS, 9) == [band, why, rest, *whole[4:]]
    assert rows_of(SIX_ROWS, 8) == [line for line in whole if line]
    short = "= AT HOME. Ask a friend."
    assert rows_of(SIX_ROWS, 7) == [short, why, rest, *whole[4:6], whole[7], whole[9]]
    only = "Do now     Sit."
    assert rows_of(SIX_ROWS, 6) == [short, why, rest, only, whole[7], whole[9]]
    cut = f"{why.removesuffix(' is')} ..."
    assert rows_of(SIX_ROWS, 5) == [short, cut, only, whole[7], "Not a diagnosis."]


def test_what_must_be_seen_at_once_comes_first_on_pages() -> None:
    calm = rows_of(SMALL, 9)
    today = rows_of(replace(SMALL, band=replace(SMALL.band, urgency=Urgency.SAME_DAY)), 9)

    assert calm.index("Honey      A spoon.") < calm.index("Do now     1. Sit.")
    assert any(
        line.startswith("!!! CALL 999 IF") for line in calm[: calm.index("Do now     1. Sit.")]
    )
    assert today[1:] == calm[1:]


def test_a_reason_is_cut_if_the_first_page_then_has_the_whole_list_for_now() -> None:
    roomy, tight = (rows_of(SMALL, rows) for rows in (12, 11))

    assert roomy[2].startswith("small. It is")
    assert tight[1].endswith(" ...")
    assert tight[9].count("You cannot breathe.") == 1  # the ninth, above the last row
    assert "3. Wait." in tight


@pytest.mark.parametrize(("count", "air"), [(12, 0), (26, 3)])
def test_the_other_list_begins_where_one_page_shows_it_whole(count: int, air: int) -> None:
    """That is on the first page if all the rest stands on the last, else on the next page."""
    first, second = SMALL.nets
    nets = (first, replace(second, lines=("You get a fever.",) * count))
    shown = rows_of(replace(SMALL, nets=nets, band=replace(SMALL.band, why="It is small.")), 18)

    assert shown[13 : 15 + air] == ["• You cannot breathe.", *[""] * air, "!! CALL TODAY IF"]


FORBIDDEN: Final = replace(SIX_ROWS, do_now=("Sit.", "Do not run.", "Drink."))
"""The same with one thing among three that is not to be done."""


def test_what_not_to_do_has_these_words_as_its_label() -> None:
    forbidden = replace(SMALL, stops=("Do not run.", "No honey."))
    wide, narrow, plain = (
        [line.text.strip() for line in card_lines(forbidden, width, stacked=is_stacked)]
        for width, is_stacked in ((80, False), (40, False), (80, True))
    )

    assert {"Do not     run.", "STOP       No honey."} <= {*wide}
    assert {"Do not run.", "STOP: No honey."} <= {*narrow} & {*plain}
    assert "Do not" in {
        part.text.strip()
        for line in card_lines(forbidden, 80)
        for part in line.parts
        if part.role == "flag"
    }


def test_what_not_to_do_stays_where_there_is_room_for_nothing_to_do() -> None:
    rows = [rows_of(FORBIDDEN, count) for count in (None, 7, 6, 5)]

    assert [[line for line in shown if line.startswith(("Do n", "2."))] for shown in rows] == [
        ["Do not     run.", "Do now     1. Sit.", "2. Drink."],
        ["Do not     run.", "Do now     Sit."],
        ["Do not     run."],
        ["Do not     run."],
    ]
    assert [things_to_do(FORBIDDEN, 80, count) for count in (10, 7, 6, 1)] == [2, 1, 0, 0]
    assert with_things_to_do(FORBIDDEN, 1).do_now == ("Sit.", "Do not run.")


def test_a_call_without_a_headline_ends_after_its_word() -> None:
    silent = replace(SIX_ROWS, band=replace(SIX_ROWS.band, headline=""))

    assert rows_of(silent, None)[0] == "= AT HOME. Ask a friend."


def test_a_reason_is_cut_after_a_clause_if_it_can_be() -> None:
    why = "It is as small as can be, and it has been so for a long time, which nobody would mind."
    band = replace(SIX_ROWS.band, why=why, meaning=why)

    assert rows_of(replace(SIX_ROWS, band=band), 5)[1] == (
        "Why: It is as small as can be, and it has been so for a long time ..."
    )


def test_the_footer_beside_a_list_leaves_no_word_alone() -> None:
    beside = replace(SMALL, disclaimer="Not a diagnosis. Nobody has checked this yet.")
    long = replace(beside, provenance="The rules for what is small, 1.0.0")
    footers = [
        [line.text[41:].strip() for line in card_lines(card, 80)][-3:] for card in (beside, long)
    ]

    assert footers == [
        ["", "Protocol small 1.  Not a diagnosis.", "Nobody has checked this yet."],
        ["Not a diagnosis.", "Nobody has checked this yet.", long.provenance],
    ]


def test_how_soon_is_said_unless_the_word_or_the_place_does() -> None:
    soon = replace(SIX_ROWS, band=replace(SIX_ROWS.band, within="on Monday"))

    assert rows_of(soon, 7)[0] == "= AT HOME: On Monday. Ask a friend."


def test_two_lists_stand_side_by_side_with_the_footer_in_free_cells() -> None:
    shown = card_lines(SMALL, 80)
    heading = next(line for line in shown if "CALL 999 IF" in line.text)

    assert heading.text.index("!! CALL TODAY IF") == 42
    assert [part.urgency for part in heading.parts if part.role == "band"] == [
        Urgency.EMERGENCY, Urgency.SAME_DAY,
    ]  # fmt: skip
    assert shown[-1].text.split("  ")[-1] == "Not a diagnosis. Protocol small 1."


def test_the_footer_is_below_where_the_cells_beside_are_taken() -> None:
    first, second = SMALL.nets
    full = replace(SMALL, nets=(first, replace(second, lines=("You get a fever.",) * 9)))

    assert [line.text for line in card_lines(full, 80)][-2:] == [
        "", " Not a diagnosis. Protocol small 1.",
    ]  # fmt: skip


def test_one_list_stands_in_two_columns() -> None:
    (first, _) = SMALL.nets
    lines = text(replace(SMALL, nets=(first,))).splitlines()
    at = lines.index(" !!! CALL 999 IF")

    assert [line.count("You cannot breathe.") for line in lines[at + 1 : at + 6]] == [
        2,
        2,
        2,
        2,
        1,
    ]


def test_a_long_label_stands_above_its_text_or_before_it() -> None:
    title = "The mineral that many ask about"
    card = replace(SMALL, modules=((title, "A spoon."),))

    assert f"{title}: A spoon.\n" in text(card)
    assert f"{title}:\n  A spoon.\n" in text(card, 40)
    assert "that\nmany ask about:\n  A spoon.\n" in text(card, 20)


def test_a_long_footer_takes_two_lines() -> None:
    card = replace(SIX_ROWS, provenance="Protocol small 1. " * 5)

    assert text(card).endswith(
        "\n Not a diagnosis.\n"
        + f" {'Protocol small 1. ' * 4}".rstrip()
        + "\n Protocol small 1.\n"
    )


def test_a_card_without_a_reason_has_none() -> None:
    assert "Why" not in text(replace(SMALL, band=replace(SMALL.band, why="")))


def test_the_call_is_said_once_more_without_its_reason() -> None:
    lines = [line.text.strip() for line in call_lines(SMALL, 40)]

    assert lines == ["= AT HOME: Look after it at home.", "Ask a friend."]
    assert [line.text.strip() for line in head_lines(SMALL, 40)][:2] == lines


ENDS: Final[dict[str, Sheet]] = PEOPLE | {
    "today": STRAIN | {"illness_signs": ["fever"]},
    "long": STRAIN | {"how_long": "weeks_4_6"},
}


@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize("name", ENDS)
def test_the_last_rows_of_a_terminal_say_how_soon_where_why_and_what_not_to_do(
    name: str, width: int
) -> None:
    answer = answer_of(assessed(ENDS[name], "GB", shipped()))
    card = answer.card
    must = [card.band.word, card.band.where, card.band.why, *card.stops]

    for lines, rows in (
        (answer_lines(answer, width, rows=ROWS), ROWS),
        (answer_lines(answer, width, stacked=True, rows=ROWS), ROWS),
        (stacked_lines(card, width, 24), 15),
        (lines_below(card, width, 24, 9), 15),
        (lines_below(card, width, 24, 1), 22),
    ):
        shown = " ".join(text_of(lines[-rows:]).split())
        assert [text for text in must if " ".join(text.split()) not in shown] == []


def test_what_stays_in_a_pipe_says_what_to_do_once_more_and_nothing_else() -> None:
    answer = answer_of(assessed(FELL, "GB", shipped()))
    call = call_lines(answer.card, 80, stacked=True)

    assert answer_lines(answer, 80, stacked=True) == spaced(
        card_lines(answer.card, 80, stacked=True), call
    )


def test_who_you_is_stands_beside_a_label_like_all_around_it() -> None:
    """No line of a wide card begins in the first cell, and a second remark is below the first."""
    helper = card_of(assessed(PEOPLE["with a helper"], "GB", shipped()))
    lines = text(replace(helper, remarks=(*helper.remarks, "Second."))).splitlines()

    assert ' Note       "You" means the person with the pain.' in lines
    assert f"{' ' * 12}Second." in lines
    assert [line for line in lines if line and not line.startswith(" ")] == []
