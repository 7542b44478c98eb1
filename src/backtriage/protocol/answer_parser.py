"""One raw answer -> one value, or what is wrong with it. Every answer passes here.

JSON answers are typed and taken exactly: `"true"` is not a yes, 1 is not a yes. Answers
written as text (YAML, a CSV cell, `--set`, the keyboard) are read by the question's kind.
Nothing wrong ever becomes a value: an unreadable answer is a problem, not a "no".
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

from msgspec import Struct

from backtriage.protocol.protocol import Question
from backtriage.terms.problem import did_you_mean
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, YES_NO, Ticks, Value

Raw: TypeAlias = object
"""What a reader hands over: bool, int, float, Decimal, str, list, dict or None."""

_YES_NO_TEXT: Final = {"yes": True, "true": True, "no": False, "false": False}
_MAX_SHOWN: Final = 40


class InvalidAnswer(Struct, frozen=True):
    """Why a raw answer cannot be taken."""

    code: str
    message: str
    hint: str = ""


def parse_answer(question: Question, raw: Raw, *, text: bool) -> Value | InvalidAnswer:
    """Read one answer to one question. `text` says that scalars are text, not typed."""
    if raw == NOT_SURE.value:
        return _not_sure(question)
    if question.kind == YES_NO:
        return _yes_no(question, raw, text=text)
    if question.kind == ONE_OF:
        return _one_of(question, raw)
    if question.kind == NUMBER:
        return _number(question, raw, text=text)
    return _some_of(question, raw, text=text)


def _not_sure(question: Question) -> Value | InvalidAnswer:
    if not question.allows_not_sure:
        message = f"'{question.id}' needs a definite answer, 'not_sure' is not allowed"
        return InvalidAnswer("A105", message, expected_answer(question))
    if question.choices and question.kind != ONE_OF:
        return Ticks(unsure=frozenset(choice.id for choice in question.choices))
    return NOT_SURE


def _yes_no(question: Question, raw: Raw, *, text: bool) -> Value | InvalidAnswer:
    if isinstance(raw, bool):
        return raw
    if text and isinstance(raw, str) and raw.lower() in _YES_NO_TEXT:
        return _YES_NO_TEXT[raw.lower()]
    return _wrong_kind(question, raw)


def _one_of(question: Question, raw: Raw) -> Value | InvalidAnswer:
    if not isinstance(raw, str):
        return _wrong_kind(question, raw)
    known = tuple(choice.id for choice in question.choices)
    return raw if raw in known else _no_such(question, raw, known)


def _number(question: Question, raw: Raw, *, text: bool) -> Value | InvalidAnswer:
    number = _decimal(raw, text=text)
    if number is None:
        return _wrong_kind(question, raw)
    if not question.least <= number <= question.most:
        message = f"{preview(raw)} is outside the range of '{question.id}'"
        return InvalidAnswer("A103", message, expected_answer(question))
    # Arithmetic rounds to 28 digits, comparing does not: 65.000...01 is no 65, however long.
    rounded = number.quantize(Decimal(question.step))
    if rounded != number or (rounded - question.least) % Decimal(question.step):
        message = f"{preview(raw)} is not a step of {question.step} of '{question.id}'"
        return InvalidAnswer("A103", message, expected_answer(question))
    return rounded.normalize() + Decimal(0)


def _decimal(raw: Raw, *, text: bool) -> Decimal | None:
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int | float | Decimal):
        # A float is meant as it is written: 2.1, not the nearest sum of halves.
        number = Decimal(str(raw) if isinstance(raw, float) else raw)
        return number if number.is_finite() else None
    if not (text and isinstance(raw, str) and raw.isascii() and "_" not in raw):
        return None
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _some_of(question: Question, raw: Raw, *, text: bool) -> Value | InvalidAnswer:
    if text and isinstance(raw, str):
        raw = [] if raw == "none" else [part.strip() for part in raw.split(";")]
    if not isinstance(raw, list):
        return _wrong_kind(question, raw)
    ids: list[str] = []
    for entry in raw:
        if not isinstance(entry, str):
            return InvalidAnswer(
                "A102", f"'{question.id}' is a list of ids, found {preview(entry)}"
            )
        wrong = _wrong_entry(question, entry, ids)
        if wrong is not None:
            return wrong
        ids.append(entry)
    yes = {id_ for id_ in ids if not id_.endswith("?")} - {NOT_SURE.value}
    unsure = {id_.removesuffix("?") for id_ in ids if id_.endswith("?")}
    if NOT_SURE.value in ids:
        unsure = {choice.id for choice in question.choices} - yes
    if (unsure or NOT_SURE.value in ids) and not question.allows_not_sure:
        return _not_sure(question)
    return Ticks(frozenset(yes), frozenset(unsure))


def _wrong_entry(question: Question, entry: str, before: list[str]) -> InvalidAnswer | None:
    """What is wrong with one id of a list, given those that stand before it."""
    known = (*(choice.id for choice in question.choices), NOT_SURE.value)
    item = entry if entry == NOT_SURE.value else entry.removesuffix("?")
    if item not in known or entry == f"{NOT_SURE.value}?":
        return _no_such(question, item, known[:-1])
    return _twice(question, item) if item in before or f"{item}?" in before else None


def _twice(question: Question, item: str) -> InvalidAnswer:
    return InvalidAnswer("A106", f"'{item}' stands twice in '{question.id}'", "say it once")


def _no_such(question: Question, found: str, known: tuple[str, ...]) -> InvalidAnswer:
    near = did_you_mean(found, known)
    message = f"{preview(found)} is not a choice of '{question.id}'"
    return InvalidAnswer("A104", message, near or expected_answer(question))


def _wrong_kind(question: Question, raw: Raw) -> InvalidAnswer:
    message = f"'{question.id}' cannot be {preview(raw)}"
    return InvalidAnswer("A102", message, expected_answer(question))


def expected_answer(question: Question) -> str:
    """Say in a few words what a sheet may hold for this question."""
    if question.kind == YES_NO:
        found = "true or false"
    elif question.kind == NUMBER:
        found = f"a number from {question.least} to {question.most} {question.unit}".rstrip()
    else:
        ids = ", ".join(choice.id for choice in question.choices)
        found = f"one of: {ids}" if question.kind == ONE_OF else f"a list of: {ids}"
    return found + (" (or not_sure)" if question.allows_not_sure else "")


def preview(raw: Raw) -> str:
    """A raw answer as a message shows it: short, on one line, nothing that can do harm."""
    if isinstance(raw, dict):
        return "an object"
    if isinstance(raw, list):
        return "a list"
    if raw is None or isinstance(raw, bool):
        return {None: "null", True: "true", False: "false"}[raw]
    if isinstance(raw, int):
        raw = Decimal(raw)  # Python refuses to write an int of more than 4300 digits
    text = "".join(c if c.isprintable() else "?" for c in str(raw)[: _MAX_SHOWN + 1])
    if len(text) > _MAX_SHOWN:
        text = text[:_MAX_SHOWN] + "..."
    return f"'{text}'" if isinstance(raw, str) else text
