"""What a picture says of a part, whichever way it is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from backtriage.render.graph.graph import FACT, QUESTION, RULE, Graph, Part
from backtriage.render.page.phrasing import pluralise
from backtriage.terms.urgency import Urgency

Role: TypeAlias = Literal["head", "text", "note"]
"""What a line is, so that a drawing can give it a style."""

Said: TypeAlias = tuple[Role, str]
"""One line of a box."""

TOGETHER: Final = "\N{NO-BREAK SPACE}"
"""Keeps two words on one line."""

WORST_FIRST: Final = tuple(sorted(Urgency, reverse=True))


def summary(graph: Graph) -> str:
    """Which protocol it is, and how large."""
    questions, rules = len(graph.of(QUESTION)), len(graph.of(RULE))
    return (
        f"{graph.name} {graph.version}: "
        f"{pluralise(questions, 'question', 'questions')}, {pluralise(rules, 'rule', 'rules')}"
    )


def heading(graph: Graph, urgency: Urgency, *, is_continued: bool = False) -> str:
    """An urgency in both its words, and how many rules call for it."""
    count = pluralise(len(graph.rules(urgency)), "rule", "rules")
    name = f"{graph.words[urgency]} ({urgency.id})"
    return f"{name}, continued" if is_continued else f"{name}: {count}"


def numbered(question: Part) -> str:
    """A question by its place in asking order and its id."""
    return f"({question.number}){TOGETHER}{question.id}"


def question_lines(graph: Graph, question: Part, *, with_readers: bool) -> Iterator[Said]:
    """A question: its number and id, its subject, its guard, and how many rules read it."""
    yield "head", numbered(question)
    yield "text", question.title
    if question.when:
        yield "note", f"asked when: {question.when}"
    if with_readers:
        yield "note", _readers(graph, question)


def _readers(graph: Graph, question: Part) -> str:
    readers = graph.readers(question)
    counts = [(u, sum(rule.urgency is u for rule in readers)) for u in WORST_FIRST]
    listed = ", ".join(f"{urgency.id} {count}" for urgency, count in counts if count)
    return f"rules that read it: {listed}" if listed else "no rule reads it, only advice"


def rule_lines(graph: Graph, rule: Part) -> Iterator[Said]:
    """A rule: its id, and the questions that it reads by their numbers."""
    asked, through = graph.read_by(rule)
    yield "head", rule.id
    if not asked:
        yield "text", "reads nothing: it holds for everybody"
        return
    yield "text", f"reads {', '.join(map(numbered, asked))}"
    if through:
        yield "note", f"through {', '.join(part.id for part in through)}"


def full_lines(graph: Graph, part: Part) -> Iterator[Said]:
    """Any part, where there is room: with its whole condition."""
    if part.sort == QUESTION:
        yield from question_lines(graph, part, with_readers=False)
        return
    if part.urgency is not None:
        yield "head", part.id
        yield "note", f"rule: {graph.words[part.urgency]} ({part.urgency.id})"
        yield "text", f"when: {part.when or 'always'}"
        return
    yield "head", part.id
    yield "note", f"{part.sort}: {part.title}" if part.title else part.sort
    yield "text", f"when: {part.when}" if part.sort == FACT else part.when


def tip(part: Part) -> str:
    """What a rule's box says more when somebody points at it."""
    return f"when: {part.when or 'always'}. {part.title}" if part.sort == RULE else ""
