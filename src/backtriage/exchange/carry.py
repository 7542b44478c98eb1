"""What answers to questions that are gone say about the present ones.

A "no" is carried only where the new question asks for no more and is certainly asked, and it is
never made up: a list of which one item is not known is left out, as is everything else that is
not known, and is asked again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice, product
from typing import Final, TypeAlias

from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F
from backtriage.exchange.migration_table import NARROWER, PART, SAME, WIDER, Migration
from backtriage.program.program import Program
from backtriage.program.validate import plain_value
from backtriage.protocol.answer_parser import InvalidAnswer, parse_answer
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always
from backtriage.terms.value import NOT_SURE, NUMBER, SOME_OF, YES_NO, NotSure, Ticks, Value

Truth: TypeAlias = bool | NotSure | None
"""What an old answer says about one thing; None for nothing."""

_MOST_BUNDLES: Final = 4
"""How many answers that said several things at once are taken apart; each may double the work."""

_YES: Final[Mapping[str, Truth]] = {SAME: True, WIDER: True, PART: NOT_SURE, NARROWER: None}
"""What an old yes says, by how the new question differs."""

_ORDER: Final = (None, False, NOT_SURE, True)
"""Truths, the worst last."""


def carry(
    program: Program,
    table: tuple[Migration, ...],
    old: Mapping[str, Value],
    rest: Truth = None,
    *,
    joined: bool = False,
) -> Answers:
    """Return what old answers say about the present questions.

    Args:
        program: The present protocol.
        table: What answers to questions that are gone say about new ones.
        old: Valid answers to questions of any version.
        rest: None for what is known. Otherwise a list of which some items are ticked is not left
            out, for what is not known of it is this; and a doubt about less than is asked now is
            a doubt, although it may be more.
        joined: Whether an older answer counts beside one to its present question, the worse
            first. Otherwise the present question alone counts.
    """
    answers: dict[str, Value] = {}
    old = dict(old)  # asked thousands of times
    told = {entry.question for entry in table for id_, _ in entry.was if id_ in old}
    entries = _by_question(entry for entry in table if entry.question in told)
    for question in program.protocol.questions:
        own = entries[question.id]
        value = old.get(question.id)
        if value is None:
            value = _carried(question, own, old, rest)
            if value is not None and is_no(question, value):
                is_always = isinstance(question.ask_when, Always)
                value = value if is_always or _is_asked(program, question, answers) else None
        elif joined:
            value = _joined(question, value, own, old)
        if value is not None:
            answers[question.id] = value
    return Answers(answers)


def contradicted(
    program: Program, table: tuple[Migration, ...], old: Mapping[str, Value]
) -> Iterator[tuple[str, str]]:
    """Yield each question of which an older answer says more than its own, and the older one."""
    entries = _by_question(table)
    for question in program.protocol.questions:
        value = old.get(question.id)
        if value is None:
            continue
        for entry in entries[question.id]:
            if value != _joined(question, value, [entry], old):
                yield question.id, next(id_ for id_, _ in entry.was if id_ in old)
                break


def _is_asked(program: Program, question: Question, answers: Mapping[str, Value]) -> bool:
    return Evaluation(program, Answers(answers)).guard(question.id)[0] != F


def _by_question(table: Iterable[Migration]) -> Mapping[str, list[Migration]]:
    found: dict[str, list[Migration]] = defaultdict(list)
    for entry in table:
        found[entry.question].append(entry)
    return found


def taken_apart(
    table: tuple[Migration, ...], old: Mapping[str, Value]
) -> Iterator[tuple[Migration, ...]]:
    """Yield a table for each choice of one part of every yes that said several things at once.

    At least one part is true, and which of them is not known. That part is a yes by the table,
    and it says nothing about the others.
    """
    bundles: dict[tuple[str, str], list[Migration]] = {}
    for entry in table:
        for id_, item in entry.was if entry.how == PART else ():
            if _truth(old.get(id_), item) is True:
                bundles.setdefault((id_, item), []).append(entry)
    parts = {entry for bundle in bundles.values() for entry in bundle}
    whole = [entry for entry in table if entry not in parts]
    for choice in product(*islice(bundles.values(), _MOST_BUNDLES)):
        yield (*whole, *(replace(entry, how=SAME) for entry in dict.fromkeys(choice)))


def is_no(question: Question, value: Value) -> bool:
    """Return whether an answer says no more than that its question was not asked.

    Args:
        question: The question.
        value: The answer to it.
    """
    if question.kind in {YES_NO, SOME_OF}:
        return value in (False, Ticks())
    return value == question.if_skipped


def _joined(
    question: Question, value: Value, own: list[Migration], old: Mapping[str, Value]
) -> Value:
    """Return an answer with what older ones say beyond it."""
    if isinstance(value, Ticks):
        told = {entry.item: _told(entry, old, rest=False) for entry in own}
        before = {choice.id: _truth(value, choice.id) for choice in question.choices}
        marks = {id_: max(mark, told.get(id_), key=_ORDER.index) for id_, mark in before.items()}
        return _ticks(marks)
    told_value = _carried(question, own, old, rest=False)
    if question.kind == YES_NO:
        return value if told_value is None else max(value, told_value, key=_ORDER.index)
    return value if told_value in (None, NOT_SURE) else told_value


def _carried(
    question: Question, own: list[Migration], old: Mapping[str, Value], rest: Truth
) -> Value | None:
    """Return what the old answers say about a new question, if that is a whole answer."""
    if question.kind == SOME_OF:
        told = {entry.item: _told(entry, old, rest) for entry in own}
        marks = {choice.id: told.get(choice.id) for choice in question.choices}
        if any(marks.values()):
            marks = {id_: rest if mark is None else mark for id_, mark in marks.items()}
        return None if None in marks.values() else _allowed(question, _ticks(marks))
    for entry in own:
        if question.kind == YES_NO:
            return _allowed(question, _told(entry, old, rest))
        ((id_, _),) = entry.was
        value = old.get(id_) if not _is_wider(entry, old.get(id_)) or rest is not None else None
        if question.kind == NUMBER or value is None or value is NOT_SURE:
            return _allowed(question, value)
        return _allowed(question, dict(entry.choices).get(str(value), value))
    return None


def _is_wider(entry: Migration, value: Value | None) -> bool:
    """Return whether somebody who made a choice may find that a new one fits better."""
    return entry.how == WIDER and (not entry.widened or value in entry.widened)


def _ticks(marks: Mapping[str, Truth]) -> Ticks:
    return Ticks(
        frozenset(id_ for id_, mark in marks.items() if mark is True),
        frozenset(id_ for id_, mark in marks.items() if mark is NOT_SURE),
    )


def _allowed(question: Question, value: Value | None) -> Value | None:
    """Return a value that the question takes; an answer that it cannot have is not one."""
    if value is None:
        return None
    parsed = parse_answer(question, plain_value(question, value), text=False)
    return None if isinstance(parsed, InvalidAnswer) else parsed


def _told(entry: Migration, old: Mapping[str, Value], rest: Truth = None) -> Truth:
    """Return what old answers say about one thing."""
    truths = [_truth(old.get(id_), item) for id_, item in entry.was]
    if True in truths:
        return _YES[entry.how]
    is_known = None not in truths and entry.how != WIDER
    if NOT_SURE in truths and (is_known or rest is not None):
        return NOT_SURE
    return False if is_known else None


def _truth(value: Value | None, item: str) -> Truth:
    if isinstance(value, Ticks):
        return NOT_SURE if item in value.unsure else item in value.yes
    if value is None or isinstance(value, bool | NotSure):
        return value
    return value == item
