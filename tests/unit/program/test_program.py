"""Validation, placeholders and canonical JSON."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

import pytest
from msgspec import structs

from backtriage.decide.assessment import assess
from backtriage.program.program import (
    Program,
    _encode,
    build_program,
    digest_of,
    from_json,
    to_json,
)
from backtriage.program.sheet import Sheet, sheet_from_bytes
from backtriage.program.validate import NO_REF_CHARACTER, ValidatedSheet, validate
from backtriage.program.words import Words
from backtriage.terms.answers import Answers
from backtriage.terms.printable import is_printable
from backtriage.terms.problem import Location
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Ticks
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
    assert not validated.is_valid
    assert [(p.code, p.message, p.location.column, p.hint) for p in validated.problems] == [
        ("A108", "'days' appears twice here", 76, "keep one of the two; neither was read"),
        ("A102", "'feverish' cannot be a number", 2, "true or false (or not_sure)"),
        ("A101", "there is no question 'yeers'", 17, "did you mean 'years'?"),
        ("A101", "there is no question 'zzz'", 29,
         "'backtriage rules template' lists every question"),
        ("A107", "'ref' is a text of at most 100 characters, not a number", 42,
         "put it in quotes"),
    ]  # fmt: skip


def test_problems_are_found_only_when_asked_for(program: Program) -> None:
    """An emergency among the other answers is shown before."""
    located: list[str] = []

    def location(key: str) -> Location:
        located.append(key)
        return Location(path=key)

    values = {"yeers": 44, "days": "long", "airway": ["breathing"]}
    validated = validate(program, Sheet(values=values, duplicates=("years",), location=location))
    assert validated.answers["airway"] == Ticks(frozenset({"breathing"}))
    assert not validated.is_valid
    assert located == []
    assert [problem.code for problem in validated.problems] == ["A108", "A101", "A104"]
    assert located == ["years", "yeers", "days"]


@pytest.mark.parametrize("named", [None, "sore_throat/0"])
def test_a_sheet_may_name_its_protocol(program: Program, named: str | None) -> None:
    assert program.edition == "sore_throat/0"

    validated = validate(program, Sheet(values={"protocol": named, "years": 44}))

    assert validated == ValidatedSheet(answers=Answers({"years": Decimal(44)}))


NEWER = "update backtriage, or give the rules of that version with --rules"
OTHER = "--rules names the folder of another protocol"
NEITHER = "it must be sore_throat/0, or left out"


@pytest.mark.parametrize(
    ("named", "hint"),
    [
        ("sore_throat/1", NEWER), ("sore_throat/10", NEWER), ("back_pain/0", OTHER),
        ("sore_throat", NEITHER), ("sore_throat/0.1.0", NEITHER), ("sore_throat/00", NEITHER),
        ("sore_throat/" + "9" * 5000, NEITHER), (0, NEITHER),
    ],
)  # fmt: skip
def test_a_sheet_of_another_protocol(program: Program, named: object, hint: str) -> None:
    """It is not assessed, but an emergency among its answers is seen."""
    sheet = Sheet(values={"protocol": named, "airway": ["breathing"]})

    validated = validate(program, sheet)

    (problem,) = validated.problems
    assert (problem.code, problem.hint) == ("A116", hint)
    assert problem.message == "the sheet does not say 'protocol: sore_throat/0'"
    assert assess(program, validated.answers).certain is Urgency.EMERGENCY


def test_a_sheet_of_an_older_version_can_be_carried_over(program: Program) -> None:
    """Only such a one: the command refuses a newer sheet."""
    later = build_program(structs.replace(program.protocol, version="10.0.0"), digest="later")

    for major, hint in ((9, "'backtriage rules migrate' carries a sheet of an older version over"),
                        (11, NEWER)):  # fmt: skip
        (problem,) = validate(later, Sheet(values={"protocol": f"sore_throat/{major}"})).problems
        assert (problem.code, problem.hint) == ("A116", hint)


REFS = ["A-17", "x" * 100, "", " ", "Bäd 7, Żak", "背痛 № 5", "a\u00a0b", "\u05d0", "-1", "$(rm)"]

# A reference that is refused, why, and the cure.
TEXT = "'ref' is a text of at most 100 characters"
BEYOND = "letters, digits, punctuation and spaces, none of them beyond U+FFFD"
BAD_REFS: list[tuple[object, str, str]] = [
    ("x" * 101, f"{TEXT}, and this one has 101", ""),
    (17, f"{TEXT}, not a number", "put it in quotes"),
    (Decimal("1.50"), f"{TEXT}, not a number", "put it in quotes"),
    (Decimal("NaN"), f"{TEXT}, not NaN or Infinity", "put it in quotes"),
    (True, f"{TEXT}, not true or false", "put it in quotes"),
    ([], f"{TEXT}, not a list", 'such as "A-17"'),
    ({}, f"{TEXT}, not an object", 'such as "A-17"'),
    ("a\nb", "'ref' cannot hold <U+000A>, its character 2", BEYOND),
    ("ab\n", "'ref' cannot hold <U+000A>, its character 3", BEYOND),
    ("\x1b[2J", "'ref' cannot hold <U+001B>, its character 1", BEYOND),
    ("a\u202eb", "'ref' cannot hold <U+202E>, its character 2", BEYOND),
    ("a\u200bb", "'ref' cannot hold <U+200B>, its character 2", BEYOND),
    ("\ud800", "'ref' cannot hold <U+D800>, its character 1", BEYOND),
    ("\U0001f600", "'ref' cannot hold <U+1F600>, its character 1", BEYOND),
]


@pytest.mark.parametrize("ref", REFS)
def test_a_reference_is_echoed(program: Program, ref: str) -> None:
    assert validate(program, Sheet(values={"ref": ref})) == ValidatedSheet(
        answers=Answers(), ref=ref
    )


@pytest.mark.parametrize(("ref", "message", "hint"), BAD_REFS)
def test_a_bad_reference_has_a_true_reason(
    program: Program, ref: object, message: str, hint: str
) -> None:
    validated = validate(program, Sheet(values={"ref": ref}))
    assert validated.ref is None
    (problem,) = validated.problems
    assert (problem.code, problem.message, problem.hint) == ("A107", message, hint)


def test_a_reference_may_hold_every_character_up_to_u_fffd_that_prints() -> None:
    """In the class are only characters that print, or that Unicode has yet to assign."""
    allowed = {chr(at) for at in range(0x10000) if not re.search(NO_REF_CHARACTER, chr(at))}
    assigned = {c for c in map(chr, range(0x10000)) if unicodedata.category(c) != "Cn"}

    assert allowed & assigned == {c for c in assigned if is_printable(c)}


CHECKED = [
    (["airway.drooling"], False, {"airway.drooling"}),
    (["feverish", "airway.breathing"], False, {"airway.breathing", "feverish"}),
    ([], False, set()),
    (None, False, set()),
    ("airway.drooling;feverish", True, {"airway.drooling", "feverish"}),
    (["feverish"], True, {"feverish"}),
    ("none", True, set()),
]


@pytest.mark.parametrize(("raw", "text", "names"), CHECKED)
def test_what_was_checked_is_read_and_is_no_answer(
    program: Program, raw: object, *, text: bool, names: set[str]
) -> None:
    assert validate(program, Sheet(values={"checked": raw}, text=text)) == ValidatedSheet(
        answers=Answers(), checked=frozenset(names)
    )


BAD_CHECKED = [
    (["airway.chills"], "A104", "item 1 is not a choice of 'checked'"),
    (["airway"], "A104", "item 1 is not a choice of 'checked'"),
    (["years"], "A104", "item 1 is not a choice of 'checked'"),  # never in doubt
    (["feverish", "feverish"], "A106", "an item appears twice in 'checked'"),
    (["feverish?"], "A105", "'checked' needs a definite answer, 'not_sure' is not allowed"),
    ("not_sure", "A105", "'checked' needs a definite answer, 'not_sure' is not allowed"),
    (True, "A102", "'checked' cannot be true or false"),
]


@pytest.mark.parametrize(("raw", "code", "message"), BAD_CHECKED)
def test_an_unknown_doubt_is_a_problem(
    program: Program, raw: object, code: str, message: str
) -> None:
    validated = validate(program, Sheet(values={"checked": raw}))

    (problem,) = validated.problems
    assert (problem.code, problem.message) == (code, message)
    assert problem.hint == "a list of questions, and of items as 'question.item'"
    assert validated.checked == frozenset()


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
    # What a protocol does not use changes no digest.
    unused = ("private", "urgencies", "confirm", "card", "stop", "book_if", "come_back_short",
              "not_now", "unasked")  # fmt: skip
    assert not [key for key in unused if f'"{key}":' in text]


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
