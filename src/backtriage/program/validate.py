"""Raw answers -> answers, or problems. Terminal, JSON, YAML and `--set` all pass here."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.protocol.answer_parser import InvalidAnswer, Raw, parse_answer, preview
from backtriage.terms.answers import Answers
from backtriage.terms.problem import Problem, did_you_mean
from backtriage.terms.value import Value

REF: Final = "ref"
"""The one reserved key: a clinic's own reference, echoed and never read."""

MAX_REF: Final = 100


class ValidatedSheet(Struct, frozen=True, kw_only=True):
    """What could be read. With any problem this is no sheet, only what is left of one."""

    answers: Answers
    ref: str | None = None
    problems: tuple[Problem, ...] = ()


def validate(program: Program, sheet: Sheet) -> ValidatedSheet:
    """Take every answer that is one, and name every other; nothing is dropped in silence."""
    values: dict[str, Value] = {}
    problems = list(sheet.problems)
    ref: str | None = None
    for key, raw in sheet.values.items():
        if raw is None and (key == REF or key in program.questions):
            continue  # null and an empty cell are absent, as if the key were not there
        found: Value | InvalidAnswer | None
        if key == REF:
            found = _check_ref(raw)
            ref = raw if found is None and isinstance(raw, str) else None
        else:
            found = _read(program, key, raw, text=sheet.text)
        if isinstance(found, InvalidAnswer):
            problems.append(
                Problem(
                    code=found.code,
                    message=found.message,
                    location=sheet.location(key),
                    hint=found.hint,
                )
            )
        elif found is not None:
            values[key] = found
    return ValidatedSheet(answers=Answers(values), ref=ref, problems=tuple(problems))


def _read(program: Program, key: str, raw: Raw, *, text: bool) -> Value | InvalidAnswer:
    question = program.questions.get(key)
    if question is not None:
        return parse_answer(question, raw, text=text)
    hint = did_you_mean(key, tuple(program.questions))
    hint = hint or "'backtriage rules template' lists every question"
    return InvalidAnswer("A101", f"there is no question {preview(key)}", hint)


def _check_ref(raw: Raw) -> InvalidAnswer | None:
    if isinstance(raw, str) and len(raw) <= MAX_REF and raw.isprintable():
        return None
    return InvalidAnswer("A107", f"'{REF}' is a text of at most {MAX_REF} characters")
