"""Labels and clusters of a graph, the same in every drawing language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backtriage.render.graph.graph import FACT, QUESTION, RULE, Graph, Node
from backtriage.render.page.phrasing import pluralise
from backtriage.terms.urgency import Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Nodes to draw together: the questions of one section, or the rules of one urgency."""

    ref: str
    title: str
    nodes: tuple[Node, ...]
    urgency: Urgency | None = None
    """None for a section."""

    def stacked(self, columns: int) -> Iterator[tuple[Node, Node]]:
        """Yield pairs to draw one below the other: questions in one column, rules in several."""
        step = 1 if self.urgency is None else columns
        return zip(self.nodes, self.nodes[step:], strict=False)


def clusters(graph: Graph) -> Iterator[Cluster]:
    """Yield each section with a question, then each urgency with a rule, most urgent first."""
    for index, (section, title) in enumerate(graph.sections):
        if questions := tuple(n for n in graph.of(QUESTION) if n.section == section):
            yield Cluster(ref=f"s{index}", title=title, nodes=questions)
    for urgency in sorted(Urgency, reverse=True):
        if rules := tuple(node for node in graph.of(RULE) if node.urgency is urgency):
            count = pluralise(len(rules), "rule", "rules")
            title = f"{graph.words[urgency]} ({urgency.id}): {count}"
            yield Cluster(ref=f"u{int(urgency)}", title=title, nodes=rules, urgency=urgency)


def guards(graph: Graph) -> Iterator[tuple[Node, Node]]:
    """Yield each question with every question whose answer decides whether it is asked."""
    for question in graph.of(QUESTION):
        for opener in graph.inputs(question)[0]:
            yield opener, question


def summary(graph: Graph) -> str:
    """Return the protocol's name, version and size."""
    questions, rules = len(graph.of(QUESTION)), len(graph.of(RULE))
    return (
        f"{graph.name} {graph.version}: "
        f"{pluralise(questions, 'question', 'questions')}, {pluralise(rules, 'rule', 'rules')}"
    )


def brief_label(graph: Graph, node: Node) -> Iterator[str]:
    """Yield a question's subject and guard, or the questions that a rule reads, by number."""
    if node.kind == QUESTION:
        yield _numbered(node)
        yield node.title
        if node.when:
            yield f"asked when: {node.when}"
        return
    questions, through = graph.inputs(node)
    yield node.id
    if not questions:
        yield "reads nothing: it holds for everybody"
        return
    yield f"reads {', '.join(map(_numbered, questions))}"
    if through:
        yield f"through {', '.join(part.id for part in through)}"


def full_label(graph: Graph, node: Node) -> Iterator[str]:
    """Yield everything about a node, with its whole condition."""
    if node.kind == QUESTION:
        yield from brief_label(graph, node)
        return
    yield node.id
    if node.urgency is not None:
        yield f"rule: {graph.words[node.urgency]} ({node.urgency.id})"
    else:
        yield f"{node.kind}: {node.title}" if node.title else node.kind
    if node.kind in {FACT, RULE}:
        yield f"when: {node.when or 'always'}"
    else:
        yield node.when


def _numbered(question: Node) -> str:
    return f"({question.number}) {question.id}"


def printable(text: str) -> str:
    """Return text with unprintable characters and runs of spaces replaced by one space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
