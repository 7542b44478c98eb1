"""Readers of questions, choices, guards and scores."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from backtriage.protocol.answer_parser import InvalidAnswer, expected_answer, parse_answer
from backtriage.protocol.features import FEATURES, Feature, parse_feature
from backtriage.protocol.loader.fields import ID, KEYWORDS, Fields
from backtriage.protocol.loader.nodes import MappingNode, Node, ScalarNode
from backtriage.protocol.protocol import Choice, Confirm, Points, Question, Score
from backtriage.protocol.tokenizer import SymbolTable
from backtriage.terms.answers import RESERVED
from backtriage.terms.value import KINDS, NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks, Value

_BAND: Final = re.compile(r"([0-9]{1,9}) to ([0-9]{1,9})")
_STEP: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
_MAX_ITEMS: Final = 9
_MAX_READ: Final = 10 * _MAX_ITEMS
"""Of a list with too many choices."""
_NO_BOUND: Final = 10**9
"""The distance to a `max` that could not be read, so that no problem follows from it."""
_MAX_STEPS: Final = 10_000
"""Of a number question: the schema of a sheet lists the values, and proofs tell them apart."""


def read_question(fields: Fields) -> Question:
    """Read a question without its guard, which may name other questions."""
    id_ = fields.id()
    if id_ in RESERVED:
        message = f"'{id_}' has a meaning of its own in a sheet and cannot be a question"
        fields.report("P206", message, fields.nodes["id"].location)
    kind = fields.one_of("kind", {kind: kind for kind in KINDS}, "", required=True)
    question = Question(
        id=id_,
        section=fields.text("section", required=True),
        kind=kind or YES_NO,
        text=fields.text("text", required=True),
        short=fields.text("short", required=True),
        why=fields.text("why", required=True),
        help=fields.text("help"),
        allows_not_sure=fields.one_of("not_sure", {"allowed": True, "no": False}, default=True),
        follows_from=fields.one_of("follows_from", {"yes": True}, default=False),
        can_change=fields.one_of("can_change", {"no": False}, default=True),
        private=fields.one_of("private", {"yes": True}, default=False),
        from_journal=_feature(fields),
        in_journal=fields.one_of("journal", {"yes": True}, default=False),
        evidence=fields.texts("evidence"),
    )
    if kind == NUMBER:
        return _number(fields, question)
    if kind == YES_NO:
        confirm = _confirm(fields, question)
        question = replace(question, confirm=confirm)
    if kind in {ONE_OF, SOME_OF}:
        question = replace(question, choices=_choices(fields, question))
    if kind == SOME_OF:
        question = replace(question, none=fields.text("none", default="None of these"))
    return question


def _feature(fields: Fields) -> Feature | None:
    """Read which feature of the journal answers a question."""
    text = fields.text("from_journal")
    if "from_journal" not in fields.nodes:
        return None
    feature = parse_feature(text)
    if feature is None or feature.name not in FEATURES:
        word = text.partition(" ")[0]
        hint = fields.suggest(word, FEATURES) or f"features are: {', '.join(FEATURES)}"
        if feature is None:
            hint = "write it as 'weeks', 'fall of pain' or 'setbacks of pain by 2'"
        message = f"'{text}' is not a feature of a journal"
        fields.report("P511", message, fields.nodes["from_journal"].location, hint)
        return None
    return feature


def _number(fields: Fields, question: Question) -> Question:
    least = fields.whole("min", required=True)
    most = fields.whole("max", default=least + _NO_BOUND, required=True)
    if most <= least:
        fields.report("P303", f"'max' must be above 'min' ({least})", fields.location)
        most = least + 1
    step = fields.text("step", default="1")
    size = Decimal(step) if _STEP.fullmatch(step) else Decimal(0)
    if not size or (most - least) % size:
        message = f"'step' must divide {least} to {most}, found '{step}'"
        fields.report("P303", message, fields.location)
        step = "1"
    elif (steps := (most - least) // size) > _MAX_STEPS and most - least != _NO_BOUND:
        message = f"there are {steps:,} steps between 'min' and 'max'"
        hint = f"{_MAX_STEPS:,} at most: use larger steps, or a smaller range"
        fields.report("P303", message, fields.location, hint)
    unit = fields.text("unit")
    if unit and (unit in KEYWORDS or not ID.fullmatch(unit)):
        message = f"'unit' must be one lower-case word, found '{unit}'"
        fields.report("P110", message, fields.location)
    return replace(question, least=least, most=most, step=step, unit=unit)


def _choices(fields: Fields, question: Question) -> tuple[Choice, ...]:
    choices: list[Choice] = []
    entries = fields.entries("choices", required=True)
    for entry in entries[:_MAX_READ]:
        choice = Choice(
            id=entry.id(),
            text=entry.text("text", required=True),
            short=entry.text("short", required=True),
            check=entry.text("check"),
            help=entry.text("help"),
            private=entry.one_of("private", {"yes": True}, default=False),
            opens=entry.texts("opens"),
            confirm=_confirm(entry, question, choices),
        )
        entry.done()
        if any(choice.id == other.id for other in choices):
            entry.report("P106", f"'{choice.id}' appears twice here", entry.location)
        choices.append(choice)
    if choices and not 1 < len(entries) <= _MAX_ITEMS:
        fields.report("P113", f"a list has 2 to {_MAX_ITEMS} choices, found {len(entries)}",
                     fields.location, "split it into two questions")  # fmt: skip
    return tuple(choices)


def _confirm(fields: Fields, question: Question, before: Iterable[Choice] = ()) -> Confirm | None:
    """Read what a doubt is confirmed by, which must be able to settle one answer.

    `before` are the choices above this one: the doubt about a one-of is about all of them, so
    only one of them can be confirmed, and a "no" to it leaves more than one answer.
    """
    node = fields.node("confirm")
    if node is None:
        return None
    inner = Fields(node, f"{fields.path}.confirm", fields.diagnostics)
    text = inner.text("text", required=True)
    clears = inner.one_of("no", {"clears": True, "unsure": False}, default=False)
    inner.done()
    if not question.allows_not_sure:
        message, hint = f"'{question.id}' is never in doubt", "leave 'confirm' or 'not_sure' out"
        inner.report("P125", message, node.location, hint)
    elif question.kind == ONE_OF and any(choice.confirm for choice in before):
        message = f"'{question.id}' has two choices to confirm, but only one doubt"
        inner.report("P125", message, node.location, "keep the one for the worst choice")
    elif question.kind == ONE_OF and clears:
        message = f"a no does not say which other choice of '{question.id}' is true"
        inner.report("P125", message, inner.nodes["no"].location, "leave 'no' out")
    return Confirm(text=text, clears=clears)


def read_guard(fields: Fields, question: Question, symbols: SymbolTable) -> Question:
    """Read the guard of a question, and the answer it has when it is not asked."""
    guard = fields.condition("ask_when", symbols)
    node = fields.node("if_skipped")
    skipped: Value = Ticks() if question.kind == SOME_OF else False
    if node is not None:
        skipped = _skipped(fields, question, node)
    elif fields.nodes.keys() & {"ask_when", "from_journal"} and question.kind in {ONE_OF, NUMBER}:
        hint = "say which answer it has when it is not asked"
        fields.report("P114", "'if_skipped' is missing", fields.location, hint)
    elif question.kind in {ONE_OF, NUMBER}:
        skipped = NOT_SURE  # always asked, so never used
    fields.done()
    return replace(question, ask_when=guard, if_skipped=skipped)


def _skipped(fields: Fields, question: Question, node: Node) -> Value:
    definite = replace(question, allows_not_sure=False)
    word = fields.scalar(node, "if_skipped")
    value = parse_answer(definite, word, text=True)
    if isinstance(value, InvalidAnswer):
        hint = f"it may be: {expected_answer(definite)}"
        fields.report("P302", f"'{word}' is not an answer to '{question.id}'", node.location, hint)
        return False
    return value


def read_score(fields: Fields, questions: Mapping[str, Question]) -> Score:
    """Read a score, whose points must fit the questions they are for."""
    id_ = fields.id()
    points: list[Points] = []
    for key, node in fields.pairs("points", required=True):
        question = questions.get(key.text)
        if question is None:
            fields.report("P205", f"unknown question '{key.text}'", key.location)
        elif not isinstance(node, MappingNode):
            fields.report("P107", f"'{key.text}' must hold answers with points", node.location)
        else:
            points += _points_of(fields, question, node)
    fields.done()
    return Score(id=id_, points=tuple(points))


def _points_of(fields: Fields, question: Question, node: MappingNode) -> list[Points]:
    """Read the points of each answer to one question. Bands must not overlap."""
    result: list[Points] = []
    bands: list[tuple[int, int]] = []
    for answer, number in node.of:
        points = _points(fields, question, answer, number)
        if points is None:
            continue
        if question.kind == NUMBER and not _insert(bands, points.least, points.most):
            message = f"the band '{answer.text}' overlaps another"
            fields.report("P303", message, answer.location, "bands must not overlap")
        result.append(points)
    return result


def _insert(bands: list[tuple[int, int]], least: int, most: int) -> bool:
    """Add a band to others in ascending order, unless it overlaps one; return whether it fits."""
    at = bisect_left(bands, (least, most))
    if (at > 0 and bands[at - 1][1] >= least) or (at < len(bands) and bands[at][0] <= most):
        return False
    bands.insert(at, (least, most))
    return True


def _points(fields: Fields, question: Question, answer: ScalarNode, node: Node) -> Points | None:
    number = fields.count(node, answer.text)
    if number is None:
        return None
    if question.kind == NUMBER:
        band = _BAND.fullmatch(answer.text)
        if band is None:
            fields.report("P302", f"'{answer.text}' is not a band", answer.location,
                         "write it as '65 to 120'")  # fmt: skip
            return None
        least, most = int(band.group(1)), int(band.group(2))
        error = _band_error(question, answer.text, least, most)
        if error:
            fields.report("P303", error, answer.location)
            return None
        return Points(question=question.id, answer="", points=number, least=least, most=most)
    known = {choice.id for choice in question.choices} or {"yes", "no"}
    if answer.text not in known:
        hint = f"it may be: {', '.join(sorted(known))}"
        message = f"'{answer.text}' is not an answer to '{question.id}'"
        fields.report("P302", message, answer.location, hint)
        return None
    return Points(question=question.id, answer=answer.text, points=number)


def _band_error(question: Question, text: str, least: int, most: int) -> str:
    if not question.least <= least <= most <= question.most:
        limits = f"{question.least} to {question.most}"
        return f"'{text}' is not a band within {limits} of '{question.id}'"
    step = Decimal(question.step)
    holds_one = (most - question.least) // step * step >= least - question.least
    return "" if holds_one else f"no answer falls in the band '{text}'"
