"""Parse a typed line as the answer to a question, or as a command. Nothing is guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from backtriage.protocol.answer_parser import InvalidAnswer, parse_answer, preview
from backtriage.protocol.protocol import Question
from backtriage.shell.questionnaire import wording
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO


class Command(StrEnum):
    """A line that is not an answer but a command, by its shortest form."""

    BACK = "b"
    WHY = "?"
    UNSURE = "u"
    REVIEW = "r"
    END = "e"
    QUIT = "q"
    HELP = "h"
    KEEP = "="


_WORDS: Final = {
    Command.BACK: ("back",),
    Command.WHY: ("w", "why"),
    Command.UNSURE: ("not sure",),
    Command.REVIEW: ("review",),
    Command.END: ("end", "result"),
    Command.QUIT: ("s", "quit", "save", "exit"),
    Command.HELP: ("keys", "help"),
    Command.KEEP: ("keep",),
}
_COMMANDS: Final = {
    word: command for command, words in _WORDS.items() for word in (command.value, *words)
}


@dataclass(frozen=True, slots=True)
class AnswerText:
    """An answer, written as `transitions.answer` reads text."""

    raw: str


@dataclass(frozen=True, slots=True)
class InvalidLine:
    """What is wrong with a line, and what to type instead."""

    message: str


ParsedLine: TypeAlias = Command | AnswerText | InvalidLine


def parse_line(question: Question, typed: str) -> ParsedLine:
    """Parse one line as the answer to a question."""
    line = " ".join(typed.split()).casefold()
    if not line:
        return InvalidLine(wording.how_to_answer(question))
    command = _COMMANDS.get(line)
    if (
        command is None
        and question.kind == NUMBER
        and re.fullmatch(r"-?[0-9][0-9.,]*[a-z]? ?b", line)
    ):
        command = Command.BACK  # typed after digits that were not submitted
    if command is None or (len(line) > 1 and _choice_named(question, line)):
        parsed = _PARSERS[question.kind](question, line)
        if isinstance(parsed, InvalidLine) and wording.has_other_digits(line):
            return _invalid(question, wording.OTHER_DIGITS)
        return parsed
    if command is not Command.UNSURE:
        return command
    if not question.allows_not_sure:
        return _invalid(question, wording.NEEDS_DEFINITE_ANSWER)
    return command if question.kind == SOME_OF else AnswerText(NOT_SURE.value)


def _invalid(question: Question, message: str) -> InvalidLine:
    return InvalidLine(f"{message} {wording.how_to_answer(question)}")


def _yes_no(question: Question, line: str) -> ParsedLine:
    answer = {"y": "yes", "yes": "yes", "n": "no", "no": "no"}.get(line)
    if answer:
        return AnswerText(answer)
    return _invalid(question, f"{preview(line)} is neither yes nor no.")


def _one_of(question: Question, line: str) -> ParsedLine:
    if _is_row_number(line):
        row = int(line)
        if 1 <= row <= len(question.choices):
            return AnswerText(question.choices[row - 1].id)
        return _invalid(question, f"There is no {row} here.")
    choice = _choice_named(question, line)
    if choice:
        return AnswerText(choice)
    return _invalid(question, f"{preview(line)} is not one of the answers.")


def _choice_named(question: Question, line: str) -> str:
    """Return the only choice with this text, or ""."""
    matches = [
        choice.id
        for choice in question.choices
        if line.rstrip(".") in {_normalised(choice.text), _normalised(choice.short)}
    ]
    return matches[0] if len(matches) == 1 and question.kind == ONE_OF else ""


def _normalised(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".")


def _number(question: Question, line: str) -> ParsedLine:
    number = line.removesuffix(question.unit.casefold()).strip() if question.unit else line
    if isinstance(parse_answer(question, number, text=True), InvalidAnswer):
        return InvalidLine(wording.misfit(question, line))
    return AnswerText(number)


def _some_of(question: Question, line: str) -> ParsedLine:
    if line in {wording.NO_ITEM, _normalised(question.none)}:
        return AnswerText(wording.NO_ITEM)
    rows = parse_rows(question, line)
    if isinstance(rows, InvalidLine):
        return rows
    if any(is_unsure for _, is_unsure in rows) and not question.allows_not_sure:
        return _invalid(question, wording.NEEDS_DEFINITE_ANSWER)
    return AnswerText(list_text(question, rows))


def parse_rows(question: Question, line: str) -> tuple[tuple[int, bool], ...] | InvalidLine:
    """Parse row numbers, each with whether a `?` follows it. 0 is no row."""
    words = re.sub(r"\s+\?", "?", line).replace(" and ", " ")
    rows: dict[int, bool] = {}
    for word in filter(None, re.split(r"[\s,;]+", words)):
        number = word.removesuffix("?")
        if not _is_row_number(number):
            return _invalid(question, f"{preview(word)} is not a number.")
        row = int(number)
        if row > len(question.choices) or (row == 0 and word != "0"):
            return _invalid(question, f"There is no {preview(word)} here.")
        if row in rows:
            return InvalidLine(f"You typed {row} twice. Type each number once.")
        rows[row] = word.endswith("?")
    if not rows:
        return InvalidLine(wording.how_to_answer(question))
    if 0 in rows and len(rows) > 1:
        return InvalidLine(
            "0 means none of these, so it stands alone. Type 0, or the other numbers."
        )
    return tuple((row, is_unsure) for row, is_unsure in rows.items() if row)


def list_text(question: Question, rows: tuple[tuple[int, bool], ...]) -> str:
    """Write rows as a list of ids, as in a sheet."""
    ids = [f"{question.choices[row - 1].id}{'?' * is_unsure}" for row, is_unsure in rows]
    return ";".join(ids) or wording.NO_ITEM


def _is_row_number(word: str) -> bool:
    # Four digits at most: no list is that long, and int() stays cheap.
    return bool(re.fullmatch(r"[0-9]{1,4}", word))


_PARSERS: Final = {YES_NO: _yes_no, ONE_OF: _one_of, NUMBER: _number, SOME_OF: _some_of}
