"""Our pages in a real browser: readable by everybody, loading nothing, and whole on paper."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from backtriage.decide.assessment import Assessment
from backtriage.render.as_html import as_html
from backtriage.render.journal.formats import journal_in
from backtriage.render.page import Audience, Block, page_for
from backtriage.render.page.answer import answer_of
from backtriage.render.palette import PALETTE
from backtriage.terms.urgency import Urgency
from tests.support.assessments import assessed
from tests.support.browser import AXE, CHROMIUM, Browser, running_browser
from tests.support.journals import TODAY, course, days_in, diary, line, written
from tests.support.protocols import shipped
from tests.support.sheets import CANNOT_PEE, FELL, STRAIN, Sheet

pytestmark = [pytest.mark.exhaustive, pytest.mark.browser, pytest.mark.once]

INSTALL: Final = "npm --prefix tests/browser install --ignore-scripts"

ILL: Final[Sheet] = STRAIN | {
    "age": 71, "how_long": "over_3_months", "change": "usual", "cancer_seen": "seen",
    "health": ["cancer", "thinner", "steroid", "bones", "immune"], "steroid_illness": False,
    "immune_kinds": ["diabetes", "immune"], "bone_kinds": ["thin"], "ref": "R" * 100,
}  # fmt: skip
"""Illnesses with signs of their own, and a reference without a space."""
SHEETS: Final[dict[str, Sheet]] = {
    "home": STRAIN,
    "visit": STRAIN | {"behaviour": ["severe"]},
    "two_weeks": STRAIN | {"behaviour": ["nothing"]},
    "today": FELL,
    "emergency": CANNOT_PEE,
    "call_999": STRAIN | {"collapse": ["chest"]},
    "incomplete": {},
    "contradictory": STRAIN | {"how_long": "over_3_months", "pregnancy_danger": ["push"]},
    "out_of_scope": STRAIN | {"answering_for": "not_reachable"},
    "long": ILL,
    "long_today": ILL
    | {
        "illness_signs": ["vomiting", "lump?"],
        "health": ["cancer", "thinner", "steroid", "bones"],
    },
}
PAGES: Final = [(name, audience) for name in SHEETS for audience in ("patient", "clinician")]

LOOKS: Final[dict[str, dict[str, Any]]] = {
    "light": {"width": 1280},
    "dark": {"width": 1280, "prefers_color_scheme": "dark"},
    "forced colours": {"width": 1280, "forced_colors": "active"},
    "narrow": {"width": 320},
    "twice as large": {"width": 1280, "zoom": 2},
}
PAPERS: Final = {"A4": (8.27, 11.69), "Letter": (8.5, 11)}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests."""
    assert CHROMIUM, "Chromium is not installed; CONTRIBUTING.md says what these tests need"
    assert AXE.exists(), f"axe-core is not installed: {INSTALL}"
    with running_browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


def person(name: str) -> Assessment:
    return assessed(SHEETS[name], "GB", shipped())


def shown(browser: Browser, folder: Path, text: str) -> None:
    """Open a page."""
    (folder / "page.html").write_text(text, encoding="utf-8")
    browser.open(folder / "page.html")


def test_the_people_have_every_urgency() -> None:
    assert {person(name).urgency for name in SHEETS} == set(Urgency)


@pytest.mark.parametrize(("name", "audience"), PAGES)
def test_everybody_can_read_a_page(
    browser: Browser, tmp_path: Path, name: str, audience: Audience
) -> None:
    """Axe finds nothing, and nobody has to scroll sideways."""
    shown(browser, tmp_path, as_html(person(name), audience, why=name == "home"))

    for look, chosen in LOOKS.items():
        browser.look(**chosen)
        assert browser.violations() == [], look
        too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert browser.evaluate(too_wide) == 0, look


def test_axe_would_find_what_cannot_be_read(browser: Browser, tmp_path: Path) -> None:
    page = as_html(person("home"))
    shown(browser, tmp_path, page.replace("<h1>", '<h1><img src=""><b role="grid">'))

    assert {rule.partition(":")[0] for rule in browser.violations()} >= {"image-alt"}


@pytest.mark.parametrize(("name", "audience"), PAGES)
def test_a_page_asks_for_nothing_and_has_no_script(
    browser: Browser, tmp_path: Path, name: str, audience: Audience
) -> None:
    shown(browser, tmp_path, as_html(person(name), audience))

    assert browser.requests == [(tmp_path / "page.html").as_uri()]
    assert browser.evaluate("document.scripts.length") == 0


def test_a_script_or_a_picture_in_a_page_would_not_be_loaded(
    browser: Browser, tmp_path: Path
) -> None:
    """The policy stops what the escaping of texts would have to miss."""
    added = (
        "<script>window.ran = 1</script><img src='https://example.invalid/a.png'"
        " onerror='window.ran = 2'><style>body { display: none }</style>"
        "<p style='display: none' id='styled'>x</p>"
    )
    shown(browser, tmp_path, as_html(person("home")).replace("</main>", f"{added}</main>"))

    assert browser.evaluate("window.ran") is None
    assert browser.requests == [(tmp_path / "page.html").as_uri()]
    assert browser.evaluate("getComputedStyle(document.body).display") == "block"
    assert browser.evaluate("getComputedStyle(styled).display") == "block"


def test_the_page_follows_what_the_reader_prefers(browser: Browser, tmp_path: Path) -> None:
    shown(browser, tmp_path, as_html(person("home")))
    background = "getComputedStyle(document.body).backgroundColor"
    tops = "Array.from(document.querySelectorAll('.net'), net => net.getBoundingClientRect().top)"

    browser.look(**LOOKS["light"])
    assert browser.evaluate(background) == "rgb(255, 255, 255)"
    emergency, today, book = browser.evaluate(tops)
    assert emergency == today < book
    browser.look(**LOOKS["dark"])
    assert browser.evaluate(background) == "rgb(18, 18, 18)"
    browser.look(**LOOKS["narrow"])
    emergency, today, book = browser.evaluate(tops)
    assert emergency < today < book


# -- on paper ------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", SHEETS)
def test_the_card_is_the_first_sheet_of_paper(
    browser: Browser, tmp_path: Path, name: str, paper: str
) -> None:
    """Nobody tells the browser to print backgrounds, and the colour of the band is there."""
    a = person(name)
    card = answer_of(a).card
    shown(browser, tmp_path, as_html(a))

    first, *_ = printed(browser, tmp_path, paper)

    texts = (card.band.word, card.band.where, card.say, *card.stops, card.medicine)
    nets = (line for net in card.nets for line in (net.heading, *net.lines))
    for text in (*texts, *card.do_now, *nets, *card.book, *card.remarks, card.disclaimer):
        assert squeezed(text) in first
    colour = bytes.fromhex(PALETTE[a.urgency].background_hex[1:])
    picture = run("pdftoppm", "-r", "50", "-l", "1", str(tmp_path / "page.pdf"))
    assert picture.count(colour) > 50


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize(("name", "audience"), PAGES)
def test_no_line_of_a_list_is_broken_and_no_heading_left_alone(
    browser: Browser, tmp_path: Path, name: str, audience: Audience, paper: str
) -> None:
    a = person(name)
    shown(browser, tmp_path, as_html(a, audience))
    sheets = printed(browser, tmp_path, paper)

    for block in blocks(a, audience):
        rows = block.table.rows if block.table else ()
        for text in (*block.items, *block.paragraphs, *(cell for row in rows for cell in row)):
            assert any(squeezed(text) in sheet for sheet in sheets), text
        if block.heading:
            assert not any(sheet.endswith(squeezed(block.heading)) for sheet in sheets)


def blocks(a: Assessment, audience: Audience) -> Iterator[Block]:
    """Everything on a page but the card, with titles as headings."""
    if audience == "clinician":
        yield from page_for(a, audience).blocks
    for section in answer_of(a, full=audience == "patient").sections:
        yield from (Block(heading=section.title), *section.blocks)


def printed(browser: Browser, folder: Path, paper: str) -> list[str]:
    """Print the page, and return the text of each sheet of paper, without any space."""
    width, height = PAPERS[paper]
    browser.look(**LOOKS["dark"])  # which paper ignores
    (folder / "page.pdf").write_bytes(browser.printed(width=width, height=height))
    text = run("pdftotext", "-raw", str(folder / "page.pdf"), "-").decode()
    return [squeezed(sheet) for sheet in text.split("\f")[:-1]]


def squeezed(text: str) -> str:
    """Return a text without bullets and white space, which depend on the layout."""
    return re.sub(r"[\s\N{BULLET}]", "", text)


def run(*command: str) -> bytes:
    return subprocess.run(command, check=True, capture_output=True).stdout


# -- a journal -----------------------------------------------------------------------------------


def journal() -> str:
    """Return a journal of thirty days with gaps, setbacks and a note that would do harm."""
    numbers = [7, 8, 7, None, 7, 6, 7, 6, 6, None, None, 5, 9, 8, 5, *[4, 3, 4, 3, 4] * 3]
    note = '<script>window.ran = 1</script> =1+1 \u202e <img src="https://example.invalid/a.png">'
    last = line(TODAY, 3, note=note, id="last", answers={"now": ["choking"], "slept": "well"})
    days = days_in(course(*numbers) + written(last))
    return journal_in("html", diary(), days, TODAY, "GB")


def test_everybody_can_read_a_journal(browser: Browser, tmp_path: Path) -> None:
    shown(browser, tmp_path, journal())

    for look, chosen in LOOKS.items():
        browser.look(**chosen)
        assert browser.violations() == [], look
        too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert browser.evaluate(too_wide) == 0, look
    assert browser.requests == [(tmp_path / "page.html").as_uri()]
    assert browser.evaluate("document.scripts.length") == 0
    assert browser.evaluate("window.ran") is None


@pytest.mark.parametrize("paper", PAPERS)
def test_the_first_sheet_of_a_journal_says_all_in_short(
    browser: Browser, tmp_path: Path, paper: str
) -> None:
    shown(browser, tmp_path, journal())
    first, *_ = printed(browser, tmp_path, paper)
    for text in ("From 7 to 3.5 out of 10", "Recommendation", "EMERGENCY SIGNS", "Each bar is"):
        assert squeezed(text) in first
