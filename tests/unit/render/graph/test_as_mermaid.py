"""Mermaid text: complete, and with no text mistaken for syntax."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtriage.render.graph.as_mermaid import as_mermaid, escaped, neighbourhood_as_mermaid
from backtriage.render.graph.graph import QUESTION, RULE, SCORE, Graph, names, neighbourhood
from tests.support.graphs import (
    HARD,
    graph_with_texts,
    shipped_graph,
    texts,
    tiny_graph,
)

LABEL: Final = r'"((?:[^"#;<>&`{}\[\]|\\%*~$^@=]|#\d+;|<br/>)*)"'
"""Plain letters, numeric entities and our own line breaks."""
NODE: Final = re.compile(rf"^ +([qfsr]\d+)(?:\[{LABEL}\]|\[\[{LABEL}\]\]|\({LABEL}\))$")
SUBGRAPH: Final = re.compile(rf"^  subgraph ([su]\d+)\[{LABEL}\]$")
EDGE: Final = re.compile(r"^ +([qfsru]\d+) (-->|-\.->|~~~) ([qfsru]\d+)$")
OTHER: Final = re.compile(
    r"^ *(%% [\w .,:()#;?!/'+-]+|flowchart LR|direction TB|end|"
    r"classDef about stroke-width:4px|class [qfsr]\d+(,[qfsr]\d+)* about)$"
)


class Parsed:
    """A Mermaid text, parsed line by line; a line of no known kind fails the test."""

    def __init__(self, text: str) -> None:
        self.nodes: dict[str, str] = {}
        self.subgraphs: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        self.edges: list[tuple[str, str, str]] = []
        subgraph = ""
        for line in text.splitlines():
            if match := NODE.match(line):
                assert match[1] not in self.nodes
                label = next(part for part in match.groups()[1:] if part is not None)
                self.nodes[match[1]] = displayed(label)
                self.parents[match[1]] = subgraph
            elif match := SUBGRAPH.match(line):
                subgraph = match[1]
                self.subgraphs[subgraph] = displayed(match[2])
            elif match := EDGE.match(line):
                self.edges.append((match[1], match[2], match[3]))
            else:
                assert OTHER.match(line), line
        ends = {end for start, _, stop in self.edges for end in (start, stop)}
        assert ends <= {*self.nodes, *self.subgraphs}

    def edges_of(self, arrow: str) -> list[tuple[str, str]]:
        """The edges drawn with one kind of arrow."""
        return [(start, stop) for start, kind, stop in self.edges if kind == arrow]


def displayed(label: str) -> str:
    """A label as a reader sees it."""
    text = re.sub(r"#(\d+);", r"&#\1;", label.replace("<br/>", "\n"))
    return unescape(text).replace("\u2060", "")


GRAPHS = {"tiny": tiny_graph, "shipped": shipped_graph}


@pytest.mark.parametrize("graph", [make() for make in GRAPHS.values()], ids=GRAPHS)
def test_every_question_and_rule_has_a_node(graph: Graph) -> None:
    parsed = Parsed(as_mermaid(graph))

    for question in graph.of(QUESTION):
        label = parsed.nodes[question.ref]
        assert f"({question.number}) {question.id}\n{question.title}" in label
        assert (f"\nasked when: {question.when}" in label) == bool(question.when)
    for rule in graph.of(RULE):
        questions, through = graph.inputs(rule)
        label = parsed.nodes[rule.ref]
        assert label.startswith(f"{rule.id}\nreads")
        assert [int(n) for n in re.findall(r"\((\d+)\)", label)] == [q.number for q in questions]
        assert label.partition("through ")[2] == ", ".join(node.id for node in through)
        assert rule.urgency is not None
        title = parsed.subgraphs[parsed.parents[rule.ref]]
        assert f"({rule.urgency.id}): " in title
    assert len(parsed.nodes) == len(graph.of(QUESTION)) + len(graph.of(RULE))


@pytest.mark.parametrize("graph", [make() for make in GRAPHS.values()], ids=GRAPHS)
def test_edges_are_guards_and_the_asking_order(graph: Graph) -> None:
    parsed = Parsed(as_mermaid(graph))

    questions = graph.of(QUESTION)
    assert parsed.edges_of("-.->") == [
        (opener.ref, question.ref)
        for question in questions
        for opener in graph.inputs(question)[0]
    ]
    steps = len(questions) - len({question.section for question in questions})
    assert len(parsed.edges_of("-->")) == steps
    assert all(int(stop[1:]) == int(start[1:]) + 1 for start, stop in parsed.edges_of("-->"))
    assert [ref[0] for ref in parsed.subgraphs] == sorted(ref[0] for ref in parsed.subgraphs)
    assert [ref for ref in parsed.subgraphs if ref[0] == "u"] == sorted(
        (ref for ref in parsed.subgraphs if ref[0] == "u"), reverse=True
    )


def test_a_neighbourhood_is_drawn_whole_and_its_focus_stands_out() -> None:
    for id_ in names(shipped_graph()):
        near = neighbourhood(shipped_graph(), id_)
        text = neighbourhood_as_mermaid(near)
        parsed = Parsed(text)
        refs = {node.key: node.ref for node in near.nodes}

        assert len(parsed.nodes) == len(near.nodes)
        assert [(start, stop) for start, _, stop in parsed.edges] == [
            (refs[start], refs[stop]) for start, stop in near.edges
        ]
        assert {stop[0] for _, stop in parsed.edges_of("-.->")} <= {"q"}
        assert {stop[0] for _, stop in parsed.edges_of("-->")} <= set("fsr")
        focus = ",".join(node.ref for node in near.focus)
        assert text.endswith(f"  class {focus} about\n")


def test_a_neighbourhood_shows_whole_conditions() -> None:
    parsed = Parsed(neighbourhood_as_mermaid(neighbourhood(tiny_graph(), "stays_long")))

    rule = next(label for ref, label in parsed.nodes.items() if ref[0] == "r")
    assert rule == (
        "stays_long\nrule: BOOK A VISIT (routine)\nwhen: days is longer and signs >= 2"
    )
    signs = tiny_graph().nodes[SCORE, "signs"]
    assert f"signs\nscore\n{signs.when}" in parsed.nodes.values()


# -- escaping -----------------------------------------------------------------------------


@given(text=texts)
def test_escaped_text_is_displayed_as_it_is(text: str) -> None:
    """Unprintable characters become spaces."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())

    assert re.fullmatch(LABEL, f'"{escaped(text)}"')
    assert displayed(escaped(text)) == plain.replace("\u2060", "")


@given(texts=st.lists(texts, min_size=1, max_size=6))
def test_no_text_breaks_the_syntax(texts: list[str]) -> None:
    graph = graph_with_texts(*texts)

    parsed = Parsed(as_mermaid(graph))
    assert len(parsed.nodes) == len(graph.of(QUESTION)) + len(graph.of(RULE))
    near = neighbourhood(graph, "fever_today")
    assert len(Parsed(neighbourhood_as_mermaid(near)).nodes) == 5


@pytest.mark.parametrize("text", HARD)
def test_no_icon_line_break_or_entity_of_mermaid(text: str) -> None:
    """Mermaid looks for icons and line breaks after it has decoded entities."""
    decoded = unescape(re.sub(r"#(\d+);", r"&#\1;", escaped(text)))

    assert not re.search(r"fa[bklrs]?:fa-|\\n", decoded)
    assert not re.search(r"[\"<>{}\[\]|`%]|&|#(?!\d+;)", escaped(text))
