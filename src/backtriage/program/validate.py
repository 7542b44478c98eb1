"""Validation of sheets, for all answers from files and `--set`, and its inverse."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from backtriage.program.doubts import checked_question, in_order
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.protocol.answer_parser import (
    InvalidAnswer,
    Raw,
    kind_of,
    parse_answer,
    preview,
)
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import CHECKED, PROTOCOL, REF, RESERVED, Answers
from backtriage.terms.printable import name_of
from backtriage.terms.problem import Problem, quoted_key
from backtriage.terms.value import NOT_SURE, NotSure, Ticks, Value, number_text

if TYPE_CHECKING:
    from backtriage.program.readings import Meaning, Read

MAX_REF: Final = 100
"""In characters."""

NO_REF_CHARACTER: Final = (
    "[^ -~\u00a0-\u00ac\u00ae-\u034e\u0350-\u05ff\u0606-\u061b\u061d-\u06dc\u06de-\u070e"
    "\u0710-\u088f\u0892-\u08e1\u08e3-\u115e\u1161-\u167f\u1681-\u17b3\u17b6-\u180a"
    "\u1810-\u1fff\u2010-\u2027\u202f-\u205e"
    "\u2070-\u27ff\u2801-\u2fff\u3001-\u3163\u3165-\ud7ff\uf900-\ufdcf\ufdf0-\ufdff"
    "\ufe10-\ufefe\uff00-\uff9f\uffa1-\ufff8\ufffc-\ufffd]"
)
"""A regular expression for a character that a reference must not hold, as the schema has it too.

Allowed is what prints, by fixed ranges: Python's own list grows with Unicode. They end at
U+FFFD, because dialects of regular expressions disagree about the characters beyond.
"""

_MAX_HINTED: Final = 50
"""How many unknown keys are compared with every question; the rest is never shown."""

_LIST_ALL: Final = "'backtriage rules template' lists every question"
_MAJOR: Final = "0|[1-9][0-9]{0,8}"
_OLDER: Final = "'backtriage rules migrate' carries a sheet of an older version over"
_NEWER: Final = "update backtriage, or give the rules of that version with --rules"
_WHAT_IS_CHECKED: Final = "a list of questions, and of items as 'question.item'"


class ValidatedSheet(Struct, frozen=True, kw_only=True, dict=True):
    """The valid answers of a sheet. If it is not valid, it must not be assessed."""

    answers: Answers
    find_meanings: Callable[[], Mapping[str, Meaning]] = dict
    """Works out what the other entries mean."""
    ref: str | None = None
    checked: frozenset[str] = frozenset()
    """The names of the doubts that the person has tried to settle."""
    sheets: tuple[Sheet, ...] = ()
    """What has problems, perhaps because it answers questions of an older version."""
    find_problems: Callable[[], tuple[Problem, ...]] | None = None
    """Locates and explains every problem; None if there is none."""

    @property
    def is_valid(self) -> bool:
        """Whether there is no problem."""
        return self.find_problems is None

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem, found when first asked for.

        In a hostile sheet that takes time, and an emergency among the answers cannot wait.
        """
        return self.find_problems() if self.find_problems else ()

    def is_read(self, questions: Container[str]) -> bool:
        """Return whether no part was passed over, and some answer is to one of these questions."""
        return all(sheet.is_whole for sheet in self.sheets) and (
            bool(self.answers) or any(sheet.is_read(questions) for sheet in self.sheets)
        )

    @property
    def readings(self) -> tuple[tuple[Answers, ...], ...]:
        """Groups of everything that the sheet can mean; see `readings_of`."""
        # Imported late: a sheet without problems needs no other reading.
        from backtriage.program.readings import readings_of  # noqa: PLC0415

        return readings_of(self.answers, self.find_meanings())


Parse: TypeAlias = Callable[..., "Value | InvalidAnswer"]
"""Parses an answer as `parse_answer` does."""


def validate(
    program: Program, sheet: Sheet, parse: Parse = parse_answer, read: Read | None = None,
    others: Iterable[Question] = (),
) -> ValidatedSheet:  # fmt: skip
    """Parse every answer of a sheet.

    Args:
        program: The protocol that it answers.
        sheet: The sheet.
        parse: Parses an answer.
        read: Reads one that was refused, as in `find_meanings`.
        others: More questions whose items no message names, where one stands as a key.
    """
    values: dict[str, Value] = {}
    refused: list[tuple[str, InvalidAnswer]] = []
    unknown: list[str] = []
    reserved: dict[str, Value] = {}
    for key, raw in sheet.values.items():
        question = program.questions.get(key)
        if question is None and key not in RESERVED:
            unknown.append(key)
        elif raw is not None:  # null and an empty cell are the same as no key
            value = (
                parse(question, raw, text=sheet.text)
                if question
                else _parse_reserved(program, key, raw, text=sheet.text)
            )
            if isinstance(value, InvalidAnswer):
                refused.append((key, value))
            else:
                (values if question else reserved)[key] = value

    def find_meanings() -> Mapping[str, Meaning]:
        from backtriage.program.readings import find_meanings  # noqa: PLC0415 - as above

        keys = [key for key, _ in refused]
        return find_meanings(program.questions, sheet, keys, unknown, read)

    def find_problems() -> tuple[Problem, ...]:
        answers = choice_ids(program, others)
        found = [*((key, _twice(key, answers)) for key in sheet.duplicates), *refused]
        for at, key in enumerate(unknown):
            questions = program.questions if at < _MAX_HINTED else ()
            found.append((key, _unknown(key, questions, answers)))
        order = {key: at for at, key in enumerate(sheet.values)}
        found.sort(key=lambda entry: order.get(entry[0], -1))
        return (*sheet.problems, *(why.at(sheet.location(key)) for key, why in found))

    is_invalid = sheet.problems or sheet.duplicates or refused or unknown
    ref, checked = reserved.get(REF), reserved.get(CHECKED)
    return ValidatedSheet(
        answers=Answers(values), ref=None if ref is None else str(ref),
        checked=checked.yes if isinstance(checked, Ticks) else frozenset(),
        find_meanings=find_meanings if is_invalid else dict,
        sheets=(sheet,) if is_invalid else (),
        find_problems=find_problems if is_invalid else None,
    )  # fmt: skip


def choice_ids(program: Program, others: Iterable[Question] = ()) -> frozenset[str]:
    """Return the ids of all choices: a key that is one may be an answer, unless it is a question.

    Args:
        program: The protocol.
        others: More questions.
    """
    asked = (*program.protocol.questions, *program.protocol.journal, *others)
    ids = {choice.id for question in asked for choice in question.choices}
    return frozenset(ids - set(program.questions))


def named(key: str, answers: Collection[str]) -> tuple[str, str]:
    """Return a key for a message, as `quoted_key` does; one that can be an answer is no name.

    Args:
        key: What stands in the place of a question.
        answers: The ids of choices.
    """
    from backtriage.protocol.suggestions import nearest  # noqa: PLC0415 - as in `parse_answer`

    name, found = quoted_key(key)
    return ("", name) if name and nearest(key, answers) else (name, found)


def _twice(key: str, answers: Collection[str]) -> InvalidAnswer:
    name, found = named(key, answers)
    hint = "keep one of the two; neither was read"
    return InvalidAnswer("A108", f"{name or 'this key'} appears twice here", hint, found)


def _unknown(key: str, questions: Iterable[str], answers: Collection[str]) -> InvalidAnswer:
    from backtriage.protocol.suggestions import nearest  # noqa: PLC0415 - as in `parse_answer`

    name, found = named(key, answers) if questions else quoted_key(key)
    near = nearest(key, questions)
    hint = f"did you mean '{near}'?" if near else _LIST_ALL
    return InvalidAnswer("A101", f"there is no question {name or 'with this key'}", hint, found)


def _parse_reserved(
    program: Program, key: str, raw: Raw, *, text: bool
) -> Value | InvalidAnswer:  # fmt: skip
    if key == PROTOCOL:
        return _parse_protocol(program, raw)
    return (
        _parse_ref(raw) if key == REF else parse_checked(checked_question(program), raw, text=text)
    )


def _parse_protocol(program: Program, raw: Raw) -> str | InvalidAnswer:
    """Return the edition of the program. A sheet of another one answers other questions."""
    if raw == program.edition:
        return program.edition
    message = f"the sheet does not say '{PROTOCOL}: {program.edition}'"
    hint = f"it must be {program.edition}, or left out"
    if isinstance(raw, str):
        id_, _, major = raw.partition("/")
        if id_ != program.protocol.id:
            hint = "--rules names the folder of another protocol"
        elif re.fullmatch(_MAJOR, major) is not None:
            hint = _OLDER if int(major) < int(program.edition.partition("/")[2]) else _NEWER
    return InvalidAnswer("A116", message, hint, preview(raw))


def parse_checked(question: Question, raw: Raw, *, text: bool) -> Value | InvalidAnswer:
    """Return the doubts as items of a list; `question` is the key `checked` as one."""
    value = parse_answer(question, raw, text=text)
    if isinstance(value, InvalidAnswer):
        return replace(value, hint=_WHAT_IS_CHECKED)
    return value


def _parse_ref(raw: Raw) -> str | InvalidAnswer:
    """Return the reference, which the schema defines alike."""
    message, hint = f"'{REF}' is a text of at most {MAX_REF} characters", ""
    if not isinstance(raw, str):
        message = f"{message}, not {kind_of(raw)}"
        hint = 'such as "A-17"' if isinstance(raw, dict | list) else "put it in quotes"
    elif len(raw) > MAX_REF:
        message = f"{message}, and this one has {len(raw):,}"
    else:
        refused = re.search(NO_REF_CHARACTER, raw)
        if refused is None:
            return raw
        message = f"'{REF}' cannot hold {name_of(refused.group())}, its character {refused.end()}"
        hint = "letters, digits, punctuation and spaces, none of them beyond U+FFFD"
    return InvalidAnswer("A107", message, hint, preview(raw))


def plain_value(question: Question, value: Value) -> object:
    """Return a value as plain JSON, in the canonical form that `validate` accepts."""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, NotSure):
        return NOT_SURE.value
    if isinstance(value, Ticks):
        return [
            choice.id if choice.id in value.yes else f"{choice.id}?"
            for choice in question.choices
            if choice.id in value.yes or choice.id in value.unsure
        ]
    text = number_text(value)
    return float(text) if "." in text else int(text)


def plain_answers(program: Program, answers: Answers) -> Mapping[str, object]:
    """Return answers as plain JSON values, in asking order."""
    ordered = sorted(answers, key=program.order.__getitem__)
    return {id_: plain_value(program.questions[id_], answers[id_]) for id_ in ordered}


def plain_sheet(
    program: Program, answers: Answers, checked: Collection[str]
) -> Mapping[str, object]:
    """Return a sheet as plain JSON values, which `validate` accepts."""
    names = in_order(program, checked)
    return {**plain_answers(program, answers), **({CHECKED: list(names)} if names else {})}
