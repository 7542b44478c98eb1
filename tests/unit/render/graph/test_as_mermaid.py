"""Mermaid text: everything is there, and no word is taken for a sign."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtriage.render.graph.as_mermaid import as_mermaid, escaped, nearby_as_mermaid
from backtriage.render.graph.graph import QUESTION, RULE, SCORE, Graph
from backtriage.render.graph.nearby import names, nearby
from tests.unit.render.graph.drawn import HARD, shipped, tiny, worded, words

LABEL: Final = r'"((?:[^"#;<>&`{}\[\]|\\%*~$^@=]|#\d+;|<br/>)*)"'
"""What a label may hold: plain letters, numbered entities, and our own line breaks."""
NODE: Final = re.compile(rf"^ +([qfsr]\d+)(?:\[{LABEL}\]|\[\[{LABEL}\]\]|\({LABEL}\))$")
GROUP: Final = re.compile(rf"^  subgraph ([su]\d+)\[{LABEL}\]$")
LINE: Final = re.compile(r"^ +([qfsru]\d+) (-->|-\.->|~~~) ([qfsru]\d+)$")
OTHER: Final = re.compile(
    r"^ *(%% [\w .,:()#;?!/'+-]+|flowchart LR|direction TB|end|"
    r"classDef about stroke-width:4px|class [qfsr]\d+(,[qfsr]\d+)* about)$"
)


class Read:
    """A Mermaid text, read line by line. Every line must be of a kind that we write."""

    def __init__(self, text: str) -> None:
        """Read it."""
        self.nodes: dict[str, str] = {}
        self.groups: dict[str, str] = {}
        self.inside: dict[str, str] = {}
        self.lines: list[tuple[str, str, str]] = []
        group = ""
        for line in text.splitlines():
            if found := NODE.match(line):
                assert found[1] not in self.nodes
                label = next(part for part in found.groups()[1:] if part is not None)
                self.nodes[found[1]] = shown(label)
                self.inside[found[1]] = group
            elif found := GROUP.match(line):
                group = found[1]
                self.groups[group] = shown(found[2])
            elif found := LINE.match(line):
                self.lines.append((found[1], found[2], found[3]))
            else:
                assert OTHER.match(line), line
        named = {end for one, _, other in self.lines for end in (one, other)}
        assert named <= {*self.nodes, *self.groups}

    def drawn(self, sign: str) -> list[tuple[str, str]]:
        """The lines of one kind."""
        return [(one, other) for one, kind, other in self.lines if kind == sign]


def shown(label: str) -> str:
    """A label as a reader sees it."""
    text = re.sub(r"#(\d+);", r"&#\1;", label.replace("<br/>", "\n"))
    return unescape(text).replace("\u2060", "")


GRAPHS = {"tiny": tiny, "shipped": shipped}


@pytest.mark.parametrize("graph", [make() for make in GRAPHS.values()], ids=GRAPHS)
def test_everything_is_there(graph: Graph) -> None:
    """Each question with its guard, and each rule with the questions that it reads."""
    read = Read(as_mermaid(graph))

    for question in graph.of(QUESTION):
        label = read.nodes[f"q{question.number}"]
        assert f"({question.number}) {question.id}\n{question.title}" in label
        assert (f"\nasked when: {question.when}" in label) == bool(question.when)
    for rule in graph.of(RULE):
        asked, through = graph.read_by(rule)
        label = read.nodes[f"r{rule.number}"]
        assert label.startswith(f"{rule.id}\nreads")
        assert [int(n) for n in re.findall(r"\((\d+)\)", label)] == [q.number for q in asked]
        assert label.partition("through ")[2] == ", ".join(part.id for part in through)
        assert rule.urgency is not None
        title = read.groups[read.inside[f"r{rule.number}"]]
        assert f"({rule.urgency.id}): " in title
    assert len(read.nodes) == len(graph.of(QUESTION)) + len(graph.of(RULE))


@pytest.mark.parametrize("graph", [make() for make in GRAPHS.values()], ids=GRAPHS)
def test_lines_are_guards_and_the_asking_order(graph: Graph) -> None:
    """Those of guards are dashed."""
    read = Read(as_mermaid(graph))

    questions = graph.of(QUESTION)
    assert read.drawn("-.->") == [
        (f"q{opener.number}", f"q{question.number}")
        for question in questions
        for opener in graph.read_by(question)[0]
    ]
    sections = [graph.questions(section) for section, _ in graph.sections]
    steps = sum(len(section) - 1 for section in sections if section)
    assert len(read.drawn("-->")) == steps
    assert all(int(two[1:]) == int(one[1:]) + 1 for one, two in read.drawn("-->"))
    assert [group[0] for group in read.groups] == sorted(group[0] for group in read.groups)
    assert [g for g in read.groups if g[0] == "u"] == sorted(
        (g for g in read.groups if g[0] == "u"), reverse=True
    )


def test_every_line_around_every_part() -> None:
    """A neighbourhood is drawn whole, and its subject stands out."""
    for id_ in names(shipped()):
        near = nearby(shipped(), id_)
        text = nearby_as_mermaid(near)
        read = Read(text)
        number = {part.key: f"{part.sort[0]}{part.number}" for part in near.parts}

        assert len(read.nodes) == len(near.parts)
        assert [(one, two) for one, _, two in read.lines] == [
            (number[one], number[two]) for one, two in near.lines
        ]
        assert {two[0] for _, two in read.drawn("-.->")} <= {"q"}
        assert {two[0] for _, two in read.drawn("-->")} <= set("fsr")
        about = ",".join(number[part.key] for part in near.about)
        assert text.endswith(f"  class {about} about\n")


def test_a_rule_is_shown_with_its_whole_condition() -> None:
    """And a score with what counts."""
    read = Read(nearby_as_mermaid(nearby(tiny(), "stays_long")))

    rule = next(label for id_, label in read.nodes.items() if id_[0] == "r")
    assert rule == (
        "stays_long\nrule: BOOK A VISIT (routine)\nwhen: days is longer and signs >= 2"
    )
    signs = tiny().parts[SCORE, "signs"]
    assert f"signs\nscore\n{signs.when}" in read.nodes.values()


# -- words --------------------------------------------------------------------------------


@given(text=words)
def test_a_word_is_shown_as_it_is(text: str) -> None:
    """Whatever its letters; what has no shape is a space."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())

    assert re.fullmatch(LABEL, f'"{escaped(text)}"')
    assert shown(escaped(text)) == plain.replace("\u2060", "")


@given(texts=st.lists(words, min_size=1, max_size=6))
def test_no_word_breaks_the_picture(texts: list[str]) -> None:
    """Every line is still of a kind that we write, and nothing is lost."""
    graph = worded(*texts)

    read = Read(as_mermaid(graph))
    assert len(read.nodes) == len(graph.of(QUESTION)) + len(graph.of(RULE))
    assert len(Read(nearby_as_mermaid(nearby(graph, "fever_today"))).nodes) == 5


@pytest.mark.parametrize("text", HARD)
def test_no_icon_no_line_break_no_entity_of_theirs(text: str) -> None:
    """Signs that Mermaid looks for after it has read entities are kept apart from letters."""
    after = unescape(re.sub(r"#(\d+);", r"&#\1;", escaped(text)))

    assert not re.search(r"fa[bklrs]?:fa-|\\n", after)
    assert not re.search(r"[\"<>{}\[\]|`%]|&|#(?!\d+;)", escaped(text))
