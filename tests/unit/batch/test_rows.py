"""Rows of JSON lines, and answers that are parsed once."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.batch.decisions import chunks
from backtriage.batch.records import encoder
from backtriage.batch.rows import Memo, Row, each_way, jsonl_rows, sheet_row
from backtriage.program.readings import reading_of
from backtriage.program.sheet import Sheet, sheet_from_bytes
from backtriage.protocol.answer_parser import InvalidAnswer, Raw, parse_answer
from tests.support.protocols import shipped, tiny

WELL = b'{"years": 30, "airway": [], "days": "under_1_week", "feverish": false}'

raw = st.recursive(
    st.none()
    | st.booleans()
    | st.decimals(allow_nan=True)
    | st.sampled_from(["not_sure", "back", "chest", "30", "yes", "none", "", "back;neck"])
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


def rows_of(*lines: bytes, keep: tuple[str, ...] = ()) -> list[Row]:
    return [*jsonl_rows(tiny(), [line + b"\n" for line in lines], "day.jsonl", keep)]


def test_a_line_is_a_sheet() -> None:
    first, second = rows_of(b"\xef\xbb\xbf" + WELL, b"", WELL.replace(b"30", b'30, "ref": "B"'))

    assert (first.number, second.number, second.validated.ref) == (1, 2, "B")
    assert first.validated.answers == second.validated.answers


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"years": 30', "A110"),
        (b"[]", "A109"),
        (b'{"years": 30, "years": 30}', "A108"),
        (b'{"years": NaN}', "A102"),
        (b'{"years": 1e400}', "A103"),
        (b'{"years": 65.0000000000000000000001}', "A103"),
        (b'{"yaers": 30}', "A101"),
        (b'{"years": "\xff"}', "A113"),
    ],
)
def test_a_broken_line_is_rejected_alone(line: bytes, code: str) -> None:
    good, broken, again = rows_of(WELL, line, WELL)

    (problem, *_) = broken.validated.problems
    assert problem.location.line == 2
    assert problem.code == code
    assert good.validated.is_valid
    assert again.validated.is_valid


def test_keys_that_are_kept_are_no_answers() -> None:
    (row,) = rows_of(WELL.replace(b"30", b'30, "n": 7, "x": 0.5'), keep=("n", "x", "absent"))

    assert row.validated.is_valid
    assert row.kept == {"n": 7, "x": 0.5}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (b"7", 7), (b"-0.1", -0.1), (b"true", True), (b"null", None), (b'"x"', "x"),
        (b"0.12345678901234567890123", "0.12345678901234567890123"),
        (b"1e9999999", "1E+9999999"), (b"1e-9999999", "1E-9999999"), (b"NaN", "NaN"),
        (b"9" * 20, "9" * 20), (b'"\\ud800"', "\\ud800"), (b'["\\ud800"]', '["\\ud800"]'),
        (b'{"a": 1.5}', '{"a": "1.5"}'),
    ],
)  # fmt: skip
def test_whatever_is_kept_can_be_written(written: bytes, expected: object) -> None:
    (row,) = rows_of(WELL.replace(b"30", b'30, "x": ' + written), keep=("x",))
    found = row.kept["x"]

    assert (type(found), found) == (type(expected), expected)
    for extension in (".csv", ".jsonl"):
        encoder(extension, (), ("x",))[1]({"x": found}).decode()


@given(st.lists(st.tuples(st.sampled_from([*shipped().protocol.questions]), raw), max_size=8))
def test_equal_answers_are_parsed_alike(given_: list[tuple[object, object]]) -> None:
    memo = Memo()
    for question, value in given_ * 2:
        for text in (False, True):
            expected = parse_answer(question, value, text=text)  # type: ignore[arg-type]
            found = memo(question, value, text=text)  # type: ignore[arg-type]
            if isinstance(expected, InvalidAnswer):
                assert isinstance(found, InvalidAnswer)
                assert found.code == expected.code
            else:
                assert (type(found), found) == (type(expected), expected)


def test_no_more_answers_are_remembered_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backtriage.batch.rows._MOST_KNOWN", 1)
    question = tiny().questions["years"]
    memo = Memo()

    assert [memo(question, Decimal(age), text=False) for age in (30, 40, 40)] == [30, 40, 40]


def test_a_sheet_of_its_own_is_the_first_row_of_its_file() -> None:
    row = sheet_row(tiny(), sheet_from_bytes(WELL, "a.json", is_yaml=False), "a.json")

    assert (row.number, row.source, row.kept, row.validated.is_valid) == (1, "a.json", {}, True)


def test_true_is_not_one() -> None:
    question = tiny().questions["feverish"]
    memo = Memo()

    assert memo(question, raw=True, text=False) is True
    assert isinstance(memo(question, Decimal(1), text=False), InvalidAnswer)


@pytest.mark.parametrize(("kept", "rows"), [("x", 512), ("x" * 500_000, 17), (7, 512)])
def test_long_texts_make_chunks_of_fewer_rows(kept: Raw, rows: int) -> None:
    """All of a chunk are in memory together, whatever is carried over."""
    (row,) = rows_of(WELL)
    many = (replace(row, kept={"note": kept}) for _ in range(1_000))

    assert len(next(chunks(many))) == rows


@pytest.mark.parametrize("count", [0, 1])
def test_what_stops_the_reading_comes_after_the_rows_before_it(count: int) -> None:
    def some() -> Iterator[Row]:
        yield from rows_of(*[WELL] * count)
        raise KeyboardInterrupt

    read = chunks(some())

    assert [len(next(read)) for _ in range(count)] == [1] * count
    with pytest.raises(KeyboardInterrupt):
        next(read)


@pytest.mark.parametrize("most", [0, 1])
def test_an_answer_that_was_refused_is_read_once(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row with a comma too many is read in hundreds of ways, most of whose cells are equal."""
    monkeypatch.setattr("backtriage.batch.rows._MOST_KNOWN", most)
    read = Mock(side_effect=reading_of)
    monkeypatch.setattr("backtriage.batch.rows.reading_of", read)
    question, memo = tiny().questions["days"], Memo()
    answers: list[Raw] = ["longerr", "longerr", ["longerr"], "x" * 2_000]

    found = [memo.read(question, each, text=True) for each in answers * 2]

    assert found == [reading_of(question, each, text=True) for each in answers * 2]
    assert read.call_count == (5 if most else 8)


def test_columns_of_the_same_name_are_tried_together_and_mixed() -> None:
    row = Sheet(values={"a": "1", "b": "1", "c": "x"}, doubled={"a": ("1", "2"), "b": ("1", "2")})

    first, *others = each_way(row)

    assert (first.values, first.duplicates) == ({"c": "x"}, ("a", "b"))
    assert {(each.values["a"], each.values["b"]) for each in others} == {*product("12", repeat=2)}
    assert not [each for each in others if each.doubled or each.duplicates]


def test_very_many_columns_of_the_same_name_are_not_all_tried() -> None:
    names = [f"q{at}" for at in range(30)]
    row = Sheet(values=dict.fromkeys(names, "a"), doubled=dict.fromkeys(names, ("a", *"b" * 999)))

    others = [*each_way(row)][1:]

    assert len(others) < 100
    assert {each.values[name] for each in others for name in names} == {"a", "b"}


def test_a_row_whose_columns_have_names_of_their_own_has_one_meaning() -> None:
    row = Sheet(values={"a": "1"})

    assert [each.values for each in each_way(row)] == [row.values]
