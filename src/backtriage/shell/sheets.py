"""Answer sheets: reading and assessing one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from backtriage.decide.assessment import Assessment, assess, assess_readable
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet, sheet_from_bytes
from backtriage.program.validate import ValidatedSheet, validate
from backtriage.shell.files import ReadError, read_sheet
from backtriage.shell.reading import inherited_descriptor
from backtriage.terms.answers import Answers
from backtriage.terms.printable import visible, without_middle
from backtriage.terms.problem import Location, Problem
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import SOME_OF

if TYPE_CHECKING:
    from pathlib import Path

    from backtriage.exchange.recorded import RecordedAssessment
    from backtriage.program.readings import Meaning
    from backtriage.protocol.protocol import Question


_BRACKETS: Final = r"(?s)\s*\[(.*)\]\s*"
_QUOTES: Final = "\"'"

_MAX_NAME: Final = 200
"""Characters of the name of a sheet in a message."""


_ANSWERS: Final = r"^\s*[\[{\"']|:\s"
"""What the text of a sheet has, and hardly any name of a file."""
_NOT_A_FILE: Final = (
    "the argument looks like answers, not a file: send it to standard input, with - as the file"
)


class InvalidSheetError(Exception):
    """A sheet with problems. It carries them, and an assessment of what is certain in it."""

    def __init__(
        self, validated: ValidatedSheet, partial: Assessment, *, shows_values: bool = False,
        is_misread: bool = False,
    ) -> None:  # fmt: skip
        """Keep both: an emergency among the valid answers must not be hidden.

        The message says nothing about the answers, because it may end up in a log. With
        `is_misread`, nobody can say here what some of them meant.
        """
        super().__init__("the answer sheet is not valid")
        self.validated = validated
        self.partial = partial
        self.shows_values = shows_values
        self.is_misread = is_misread


def read_answers(
    program: Program, name: str, overrides: Mapping[str, str] | None = None
) -> ValidatedSheet:
    """Read a sheet and validate its answers.

    Args:
        program: The protocol that it answers.
        name: A file, or `-` for standard input.
        overrides: Answers as text, by question, that replace those of the sheet.

    Raises:
        ReadError: The file cannot be read.
    """
    sheet = read_raw(name)
    if not overrides:
        return validate(program, sheet)
    values = {key: value for key, value in sheet.values.items() if key not in overrides}
    given = validate(program, replace(sheet, values=values))
    typed = {
        key: typed_answer(program.questions.get(key), value) for key, value in overrides.items()
    }
    options = Sheet(values=typed, text=True, location=lambda key: Location(file="--set", path=key))
    overriding = validate(program, options)
    is_valid = given.is_valid and overriding.is_valid

    def meanings() -> Mapping[str, Meaning]:
        from backtriage.program.readings import find_meanings

        refused = [key for key in overrides if key in sheet.values.keys() - overriding.answers]
        replaced = find_meanings(program.questions, sheet, refused, ())
        said = {key: m for key, m in overriding.find_meanings().items() if m.shared or m.each}
        return {**given.find_meanings(), **replaced, **said}

    return ValidatedSheet(
        answers=Answers({**given.answers, **overriding.answers}),
        find_meanings=dict if is_valid else meanings,
        ref=overriding.ref or given.ref,
        checked=overriding.checked | given.checked,
        sheets=given.sheets + overriding.sheets,
        find_problems=None if is_valid else lambda: given.problems + overriding.problems,
    )


def typed_answer(question: Question | None, value: str) -> str:
    """Return a list as sheets in text have it, however it was typed: `a,b`, `[a, b]` or `[]`.

    Only empty brackets mean none: an empty item, as in `[""]`, names nothing and is refused.
    """
    if question is None or question.kind != SOME_OF:
        return value
    brackets = re.fullmatch(_BRACKETS, value)
    words = re.split("[,;]", brackets[1] if brackets else value)
    plain = ";".join(word.strip().strip(_QUOTES).strip() for word in words)
    return "none" if brackets and not brackets[1].strip() else plain


def read_earlier(name: str, assessment: Assessment) -> RecordedAssessment:
    """Read an earlier result of the same person. Raises `ReadError`, also for another `ref`."""
    result = read_result(assessment.program, name)
    if result.ref != assessment.ref:
        message = f"{visible(name)} may be a result of somebody else: its 'ref' is another one"
        raise ReadError(message)
    return result


def read_result(program: Program, name: str) -> RecordedAssessment:
    """Read a result that was saved as JSON.

    Raises:
        ReadError: It cannot be read, is no result, or is one of another protocol.
    """
    from backtriage.exchange.recorded import read_recorded

    result = read_recorded(read_sheet(name), without_middle(name, _MAX_NAME))
    if isinstance(result, Problem):
        raise ReadError(f"{result.message}; {result.hint}")
    if result.protocol.partition(" ")[0] != program.protocol.id:
        raise ReadError(f"{visible(name)} is a result of other rules: {visible(result.protocol)}")
    return result


def read_raw(name: str) -> Sheet:
    """Read the raw answers of a sheet: a file, or `-`. Raises `ReadError`."""
    try:
        data = read_sheet(name)
    except ReadError:
        if re.search(_ANSWERS, name):
            raise ReadError(_NOT_A_FILE) from None  # the name would be in the log
        raise
    label = (
        "standard input" if inherited_descriptor(name) == 0 else without_middle(name, _MAX_NAME)
    )
    return sheet_from_bytes(data, label, is_yaml=_is_yaml(name, data))


def _is_yaml(name: str, data: bytes) -> bool:
    """Return whether a sheet is YAML, by its name or else by how it begins."""
    extension = PurePath(name).suffix.lower()
    if extension in {".json", ".yaml", ".yml"}:
        return extension != ".json"
    # A JSON sheet is an object; a YAML one has no braces.
    return not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))


def assess_sheet(
    program: Program,
    validated: ValidatedSheet,
    country: str | None = None,
    *,
    rules: Path | None = None,
    show_values: bool = False,
) -> Assessment:
    """Assess a sheet. Raises `InvalidSheetError` if it has problems.

    Args:
        program: The protocol that it answers.
        validated: Its answers.
        country: The country of the result.
        rules: The folder of the protocol, which may say what older answers meant.
        show_values: Whether the messages about it may quote it.
    """
    if validated.is_valid:
        return assess(program, validated.answers, country, validated.ref, validated.checked)
    partial = assess_readable(program, validated, country)
    is_misread = False
    if partial.certain is not Urgency.EMERGENCY and rules is not None:
        # Imported late: a sheet without problems needs no older questions.
        from backtriage.shell.older_sheets import assess_as_older, may_be_misread, read_meanings

        meanings = read_meanings(program, rules)
        older = assess_as_older(program, meanings, validated, country)
        is_misread = older is None and may_be_misread(program, meanings, validated)
        partial = older or partial
    raise InvalidSheetError(validated, partial, shows_values=show_values, is_misread=is_misread)
