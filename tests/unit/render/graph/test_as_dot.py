"""DOT text: complete, with no text mistaken for syntax, and accepted by Graphviz."""

from __future__ import annotations

import re
import subprocess
from typing import Final
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.render.graph.as_dot import as_dot, neighbourhood_as_dot
from backtriage.render.graph.graph import QUESTION, RULE, Graph, names, neighbourhood
from backtriage.terms.urgency import Urgency
from tests.support.graphs import (
    HARD,
    graph_with_texts,
    shipped_graph,
    texts,
    tiny_graph,
)
from tests.support.tier import examples

NODE: Final = re.compile(r"^ +([qfsr]\d+) \[label=<(.*)> shape=(box|note|tab)(.*)\]$")
CLUSTER: Final = re.compile(r"^  subgraph cluster_([su]\d+) \{$")
TITLE: Final = re.compile(r"^ +label=<(.*)>$")
EDGE: Final = re.compile(r"^ +([qfsr]\d+) -> ([qfsr]\d+)(?: \[(.*)\])?$")
ROW: Final = re.compile(r"^    \{rank=same (r\d+) -> (r\d+) \[style=invis\]\}$")
OTHER: Final = re.compile(
    r"^(digraph protocol \{|  (graph|node) \[[^<>]+\]|  rankdir=(TB|LR)|(  )?\})$"
)


class Parsed:
    """A DOT text, parsed line by line; a line of no known kind fails the test."""

    def __init__(self, text: str) -> None:
        self.labels: dict[str, str] = {}
        self.attributes: dict[str, str] = {}
        self.titles: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        self.edges: list[tuple[str, str, str]] = []
        cluster = ""
        for line in text.splitlines():
            if match := NODE.match(line):
                assert match[1] not in self.labels
                self.labels[match[1]] = displayed(match[2])
                self.attributes[match[1]] = match[3] + match[4]
                self.parents[match[1]] = cluster
            elif match := CLUSTER.match(line):
                cluster = match[1]
            elif match := TITLE.match(line):
                self.titles[cluster] = displayed(match[1])
            elif match := EDGE.match(line):
                self.edges.append((match[1], match[2], match[3] or ""))
            elif match := ROW.match(line):
                assert int(match[2][1:]) > int(match[1][1:])
            else:
                assert OTHER.match(line), line
        assert {end for start, stop, _ in self.edges for end in (start, stop)} <= {*self.labels}

    def edges_of(self, style: str) -> list[tuple[str, str]]:
        """The edges with a style, which may be dashed or invis."""
        return [(start, stop) for start, stop, attributes in self.edges if style in attributes]


def displayed(label: str) -> str:
    """An HTML-like label as a reader sees it, without its line breaks; the first line is bold."""
    root = ET.fromstring(f"<label>{label}</label>")  # noqa: S314 - our own text
    assert root[0].tag == "b"
    assert {element.tag for element in root.iter()} <= {"label", "b", "br"}
    assert all(len(line) <= 90 for line in root.itertext())
    return " ".join(root.itertext())


GRAPHS = {"tiny": tiny_graph, "shipped": shipped_graph}


@pytest.mark.parametrize("graph", [make() for make in GRAPHS.values()], ids=GRAPHS)
def test_every_question_and_rule_has_a_node(graph: Graph) -> None:
    parsed = Parsed(as_dot(graph))

    for question in graph.of(QUESTION):
        guard = f" asked when: {question.when}" if question.when else ""
        label = f"({question.number}) {question.id} {question.title}{guard}"
        assert parsed.labels[question.ref] == label
        section = parsed.titles[parsed.parents[question.ref]]
        assert section == dict(graph.sections)[question.section]
    for rule in graph.of(RULE):
        questions, through = graph.inputs(rule)
        listed = ", ".join(f"({q.number}) {q.id}" for q in questions)
        label = parsed.labels[rule.ref]
        assert label.startswith(f"{rule.id} reads {listed or 'nothing: it holds for everybody'}")
        assert label.partition(" through ")[2] == ", ".join(node.id for node in through)
        assert rule.urgency is not None
        assert f"({rule.urgency.id}): " in parsed.titles[parsed.parents[rule.ref]]
    assert len(parsed.labels) == len(graph.of(QUESTION)) + len(graph.of(RULE))


@pytest.mark.parametrize("graph", [make() for make in GRAPHS.values()], ids=GRAPHS)
def test_visible_edges_are_guards_and_the_asking_order(graph: Graph) -> None:
    parsed = Parsed(as_dot(graph))

    assert parsed.edges_of("dashed") == [
        (opener.ref, question.ref)
        for question in graph.of(QUESTION)
        for opener in graph.inputs(question)[0]
    ]
    steps = [(start, stop) for start, stop, attributes in parsed.edges if not attributes]
    assert all(int(stop[1:]) == int(start[1:]) + 1 for start, stop in steps)
    sections = {question.section for question in graph.of(QUESTION)}
    assert len(steps) == len(graph.of(QUESTION)) - len(sections)


def test_rules_are_coloured_by_urgency() -> None:
    parsed = Parsed(as_dot(shipped_graph()))

    rules = shipped_graph().of(RULE)
    fills = {
        urgency: {parsed.attributes[rule.ref] for rule in rules if rule.urgency is urgency}
        for urgency in Urgency
    }
    assert all(len(attributes) == 1 for attributes in fills.values())
    assert len(set().union(*fills.values())) == len(Urgency)


def test_a_neighbourhood_is_drawn_whole_and_its_focus_stands_out() -> None:
    for id_ in names(shipped_graph()):
        near = neighbourhood(shipped_graph(), id_)
        parsed = Parsed(neighbourhood_as_dot(near))
        refs = {node.key: node.ref for node in near.nodes}

        assert {*parsed.labels} == {*refs.values()}
        assert all(node.when in parsed.labels[node.ref] for node in near.nodes)
        assert [(start, stop) for start, stop, _ in parsed.edges] == [
            (refs[start], refs[stop]) for start, stop in near.edges
        ]
        assert all((stop[0] == "q") == ("dashed" in style) for _, stop, style in parsed.edges)
        thick = {ref for ref, attributes in parsed.attributes.items() if "penwidth" in attributes}
        assert thick == {node.ref for node in near.focus}


def test_kinds_have_shapes_of_their_own() -> None:
    parsed = Parsed(neighbourhood_as_dot(neighbourhood(tiny_graph(), "feverish")))

    assert parsed.attributes["q5"] == "box"
    assert parsed.attributes["s1"] == "tab"
    assert parsed.attributes["r2"].startswith('box style="filled,rounded"')
    near = neighbourhood(tiny_graph(), "long_fever")
    assert Parsed(neighbourhood_as_dot(near)).attributes["f1"].startswith("note")


@given(texts=st.lists(texts, min_size=1, max_size=6))
def test_no_text_breaks_the_syntax(texts: list[str]) -> None:
    graph = graph_with_texts(*texts)

    parsed = Parsed(as_dot(graph))
    assert len(parsed.labels) == len(graph.of(QUESTION)) + len(graph.of(RULE))
    near = neighbourhood(graph, "fever_today")
    assert len(Parsed(neighbourhood_as_dot(near)).labels) == 5


# -- Graphviz -----------------------------------------------------------------------------


def nodes_in_svg(dot: str) -> int:
    """Draw a graph with Graphviz, which must not complain, and count the nodes of the picture."""
    drawing = subprocess.run(
        ["dot", "-Tsvg"],  # noqa: S607 - found on the PATH, wherever Graphviz is installed
        input=dot.encode(),
        capture_output=True,
        check=True,
    )
    assert drawing.stderr == b""
    return drawing.stdout.count(b'class="node"')


@pytest.mark.exhaustive
def test_graphviz_draws_every_node() -> None:
    graph = shipped_graph()

    assert nodes_in_svg(as_dot(graph)) == len(graph.of(QUESTION)) + len(graph.of(RULE))
    for id_ in names(graph)[::8]:
        near = neighbourhood(graph, id_)
        assert nodes_in_svg(neighbourhood_as_dot(near)) == len(near.nodes)


@pytest.mark.exhaustive
@pytest.mark.parametrize("text", HARD)
def test_graphviz_accepts_hard_texts(text: str) -> None:
    assert nodes_in_svg(as_dot(graph_with_texts(text))) == 10


@pytest.mark.exhaustive
@settings(max_examples=examples(20))
@given(texts=st.lists(texts, min_size=1, max_size=6))
def test_graphviz_accepts_any_text(texts: list[str]) -> None:
    assert nodes_in_svg(neighbourhood_as_dot(neighbourhood(graph_with_texts(*texts), "days"))) == 3
