"""Validation, placeholders and canonical JSON."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backtriage.program.program import Program, _encode, digest_of, from_json, to_json
from backtriage.program.sheet import Sheet, sheet_from_bytes
from backtriage.program.validate import ValidatedSheet, validate
from backtriage.program.words import Words
from backtriage.terms.answers import Answers
from backtriage.terms.problem import Location, Problem
from tests.support.protocols import tiny


@pytest.fixture(scope="module")
def program() -> Program:
    return tiny()


# -- validation ------------------------------------------------------------------------------


def test_valid_sheet(program: Program) -> None:
    """Null is the same as no key."""
    sheet = Sheet(values={"years": 44, "ref": "A-17", "days": None, "feverish": True})
    assert validate(program, sheet) == ValidatedSheet(
        answers=Answers({"years": Decimal(44), "feverish": True}), ref="A-17"
    )
    assert validate(program, Sheet(values={"ref": None})) == ValidatedSheet(answers=Answers())


def test_invalid_answers_are_reported(program: Program) -> None:
    """The problems of the file come first."""
    text = b'{"feverish": 1, "yeers": 4, "zzz": null, "ref": 5, "years": 44, "days": 1, "days": 2}'
    validated = validate(program, sheet_from_bytes(text, "a.json", is_yaml=False))
    assert validated.answers == Answers({"years": Decimal(44)})
    assert validated.ref is None
    assert [(p.code, p.message, p.location.column, p.hint) for p in validated.problems] == [
        ("A108", "'days' appears twice here", 76, "keep one of the two; neither was read"),
        ("A102", "'feverish' cannot be 1", 2, "true or false (or not_sure)"),
        ("A101", "there is no question 'yeers'", 17, "did you mean 'years'?"),
        ("A101", "there is no question 'zzz'", 29,
         "'backtriage rules template' lists every question"),
        ("A107", "'ref' is a text of at most 100 characters", 42, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ref", "kept"),
    [("A-17", True), ("x" * 100, True), ("", True), ("x" * 101, False), (17, False), (True, False),
     ("a\nb", False), ("\ud800", False), ([], False), (Decimal("NaN"), False)],
)  # fmt: skip
def test_reference_is_a_short_line(program: Program, ref: object, kept: bool) -> None:  # noqa: FBT001
    validated = validate(program, Sheet(values={"ref": ref}))
    assert validated.ref == (ref if kept else None)
    problem = Problem(
        code="A107",
        message="'ref' is a text of at most 100 characters",
        location=Location(path="ref"),
    )
    assert validated.problems == (() if kept else (problem,))


# -- words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "text", "said"),
    [
        (None, "Call {emergency_number} now.", "Call your local emergency number now."),
        (None, "{emergency_number} it is.", "Your local emergency number it is."),
        ("GB", "Call {emergency_number} at {hospital}.", "Call 999 at A&E."),
        ("GB", "No placeholder.", "No placeholder."),
        ("default", "{hospital}", "The nearest hospital"),
    ],
)
def test_country_fills_placeholders(
    program: Program, country: str | None, text: str, said: str
) -> None:
    assert Words(program, country).fill(text) == said


def test_words_compare_by_content(program: Program) -> None:
    none, again, british = Words(program), Words(program, "default"), Words(program, "GB")
    assert none == again
    assert hash(none) == hash(again)
    assert none != british
    assert none != "default"
    assert (none.country, british.country) == (None, "GB")
    with pytest.raises(KeyError):
        Words(program, "XX")


# -- JSON ------------------------------------------------------------------------------------


def test_canonical_json_and_digest(program: Program) -> None:
    text = to_json(program.protocol)
    assert text.startswith('{"about":"This asks about a sore throat. It is a test.","advice":[')
    assert '"kind":"comfort"' in text
    assert '"if_skipped":"0"' in text
    assert "\n" not in text
    assert from_json(text) == program.protocol
    assert program.digest == digest_of(program.protocol)
    assert program.digest.startswith("sha256:")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "null",
        "[]",
        "{}",
        '{"is":"Protocol"}',
        '{"rules":[{"when":' + '{"is":"Not","of":' * 9999,
    ],
    ids=range(7),
)
def test_invalid_json_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(text)


def test_invalid_if_skipped_is_a_value_error(program: Program) -> None:
    text = to_json(program.protocol)
    for bad in (
        '"if_skipped":"x"',
        '"if_skipped":{"yes":1}',
        '"if_skipped":{"yes":[[]],"unsure":[]}',
    ):
        with pytest.raises(ValueError, match="not a protocol"):
            from_json(text.replace('"if_skipped":"0"', bad))


def test_types_without_a_json_form() -> None:
    with pytest.raises(TypeError, match="set has no JSON form"):
        _encode(set())
