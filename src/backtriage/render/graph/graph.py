"""The dependency graph of a protocol: questions, facts, scores and rules, and what each reads.

The neighbourhood of a node is everything that leads to it, and everything it leads to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, Literal, TypeAlias

from backtriage.program.program import Program
from backtriage.program.words import Words
from backtriage.protocol.dependencies import FACTS, QUESTIONS, SCORES, names_in, reachable
from backtriage.terms.condition import Always, Condition, condition_text
from backtriage.terms.urgency import Urgency

NodeKind: TypeAlias = Literal["question", "fact", "score", "rule"]

QUESTION: Final[NodeKind] = "question"
FACT: Final[NodeKind] = "fact"
SCORE: Final[NodeKind] = "score"
RULE: Final[NodeKind] = "rule"

NodeKey: TypeAlias = tuple[NodeKind, str]
"""Kind and id: a rule may share its id with a question."""

Edge: TypeAlias = tuple[NodeKey, NodeKey]
"""From the node that is read to the node that reads it."""

_KINDS: Final[Mapping[str, NodeKind]] = {QUESTIONS: QUESTION, FACTS: FACT, SCORES: SCORE}

_ITEM_RUNS: Final = (
    re.compile(r"(?P<list>\w+) includes \w+(?: (?P<word>or|and) (?P=list) includes \w+)"
               r"(?: (?P=word) (?P=list) includes \w+)*"),
    re.compile(r"(?P<word>none|at least \d+) of "
               r"\((?P<list>\w+) includes \w+(?:, (?P=list) includes \w+)+\)"),
)  # fmt: skip
"""Consecutive tests of items of one list."""
_QUANTIFIERS: Final = {"or": "any", "and": "all"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One question, fact, score or rule."""

    key: NodeKey
    number: int
    """Position among nodes of its kind, from 1; questions are in asking order."""
    title: str
    when: str = ""
    """Its condition in the condition language; empty when it is always true."""
    reads: tuple[NodeKey, ...] = ()
    """What its condition names, in order of appearance."""
    urgency: Urgency | None = None
    section: str = ""

    @property
    def kind(self) -> NodeKind:
        """The first part of the key."""
        return self.key[0]

    @property
    def id(self) -> str:
        """The id in the protocol, unique among nodes of one kind."""
        return self.key[1]

    @property
    def ref(self) -> str:
        """An identifier that is safe in every drawing language, whatever the id is."""
        return f"{self.kind[0]}{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """All nodes of one protocol, in protocol order."""

    name: str
    version: str
    title: str
    nodes: Mapping[NodeKey, Node]
    sections: tuple[tuple[str, str], ...]
    """Id and title of each."""
    words: Mapping[Urgency, str]
    """What the protocol calls each urgency."""

    def of(self, kind: NodeKind) -> tuple[Node, ...]:
        """Return the nodes of one kind."""
        return tuple(node for node in self.nodes.values() if node.kind == kind)

    def inputs(self, node: Node) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
        """Return the questions that a node depends on, and the facts and scores in between."""

        def reads(key: NodeKey) -> tuple[NodeKey, ...]:
            return () if key[0] == QUESTION else self.nodes[key].reads

        keys = set(reachable(node.reads, reads))
        inputs = [node for key, node in self.nodes.items() if key in keys]
        questions = tuple(node for node in inputs if node.kind == QUESTION)
        return questions, tuple(node for node in inputs if node.kind != QUESTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """Some nodes of a graph, and the edges between them."""

    graph: Graph
    focus: tuple[Node, ...]
    nodes: tuple[Node, ...]
    """In protocol order, with the focus among them."""
    edges: tuple[Edge, ...]


def build_graph(program: Program) -> Graph:
    """Return the dependency graph of a program."""
    protocol = program.protocol
    fill = Words(program).fill
    return Graph(
        name=protocol.id,
        version=protocol.version,
        title=fill(protocol.title),
        nodes={node.key: node for node in _nodes(program)},
        sections=tuple((section.id, fill(section.title)) for section in protocol.sections),
        words={urgency: fill(level.word) for urgency, level in program.levels.items()},
    )


def _nodes(program: Program) -> Iterator[Node]:
    protocol, fill = program.protocol, Words(program).fill

    def node(key: NodeKey, number: int, title: str, condition: Condition) -> Node:
        is_always = isinstance(condition, Always)
        when = "" if is_always else shortened(condition_text(condition, protocol.units))
        reads = dict.fromkeys((_KINDS[section], id_) for section, id_ in names_in(condition))
        return Node(key=key, number=number, title=fill(title), when=when, reads=tuple(reads))

    for number, q in enumerate(protocol.questions, 1):
        yield replace(node((QUESTION, q.id), number, q.short, q.ask_when), section=q.section)
    for number, fact in enumerate(protocol.facts, 1):
        yield node((FACT, fact.id), number, fact.text, fact.when)
    for number, score in enumerate(protocol.scores, 1):
        questions = dict.fromkeys(points.question for points in score.points)
        reads = tuple((QUESTION, question) for question in questions)
        when = f"points for {', '.join(questions)}"
        yield Node(key=(SCORE, score.id), number=number, title="", when=when, reads=reads)
    for number, rule in enumerate(protocol.rules, 1):
        yield replace(node((RULE, rule.id), number, rule.because, rule.when), urgency=rule.urgency)


def shortened(condition: str) -> str:
    """Return a condition with consecutive tests of one list merged: `a includes any of (x, y)`."""
    for run in _ITEM_RUNS:
        condition = run.sub(_merged, condition)
    return condition


def _merged(run: re.Match[str]) -> str:
    items = re.findall(r"includes (\w+)", run[0])
    quantifier = _QUANTIFIERS.get(run["word"], run["word"])
    return f"{run['list']} includes {quantifier} of ({', '.join(items)})"


def names(graph: Graph) -> tuple[str, ...]:
    """Return every id that has a neighbourhood."""
    return tuple(dict.fromkeys(node.id for node in graph.nodes.values()))


def neighbourhood(graph: Graph, id_: str) -> Neighbourhood:
    """Return the neighbourhood of every node with this id; a rule and a question may share one.

    It extends back to the first questions, and on to the first rules and guarded questions.
    Guards between its own questions are included.
    """
    focus = tuple(node for node in graph.nodes.values() if node.id == id_)
    walks = (_walk(graph, focus, onward=False), _walk(graph, focus, onward=True))
    edges = dict.fromkeys(chain(*walks))
    keys = {node.key for node in focus} | {key for edge in edges for key in edge}
    nodes = tuple(node for key, node in graph.nodes.items() if key in keys)
    questions = (node for node in nodes if node.kind == QUESTION)
    guards = ((read, node.key) for node in questions for read in node.reads if read in keys)
    edges |= dict.fromkeys(guards)
    return Neighbourhood(graph=graph, focus=focus, nodes=nodes, edges=tuple(edges))


def _walk(graph: Graph, start: Iterable[Node], *, onward: bool) -> list[Edge]:
    """Return the edges found breadth-first, stopping at questions."""
    found: list[Edge] = []
    queue, seen = list(start), {node.key for node in start}
    while queue:
        node = queue.pop(0)
        readers = (key for key, other in graph.nodes.items() if node.key in other.reads)
        for key in readers if onward else node.reads:
            found.append((node.key, key) if onward else (key, node.key))
            if key not in seen and key[0] != QUESTION:
                queue.append(graph.nodes[key])
            seen.add(key)
    return found
