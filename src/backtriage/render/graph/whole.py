"""Where everything of a whole protocol stands: one column of questions, then columns of rules.

Lines are drawn for guards only, in the margin left of the questions. A rule names the questions
that it reads: hundreds of lines that cross each other could not be followed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from math import ceil
from typing import Final

from backtriage.render.graph.boxes import Box, Heading, Line, Placed, Text, box, folded, leading
from backtriage.render.graph.graph import QUESTION, Graph, Key, Part
from backtriage.render.graph.says import WORST_FIRST, heading, question_lines, rule_lines
from backtriage.terms.urgency import Urgency

MARGIN: Final = 24.0
_GAP: Final = 7.0
_APART: Final = 26.0
"""Between columns."""
_HEADING: Final = 34.0
"""A heading of one line with the room around it."""
_ABOVE: Final = 7.0
"""The room above and below a heading, and beside its mark."""
_QUESTION_WIDTH, _RULE_WIDTH = 400.0, 390.0
_LANE: Final = 11.0
_ENTER, _STEP, _LEAVE = 14.0, 8.0, 9.0
"""Where lines meet a box: the first from its top, the next ones, and the one that leaves it."""


def whole(graph: Graph, top: float) -> Placed:
    """A whole protocol, from `top` down."""
    openers = {question.key: graph.read_by(question)[0] for question in graph.of(QUESTION)}
    column = _questions(graph, openers, top)
    spans = _spans(column.boxes, openers)
    lanes = _lanes(spans)
    left = MARGIN + (1 + max(lanes.values(), default=-1)) * _LANE + _LANE * bool(lanes)
    boxes = tuple(replace(one, x=left) for one in column.boxes)
    rules = _rules(graph, left + _QUESTION_WIDTH + _APART, top, column.bottom)
    return Placed(
        headings=(*(_moved(one, left) for one in column.headings), *rules.headings),
        boxes=(*boxes, *rules.boxes),
        lines=tuple(_line(left, lanes[key], span) for key, span in spans.items()),
        right=rules.right,
        bottom=max(column.bottom, rules.bottom),
    )


# -- questions ----------------------------------------------------------------------------


def _questions(graph: Graph, openers: Mapping[Key, Sequence[Part]], top: float) -> Placed:
    """One column, a heading for each section, at the left edge for now."""
    headings, boxes, y = [], [], top
    for section, title in graph.sections:
        questions = graph.questions(section)
        if questions:
            headings.append(_heading(title, 0, y))
            y = _below(headings[-1])
        for question in questions:
            said = question_lines(graph, question, with_readers=True)
            made = box(question, said, _QUESTION_WIDTH)
            least = _ENTER + _STEP * len(openers[question.key]) + _LEAVE
            boxes.append(replace(made, y=y, height=max(made.height, least)))
            y = boxes[-1].bottom + _GAP
    return Placed(headings=tuple(headings), boxes=tuple(boxes), right=_QUESTION_WIDTH, bottom=y)


def _heading(title: str, x: float, y: float, urgency: Urgency | None = None) -> Heading:
    """A heading as wide as its column, from `y` down."""
    return Heading(urgency=urgency, lines=tuple(
        Text(x=x, y=y + _ABOVE + leading("heading") * at, style="heading", text=line)
        for at, line in enumerate(folded(title, "heading", _RULE_WIDTH - _ABOVE), 1)
    ))  # fmt: skip


def _moved(heading: Heading, x: float) -> Heading:
    return replace(heading, lines=tuple(replace(line, x=x) for line in heading.lines))


def _below(heading: Heading) -> float:
    """Where the first box may stand below a heading."""
    return heading.lines[-1].y + _ABOVE


# -- guards -------------------------------------------------------------------------------

Span = tuple[float, ...]
"""Where a line leaves the question that opens, and where it meets each one that is opened."""


def _spans(boxes: Sequence[Box], openers: Mapping[Key, Sequence[Part]]) -> dict[Key, Span]:
    """One line for each question that opens others."""
    spans: dict[Key, Span] = {}
    leaves = {one.part.key: one.bottom - _LEAVE for one in boxes}
    for one in boxes:
        for place, opener in enumerate(openers[one.part.key]):
            span = spans.get(opener.key, (leaves[opener.key],))
            spans[opener.key] = (*span, one.y + _ENTER + _STEP * place)
    return spans


def _lanes(spans: Mapping[Key, Span]) -> dict[Key, int]:
    """A lane in the margin for each line: short ones inside, and no two upon each other."""
    taken: dict[Key, int] = {}
    for key in sorted(spans, key=lambda key: spans[key][-1] - spans[key][0]):
        near = {lane for other, lane in taken.items() if _meet(spans[key], spans[other])}
        taken[key] = next(lane for lane in count() if lane not in near)
    return taken


def _meet(one: Span, other: Span) -> bool:
    return one[0] <= other[-1] and other[0] <= one[-1]


def _line(left: float, lane: int, span: Span) -> Line:
    x = left - _LANE * (lane + 1.5)
    start, *ends = span
    return Line(
        places=((left, start), (x, start), (x, ends[-1]), (left, ends[-1])),
        branches=tuple(((x, end), (left, end)) for end in ends[:-1]),
    )


# -- rules --------------------------------------------------------------------------------


def _rules(graph: Graph, left: float, top: float, bottom: float) -> Placed:
    """Columns of about one height, as many as it takes not to be longer than the questions."""
    boxes = [
        (urgency, box(rule, rule_lines(graph, rule), _RULE_WIDTH))
        for urgency in WORST_FIRST
        for rule in graph.rules(urgency)
    ]
    total = sum(one.height + _GAP for _, one in boxes) + _HEADING * len(dict(boxes))
    columns = ceil(total / (bottom - top))
    tallest = max(one.height for _, one in boxes)
    return _flowed(graph, boxes, (left, top), total / columns + _HEADING + tallest)


def _flowed(
    graph: Graph, boxes: Sequence[tuple[Urgency, Box]], start: tuple[float, float], room: float
) -> Placed:
    """Boxes from column to column; each urgency, and each column, begins with a heading."""
    x, y = start
    headings, placed, said = [], [], None
    for urgency, one in boxes:
        is_new = urgency is not said
        if y + one.height + _HEADING * is_new > start[1] + room:
            x, y = x + _RULE_WIDTH + _APART, start[1]
        if is_new or y == start[1]:
            title = heading(graph, urgency, is_continued=not is_new)
            headings.append(_heading(title, x, y, urgency))
            y = _below(headings[-1])
        placed.append(replace(one, x=x, y=y))
        y, said = y + one.height + _GAP, urgency
    bottom = max(one.bottom for one in placed)
    return Placed(headings=tuple(headings), boxes=tuple(placed), right=x + _RULE_WIDTH,
                  bottom=bottom)  # fmt: skip
