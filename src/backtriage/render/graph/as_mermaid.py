"""A picture as Mermaid text: for pages that draw it, such as those of code hosts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from backtriage.render.graph.graph import QUESTION, Graph, Part
from backtriage.render.graph.nearby import Nearby
from backtriage.render.graph.says import (
    WORST_FIRST,
    Said,
    full_lines,
    heading,
    question_lines,
    rule_lines,
    summary,
)

_SIGN: Final = re.compile(r"[^\w .,()/?!'+:-]|(?<!\w)_|_(?!\w)|:(?=\S)")
"""What Mermaid, Markdown or HTML could take for a sign of theirs."""

_TWO: Final = frozenset(":\\")
"""Signs that mean something with the letter after them: an icon, a new line."""
_APART: Final = "#8288;"
"""The word joiner, which nobody sees: it keeps them apart from that letter."""

_SHAPES: Final = {
    "question": ("[", "]"), "fact": ("[[", "]]"), "score": ("[[", "]]"), "rule": ("(", ")")
}  # fmt: skip
_ABREAST: Final = 4
"""So many rules stand side by side."""


def as_mermaid(graph: Graph) -> str:
    """The whole protocol: boxes in their order, lines for guards, and rules by urgency.

    A rule names the questions that it reads: lines for all of them could not be followed.
    """
    groups = dict(_groups(graph))
    lines = [f"%% {escaped(summary(graph))}", "flowchart LR"]
    for group in groups.values():
        lines += group
    # Lines that are not drawn keep the groups in their order.
    lines += [f"  {before} ~~~ {after}" for before, after in pairwise(groups)]
    lines += _guards(graph)
    return "\n".join(lines) + "\n"


def _groups(graph: Graph) -> Iterator[tuple[str, list[str]]]:
    """Each section that asks, and each urgency that has a rule."""
    for at, (section, title) in enumerate(graph.sections):
        inside = list(_section(graph, section))
        if inside:
            yield f"s{at}", _group(f"s{at}", title, inside)
    for urgency in WORST_FIRST:
        inside = list(_rules(graph, graph.rules(urgency)))
        if inside:
            yield f"u{int(urgency)}", _group(f"u{int(urgency)}", heading(graph, urgency), inside)


def nearby_as_mermaid(near: Nearby) -> str:
    """A neighbourhood: every line is drawn."""
    lines = [f"%% {escaped(summary(near.graph))}", "flowchart LR"]
    lines += [f"  {_node(part, full_lines(near.graph, part))}" for part in near.parts]
    ids_ = {part.key: _id(part) for part in near.parts}
    lines += [
        f"  {ids_[read]} {'-.->' if reader[0] == QUESTION else '-->'} {ids_[reader]}"
        for read, reader in near.lines
    ]
    about = ",".join(_id(part) for part in near.about)
    lines += ["  classDef about stroke-width:4px", f"  class {about} about"]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Text that Mermaid shows as it is: signs become numbered entities."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return _SIGN.sub(lambda sign: f"#{ord(sign[0])};{_APART * (sign[0] in _TWO)}", plain)


# -- parts --------------------------------------------------------------------------------


def _id(part: Part) -> str:
    """An id that means nothing to Mermaid, whatever the protocol's says."""
    return f"{part.sort[0]}{part.number}"


def _node(part: Part, says: Iterable[Said]) -> str:
    left, right = _SHAPES[part.sort]
    label = "<br/>".join(escaped(line) for _, line in says)
    return f'{_id(part)}{left}"{label}"{right}'


def _group(id_: str, title: str, inside: Iterable[str]) -> list[str]:
    lines = (f"    {line}" for line in inside)
    return [f'  subgraph {id_}["{escaped(title)}"]', "    direction TB", *lines, "  end"]


def _section(graph: Graph, section: str) -> Iterator[str]:
    """Questions, each after the one before."""
    questions = graph.questions(section)
    for question in questions:
        yield _node(question, question_lines(graph, question, with_readers=False))
    for before, after in pairwise(questions):
        yield f"{_id(before)} --> {_id(after)}"


def _rules(graph: Graph, rules: tuple[Part, ...]) -> Iterator[str]:
    """Rules in rows. A line that is not drawn holds each below the one above it."""
    for rule in rules:
        yield _node(rule, rule_lines(graph, rule))
    for above, below in zip(rules, rules[_ABREAST:], strict=False):
        yield f"{_id(above)} ~~~ {_id(below)}"


def _guards(graph: Graph) -> Iterator[str]:
    for question in graph.of(QUESTION):
        for opener in graph.read_by(question)[0]:
            yield f"  {_id(opener)} -.-> {_id(question)}"
