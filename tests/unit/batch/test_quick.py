"""What the quick doors leave to the exact ones, and how much they remember."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from backtriage.batch import quick, quick_cells, quick_lines, records
from backtriage.batch.decisions import AnyRow, decided
from backtriage.batch.quick import QuickResult, QuickRow
from backtriage.batch.quick_cells import quick_csv_rows
from backtriage.batch.quick_lines import quick_jsonl_rows
from backtriage.batch.records import ResultEncoder
from backtriage.batch.rows import Row
from backtriage.decide import many
from backtriage.decide.chunk import columns_of
from backtriage.decide.many import Decider
from backtriage.terms.problem import Problem
from tests.support.batches import are_emergencies
from tests.support.protocols import shipped, tiny
from tests.support.sheets import CANNOT_PEE, STRAIN

LINES = [json.dumps(sheet).encode() + b"\n" for sheet in (STRAIN, CANNOT_PEE, STRAIN)]


def are_quick(rows: Sequence[AnyRow]) -> list[bool]:
    return [isinstance(row, QuickRow) for row in rows]


def test_a_blank_line_is_no_row_and_has_no_number() -> None:
    blank, first, *others = b"\n", *LINES
    rows = [*quick_jsonl_rows(shipped(), [first, blank, *others], "day.jsonl")]
    assert are_quick(rows) == [True] * 3
    assert [row.number for row in rows] == [1, 2, 3]


def test_usual_rows_are_quick() -> None:
    assert are_quick([*quick_jsonl_rows(shipped(), LINES, "day.jsonl")]) == [True] * 3
    lines = ["ref,age\n", "a,44\n", '"b",45\r\n', "c,46", "\n", "\n"]
    assert are_quick([*quick_csv_rows(shipped(), lines, "day.csv")]) == [True] * 3


def test_text_that_is_not_utf8_and_empty_rows_take_the_exact_door() -> None:
    lines = ["ref,age\n", "a,\udcff\n", "ä,44\n", " ,\t\n", "b,44,\n"]
    assert not any(are_quick([*quick_csv_rows(shipped(), ["age\n", "4\r4\n"], "day.csv")]))
    assert are_quick([*quick_csv_rows(shipped(), lines, "day.csv")]) == [False, True, False, False]


def test_a_refused_table_and_carried_answers_take_the_exact_door() -> None:
    why = Problem(code="A113", message="no text")
    assert not any(are_quick([*quick_jsonl_rows(shipped(), LINES, "day.jsonl", why=why)]))
    assert not any(are_quick([*quick_jsonl_rows(shipped(), LINES, "day.jsonl", ("age",))]))
    assert not any(are_quick([*quick_csv_rows(shipped(), ["age\n", "4\n"], "d.csv", ("age",))]))


def test_a_row_without_questions_is_nobodys_answer() -> None:
    rows = [*quick_csv_rows(shipped(), ["ref\n", "a\n"], "day.csv")]
    (found,) = decided(shipped(), rows, are_emergencies)
    (other,) = decided(
        shipped(), [*quick_jsonl_rows(shipped(), [b'{"ref":"a"}\n'], "day.csv")], are_emergencies
    )
    assert isinstance(found, QuickResult)
    assert isinstance(other, QuickResult)
    assert (found.outcome, found.receipt) == (other.outcome, other.receipt)


@pytest.mark.parametrize("most", [0, 2])
def test_nothing_is_lost_by_what_is_not_remembered(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def every() -> list[bytes]:
        csv = ["age,sex\n", "44,male\n", f"44,{' ' * 1001}male\n", "45,female\n"]
        long = b'{"age":44' + b" " * 1001 + b"}\n"
        found = []
        for rows in (
            [*quick_jsonl_rows(shipped(), [*LINES, long, *LINES], "day.jsonl")],
            [*quick_csv_rows(shipped(), csv, "day.csv")],
        ):
            encode = ResultEncoder(shipped(), ".jsonl", ())
            for _ in range(2):
                some = decided(shipped(), rows, are_emergencies)
                found += [encode(each) for each in some if isinstance(each, QuickResult)]
        return found

    expected = every()
    for module in (quick, quick_lines, quick_cells, records):
        monkeypatch.setattr(module, "MOST_KNOWN", most)
    monkeypatch.setattr(many, "_MOST_KNOWN", most)

    assert every() == expected


def test_more_answers_than_can_be_numbered_take_the_exact_door(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(quick, "_MOST_CODES", 3)
    lines = [b'{"age":%d}\n' % age for age in (44, 45, 44)]

    assert are_quick([*quick_jsonl_rows(shipped(), lines, "day.jsonl")]) == [True, False, True]


def test_more_answers_than_a_byte_can_number_are_decided_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [*quick_jsonl_rows(shipped(), LINES, "day.jsonl")]
    expected = decided(shipped(), rows, are_emergencies)
    monkeypatch.setattr(quick, "_MOST_BYTES", 2)

    assert decided(shipped(), rows, are_emergencies) == expected


@pytest.mark.parametrize(
    "line",
    [
        b'{"name": "Ann", "airway": ["breathing"], "airway": ["breathing"],"years":30}',
        b'{"name":"Ann [3]","airway":"not_sure","airway":["breathing"],"years":30}',
    ],
    ids=["in one piece by its spaces", "in one piece by a bracket"],
)
def test_a_key_that_stands_twice_beside_a_text_is_refused(line: bytes) -> None:
    """A comma and a space do not end a piece; nor does a list that seems to have begun."""
    (row,) = quick_jsonl_rows(tiny(), [line + b"\n"], "a.jsonl", ("name",))

    assert isinstance(row, Row)
    assert [problem.code for problem in row.validated.problems] == ["A108"]


def test_no_sheets_have_no_decisions() -> None:
    assert Decider(shipped())(columns_of(shipped(), [])) == []
