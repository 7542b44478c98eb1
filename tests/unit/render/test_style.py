"""How each role looks on terminals that can show more or less."""

from __future__ import annotations

from typing import get_args

import pytest
from prompt_toolkit.styles import Attrs, default_ui_style
from rich.console import Console

from backtriage.render.as_card import as_card
from backtriage.render.card_lines import card_lines
from backtriage.render.line import Line, LineRole, Span, line_of
from backtriage.render.page.card import card_of
from backtriage.render.palette import hex_of
from backtriage.render.style import FAINT, ColourDepth, for_prompt_toolkit, for_rich, style_of
from backtriage.terms.urgency import Urgency
from tests.support.assessments import assessed
from tests.support.protocols import shipped
from tests.support.sheets import CANNOT_PEE, FELL, STRAIN, Sheet
from tests.unit.render.test_palette import READABLE, contrast_of

ROLES: tuple[LineRole, ...] = get_args(LineRole)
DEPTHS: tuple[ColourDepth, ...] = ("none", "mono", "16", "256")
BAND = Span("band", "TODAY", Urgency.SAME_DAY)
EDGE = Span("edge", " ", Urgency.SAME_DAY)


def printed(lines: tuple[Line, ...], depth: ColourDepth) -> str:
    """The lines with codes, as a terminal that can show so much gets them."""
    return as_card(lines, 80, depth)


@pytest.mark.parametrize("sheet", [STRAIN, FELL, CANNOT_PEE])
def test_the_words_are_the_same_however_much_a_terminal_shows(sheet: Sheet) -> None:
    lines = card_lines(card_of(assessed(sheet, "GB", shipped())), 80)
    plain = printed(lines, "none")

    assert plain == "".join(f"{line.text}\n" for line in lines)
    for depth in DEPTHS[1:]:
        drawn = printed(lines, depth)
        assert drawn != plain
        assert "".join(part.partition("m")[2] for part in f"m{drawn}".split("\x1b[")) == plain


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("depth", DEPTHS)
def test_every_role_has_a_style_that_both_libraries_know(
    role: LineRole, depth: ColourDepth
) -> None:
    for urgency in (None, *Urgency):
        style = style_of(Span(role, "x", urgency), depth)
        Console().get_style(for_rich(style) or "none")
        attrs = default_ui_style().get_attrs_for_style_str(for_prompt_toolkit(style))
        assert isinstance(attrs, Attrs)
        assert (attrs.bold, attrs.reverse) == (style.is_bold, style.is_reverse)


def test_256_colours_are_used_as_they_are() -> None:
    assert for_rich(style_of(BAND, "256")) == "bold color(16) on color(208)"
    assert for_prompt_toolkit(style_of(BAND, "256")) == "bold fg:#000000 bg:#ff8700"
    assert style_of(EDGE, "256").background == style_of(BAND, "256").background


def test_of_16_colours_only_a_cell_without_letters_has_one() -> None:
    assert for_rich(style_of(BAND, "16")) == "bold reverse"
    assert for_rich(style_of(EDGE, "16")) == "on color(3)"
    assert for_prompt_toolkit(style_of(EDGE, "16")) == "bg:ansiyellow"
    edges = {style_of(Span("edge", " ", urgency), "16") for urgency in Urgency}
    assert len(edges) == len(Urgency)


def test_without_colour_a_band_is_bold_and_reverse() -> None:
    assert printed((line_of("heading", EDGE, BAND),), "mono") == (
        "\x1b[7m \x1b[0m\x1b[1;7mTODAY\x1b[0m\n"
    )


@pytest.mark.parametrize("background", ["#000000", "#ffffff"])
def test_faint_letters_are_readable_on_any_theme(background: str) -> None:
    assert contrast_of(background, hex_of(FAINT)) >= READABLE


def test_without_codes_nothing_has_a_style() -> None:
    assert {for_rich(style_of(Span(role, "x"), "none")) for role in ROLES} == {""}
