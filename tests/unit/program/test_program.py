"""A protocol made ready to run: words, JSON, and the one door for answers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from backtriage.program.as_json import _encode, from_json, to_json
from backtriage.program.program import Program, build_program, digest_of
from backtriage.program.sheet import Sheet, sheet_from_bytes
from backtriage.program.validate import ValidatedSheet, validate
from backtriage.program.words import Words
from backtriage.protocol.loader.loader import parse_protocol
from backtriage.terms.answers import Answers
from backtriage.terms.location import Location
from backtriage.terms.problem import Problem

TINY = Path(__file__).parents[2] / "data" / "protocols" / "sore_throat" / "protocol.yaml"


@pytest.fixture(scope="module")
def program() -> Program:
    """A small protocol, ready to run."""
    source, _ = parse_protocol({"protocol.yaml": TINY.read_text(encoding="utf-8")})
    assert source is not None
    return build_program(source.protocol)


# -- the one door ----------------------------------------------------------------------------


def test_what_is_an_answer_is_taken(program: Program) -> None:
    """Answers, a reference, and null, which is absent as if the key were not there."""
    sheet = Sheet(values={"years": 44, "ref": "A-17", "days": None, "feverish": True})
    assert validate(program, sheet) == ValidatedSheet(
        answers=Answers({"years": Decimal(44), "feverish": True}), ref="A-17"
    )
    assert validate(program, Sheet(values={"ref": None})) == ValidatedSheet(answers=Answers())


def test_what_is_no_answer_is_named(program: Program) -> None:
    """Each with its code, its place and its cure; the problems of the file come first."""
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
def test_a_reference_is_a_short_line(program: Program, ref: object, kept: bool) -> None:  # noqa: FBT001
    """At most a hundred characters that can be printed."""
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
def test_a_country_fills_the_placeholders(
    program: Program, country: str | None, text: str, said: str
) -> None:
    """Neutral words for somebody who named none; a sentence begins with a capital."""
    assert Words(program, country).fill(text) == said


def test_words_compare_by_what_they_say(program: Program) -> None:
    """The same country says the same; an unknown one is an error."""
    none, again, british = Words(program), Words(program, "default"), Words(program, "GB")
    assert none == again
    assert hash(none) == hash(again)
    assert none != british
    assert none != "default"
    assert (none.country, british.country) == (None, "GB")
    with pytest.raises(KeyError):
        Words(program, "XX")


# -- JSON ------------------------------------------------------------------------------------


def test_json_is_canonical(program: Program) -> None:
    """Keys sorted, no spaces, only what differs from its default; the digest is of these bytes."""
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
def test_json_that_is_no_protocol(text: str) -> None:
    """A `ValueError`, whatever is wrong with it."""
    with pytest.raises(ValueError, match=r"."):
        from_json(text)


def test_json_with_a_wrong_if_skipped(program: Program) -> None:
    """A number that is none, and ticks that are none, are no protocol either."""
    text = to_json(program.protocol)
    for bad in (
        '"if_skipped":"x"',
        '"if_skipped":{"yes":1}',
        '"if_skipped":{"yes":[[]],"unsure":[]}',
    ):
        with pytest.raises(ValueError, match="not a protocol"):
            from_json(text.replace('"if_skipped":"0"', bad))


def test_what_has_no_json_form() -> None:
    """Only nouns and values are written."""
    with pytest.raises(TypeError, match="set has no JSON form"):
        _encode(set())
