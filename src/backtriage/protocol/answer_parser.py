"""The parser of answers, which turns a raw answer into a value. Every answer passes through it.

Typed answers (JSON) are taken exactly: neither `"true"` nor 1 is a yes. Text answers (YAML,
`--set`, the keyboard) are parsed according to the kind of the question. An invalid answer is a
problem; it never becomes a value such as "no".

A number in JSON is its value, however it is written: 1e1 is 10. A number in text is digits with
at most one point, because readers of text disagree about the rest: 1e1, 1_0, 0x1f, 1:30 or 010.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final, TypeAlias

from msgspec import Struct

from backtriage.protocol.protocol import Question
from backtriage.terms.printable import shortened
from backtriage.terms.problem import Location, Problem
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks, Value

Raw: TypeAlias = object
"""An answer before parsing: bool, int, float, Decimal, str, list, dict or None."""

_YES_NO_TEXT: Final = {"yes": True, "true": True, "no": False, "false": False}
_NUMBER_TEXT: Final = re.compile(r"(?!-[0.]*$)-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_BEYOND: Final = 10**30
"""Out of the range of every question."""
_MAX_BITS: Final = 32_768
"""Python needs 16 s to write out an int of a million digits."""
_MAX_NAMED: Final = 3
"""How many wrong items of a list are named."""


class InvalidAnswer(Struct, frozen=True):
    """Why a raw answer was refused; see `Problem` for what each part may say."""

    code: str
    message: str
    hint: str = ""
    found: str = ""
    suggest: Callable[[], str] = str
    """Works out what may have been meant, which can take time."""

    @property
    def suggestion(self) -> str:
        """What may have been meant, or ""."""
        return self.suggest()

    def at(self, location: Location) -> Problem:
        """Return the problem of an answer at a location."""
        return Problem(code=self.code, message=self.message, location=location, hint=self.hint,
                       found=self.found, suggestion=self.suggestion)  # fmt: skip


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
        return _one_of(question, raw, text=text)
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
    return _wrong_kind(question, raw, text=text)


def _one_of(question: Question, raw: Raw, *, text: bool) -> Value | InvalidAnswer:
    if not isinstance(raw, str):
        return _wrong_kind(question, raw, text=text)
    if any(choice.id == raw for choice in question.choices):
        return raw
    message = f"the text is not a choice of '{question.id}'"
    return _invalid(question, "A104", message, raw, text=text, found=preview(raw))


def _number(question: Question, raw: Raw, *, text: bool) -> Value | InvalidAnswer:
    number = _decimal(raw, text=text)
    if number is None:
        return _wrong_kind(question, raw, text=text)
    if not question.least <= number <= question.most:
        message = f"the number is outside the range of '{question.id}'"
        return _invalid(question, "A103", message, raw, text=text, found=preview(raw))
    # Arithmetic rounds to 28 digits, comparison does not: 65.000...01 must not become 65.
    rounded = number.quantize(Decimal(question.step))
    if rounded != number or (rounded - question.least) % Decimal(question.step):
        message = f"the number is not a step of {question.step} of '{question.id}'"
        return _invalid(question, "A103", message, raw, text=text, found=preview(raw))
    return rounded.normalize() + Decimal(0)


def _decimal(raw: Raw, *, text: bool) -> Decimal | None:
    if isinstance(raw, str):
        return Decimal(raw) if text and _NUMBER_TEXT.fullmatch(raw) else None
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return None
    if isinstance(raw, int):
        return Decimal(max(-_BEYOND, min(raw, _BEYOND)))
    # Floats through str, because 2.1 means 2.1 and not the binary fraction nearest to it.
    number = raw if isinstance(raw, Decimal) else Decimal(str(raw))
    return number if number.is_finite() else None


def _some_of(question: Question, raw: Raw, *, text: bool) -> Value | InvalidAnswer:
    entries = raw
    if text and isinstance(raw, str):
        entries = [] if raw == "none" else [part.strip() for part in raw.split(";")]
    if not isinstance(entries, list):
        return _wrong_kind(question, raw, text=text)
    wrong = _wrong_entries(question, raw, entries, text=text)
    if wrong is not None:
        return wrong
    yes = {id_ for id_ in entries if not id_.endswith("?")} - {NOT_SURE.value}
    unsure = {id_.removesuffix("?") for id_ in entries if id_.endswith("?")}
    if NOT_SURE.value in entries:
        unsure = {choice.id for choice in question.choices} - yes
    if (unsure or NOT_SURE.value in entries) and not question.allows_not_sure:
        return _not_sure(question)
    return Ticks(frozenset(yes), frozenset(unsure))


def _wrong_entries(
    question: Question, raw: Raw, entries: list[Raw], *, text: bool
) -> InvalidAnswer | None:
    """Return what is wrong with the entries of a list."""
    known = {choice.id for choice in question.choices}
    known |= {f"{id_}?" for id_ in known} | {NOT_SURE.value}
    named: list[str] = []
    unknown: list[int] = []
    for at, entry in enumerate(entries, 1):
        if not isinstance(entry, str):
            message = f"item {at} of '{question.id}' cannot be {kind_of(entry, text=text)}"
            return _invalid(question, "A102", message, raw, text=text, found=_quoted(entry))
        if entry not in known:
            unknown.append(at)
        named.append(entry.removesuffix("?"))
    if unknown:
        many = len(unknown) > 1
        message = f"{_items(unknown)} {'are not choices' if many else 'is not a choice'}"
        found = ", ".join(preview(entries[at - 1]) for at in unknown[:_MAX_NAMED])
        message = f"{message} of '{question.id}'"
        return _invalid(question, "A104", message, raw, text=text, found=found)
    if len(set(named)) < len(named):
        twice = next(item for at, item in enumerate(named) if item in named[:at])
        message = f"an item appears twice in '{question.id}'"
        return InvalidAnswer("A106", message, "list it once", found=preview(twice))
    return None


def _items(numbers: list[int]) -> str:
    """Return "items 1, 2, 3 and 5 more" for the items of a list, which count from 1."""
    if len(numbers) == 1:
        return f"item {numbers[0]}"
    words = [str(number) for number in numbers[:_MAX_NAMED]]
    last = f"{len(numbers) - _MAX_NAMED:,} more" if len(numbers) > _MAX_NAMED else words.pop()
    return f"items {', '.join(words)} and {last}"


def _wrong_kind(question: Question, raw: Raw, *, text: bool) -> InvalidAnswer:
    message = f"'{question.id}' cannot be {kind_of(raw, text=text)}"
    return _invalid(question, "A102", message, raw, text=text, found=_quoted(raw))


def _invalid(  # noqa: PLR0913 - the parts of a problem
    question: Question, code: str, message: str, raw: Raw, *, text: bool, found: str
) -> InvalidAnswer:
    def suggest() -> str:
        # Imported late: a sheet without problems needs no suggestions.
        from backtriage.protocol.suggestions import suggestion  # noqa: PLC0415

        return suggestion(question, raw, text=text)

    hint = expected_answer(question, as_text=text and isinstance(raw, str))
    if raw == "" or (isinstance(raw, list) and raw in ([""], [None])):
        hint += "; leave the key out if there is no answer"
    elif question.kind == NUMBER and text and isinstance(raw, str):
        hint += "; in plain digits, without leading zeros"
    return InvalidAnswer(code, message, hint, found, suggest)


def expected_answer(question: Question, *, as_text: bool = False) -> str:
    """Describe the answers that a sheet, or with `as_text` a single text, may give."""
    if question.kind == YES_NO:
        text = "true or false"
    elif question.kind == NUMBER:
        text = f"a number from {question.least} to {question.most} {question.unit}".rstrip()
    else:
        ids = ", ".join(choice.id for choice in question.choices)
        many = "one or more, with ; between, of" if as_text else "a list of"
        text = f"{'one of' if question.kind == ONE_OF else many}: {ids}"
    none = f"{'none' if as_text else '[]'} for none of these" if question.kind == SOME_OF else ""
    others = [*filter(None, (none, NOT_SURE.value if question.allows_not_sure else ""))]
    return f"{text} (or {', or '.join(others)})" if others else text


def kind_of(raw: Raw, *, text: bool = False) -> str:
    """Return what kind of thing a raw answer is, which does not give the answer away."""
    if raw is None or isinstance(raw, dict | list):
        return preview(raw)
    if isinstance(raw, bool):
        return "true or false"
    if isinstance(raw, str):
        return "this text" if text else "a text"
    if isinstance(raw, float | Decimal) and not Decimal(raw).is_finite():
        return "NaN or Infinity"
    return "a number" if isinstance(raw, int | float | Decimal) else "an object"


def _quoted(raw: Raw) -> str:
    """Return a preview of what says more than its kind does."""
    return "" if raw is None or isinstance(raw, dict | list) else preview(raw)


def preview(raw: Raw) -> str:
    """Return a raw answer for a message: short, on one line, without control characters."""
    if isinstance(raw, dict):
        return "an object"
    if isinstance(raw, list):
        return "a list"
    if raw is None or isinstance(raw, bool):
        return {None: "null", True: "true", False: "false"}[raw]
    if isinstance(raw, int):
        if raw.bit_length() > _MAX_BITS:
            return "a number of some 10,000 digits or more"
        raw = Decimal(raw)  # Python refuses to write an int of more than 4300 digits
    text = shortened(str(raw))
    return f"'{text}'" if isinstance(raw, str) else text
