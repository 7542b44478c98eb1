"""SVG: everything is there, in its place, and nothing is cut off or covered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from typing import Final
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.render.cells import cell_len
from backtriage.render.graph.as_svg import as_svg, nearby_as_svg
from backtriage.render.graph.boxes import SIZES, Style
from backtriage.render.graph.graph import QUESTION, RULE, Graph
from backtriage.render.graph.layers import layers
from backtriage.render.graph.nearby import names, nearby
from backtriage.render.graph.says import WORST_FIRST, heading
from backtriage.render.graph.whole import whole
from tests.support.tier import examples
from tests.unit.render.graph.drawn import HARD, shipped, tiny, worded, words

SVG: Final = "{http://www.w3.org/2000/svg}"
TAGS: Final = {"svg", "title", "desc", "style", "rect", "text", "path", "circle", "g"}
CELL: Final = 0.55
"""The width of a cell, in font sizes, of the broadest of the usual fonts on average."""


@dataclass(frozen=True)
class Drawn:
    """A box of a picture with its lines of text."""

    x: float
    y: float
    right: float
    bottom: float
    texts: tuple[ET.Element, ...]

    @property
    def words(self) -> str:
        """All of its text."""
        return " ".join((text.text or "").replace("\u00a0", " ") for text in self.texts)


def parsed(svg: str) -> ET.Element:
    """A picture as XML, of which every element is one that we draw."""
    root = ET.fromstring(svg)  # noqa: S314 - our own text
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= TAGS
    return root


def number(element: ET.Element, name: str) -> float:
    """An attribute that is a number."""
    return float(element.attrib[name])


def boxes(root: ET.Element) -> list[Drawn]:
    """Every box."""
    found = []
    for group in root.iter(f"{SVG}g"):
        rect = next(r for r in group.iter(f"{SVG}rect") if r.attrib["class"].startswith("box"))
        x, y = number(rect, "x"), number(rect, "y")
        found.append(Drawn(x, y, x + number(rect, "width"), y + number(rect, "height"),
                           tuple(group.iter(f"{SVG}text"))))  # fmt: skip
    return found


def check(svg: str) -> list[Drawn]:
    """A whole picture: XML, named, self-contained, and all of it on the page."""
    root = parsed(svg)
    assert root[0].tag == f"{SVG}title"
    assert root[1].tag == f"{SVG}desc"
    assert root[0].text
    assert root[1].text
    assert root.attrib["aria-labelledby"] == f"{root[0].attrib['id']} {root[1].attrib['id']}"
    assert not re.search(r"@import|url\(|href|src=|<script", re.sub(r">[^<]*<", "><", svg))
    drawn = boxes(root)
    width, height = number(root, "width"), number(root, "height")
    assert all(b.x >= 0 and b.y >= 0 and b.right <= width and b.bottom <= height for b in drawn)
    for text in root.iter(f"{SVG}text"):
        assert number(text, "x") + wide(text) <= width
        assert number(text, "y") <= height
    for box in drawn:
        for text in box.texts:
            assert number(text, "x") + wide(text) <= box.right - 5, text.text
            assert box.y + 5 <= number(text, "y") - 0.7 * size(text)
            assert number(text, "y") <= box.bottom - 5
    for one, two in combinations(drawn, 2):
        apart = one.right < two.x or two.right < one.x or one.bottom < two.y or two.bottom < one.y
        assert apart, (one.words, two.words)
    return drawn


def size(text: ET.Element) -> float:
    """The size of a line of text."""
    style: Style = text.attrib["class"]  # type: ignore[assignment]
    return SIZES[style]


def wide(text: ET.Element) -> float:
    """How wide a line of text is, by its cells."""
    return cell_len(text.text or "") * CELL * size(text)


GRAPHS = {"tiny": tiny, "shipped": shipped}


@pytest.mark.parametrize("graph", [make() for make in GRAPHS.values()], ids=GRAPHS)
def test_everything_is_there(graph: Graph) -> None:
    """Questions in order with their guards, then rules from the most urgent on."""
    svg = as_svg(graph)
    drawn = [box.words for box in check(svg)]

    questions, rules = graph.of(QUESTION), [r for u in WORST_FIRST for r in graph.rules(u)]
    assert len(drawn) == len(questions) + len(rules) == len(questions) + len(graph.of(RULE))
    for question, text in zip(questions, drawn[: len(questions)], strict=True):
        guard = f" asked when: {question.when}" if question.when else ""
        assert text.startswith(f"({question.number}) {question.id} {question.title}{guard} ")
        readers = sum(map(int, re.findall(r"_?[a-z]+ (\d+)", text.partition("that read it")[2])))
        assert readers == len(graph.readers(question))
    for rule, text in zip(rules, drawn[len(questions) :], strict=True):
        asked = ", ".join(f"({q.number}) {q.id}" for q in graph.read_by(rule)[0])
        assert text.startswith(f"{rule.id} reads {asked or 'nothing: it holds for everybody'}")
    words_ = " ".join(text.text or "" for text in parsed(svg).iter(f"{SVG}text"))
    for urgency in {rule.urgency for rule in rules if rule.urgency is not None}:
        assert heading(graph, urgency) in words_


@pytest.mark.parametrize("graph", [make() for make in GRAPHS.values()], ids=GRAPHS)
def test_a_line_for_every_guard(graph: Graph) -> None:
    """It leaves the question that opens, meets the one that is opened, and crosses no box."""
    placed = whole(graph, 0)
    at = {box.part.key: box for box in placed.boxes}
    openers = {q.key: graph.read_by(q)[0] for q in graph.of(QUESTION)}

    seen = []
    for line in placed.lines:
        ends = [line.places[-1], *(end for _, end in line.branches)]
        (start,) = [b for b in placed.boxes if b.y < line.places[0][1] < b.bottom
                    and b.part.sort == QUESTION]  # fmt: skip
        for end in ends:
            (met,) = [b for b in placed.boxes if b.y < end[1] < b.bottom and b.x == end[0]]
            seen.append((start.part.key, met.part.key))
        assert {x for x, _ in line.places} == {start.x, line.places[1][0]}
        assert 0 < line.places[1][0] < start.x
    expected = [(opener.key, key) for key, found in openers.items() for opener in found]
    assert sorted(seen) == sorted(expected)
    meets = [place for line in placed.lines
             for place in (line.places[-1], *(end for _, end in line.branches))]  # fmt: skip
    assert len(meets) == len(set(meets))
    assert at.keys() >= set(openers)


def test_lines_in_one_lane_do_not_meet() -> None:
    """Two lines that run side by side have a lane each."""
    spans = [(line.places[1][0], line.places[1][1], line.places[2][1])
             for line in whole(shipped(), 0).lines]  # fmt: skip

    assert len(spans) > 8
    for (lane, top, bottom), (other, high, low) in combinations(spans, 2):
        assert lane != other or bottom < high or low < top


@pytest.mark.parametrize("id_", [*names(tiny()), *names(shipped())[::3]])
def test_a_neighbourhood(id_: str) -> None:
    """Every part has its box, every line leads from edge to edge, and runs through no box."""
    graph = tiny() if id_ in names(tiny()) else shipped()
    near = nearby(graph, id_)
    svg = nearby_as_svg(near)

    drawn = [box.words for box in check(svg)]
    assert len(drawn) == len(near.parts)
    for part, text in zip(near.parts, drawn, strict=True):
        assert part.id in text.split(" ")[:2]
        assert part.when in text
    placed = layers(near, 0)
    at = {box.part.key: box for box in placed.boxes}
    for line, (one, two) in zip(placed.lines, near.lines, strict=True):
        assert line.places[0] == (at[one].x + at[one].width, at[one].middle)
        assert line.places[-1] == (at[two].x, at[two].middle)
        assert line.is_dashed == (two[0] == QUESTION)
        for x, y in line.places[1:-1]:
            assert not any(b.x < x < b.x + b.width and b.y < y < b.bottom for b in placed.boxes)
            assert not any(b.x in {x, x - b.width} and b.y < y < b.bottom for b in placed.boxes)
    marked = [b for b in parsed(svg).iter(f"{SVG}rect") if "about" in b.attrib["class"]]
    assert len(marked) == len(near.about)


def test_a_rule_that_reads_nothing_stands_alone() -> None:
    """One box, and no line."""
    placed = layers(nearby(tiny(), "home"), 0)

    assert (len(placed.boxes), placed.lines) == (1, ())


def test_pointing_at_a_rule_tells_its_condition() -> None:
    """For those whose reader shows it, with why it matters."""
    svg = as_svg(tiny())

    assert (
        "<title>when: days is longer and signs &gt;= 2. A sore throat that stays needs a look."
        "</title>"
    ) in svg
    assert "<title>when: always. Most sore throats get better by themselves.</title>" in svg


def test_light_and_dark() -> None:
    """Each thing that has a colour has one for both."""
    style = as_svg(tiny()).partition("<style>")[2].partition("</style>")[0]
    light, _, dark = style.partition("@media (prefers-color-scheme:dark)")

    coloured = re.compile(r"(\.?\w+)\{[^{}]*#[0-9a-f]{6}")
    assert set(coloured.findall(dark)) == set(coloured.findall(light))
    assert {f".u{int(urgency)}" for urgency in WORST_FIRST} <= set(coloured.findall(light))
    for part, ink in ((light, "box"), (dark, "box")):
        assert contrast(colour(part, ".paper"), colour(part, "text")) > 7
        assert contrast(colour(part, f".{ink}"), colour(part, ".note")) > 4.5
        for urgency in WORST_FIRST:
            assert contrast(colour(part, ".paper"), colour(part, f".u{int(urgency)}")) > 3


def colour(style: str, name: str) -> str:
    """The colour with which something is filled."""
    found = re.search(rf"(?<![\w.]){re.escape(name)}{{fill:(#[0-9a-f]{{6}})", style)
    assert found
    return found[1]


def contrast(one: str, other: str) -> float:
    """As the Web Content Accessibility Guidelines count it."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4
                            for p in parts)  # fmt: skip
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dim, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dim + 0.05)


# -- words --------------------------------------------------------------------------------


@settings(max_examples=examples(60), deadline=None)
@given(texts=st.lists(words, min_size=1, max_size=6))
def test_no_word_breaks_the_picture(texts: list[str]) -> None:
    """Whatever its letters, and however many."""
    graph = worded(*texts)

    assert len(check(as_svg(graph))) == len(graph.of(QUESTION)) + len(graph.of(RULE))
    assert len(check(nearby_as_svg(nearby(graph, "fever_today")))) == 5


@pytest.mark.parametrize("text", HARD)
def test_no_letter_is_lost(text: str) -> None:
    """Long words are cut into lines, and none is left out."""
    drawn = check(as_svg(worded(text)))

    plain = "".join("".join(c if c.isprintable() else " " for c in text).split())
    assert plain in "".join(drawn[0].words.split())
