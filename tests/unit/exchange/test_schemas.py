"""The schemas: what they accept is what the program takes and makes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec import structs

from backtriage.decide.assessment import assess
from backtriage.exchange.answers_schema import answers_schema
from backtriage.exchange.assessment_schema import assessment_schema
from backtriage.program.program import Program, build_program
from backtriage.program.sheet import sheet_from_bytes
from backtriage.program.validate import validate
from backtriage.render.as_json import SCHEMA, as_json
from backtriage.terms.answers import Answers
from tests.support.tier import examples

WORDS = ("not_sure", "not_sure?", "none", "true", "", "maybe")


def admits(program: Program, sheet: object) -> bool:
    """Whether a JSON sheet of this content is taken without a problem."""
    read = sheet_from_bytes(json.dumps(sheet).encode(), "sheet.json", is_yaml=False)
    return not validate(program, read).problems


def raw_answers(program: Program, key: str) -> st.SearchStrategy[Any]:
    """Anything somebody may write for a question, right or nearly right."""
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
    """Sheets with a few answers, and sometimes a key that is no question."""
    pairs = st.sampled_from(list(program.questions)).flatmap(
        lambda key: st.tuples(st.just(key), raw_answers(program, key))
    )
    others = st.one_of(
        st.tuples(st.just("ref"), st.one_of(st.none(), st.text(max_size=102), st.integers())),
        st.tuples(st.just("unknown"), st.one_of(st.none(), st.booleans())),
    )
    return st.lists(st.one_of(pairs, pairs, pairs, others), max_size=3).map(dict)


def is_quiet(sheet: dict[str, Any]) -> bool:
    """Whether the reference holds only what both can judge: no rare character without a shape."""
    ref = sheet.get("ref")
    return not isinstance(ref, str) or all(c.isprintable() or ord(c) < 160 for c in ref)


def test_both_schemas_are_schemas(program: Program) -> None:
    """By the rules of the dialect that they name."""
    Draft202012Validator.check_schema(answers_schema(program))
    Draft202012Validator.check_schema(assessment_schema(program))


@settings(max_examples=examples(200))
@given(data=st.data())
def test_accepted_is_admitted_and_the_other_way_round(
    program: Program, data: st.DataObject
) -> None:
    """The schema of answers and the door take the same sheets."""
    validator = _validator(program)
    sheet = data.draw(raw_sheets(program).filter(is_quiet))

    assert validator.is_valid(sheet) == admits(program, sheet)


VALIDATORS: dict[str, Draft202012Validator] = {}


def _validator(program: Program) -> Draft202012Validator:
    """One validator for each protocol: making one is slow."""
    if program.digest not in VALIDATORS:
        VALIDATORS[program.digest] = Draft202012Validator(answers_schema(program))
    return VALIDATORS[program.digest]


@pytest.mark.parametrize("kind", ["yes_no", "one_of", "number", "some_of"])
def test_every_kind_is_tried_both_ways(tiny: Program, kind: str) -> None:
    """The law above meets accepted and refused answers of each kind."""
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
def test_lists(tiny: Program, answer: object, accepted: bool) -> None:  # noqa: FBT001 - a table
    """Items, doubts, all the rest unsure; nothing twice."""
    sheet = {"airway": answer}

    assert Draft202012Validator(answers_schema(tiny)).is_valid(sheet) is accepted
    assert admits(tiny, sheet) is accepted


def test_a_list_that_allows_no_doubt(tiny: Program) -> None:
    """Then neither a mark nor the word is taken."""
    sure = _changed(tiny, "airway", allows_not_sure=False)
    validator = Draft202012Validator(answers_schema(sure))

    for answer in ([], ["drooling"], ["drooling?"], "not_sure", ["not_sure"], ["drooling"] * 2):
        assert validator.is_valid({"airway": answer}) is admits(sure, {"airway": answer})


def test_steps_other_than_one(tiny: Program) -> None:
    """Half days, or every third year: every value is named exactly."""
    halves = _changed(tiny, "fever_days", step="0.5")
    thirds = _changed(tiny, "fever_days", step="3", least=1, most=61)
    for stepped in (halves, thirds):
        validator = Draft202012Validator(answers_schema(stepped))
        for answer in (0, 0.5, 0.25, 1, 3, 4, 60, 60.5, 61, 64):
            sheet = {"fever_days": answer}
            assert validator.is_valid(sheet) is admits(stepped, sheet), answer


def _changed(program: Program, id_: str, **more: object) -> Program:
    """The program with one question changed."""
    questions = tuple(
        structs.replace(question, **more) if question.id == id_ else question
        for question in program.protocol.questions
    )
    return build_program(structs.replace(program.protocol, questions=questions))


def sheets(program: Program) -> st.SearchStrategy[dict[str, Any]]:
    """Good sheets: any part of the questions, any good answer."""
    return st.fixed_dictionaries(
        {}, optional={id_: good(program, id_) for id_ in program.questions}
    )


def good(program: Program, id_: str) -> st.SearchStrategy[Any]:
    """A good answer to a question."""
    question = program.questions[id_]
    ids = [choice.id for choice in question.choices]
    if question.kind == "some_of":
        items = st.lists(st.sampled_from(ids), unique=True, max_size=3)
        return st.tuples(items, st.booleans()).map(
            lambda t: [f"{i}?" for i in t[0]] if t[1] else t[0]
        )
    if question.kind == "number":
        return st.integers(question.least, question.most)
    own = st.booleans() if question.kind == "yes_no" else st.sampled_from(ids)
    return st.one_of(own, st.just("not_sure")) if question.allows_not_sure else own


@settings(max_examples=examples(60))
@given(data=st.data())
def test_every_assessment_fits_its_schema(program: Program, data: st.DataObject) -> None:
    """Whatever the sheet, the country and the reference."""
    sheet = data.draw(sheets(program))
    country = data.draw(st.sampled_from([None, "GB"]))
    validated = validate(program, sheet_from_bytes(json.dumps(sheet).encode(), "s", is_yaml=False))
    assert validated.problems == ()

    made = json.loads(as_json(assess(program, validated.answers, country, "bed 7")))

    key = f"assessment {program.digest}"
    if key not in VALIDATORS:
        VALIDATORS[key] = Draft202012Validator(assessment_schema(program))
    assert [error.message for error in VALIDATORS[key].iter_errors(made)] == []


def test_an_assessment_is_closed(program: Program) -> None:
    """A key more or a key less does not fit, at any depth."""
    validator = Draft202012Validator(assessment_schema(program))
    made = json.loads(as_json(assess(program, Answers())))
    assert validator.is_valid(made)

    for key in list(made):
        assert not validator.is_valid({k: v for k, v in made.items() if k != key}), key
    assert not validator.is_valid({**made, "more": 1})
    assert not validator.is_valid({**made, "protocol": {**made["protocol"], "more": 1}})
    assert not validator.is_valid({**made, "reasons": [{**made["reasons"][0], "more": 1}]})


def test_the_schema_names_the_version_that_is_written(program: Program) -> None:
    """It stands in two places, for neither floor may know the other."""
    assert assessment_schema(program)["properties"]["schema"]["const"] == SCHEMA
