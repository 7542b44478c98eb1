"""One page in three formats: plain text, Markdown and the card."""

from __future__ import annotations

import json

import pytest
from markdown_it import MarkdownIt

from backtriage.decide.assessment import Assessment
from backtriage.render.as_card import as_card
from backtriage.render.as_json import as_json
from backtriage.render.as_markdown import as_markdown, escaped
from backtriage.render.as_text import as_text, lines_of, paginate
from backtriage.render.cells import cell_len
from backtriage.render.line import Line
from backtriage.render.page import Action, Audience, Block, Clause, Page, page_for
from tests.support.assessments import assessed
from tests.support.sheets import WELL

SHEETS: tuple[dict[str, object], ...] = (
    {},
    WELL,
    WELL | {"years": 8, "fever_days": 3, "ref": "日本 " * 30},
    WELL | {"years": 70, "feverish": True, "fever_days": "not_sure"},
    WELL | {"airway": ["breathing"]},
    WELL | {"airway": ["breathing?", "drooling?"]},
    WELL | {"years": 3},
)
AUDIENCES: tuple[Audience, ...] = ("patient", "clinician")


def on_screen(a: Assessment, width: int, audience: Audience = "patient", *, why: bool) -> str:
    """The card on a console of this width, without styles."""
    sections = page_for(a, audience, why=why).sections
    return as_card(lines_of(sections, width), width, "none")


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("width", [80, 40])
def test_the_card_has_the_words_of_the_text(
    sheet: dict[str, object], audience: Audience, width: int
) -> None:
    a = assessed(sheet)
    drawn = on_screen(a, width, audience, why=True)

    assert drawn.split() == as_text(page_for(a, audience, why=True).sections, width).split()
    assert all(cell_len(line) <= width for line in drawn.splitlines())


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("width", [80, 40])
def test_the_action_appears_in_full_twice(sheet: dict[str, object], width: int) -> None:
    a = assessed(sheet)
    words = " ".join(on_screen(a, width, why=False).split())
    action = f"{page_for(a).action.call} {page_for(a).action.where}"

    assert words.count(action) == 2
    assert words.endswith(action)


def test_headings_are_bold_without_colour() -> None:
    sections = page_for(assessed(WELL | {"airway": ["breathing"]})).sections
    drawn = as_card(lines_of(sections, 40), 40, "256")

    assert "\x1b[1;7m EMERGENCY: Call 999 now" in drawn
    assert "\x1b[1mDo now\x1b[0m" in drawn
    assert {part.split("m")[0] for part in drawn.split("\x1b[")[1:]} == {"1;7", "1", "0"}


def test_the_bar_of_the_action_spans_the_width() -> None:
    first = on_screen(assessed(WELL), 60, why=False).splitlines()[0]

    assert first == " AT HOME: Look after it at home (no visit needed now).".ljust(60)


def test_layout_of_every_part_of_a_block() -> None:
    page = Page(
        lead=(Block(paragraphs=("Read this.",)),),
        action=Action(word="TODAY", headline="See someone who can look at it."),
        blocks=(
            Block(
                heading="A heading",
                paragraphs=("One paragraph.",),
                labelled=(("Label", "some text that is long"),),
                items=("first thing to do", "second"),
                clauses=(Clause(depth=0, text="yes"), Clause(depth=9, text="no: deep")),
                closing=("That is all.",),
            ),
            Block(items=("one", "two"), is_numbered=True),
        ),
    )

    assert [line.text for line in lines_of(page.sections, 22)] == [
        "Read this.",
        "",
        "TODAY: See someone",
        "who can look at it.",
        "",
        "A heading",
        "  One paragraph.",
        "  Label: some text",
        "    that is long",
        "  - first thing to do",
        "  - second",
        "  yes",
        "        no: deep",
        "  That is all.",
        "",
        "1. one",
        "2. two",
        "",
        "TODAY: See someone",
        "who can look at it.",
    ]


def test_widths_below_20_are_laid_out_as_20() -> None:
    sections = page_for(assessed(WELL)).sections

    assert as_text(sections, 0) == as_text(sections, 20)


@pytest.mark.parametrize(
    "text",
    ["*a* _b_ `c` [d](e) <f> | ~g~ #h &amp; $i$ \\j", "# no heading", "1. no list", "2) neither",
     "- nor this", "+ nor that", "=== nor a heading", "several   blanks\nand lines", "> quoted"],
)  # fmt: skip
def test_markdown_shows_text_literally(text: str) -> None:
    (start, inline, end) = MarkdownIt().parse(escaped(text))

    assert (start.type, end.type) == ("paragraph_open", "paragraph_close")
    shown = "".join(child.content for child in inline.children or [])
    assert shown == " ".join(text.split())


def test_markdown_parses_as_headings_paragraphs_and_lists() -> None:
    a = assessed(WELL | {"years": 70, "feverish": True})
    tokens = MarkdownIt().parse(as_markdown(page_for(a, "clinician", why=True).sections))
    kinds = {token.type for token in tokens if token.nesting == 1}

    assert kinds == {"heading_open", "paragraph_open", "bullet_list_open", "list_item_open"}
    emergency = page_for(assessed(WELL | {"airway": ["breathing"]}))
    assert as_markdown(emergency.sections).count("\n1. Sit up.") == 1


def texts(*lines: str) -> tuple[Line, ...]:
    return tuple(Line("text", line) for line in lines)


@pytest.mark.parametrize(
    ("height", "parts"),
    [
        (9, (texts("a", "b", "", "- c", "d", "- e"),)),
        (5, (texts("a", "b", "", "- c", "d"), texts("- e"))),
        (4, (texts("a", "b"), texts("- c", "d", "- e"))),
        (3, (texts("a", "b"), texts("- c", "d", "- e"))),
        (2, (texts("a", "b"), texts("- c", "d"), texts("- e"))),
    ],
)
def test_pages_break_at_blank_lines_or_before_items(
    height: int, parts: tuple[tuple[Line, ...], ...]
) -> None:
    assert paginate(texts("a", "b", "", "- c", "d", "- e"), height) == parts


def test_a_reference_comes_back_as_it_was_given() -> None:
    """Composed or not, it still has the length that a schema allows, and its owner finds it."""
    ref = "\u0344" * 98 + "e\u0301"

    assert json.loads(as_json(assessed(WELL | {"ref": ref}, None)))["ref"] == ref
