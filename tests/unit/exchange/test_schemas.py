"""The schemas accept exactly what the program reads and writes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec import structs

from backtriage.decide.assessment import assess
from backtriage.exchange.answers_schema import answers_schema
from backtriage.exchange.assessment_record import SCHEMA
from backtriage.exchange.assessment_schema import assessment_schema
from backtriage.program.doubts import checked_question
from backtriage.program.program import Program, build_program
from backtriage.program.sheet import sheet_from_bytes
from backtriage.program.validate import NO_REF_CHARACTER, validate
from backtriage.render.as_json import as_json
from backtriage.terms.answers import Answers
from tests.support.tier import examples

WORDS = ("not_sure", "not_sure?", "none", "true", "", "maybe")


def validates(program: Program, sheet: object) -> bool:
    parsed = sheet_from_bytes(json.dumps(sheet).encode(), "sheet.json", is_yaml=False)
    return not validate(program, parsed).problems


@pytest.fixture(scope="session")
def answers_validator(program: Program) -> Draft202012Validator:
    return Draft202012Validator(answers_schema(program))


@pytest.fixture(scope="session")
def assessment_validator(program: Program) -> Draft202012Validator:
    return Draft202012Validator(assessment_schema(program))


def raw_answers(program: Program, key: str) -> st.SearchStrategy[Any]:
    """Valid and nearly valid answers to a question."""
    question = program.questions[key]
    ids = [choice.id for choice in question.choices] or ["something"]
    words = st.sampled_from([*ids, *(f"{id_}?" for id_ in ids), *WORDS])
    numbers = st.one_of(
        st.integers(-2, 130), st.sampled_from([65.0, 0.5, 1e300, -0.0]), st.integers()
    )
    loose: st.SearchStrategy[Any] = st.one_of(
        st.none(), st.booleans(), numbers, words, st.just({})
    )
    return st.one_of(loose, st.lists(words, max_size=4), st.lists(loose, max_size=2))


def raw_sheets(program: Program) -> st.SearchStrategy[dict[str, Any]]:
    """Sheets with a few answers, and sometimes an unknown key."""
    pairs = st.sampled_from(list(program.questions)).flatmap(
        lambda key: st.tuples(st.just(key), raw_answers(program, key))
    )
    items = checked_question(program).choices[:3]
    words = st.sampled_from([*(choice.id for choice in items), "age?", "not_sure"])
    others = st.one_of(
        st.tuples(st.just("ref"), st.one_of(st.none(), REFS, st.integers())),
        st.tuples(st.just("protocol"), st.sampled_from([*EDITIONS, None, 1, "x/1"])),
        st.tuples(st.just("checked"), st.none() | words | st.lists(words, max_size=2)),
        st.tuples(st.just("unknown"), st.one_of(st.none(), st.booleans())),
    )
    return st.lists(st.one_of(pairs, pairs, pairs, others), max_size=3).map(dict)


EDITIONS = ("back_pain/1", "back_pain/2", "back_pain/1.0.0", "sore_throat/0", "sore_throat/1")
REFS = st.text(max_size=102) | st.text(st.characters(max_codepoint=0xFFFF), max_size=6)
ODD_REFS = [
    "", " ", "x" * 100, "x" * 101, "ab\n", "\n", "a\u2028", "\x7f", "\x85", "\xa0", "\xad", "é",
    "\u0378", "\u200b", "\u200e", "\u202e", "\u2066", "\u3000", "\ue000", "\ufeff", "\ufffd",
    "\ufffe", "\uffff", "\ud800", "\udfff", "\U0001f600", "\U0001f600" * 50, "\U000e0041",
    "\U0010ffff", "é" * 100, "[", "]", "\\", "^", "-", 5, 5.0, True, [], {}, ["x"],
]  # fmt: skip


def test_both_schemas_are_valid_schemas(program: Program) -> None:
    Draft202012Validator.check_schema(answers_schema(program))
    Draft202012Validator.check_schema(assessment_schema(program))


@settings(max_examples=examples(200))
@given(data=st.data())
def test_the_schema_accepts_exactly_the_sheets_that_validate(
    program: Program, answers_validator: Draft202012Validator, data: st.DataObject
) -> None:
    sheet = data.draw(raw_sheets(program))

    assert answers_validator.is_valid(sheet) == validates(program, sheet)


@pytest.mark.parametrize("ref", ODD_REFS, ids=ascii)
def test_the_schema_accepts_exactly_the_references_that_validate(
    tiny: Program, ref: object
) -> None:
    is_valid = Draft202012Validator(answers_schema(tiny)).is_valid({"ref": ref})

    assert is_valid is validates(tiny, {"ref": ref})


@settings(max_examples=examples(300))
@given(ref=REFS)
def test_the_schema_defines_a_reference_as_validation_does(tiny: Program, ref: str) -> None:
    is_valid = Draft202012Validator(answers_schema(tiny)).is_valid({"ref": ref})

    assert is_valid is validates(tiny, {"ref": ref})


def test_every_dialect_reads_the_class_of_the_reference_alike() -> None:
    """One class of literal characters: no escape, no anchor, nothing beyond 16 bits."""
    assert re.fullmatch(r"\[\^(?:[^\\\[\]^](?:-[^\\\[\]^])?)+\]", NO_REF_CHARACTER)
    assert max(NO_REF_CHARACTER) == "\ufffd"
    assert not any("\ud800" <= c <= "\udfff" for c in NO_REF_CHARACTER)


@pytest.mark.parametrize("kind", ["yes_no", "one_of", "number", "some_of"])
def test_valid_and_invalid_answers_of_every_kind_are_generated(tiny: Program, kind: str) -> None:
    keys = [q.id for q in tiny.protocol.questions if q.kind == kind]
    answers = {
        "yes_no": True, "one_of": "longer", "number": 7, "some_of": ["breathing", "drooling?"],
    }  # fmt: skip
    validator = Draft202012Validator(answers_schema(tiny))

    assert validator.is_valid({keys[0]: answers[kind]})
    assert validator.is_valid({keys[0]: None})
    assert not validator.is_valid({keys[0]: "perhaps"})
    assert not validator.is_valid({keys[0]: {}})


LISTS = [
    ([], True), (["breathing"], True), (["breathing?", "drooling"], True),
    (["breathing", "not_sure"], True), ("not_sure", True), (["not_sure"], True),
    (["breathing", "breathing"], False), (["breathing", "breathing?"], False),
    (["not_sure", "not_sure"], False), (["chills"], False), ("breathing", False),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "accepted"), LISTS)
def test_list_answers(tiny: Program, answer: object, accepted: bool) -> None:  # noqa: FBT001 - a table
    sheet = {"airway": answer}

    assert Draft202012Validator(answers_schema(tiny)).is_valid(sheet) is accepted
    assert validates(tiny, sheet) is accepted


def test_a_list_that_does_not_allow_not_sure(tiny: Program) -> None:
    sure = with_question(tiny, "airway", allows_not_sure=False)
    validator = Draft202012Validator(answers_schema(sure))

    for answer in ([], ["drooling"], ["drooling?"], "not_sure", ["not_sure"], ["drooling"] * 2):
        assert validator.is_valid({"airway": answer}) is validates(sure, {"airway": answer})


def test_numbers_in_steps_other_than_one_are_enumerated(tiny: Program) -> None:
    halves = with_question(tiny, "fever_days", step="0.5")
    thirds = with_question(tiny, "fever_days", step="3", least=1, most=61)
    for stepped in (halves, thirds):
        validator = Draft202012Validator(answers_schema(stepped))
        for answer in (0, 0.5, 0.25, 1, 3, 4, 60, 60.5, 61, 64):
            sheet = {"fever_days": answer}
            assert validator.is_valid(sheet) is validates(stepped, sheet), answer


def with_question(program: Program, id_: str, **changes: object) -> Program:
    questions = tuple(
        structs.replace(question, **changes) if question.id == id_ else question
        for question in program.protocol.questions
    )
    return build_program(structs.replace(program.protocol, questions=questions))


def sheets(program: Program) -> st.SearchStrategy[dict[str, Any]]:
    """Valid sheets: any questions, any valid answers."""
    return st.fixed_dictionaries(
        {}, optional={id_: valid_answers(program, id_) for id_ in program.questions}
    )


def valid_answers(program: Program, id_: str) -> st.SearchStrategy[Any]:
    question = program.questions[id_]
    ids = [choice.id for choice in question.choices]
    if question.kind == "some_of":
        items = st.lists(st.sampled_from(ids), unique=True, max_size=3)
        return st.tuples(items, st.booleans()).map(
            lambda t: [f"{i}?" for i in t[0]] if t[1] else t[0]
        )
    if question.kind == "number":
        return st.integers(question.least, question.most)
    definite = st.booleans() if question.kind == "yes_no" else st.sampled_from(ids)
    return st.one_of(definite, st.just("not_sure")) if question.allows_not_sure else definite


@settings(max_examples=examples(60))
@given(data=st.data())
def test_every_assessment_matches_its_schema(
    program: Program, assessment_validator: Draft202012Validator, data: st.DataObject
) -> None:
    sheet = data.draw(sheets(program))
    country = data.draw(st.sampled_from([None, "GB"]))
    validated = validate(program, sheet_from_bytes(json.dumps(sheet).encode(), "s", is_yaml=False))
    assert validated.problems == ()

    written = json.loads(as_json(assess(program, validated.answers, country, "bed 7")))

    errors = assessment_validator.iter_errors(written)
    assert [error.message for error in errors] == []


def test_the_schema_allows_no_missing_and_no_additional_keys(
    program: Program, assessment_validator: Draft202012Validator
) -> None:
    validator = assessment_validator
    written = json.loads(as_json(assess(program, Answers())))
    assert validator.is_valid(written)

    for key in list(written):
        assert not validator.is_valid({k: v for k, v in written.items() if k != key}), key
    assert not validator.is_valid({**written, "more": 1})
    assert not validator.is_valid({**written, "protocol": {**written["protocol"], "more": 1}})
    assert not validator.is_valid({**written, "reasons": [{**written["reasons"][0], "more": 1}]})


def test_the_schema_names_the_version_that_is_rendered(program: Program) -> None:
    assert assessment_schema(program)["properties"]["schema"]["const"] == SCHEMA
