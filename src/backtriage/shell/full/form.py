"""The form of one question: its options, and what has been entered but not submitted. Pure.

Nothing is preselected, with one exception: an earlier answer to the question is shown again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Final

from backtriage.protocol.protocol import Question
from backtriage.shell.questionnaire import wording
from backtriage.terms.value import (
    NOT_SURE,
    NUMBER,
    SOME_OF,
    YES_NO,
    NotSure,
    Ticks,
    Value,
    number_text,
)

PASTE: Final = "paste:"
"""The prefix of a paste's name, where the terminal distinguishes pasting from typing."""

MAX_LENGTH: Final = 200
"""Longer text is neither a number nor a sensible file name."""


@dataclass(frozen=True, slots=True)
class LineEditor:
    """A line of text with a cursor in it."""

    text: str = ""
    cursor: int = 0
    is_prefilled: bool = False
    """Whether it shows an earlier answer, which the first typed character replaces."""

    @property
    def is_at_start(self) -> bool:
        """Whether the cursor is at the start, so that Left goes back a screen."""
        return self.cursor == 0 or self.is_prefilled


def edit(editor: LineEditor, key: str, allowed: str = "") -> LineEditor | None:
    """Return the line after a key, or None if the key does not edit it.

    Only characters of `allowed` can be typed; by default all printable ones.
    """
    text, cursor = editor.text, editor.cursor
    moves = {
        "left": max(0, cursor - 1),
        "right": min(len(text), cursor + 1),
        "home": 0,
        "end": len(text),
    }
    if key in moves:
        return LineEditor(text, moves[key])
    if key == "backspace":
        start = max(0, cursor - 1)
        return LineEditor(text[:start] + text[cursor:], start)
    if key == "delete":
        return LineEditor(text[:cursor] + text[cursor + 1 :], cursor)
    typed = key if len(key) == 1 else ""
    if key.startswith(PASTE):
        typed = " ".join(key.removeprefix(PASTE).split())
    if not typed or not (set(typed) <= set(allowed) if allowed else typed.isprintable()):
        return None
    if editor.is_prefilled:
        text, cursor = "", 0
    inserted = text[:cursor] + typed + text[cursor:]
    return LineEditor(inserted, cursor + len(typed)) if len(inserted) <= MAX_LENGTH else editor


class OptionKind(StrEnum):
    """What an option of a question is for."""

    ANSWER = "answer"
    ITEM = "item"
    NONE = "none"
    FIELD = "field"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a question."""

    kind: OptionKind
    key: str
    """The key that moves the focus to it; empty for a field."""
    text: str
    raw: str = ""
    """The answer as `transitions.answer` reads it, or the id of an item."""
    help: str = ""
    check: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What is entered for one question so far."""

    focus: int | None = None
    """The option under the cursor. None until a key moves it: nothing is chosen."""
    ticked: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    is_none: bool = False
    """Whether "none of these" is ticked."""
    editor: LineEditor = field(default_factory=LineEditor)


@lru_cache(maxsize=256)
def options_of(question: Question) -> tuple[Option, ...]:
    """Return the options of a question, from top to bottom."""
    kind = OptionKind.ITEM if question.kind == SOME_OF else OptionKind.ANSWER
    options = [
        Option(kind, str(number), choice.text, choice.id, choice.help, choice.check)
        for number, choice in enumerate(question.choices, start=1)
    ]
    if question.kind == YES_NO:
        options = [Option(kind, "y", "Yes", "yes"), Option(kind, "n", "No", "no")]
    if question.kind == NUMBER:
        options = [Option(OptionKind.FIELD, "", question.unit)]
    if question.kind == SOME_OF:
        options.append(Option(OptionKind.NONE, "0", question.none, wording.NO_ITEM))
    if question.allows_not_sure:
        text = wording.not_sure_option(question)
        options.append(Option(OptionKind.UNSURE, "u", text, NOT_SURE.value))
    return tuple(options)


def form_for(question: Question, before: Value | None) -> Form:
    """Return an empty form, or one that shows an earlier answer."""
    if before is None:
        # A number can be typed immediately; any other option must first be focused.
        return Form(focus=0 if question.kind == NUMBER else None)
    if isinstance(before, Ticks):
        is_none = before == Ticks()
        focus = len(question.choices) if is_none else None
        return Form(focus=focus, ticked=before.yes, unsure=before.unsure, is_none=is_none)
    raw = _raw(before)
    if question.kind == NUMBER and before is not NOT_SURE:
        return Form(focus=0, editor=LineEditor(raw, len(raw), is_prefilled=True))
    options = enumerate(options_of(question))
    return Form(focus=next((row for row, option in options if option.raw == raw), 0))


def _raw(value: bool | str | Decimal | NotSure) -> str:  # noqa: FBT001 - a value, no switch
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return NOT_SURE.value if isinstance(value, NotSure) else number_text(value)


def focused_option(question: Question, form: Form) -> Option | None:
    """Return the option under the cursor."""
    return None if form.focus is None else options_of(question)[form.focus]


def toggle_item(form: Form, item: str) -> Form:
    """Tick or untick an item, which clears its doubt and "none of these"."""
    return replace(form, ticked=form.ticked ^ {item}, unsure=form.unsure - {item}, is_none=False)


def toggle_unsure(form: Form, item: str) -> Form:
    """Mark an item as in doubt, or remove the mark. No other item changes."""
    return replace(form, ticked=form.ticked - {item}, unsure=form.unsure ^ {item}, is_none=False)


def toggle_none(form: Form) -> Form:
    """Tick or untick "none of these", which excludes every item."""
    return replace(form, ticked=frozenset(), unsure=frozenset(), is_none=not form.is_none)


def all_unsure(form: Form, question: Question) -> Form:
    """Mark every item as in doubt, the ticked ones too."""
    every = frozenset(choice.id for choice in question.choices)
    return replace(form, ticked=frozenset(), unsure=every, is_none=False)


def raw_answer(question: Question, form: Form) -> str | None:
    """Return the answer as text, or None when nothing is chosen."""
    if question.kind != SOME_OF:
        option = focused_option(question, form)
        if question.kind == NUMBER and (option is None or option.kind is OptionKind.FIELD):
            return form.editor.text or None
        return option.raw if option else None
    if form.is_none:
        return wording.NO_ITEM
    marked = (c.id for c in question.choices if c.id in form.ticked | form.unsure)
    return ";".join(f"{id_}{'?' * (id_ in form.unsure)}" for id_ in marked) or None
