"""What is written of a row: the same as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json

import pytest

from backtriage.batch import decisions
from backtriage.batch.decisions import Decided, Reject, Result, Tally, decided
from backtriage.batch.records import (
    REJECT_FIELDS,
    RESULT_FIELDS,
    encoder,
    reject_record,
    result_record,
)
from backtriage.batch.rows import jsonl_rows
from backtriage.decide.assessment import assess
from backtriage.decide.receipt import receipt_of
from tests.support.batches import are_emergencies
from tests.support.protocols import shipped
from tests.support.sheets import CANNOT_PEE, STRAIN

LINES = (
    STRAIN | {"ref": "=A-1", "note": "-2"},
    CANNOT_PEE | {"note": "+cmd|x"},
    {"age": 40, "note": "open"},
    STRAIN | {"age": 580, "nerve_signs": ["saddle"], "note": "bad", "hurt": True},
)


def every() -> list[Decided]:
    lines = [json.dumps(line).encode() for line in LINES]
    rows = jsonl_rows(shipped(), lines, "day.jsonl", ("note",))
    return decided(shipped(), [*rows], are_emergencies)


def result_of(number: int) -> Result:
    found = every()[number]
    assert isinstance(found, Result)
    return found


def test_a_result_is_that_of_assess() -> None:
    for number in range(3):
        result = result_of(number)
        a = assess(shipped(), result.row.validated.answers)
        record = result_record(shipped(), result)

        assert record["urgency"] == a.urgency.id
        assert record["certain"] == a.certain.id
        assert record["status"] == a.status.value
        assert record["service"] == a.service
        assert record["missing"] == a.missing
        assert record["receipt"] == receipt_of(a)
        assert record["digest"] == shipped().digest
        listed = [rule for key in ("reasons", "doubts", "open") for rule in record[key]]  # type: ignore[attr-defined]
        assert sorted(listed) == sorted(reason.rule.id for reason in a.reasons)


def test_a_reject_says_where_and_what_and_quotes_no_answer() -> None:
    reject = every()[3]
    assert isinstance(reject, Reject)
    record = reject_record(shipped(), reject)

    assert set(record) == {*REJECT_FIELDS, "note"}
    assert (record["row"], record["line"], record["note"]) == (4, 4, "bad")
    assert (record["certain"], record["more"]) == ("emergency", 1)
    assert "580" not in str(record["message"])


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ({"suicide": 1}, None),
        ({"Thoughts of ending my life": 1}, None),
        ({"oxygen": 90}, "oxygen"),
        ({"age": 580}, "age"),
        ({"ref": 5}, "ref"),
        ({"protocol": "back_pain/1"}, "protocol"),
    ],
)
def test_a_column_that_can_be_an_answer_is_not_in_a_reject(
    line: dict[str, object], column: str | None
) -> None:
    rows = jsonl_rows(shipped(), [json.dumps(line).encode()], "day.jsonl")
    (reject,) = decided(shipped(), [*rows], are_emergencies)
    assert isinstance(reject, Reject)

    record = reject_record(shipped(), reject)

    assert record["column"] == column
    assert column or not [word for word in line if word in str(record)]


def test_both_formats_say_the_same() -> None:
    head, encode = encoder(".csv", RESULT_FIELDS, ("note",))
    _, as_json = encoder(".jsonl", RESULT_FIELDS, ("note",))
    records = [result_record(shipped(), result_of(number)) for number in range(3)]
    text = (head + b"".join(map(encode, records))).decode()

    for row, record in zip(csv.DictReader(io.StringIO(text)), records, strict=True):
        plain = json.loads(as_json(record))
        assert row.keys() == plain.keys()
        for key, value in plain.items():
            assert row[key].removeprefix("'") == as_cell(value)


def as_cell(value: object) -> str:
    if isinstance(value, list):
        return ";".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def test_no_cell_is_a_formula() -> None:
    head, _ = encoder(".csv", ("row", "source", "ref"), ("=cmd",))
    assert head == b"row,source,'=cmd,ref\n"
    _, encode = encoder(".csv", ("ref",), ("note",))

    written = [
        encode({"ref": each})
        for each in ("=1+1", "@x", "-2", "+3.5", "-cmd", "\tx", "a=b", "x;=1+1", "x;-2;+3.5;-cmd",
                     "x\n=1+1", "'=1+1", "'x")
    ]  # fmt: skip

    assert written == [
        b"'=1+1,\n", b"'@x,\n", b"-2,\n", b"+3.5,\n", b"'-cmd,\n", b"'\tx,\n", b"a=b,\n",
        b"x;'=1+1,\n", b"x;-2;+3.5;'-cmd,\n", b"\"x\n'=1+1\",\n", b"''=1+1,\n",
        b"'x,\n",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["Ann\rB", "Ann\nB", "Ann\r\nB", 'A"B', "A,B"])
def test_no_cell_breaks_its_row(text: str) -> None:
    head, encode = encoder(".csv", ("ref",), ())

    written = (head + encode({"ref": text}) + encode({"ref": "C"})).decode()

    assert [row["ref"] for row in csv.DictReader(io.StringIO(written, newline=""))] == [text, "C"]


def test_every_row_is_counted_once() -> None:
    tally = Tally()
    for each in every():
        tally.add(each, {"pee_trouble"}.__contains__)

    assert tally.rows == 4
    assert sum(tally.urgencies.values()) + sum(tally.rejects.values()) == 4
    assert sum(tally.statuses.values()) == 3
    assert tally.rejected_emergencies == 1
    assert tally.rules
    assert "pee_trouble" not in tally.rules


@pytest.mark.parametrize("count", [1, 5])
def test_rows_keep_their_order_across_chunks(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "CHUNK", 2)
    lines = [json.dumps(LINES[at % 4]).encode() for at in range(count)]
    rows = jsonl_rows(shipped(), lines, "day.jsonl", ("note",))

    found = [
        each
        for chunk in decisions.chunks(rows)
        for each in decided(shipped(), chunk, are_emergencies)
    ]

    assert [each.row.number for each in found] == [*range(1, count + 1)]
