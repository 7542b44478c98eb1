"""Results that were recorded by this version or an older one."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtriage.decide.assessment import assess
from backtriage.decide.receipt import receipt_of
from backtriage.exchange.assessment_record import SCHEMA
from backtriage.exchange.recorded import SCHEMAS, RecordedAssessment, read_recorded
from backtriage.program.program import Program, build_program
from backtriage.render.as_json import as_json
from backtriage.shell.cache import load_protocol
from backtriage.terms.answers import Answers
from backtriage.terms.problem import Problem
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Ticks
from tests.support.protocols import ROOT, shipped, tiny
from tests.support.strategies import partial_sheets, programs

RECORDS = ROOT / "tests" / "data" / "records"
OLD = ROOT / "tests" / "data" / "released" / "back_pain-1.0.0"


@pytest.fixture(scope="module")
def old_program() -> Program:
    return build_program(load_protocol(OLD))


def recorded(name: str) -> RecordedAssessment:
    """Return a result that version 1.0.0 of the rules gave, in the first form."""
    found = read_recorded((RECORDS / name).read_bytes(), name)
    assert isinstance(found, RecordedAssessment)
    return found


def test_a_result_of_the_first_form() -> None:
    found = recorded("back_pain-1.0.0-partial.json")

    assert (found.protocol, found.ref, found.status) == (
        "back_pain 1.0.0", "bed 7", "incomplete",
    )  # fmt: skip
    assert (found.certain, found.possible) == (Urgency.SAME_DAY, Urgency.EMERGENCY)
    assert found.rules[0] == "saddle_numbness"
    assert found.sheet == {"age": 72, "sex": "male", "danger": ["throb?"]}


@pytest.mark.parametrize("file", sorted(RECORDS.iterdir()), ids=lambda file: file.stem)
def test_old_rules_reproduce_old_results(old_program: Program, file: Path) -> None:
    found = recorded(file.name)

    assert found.is_by(old_program)
    assert found.is_reproduced_by(old_program)


def test_other_rules_are_told_apart() -> None:
    found = recorded("back_pain-1.0.0-home.json")

    assert not found.is_by(shipped())
    assert not found.is_reproduced_by(shipped())


def test_the_form_that_is_written_can_be_read() -> None:
    assert SCHEMAS[-1] == SCHEMA


@given(data=st.data(), program=programs())
def test_every_result_is_reproduced(data: st.DataObject, program: Program) -> None:
    assessment = assess(program, data.draw(partial_sheets(program)), ref="A-17")

    found = read_recorded(as_json(assessment).encode(), "result.json")

    assert isinstance(found, RecordedAssessment)
    assert found.is_reproduced_by(program)
    assert found.receipt == receipt_of(assessment)
    assert (found.certain, found.possible) == (assessment.certain, assessment.possible)


def test_a_changed_answer_is_not_reproduced(old_program: Program) -> None:
    record: Any = json.loads((RECORDS / "back_pain-1.0.0-partial.json").read_bytes())
    record["answers"]["age"] = 71

    found = read_recorded(json.dumps(record).encode(), "result.json")

    assert isinstance(found, RecordedAssessment)
    assert not found.is_reproduced_by(old_program)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("status", "complete"),
        ("range", {"certain": "self_care", "possible": "self_care"}),
        ("reasons", []),
        ("urgency", "self_care"),
        ("action", {"headline": "Stay at home", "within": "", "where": "", "country": "GB"}),
        ("action", {"headline": "Stay at home", "within": "", "where": "", "country": "XX"}),
        ("come_back_if", [{"rule": "fever"}]),
        ("missing", []),
        ("note", "Stay at home"),
        ("contradictions", []),
        ("modules", {}),
    ],
)
def test_a_changed_result_is_not_reproduced(old_program: Program, key: str, value: object) -> None:
    """Though its receipt is genuine."""
    record: Any = json.loads((RECORDS / "back_pain-1.0.0-partial.json").read_bytes())

    found = read_recorded(json.dumps(record | {key: value}).encode(), "result.json")

    assert isinstance(found, RecordedAssessment)
    assert not found.is_reproduced_by(old_program)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("urgency", "self_care"),
        ("parts", {"triage": "complete", "advice": "complete"}),
        ("safety_net", [{"text": "Stay at home"}]),
        ("advice", [{"text": "Stay at home"}]),
        ("schema", SCHEMAS[0]),
    ],
)
def test_a_changed_result_of_the_form_that_is_written(key: str, value: object) -> None:
    answers = Answers({"age": Decimal(44), "collapse": Ticks(unsure=frozenset({"chest"}))})
    record: Any = json.loads(as_json(assess(shipped(), answers, "GB")))

    found, changed = (
        read_recorded(json.dumps(each).encode(), "result.json")
        for each in (record | {"why_not": None}, record | {key: value})
    )

    assert isinstance(found, RecordedAssessment)
    assert isinstance(changed, RecordedAssessment)
    assert found.is_reproduced_by(shipped())
    assert not changed.is_reproduced_by(shipped())


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"null", b"\xff", b'{"schema": 1}', b"[" * 100_000,
     b'{"age": 1e99999999999999999999999}'],
)  # fmt: skip
def test_what_is_no_result(data: bytes) -> None:
    found = read_recorded(data, "sheet.json")

    assert isinstance(found, Problem)
    assert (found.code, found.message) == ("A118", "sheet.json is not a result")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("schema", "backtriage.assessment/9", "of a version that this program does not know"),
        ("range", {"certain": "never", "possible": "never"}, "is not a result"),
        ("reasons", [{}], "is not a result"),
    ],
)
def test_results_with_an_unknown_part(key: str, value: object, message: str) -> None:
    record: Any = json.loads((RECORDS / "back_pain-1.0.0-partial.json").read_bytes())

    found = read_recorded(json.dumps(record | {key: value}).encode(), "result.json")

    assert isinstance(found, Problem)
    assert message in found.message


def test_a_number_that_is_too_long_to_be_read() -> None:
    text = (RECORDS / "back_pain-1.0.0-home.json").read_text()

    found = read_recorded(text.replace("{", f'{{"x": {"9" * 5000}, ', 1).encode(), "result.json")

    assert isinstance(found, Problem)


@pytest.mark.parametrize("key", ['"status": "complete", ', '"age": 44, '])
def test_a_result_that_says_two_things_is_none(key: str) -> None:
    """Readers disagree about which of them counts."""
    text = (RECORDS / "back_pain-1.0.0-home.json").read_text()
    first = key.partition(":")[0]
    assert text.count(first) == 1

    found = read_recorded(text.replace(first, key + first).encode(), "result.json")

    assert isinstance(found, Problem)
    assert found.code == "A118"


def test_another_protocol_reproduces_nothing() -> None:
    assert not recorded("back_pain-1.0.0-home.json").is_reproduced_by(tiny())
