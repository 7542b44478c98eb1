"""The parser of answers, which turns a raw answer into a value. Every answer passes through it.

Typed answers (JSON) are taken exactly: neither `"true"` nor 1 is a yes. Text answers (YAML,
`--set`, the keyboard) are parsed according to the kind of the question. An invalid answer is a
problem; it never becomes a value such as "no".
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

from msgspec import Struct

from backtriage.protocol.protocol import Question
from backtriage.terms.problem import Location, Problem, did_you_mean
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, YES_NO, Ticks, Value

Raw: TypeAlias = object
"""An answer before parsing: bool, int, float, Decimal, str, list, dict or None."""

_YES_NO_TEXT: Final = {"yes": True, "true": True, "no": False, "false": False}
_MAX_PREVIEW: Final = 40


class InvalidAnswer(Struct, frozen=True):
    """Why a raw answer was refused."""

    code: str
    message: str
    hint: str = ""

    def at(self, location: Location) -> Problem:
        """Return the problem of an answer at a location."""
        return Problem(code=self.code, message=self.message, location=location, hint=self.hint)


def parse_answer(question: Question, raw: Raw, *, text: bool) -> Value | InvalidAnswer:
    """Parse the answer to a question.

    Args:
        question: The question.
        raw: The answer as read from a file or the keyboard.
        text: Whether scalars are text rather than typed.
    """
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
    # Arithmetic rounds to 28 digits, comparison does not: 65.000...01 must not become 65.
    rounded = number.quantize(Decimal(question.step))
    if rounded != number or (rounded - question.least) % Decimal(question.step):
        message = f"{preview(raw)} is not a step of {question.step} of '{question.id}'"
        return InvalidAnswer("A103", message, expected_answer(question))
    return rounded.normalize() + Decimal(0)


def _decimal(raw: Raw, *, text: bool) -> Decimal | None:
    is_digits = text and isinstance(raw, str) and raw.isascii() and "_" not in raw
    if isinstance(raw, bool) or not (is_digits or isinstance(raw, int | float | Decimal)):
        return None
    try:
        # Floats through str, because 2.1 means 2.1 and not the binary fraction nearest to it.
        number = Decimal(raw if isinstance(raw, int) else str(raw))
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
            message = f"'{question.id}' is a list of ids, found {preview(entry)}"
            return InvalidAnswer("A102", message)
        error = _entry_error(question, entry, ids)
        if error is not None:
            return error
        ids.append(entry)
    yes = {id_ for id_ in ids if not id_.endswith("?")} - {NOT_SURE.value}
    unsure = {id_.removesuffix("?") for id_ in ids if id_.endswith("?")}
    if NOT_SURE.value in ids:
        unsure = {choice.id for choice in question.choices} - yes
    if (unsure or NOT_SURE.value in ids) and not question.allows_not_sure:
        return _not_sure(question)
    return Ticks(frozenset(yes), frozenset(unsure))


def _entry_error(question: Question, entry: str, before: list[str]) -> InvalidAnswer | None:
    """Return what is wrong with one id of a list, given the ids before it."""
    known = (*(choice.id for choice in question.choices), NOT_SURE.value)
    item = entry if entry == NOT_SURE.value else entry.removesuffix("?")
    if item not in known or entry == f"{NOT_SURE.value}?":
        return _no_such(question, item, known[:-1])
    if item in before or f"{item}?" in before:
        return InvalidAnswer("A106", f"'{item}' appears twice in '{question.id}'", "list it once")
    return None


def _no_such(question: Question, word: str, known: tuple[str, ...]) -> InvalidAnswer:
    near = did_you_mean(word, known)
    message = f"{preview(word)} is not a choice of '{question.id}'"
    return InvalidAnswer("A104", message, near or expected_answer(question))


def _wrong_kind(question: Question, raw: Raw) -> InvalidAnswer:
    message = f"'{question.id}' cannot be {preview(raw)}"
    return InvalidAnswer("A102", message, expected_answer(question))


def expected_answer(question: Question) -> str:
    """Describe the answers that a sheet may give to a question."""
    if question.kind == YES_NO:
        text = "true or false"
    elif question.kind == NUMBER:
        text = f"a number from {question.least} to {question.most} {question.unit}".rstrip()
    else:
        ids = ", ".join(choice.id for choice in question.choices)
        text = f"one of: {ids}" if question.kind == ONE_OF else f"a list of: {ids}"
    return text + (" (or not_sure)" if question.allows_not_sure else "")


def preview(raw: Raw) -> str:
    """Return a raw answer for a message: short, on one line, without control characters."""
    if isinstance(raw, dict):
        return "an object"
    if isinstance(raw, list):
        return "a list"
    if raw is None or isinstance(raw, bool):
        return {None: "null", True: "true", False: "false"}[raw]
    if isinstance(raw, int):
        raw = Decimal(raw)  # Python refuses to write an int of more than 4300 digits
    text = "".join(c if c.isprintable() else "?" for c in str(raw)[: _MAX_PREVIEW + 1])
    if len(text) > _MAX_PREVIEW:
        text = text[:_MAX_PREVIEW] + "..."
    return f"'{text}'" if isinstance(raw, str) else text
