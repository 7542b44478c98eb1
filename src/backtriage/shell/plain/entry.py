"""A typed line -> what the person meant, or what to type instead. Pure; nothing is guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from backtriage.protocol.answer_parser import InvalidAnswer, parse_answer, preview
from backtriage.protocol.protocol import Question
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO

NONE: Final = "none"
"""How an empty list is written."""


class Key(StrEnum):
    """A letter that does something else than answer."""

    BACK = "b"
    WHY = "?"
    UNSURE = "u"
    REVIEW = "r"
    END = "e"
    QUIT = "q"
    KEYS = "h"
    KEEP = "="


_KEYS: Final = {
    **{key.value: key for key in Key},
    "w": Key.WHY,
    "s": Key.QUIT,
    "back": Key.BACK,
    "why": Key.WHY,
    "not sure": Key.UNSURE,
    "review": Key.REVIEW,
    "end": Key.END,
    "result": Key.END,
    "quit": Key.QUIT,
    "save": Key.QUIT,
    "exit": Key.QUIT,
    "keys": Key.KEYS,
    "help": Key.KEYS,
    "keep": Key.KEEP,
}


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key."""

    key: Key


@dataclass(frozen=True, slots=True)
class Given:
    """An answer, written as `interview.move.answer` reads text."""

    raw: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """What was wrong with a line, and what to type."""

    message: str


Meant: TypeAlias = Pressed | Given | Unclear


def read(question: Question, typed: str) -> Meant:
    """What one line means as the answer to a question."""
    line = " ".join(typed.split()).casefold()
    if not line:
        return Unclear(f"Choose an answer first. {how_to(question)}")
    key = _KEYS.get(line)
    if key is None and question.kind == NUMBER and re.fullmatch(r"\S+ ?b", line):
        key = Key.BACK  # typed after digits that were no answer yet
    if key is not None and not (len(line) > 1 and _by_words(question, line)):
        return _pressed(question, key)
    return _READ[question.kind](question, line)


def _pressed(question: Question, key: Key) -> Meant:
    if key is not Key.UNSURE:
        return Pressed(key)
    if not question.allows_not_sure:
        return Unclear(f"This question needs a definite answer. {how_to(question)}")
    return Pressed(key) if question.kind == SOME_OF else Given(NOT_SURE.value)


def how_to(question: Question) -> str:
    """What may be typed as an answer."""
    if question.kind == YES_NO:
        return "Type y for yes or n for no."
    if question.kind == NUMBER:
        unit = f" ({question.unit})" if question.unit else ""
        return f"Type a number from {question.least} to {question.most}{unit}."
    if question.kind == ONE_OF:
        return f"Type a number from 1 to {len(question.choices)}."
    both = f"1 {min(len(question.choices), 3)}"
    return f"Type numbers with spaces between, such as {both}. Type 0 for none of these."


def _read_yes_no(question: Question, line: str) -> Meant:
    if line in {"y", "yes"}:
        return Given("yes")
    if line in {"n", "no"}:
        return Given("no")
    return Unclear(f"{preview(line)} is neither yes nor no. {how_to(question)}")


def _read_one_of(question: Question, line: str) -> Meant:
    if _is_digits(line):
        row = int(line)
        if 1 <= row <= len(question.choices):
            return Given(question.choices[row - 1].id)
        return Unclear(f"There is no {row} here. {how_to(question)}")
    found = _by_words(question, line)
    if found:
        return Given(found)
    return Unclear(f"{preview(line)} is not one of the answers. {how_to(question)}")


def _by_words(question: Question, line: str) -> str:
    """The one choice that reads like this, or nothing."""
    found = [
        choice.id
        for choice in question.choices
        if line.rstrip(".") in {_plain(choice.text), _plain(choice.short)}
    ]
    return found[0] if len(found) == 1 and question.kind == ONE_OF else ""


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".")


def _read_number(question: Question, line: str) -> Meant:
    number = line.removesuffix(question.unit.casefold()).strip() if question.unit else line
    if isinstance(parse_answer(question, number, text=True), InvalidAnswer):
        step = "" if question.step == "1" else f" in steps of {question.step}"
        wrong = f"{preview(line)} is not a number{step} that fits here."
        return Unclear(f"{wrong} {how_to(question)}")
    return Given(number)


def _read_some_of(question: Question, line: str) -> Meant:
    if line in {NONE, _plain(question.none)}:
        return Given(NONE)
    marked = rows(question, line)
    if isinstance(marked, Unclear):
        return marked
    if any(is_unsure for _, is_unsure in marked) and not question.allows_not_sure:
        return Unclear(f"This question needs a definite answer. {how_to(question)}")
    return Given(as_list(question, marked))


def rows(question: Question, line: str) -> tuple[tuple[int, bool], ...] | Unclear:
    """The rows that a line names, each with whether a `?` stands behind it. 0 is no row."""
    parts = re.sub(r"\s+\?", "?", line).replace(" and ", " ")
    words = [word for word in re.split(r"[\s,;]+", parts) if word]
    found: dict[int, bool] = {}
    for word in words:
        number = word.removesuffix("?")
        if not _is_digits(number):
            return Unclear(f"{preview(word)} is not a number. {how_to(question)}")
        row = int(number)
        if row > len(question.choices) or (row == 0 and word != "0"):
            return Unclear(f"There is no {preview(word)} here. {how_to(question)}")
        if row in found:
            return Unclear(f"You typed {row} twice. Type each number once.")
        found[row] = word.endswith("?")
    if not found:
        return Unclear(f"Choose an answer first. {how_to(question)}")
    if 0 in found and len(found) > 1:
        return Unclear("0 means none of these, so it stands alone. Type 0, or the other numbers.")
    return tuple((row, is_unsure) for row, is_unsure in found.items() if row)


def as_list(question: Question, marked: tuple[tuple[int, bool], ...]) -> str:
    """Marked rows as a list of ids, written as a sheet has it."""
    ids = [f"{question.choices[row - 1].id}{'?' * unsure}" for row, unsure in marked]
    return ";".join(ids) or NONE


def _is_digits(word: str) -> bool:
    # Four digits at most: no list is that long, and int() stays cheap.
    return bool(re.fullmatch(r"[0-9]{1,4}", word))


_READ: Final = {
    YES_NO: _read_yes_no,
    ONE_OF: _read_one_of,
    NUMBER: _read_number,
    SOME_OF: _read_some_of,
}
