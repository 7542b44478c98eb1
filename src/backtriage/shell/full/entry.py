"""What somebody has entered for a question and not given yet, and what changes it. Pure.

Nothing is entered for them, with one exception: an answer that they gave before is shown as
they gave it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Final

from backtriage.protocol.protocol import Choice, Question
from backtriage.shell.plain.entry import NONE
from backtriage.terms.value import (
    NOT_SURE,
    NUMBER,
    ONE_OF,
    SOME_OF,
    YES_NO,
    NotSure,
    Ticks,
    Value,
    number_text,
)

PASTE: Final = "paste:"
"""How pasted text begins, where the terminal says that it is pasted."""

LONGEST: Final = 200
"""Characters that a field takes; more is no number and no sensible file name."""

_UNSURE: Final = "Not sure, or would rather not say"
"""Of one line on a terminal of 40 columns, so that a list of nine items is seen whole."""


class Role(StrEnum):
    """What a row of a question is for."""

    ANSWER = "answer"
    ITEM = "item"
    NONE = "none"
    FIELD = "field"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One row of a question."""

    role: Role
    key: str
    """The key that goes to it; empty for a field."""
    text: str
    raw: str = ""
    """The answer as `interview.move.answer` reads it, or the id of an item."""
    help: str = ""
    check: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A line of text with a cursor in it."""

    text: str = ""
    at: int = 0
    is_old: bool = False
    """Whether it is an answer from before, which the first character takes the place of."""

    @property
    def is_at_start(self) -> bool:
        """Whether there is nothing left of the cursor, so that Left leads back."""
        return self.at == 0 or self.is_old


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How far the answer to one question has come."""

    row: int | None = None
    """Where the cursor is. None as long as nobody has moved it: nothing is chosen."""
    ticked: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    is_none: bool = False
    """Whether "none of these" is ticked."""
    field: Field = Field()


@lru_cache(maxsize=256)
def options_of(question: Question) -> tuple[Option, ...]:
    """The rows of a question, from top to bottom."""
    rows = _OPTIONS[question.kind](question)
    if not question.allows_not_sure:
        return rows
    return (*rows, Option(role=Role.UNSURE, key="u", text=_UNSURE, raw=NOT_SURE.value))


def _yes_no(_: Question) -> tuple[Option, ...]:
    return tuple(
        Option(role=Role.ANSWER, key=key, text=text, raw=raw)
        for key, text, raw in (("y", "Yes", "yes"), ("n", "No", "no"))
    )


def _choices(question: Question) -> tuple[Option, ...]:
    role = Role.ITEM if question.kind == SOME_OF else Role.ANSWER
    return tuple(_option(role, at, choice) for at, choice in enumerate(question.choices, start=1))


def _option(role: Role, at: int, choice: Choice) -> Option:
    return Option(
        role=role,
        key=str(at),
        text=choice.text,
        raw=choice.id,
        help=choice.help,
        check=choice.check,
    )


def _items(question: Question) -> tuple[Option, ...]:
    nothing = Option(role=Role.NONE, key="0", text=question.none, raw=NONE)
    return (*_choices(question), nothing)


def _field(question: Question) -> tuple[Option, ...]:
    return (Option(role=Role.FIELD, key="", text=question.unit),)


_OPTIONS: Final = {YES_NO: _yes_no, ONE_OF: _choices, SOME_OF: _items, NUMBER: _field}


def entry_for(question: Question, before: Value | None) -> Entry:
    """Empty, or as it was answered before."""
    options = options_of(question)
    if before is None:
        # A number can be typed at once; any other row must be gone to.
        return Entry(row=0 if question.kind == NUMBER else None)
    if isinstance(before, Ticks):
        nothing = before == Ticks()
        row = len(question.choices) if nothing else None
        return Entry(row=row, ticked=before.yes, unsure=before.unsure, is_none=nothing)
    raw = _raw(before)
    row = next((at for at, option in enumerate(options) if option.raw == raw), 0)
    if question.kind == NUMBER and before is not NOT_SURE:
        return Entry(row=0, field=Field(raw, len(raw), is_old=True))
    return Entry(row=row)


def _raw(value: bool | str | Decimal | NotSure) -> str:  # noqa: FBT001 - a value, no switch
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return NOT_SURE.value if isinstance(value, NotSure) else number_text(value)


def at_row(question: Question, entry: Entry) -> Option | None:
    """The row under the cursor."""
    return None if entry.row is None else options_of(question)[entry.row]


def toggled(entry: Entry, item: str) -> Entry:
    """An item ticked, or not any more. It is no longer in doubt, and "none" no longer true."""
    return replace(
        entry, ticked=entry.ticked ^ {item}, unsure=entry.unsure - {item}, is_none=False
    )


def doubted(entry: Entry, item: str) -> Entry:
    """An item in doubt, or not any more. No other item changes."""
    return replace(
        entry, ticked=entry.ticked - {item}, unsure=entry.unsure ^ {item}, is_none=False
    )


def cleared(entry: Entry) -> Entry:
    """The row for none of these, or not any more: it excludes every other row."""
    return replace(entry, ticked=frozenset(), unsure=frozenset(), is_none=not entry.is_none)


def raw_of(question: Question, entry: Entry) -> str | None:
    """The answer as it would be given, or None when nothing is chosen."""
    if question.kind != SOME_OF:
        return _single(at_row(question, entry), entry)
    if entry.is_none:
        return NONE
    marked = (
        f"{choice.id}{'?' * (choice.id in entry.unsure)}"
        for choice in question.choices
        if choice.id in entry.ticked | entry.unsure
    )
    return ";".join(marked) or None


def _single(option: Option | None, entry: Entry) -> str | None:
    if option is not None and option.role is Role.FIELD:
        return entry.field.text or None
    return option.raw if option else None


def typed(field: Field, key: str, allowed: str = "") -> Field | None:
    """A field after a key; None when the key means nothing to it.

    Only characters of `allowed` are taken, or any that can be seen.
    """
    if key in _MOVES:
        return Field(field.text, _MOVES[key](field))
    if key == "backspace":
        cut = max(0, field.at - 1)
        return Field(field.text[:cut] + field.text[field.at :], cut)
    if key == "delete":
        return Field(field.text[: field.at] + field.text[field.at + 1 :], field.at)
    text = key if len(key) == 1 else _pasted(key)
    if not text or not all(_is_taken(letter, allowed) for letter in text):
        return None
    return _inserted(field, text)


def _is_taken(letter: str, allowed: str) -> bool:
    return letter in allowed if allowed else letter.isprintable()


def _pasted(key: str) -> str:
    """Pasted text as one line; nothing for the name of a key."""
    return " ".join(key.removeprefix(PASTE).split()) if key.startswith(PASTE) else ""


def _inserted(field: Field, text: str) -> Field:
    before, after = ("", "") if field.is_old else (field.text[: field.at], field.text[field.at :])
    if len(before + text + after) > LONGEST:
        return field
    return Field(before + text + after, len(before + text))


_MOVES: Final[dict[str, Callable[[Field], int]]] = {
    "left": lambda field: max(0, field.at - 1),
    "right": lambda field: min(len(field.text), field.at + 1),
    "home": lambda _: 0,
    "end": lambda field: len(field.text),
}
