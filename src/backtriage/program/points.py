"""What an answer adds to a score."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

from backtriage.protocol.protocol import Points, Question, Score
from backtriage.terms.value import NOT_SURE, SOME_OF, Ticks, Value

Rails: TypeAlias = tuple[int, int, int, int]
"""Points on each rail: the fewest and the most, given "not sure", at the lo and at the hi end."""


def points_by_variable(
    score: Score, questions: Mapping[str, Question]
) -> tuple[tuple[Points, ...], ...]:
    """Group the points of a score by variable: a question, or a single item of a list."""
    groups: dict[tuple[str, str], list[Points]] = {}
    for points in score.points:
        is_list = questions[points.question].kind == SOME_OF
        key = (points.question, points.answer if is_list else "")
        groups.setdefault(key, []).append(points)
    return tuple(tuple(group) for group in groups.values())


def points_for(question: Question, value: Value, part: tuple[Points, ...]) -> tuple[int, int]:
    """Return the fewest and the most points of an answer; they differ only for "not sure"."""
    if isinstance(value, Ticks):
        item = part[0]
        fewest = item.points if item.answer in value.yes else 0
        return fewest, item.points if item.answer in value.unsure else fewest
    if value is NOT_SURE:
        return fewest_points(question, part), max(points.points for points in part)
    total = sum(points.points for points in part if _earns(points, value))
    return total, total


def _earns(points: Points, value: Value) -> bool:
    if isinstance(value, bool):
        return points.answer == ("yes" if value else "no")
    if isinstance(value, Decimal):
        return points.least <= value <= points.most
    return points.answer == value


def fewest_points(question: Question, part: tuple[Points, ...]) -> int:
    """Return the fewest points of any definite answer: 0 unless every answer earns some."""
    if question.kind == SOME_OF:
        return 0
    if question.most > question.least:
        every_answer_earns = _covers(question, part)
    else:
        every_answer_earns = len(part) == (len(question.choices) or 2)
    return min(points.points for points in part) if every_answer_earns else 0


def _covers(question: Question, bands: tuple[Points, ...]) -> bool:
    """Return whether every possible number lies in a band."""
    step = Decimal(question.step)
    uncovered = Decimal(question.least)  # the lowest answer outside the bands so far
    for band in sorted(bands, key=lambda points: points.least):
        if band.least > uncovered:
            return False
        steps = (band.most - question.least) // step + 1
        uncovered = max(uncovered, question.least + steps * step)
    return uncovered > question.most


def rails_of(question: Question, part: tuple[Points, ...], value: Value | None) -> Rails:
    """Return the points of an answer on each rail; no answer can earn any number of them."""
    if value is None and question.from_journal is not None:
        value = question.if_skipped
    fewest, most = points_for(question, NOT_SURE if value is None else value, part)
    return (fewest, fewest, most, most) if value is None else (fewest, most, fewest, most)


def reaching(rails: Rails, points: int) -> int:
    """Return the interval of "at least so many points"."""
    return sum(1 << rail for rail, earned in enumerate(rails) if earned >= points)
