"""A result as one page of HTML."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import TypeVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtriage.render.as_html import answer_html, as_html, handover_html
from backtriage.render.html_page import STYLE, html_page
from backtriage.render.page import Action, Audience, Block, Clause, Page, Table, page_for
from backtriage.render.page.answer import Answer, answer_of
from backtriage.render.page.card import Card, CardBand, Net
from backtriage.render.page.sections import CardSection
from backtriage.render.palette import PALETTE
from backtriage.terms.urgency import Urgency
from tests.support.assessments import assessed
from tests.support.html_reader import HtmlReader
from tests.support.protocols import shipped
from tests.support.sheets import CANNOT_PEE, FELL, STRAIN, Sheet

Content = TypeVar("Content", bound=msgspec.Struct)

SUICIDE: Sheet = STRAIN | {"harm_signs": ["suicide"], "suicide_safety": False}
PEOPLE: dict[str, Sheet] = {
    "home": STRAIN, "visit": STRAIN | {"behaviour": ["severe"]}, "today": FELL,
    "emergency": CANNOT_PEE, "incomplete": {}, "private": SUICIDE,
    "out of scope": STRAIN | {"answering_for": "not_reachable"},
}  # fmt: skip
AUDIENCES: tuple[Audience, ...] = ("patient", "clinician")

BLOCK = Block(
    heading="x", paragraphs=("x",), labelled=(("x", "x"),), items=("x", "x"), is_numbered=True,
    clauses=tuple(Clause(depth=depth, text="x") for depth in (0, 2, 2, 1, 0)), closing=("x",),
    table=Table(headings=("x", "x"), rows=(("x", "x"), ("x", "x"))),
)  # fmt: skip
CARD = Card(
    notices=("x",),
    band=CardBand(
        urgency=Urgency.SOON, word="x", within="x", headline="x", where="x", why="x", meaning="x",
    ),
    remarks=("x",), checks=("x",), say="x", stops=("x",), do_now=("x",), medicine="x",
    modules=(("x", "x"),), nets=(Net(urgency=Urgency.EMERGENCY, heading="x", lines=("x",)),),
    book=("x", "x"), disclaimer="x", provenance="x",
)  # fmt: skip
ANSWER = Answer(
    card=CARD,
    sections=(
        CardSection(id="why", key="w", title="x", blocks=(BLOCK, BLOCK)),
        CardSection(id="about", key="i", title="Another", blocks=(Block(items=("x",)),)),
    ),
)
PAGE = Page(
    lead=(BLOCK,), action=Action(word="x", headline="x", where="x"),
    blocks=(BLOCK, Block(items=("x",))),
)  # fmt: skip


def strings_in(value: object) -> Iterator[str]:
    """Every text of some content, in the order of its fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from strings_in(each)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from strings_in(getattr(value, name))


def with_text(content: Content, text: str) -> Content:
    """Return the content with a text in place of every `x`."""

    def put(value: object) -> object:
        if value == "x":
            return text
        if isinstance(value, (tuple, list)):
            return [put(each) for each in value]
        return {k: put(v) for k, v in value.items()} if isinstance(value, dict) else value

    return msgspec.convert(put(msgspec.to_builtins(content)), type(content))


def read(
    sheet: Sheet, audience: Audience = "patient", *, why: bool = False, private: bool = False
) -> HtmlReader:
    assessment = assessed(sheet, "GB", shipped())
    return HtmlReader(as_html(assessment, audience, why=why, private=private))


@pytest.mark.parametrize("sheet", PEOPLE.values(), ids=PEOPLE)
def test_the_page_of_a_patient_says_all_of_the_card_and_of_the_pages_behind_it(
    sheet: Sheet,
) -> None:
    a = assessed(sheet, "GB", shipped())
    answer = answer_of(a, full=True, why=True)
    text = HtmlReader(as_html(a, why=True)).text

    said = {*strings_in(answer.card)} - {answer.card.band.within}  # which is in the headline
    for section in answer.sections:
        said |= {section.title, *strings_in(section.blocks)}
    assert {each for each in said if " ".join(each.split()) not in text} == set()


@pytest.mark.parametrize("sheet", PEOPLE.values(), ids=PEOPLE)
def test_the_hand_over_sheet_says_all_of_its_page_in_order(sheet: Sheet) -> None:
    a = assessed(sheet, "GB", shipped())
    page = page_for(a, "clinician", why=True)
    text = HtmlReader(as_html(a, "clinician", why=True)).text

    at = 0
    for each in (*strings_in(page.lead), page.action.call, *strings_in(page.blocks)):
        at = text.index(" ".join(each.split()), at)


def test_what_not_to_do_has_a_label_of_its_own() -> None:
    text = read(PEOPLE["emergency"]).text

    assert "Do not drive yourself." in text
    assert text.index("Do not drive") < text.index("Do now")


@pytest.mark.parametrize("urgency", Urgency)
def test_sign_and_word_stand_beside_each_colour(urgency: Urgency) -> None:
    band = msgspec.structs.replace(CARD.band, urgency=urgency, word="The word")
    page = HtmlReader(answer_html("x", Answer(card=msgspec.structs.replace(CARD, band=band))))

    assert f'<div class="band {urgency.id}">' in page.elements
    assert f"{PALETTE[urgency].sign} The word: x" in page.text
    assert f".{urgency.id}{{--band:{PALETTE[urgency].background_hex};" in STYLE


def test_an_emergency_has_no_nets_and_one_heading_of_the_first_level() -> None:
    page = read(CANNOT_PEE)

    assert '<div class="nets">' not in page.elements
    assert page.elements.count("<h1>") == 1
    assert "Say this" in page.text


def test_what_does_not_apply_leaves_nothing_behind() -> None:
    bare = msgspec.structs.replace(
        CARD, notices=(), remarks=(), checks=(), say="", stops=(), do_now=(), medicine="",
        modules=(), nets=(), book=("", ""),
    )  # fmt: skip
    page = HtmlReader(answer_html("x", Answer(card=bare)))

    assert not {"<ul>", "<ol>", "<table>"} & set(page.elements)
    assert not re.search('class="(rows|nets|net|notices|part)', " ".join(page.elements))


def test_private_answers_are_left_out_unless_they_are_wanted() -> None:
    crisis_line = answer_of(assessed(SUICIDE, "GB", shipped()), private=True).card.do_now[0]

    assert crisis_line in read(SUICIDE, private=True).text
    assert crisis_line not in read(SUICIDE).text
    assert "not on this page" in read(SUICIDE).text
    assert "Receipt" not in read(SUICIDE, "clinician").text
    assert "Receipt" in read(SUICIDE, "clinician", private=True).text


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_page_loads_nothing_and_runs_nothing(audience: Audience) -> None:
    """No element or attribute that could; and the policy would stop it."""
    page = as_html(assessed(FELL, "GB", shipped()), audience, why=True)
    elements = HtmlReader(page).elements
    names = {re.match(r"<([a-z0-9]+)", element)[1] for element in elements}  # type: ignore[index]
    attributes = {name for element in elements for name in re.findall(r' ([\w-]+)="', element)}

    assert names <= {
        "html", "head", "meta", "title", "style", "body", "header", "main", "section", "div",
        "h1", "h2", "h3", "p", "q", "span", "ul", "ol", "li", "dl", "dt", "dd", "nav", "a",
        "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    assert attributes <= {"lang", "charset", "http-equiv", "content", "name", "class",
                          "aria-hidden", "aria-label", "scope", "id", "href"}  # fmt: skip
    assert all(' href="#section-' in element for element in elements if " href" in element)
    assert not re.search(r"url\(|@import|@font-face", STYLE)


def test_the_policy_allows_this_one_style() -> None:
    page = html_page("x", ())
    (style,) = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    allowed = b64encode(sha256(style.encode()).digest()).decode()

    assert f"default-src 'none'; style-src 'sha256-{allowed}'; " in page


HOSTILE = st.one_of(
    st.text(min_size=1),
    st.sampled_from([
        "</style><script>alert(1)</script>", "</title><img src=x onerror=alert(1)>",
        "\" onclick='x' ", "<!--", "-->", "]]>", "&lt;b&gt; &amp; &#60;", "</p></main>", "\0\r\f",
        "\N{RIGHT-TO-LEFT OVERRIDE}cod.exe", "<svg/onload=alert(1)>", "javascript:alert(1)",
    ]),
)  # fmt: skip


@given(HOSTILE)
def test_no_text_becomes_markup(text: str) -> None:
    """Whatever stands in a rule or an answer, the elements of the page are the same."""
    hostile, plain = (
        (
            HtmlReader(answer_html(t, with_text(ANSWER, t))),
            HtmlReader(handover_html(t, with_text(PAGE, t), Urgency.SOON)),
        )
        for t in (text, "x")
    )

    for found, expected in zip(hostile, plain, strict=True):
        assert found.elements == expected.elements
        shown = " ".join(text.split())
        assert found.text.count(shown) >= expected.text.count("x") * bool(shown)


def test_conditions_are_lists_in_lists() -> None:
    page = handover_html("x", PAGE, Urgency.SOON)

    assert (
        "<ul><li>x<ul><li>x</li><li>x</li></ul><ul><li>x</li></ul></li><li>x</li></ul>"
        in page.replace("\n", "")
    )
