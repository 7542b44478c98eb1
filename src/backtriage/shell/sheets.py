"""Answer sheets: reading one, and assessing it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from backtriage.decide.assessment import Assessment, assess
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet, sheet_from_bytes
from backtriage.program.validate import ValidatedSheet, validate
from backtriage.shell.files import read_sheet
from backtriage.terms.answers import Answers
from backtriage.terms.problem import Location, Problem


class InvalidSheetError(Exception):
    """A sheet with problems. It carries them, and the assessment of the answers that are valid."""

    def __init__(self, problems: tuple[Problem, ...], partial: Assessment) -> None:
        """Keep both: an emergency among the valid answers must not be hidden."""
        super().__init__(problems)
        self.problems = problems
        self.partial = partial


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
    sheet = _read(name)
    if not overrides:
        return validate(program, sheet)
    values = {key: value for key, value in sheet.values.items() if key not in overrides}
    given = validate(program, replace(sheet, values=values))
    overriding = validate(program, Sheet(values=overrides, text=True, location=_override))
    return ValidatedSheet(
        answers=Answers({**given.answers, **overriding.answers}),
        ref=overriding.ref or given.ref,
        problems=given.problems + overriding.problems,
    )


def _read(name: str) -> Sheet:
    is_yaml = name.endswith((".yaml", ".yml"))
    data = read_sheet(name)
    if name == "-":
        # Standard input takes both: a JSON sheet is an object, a YAML one has no braces.
        is_yaml = not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))
    return sheet_from_bytes(data, "standard input" if name == "-" else name, is_yaml=is_yaml)


def _override(key: str) -> Location:
    return Location(file="--set", path=key)


def assess_sheet(
    program: Program, validated: ValidatedSheet, country: str | None = None
) -> Assessment:
    """Assess a sheet.

    Raises:
        InvalidSheetError: It has problems.
    """
    assessment = assess(program, validated.answers, country, validated.ref)
    if validated.problems:
        raise InvalidSheetError(validated.problems, assessment)
    return assessment
