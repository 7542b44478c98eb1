"""Validation of sheets, for all answers from files and `--set`, and its inverse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.protocol.answer_parser import InvalidAnswer, Raw, parse_answer, preview
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.problem import Problem, did_you_mean
from backtriage.terms.value import NOT_SURE, NotSure, Ticks, Value, number_text

REF: Final = "ref"
"""The reserved key for a clinic's own reference, which is echoed and never interpreted."""

MAX_REF: Final = 100
"""In characters."""


class ValidatedSheet(Struct, frozen=True, kw_only=True):
    """The valid answers of a sheet. If it has any problem, it must not be assessed."""

    answers: Answers
    ref: str | None = None
    problems: tuple[Problem, ...] = ()


def validate(program: Program, sheet: Sheet) -> ValidatedSheet:
    """Parse every answer of a sheet, and report each invalid one."""
    values: dict[str, Value] = {}
    problems = list(sheet.problems)
    ref: str | None = None
    for key, raw in sheet.values.items():
        if raw is None and (key == REF or key in program.questions):
            continue  # null and an empty cell are the same as no key
        value = _parse_ref(raw) if key == REF else _parse(program, key, raw, text=sheet.text)
        if isinstance(value, InvalidAnswer):
            problems.append(value.at(sheet.location(key)))
        elif key == REF:
            ref = str(value)
        else:
            values[key] = value
    return ValidatedSheet(answers=Answers(values), ref=ref, problems=tuple(problems))


def _parse(program: Program, key: str, raw: Raw, *, text: bool) -> Value | InvalidAnswer:
    question = program.questions.get(key)
    if question is not None:
        return parse_answer(question, raw, text=text)
    hint = did_you_mean(key, tuple(program.questions))
    hint = hint or "'backtriage rules template' lists every question"
    return InvalidAnswer("A101", f"there is no question {preview(key)}", hint)


def _parse_ref(raw: Raw) -> str | InvalidAnswer:
    if isinstance(raw, str) and len(raw) <= MAX_REF and raw.isprintable():
        return raw
    return InvalidAnswer("A107", f"'{REF}' is a text of at most {MAX_REF} characters")


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
