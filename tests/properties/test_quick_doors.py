"""The quick doors of a batch accept, refuse and mean the same as the exact ones."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator, Sequence
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.batch.csv_rows import csv_rows
from backtriage.batch.decisions import AnyRow, Result, decided
from backtriage.batch.quick import QuickResult, QuickRow
from backtriage.batch.quick_cells import quick_csv_rows
from backtriage.batch.quick_lines import quick_jsonl_rows
from backtriage.batch.records import RESULT_FIELDS, ResultEncoder, encoder, result_record
from backtriage.batch.rows import Row, jsonl_rows
from backtriage.decide.assessment import assess
from backtriage.decide.reasons import CERTAIN, MISSING, NOT_SURE
from backtriage.decide.receipt import receipt_of
from backtriage.program.sheet import sheet_from_bytes
from backtriage.program.validate import ValidatedSheet, validate
from backtriage.protocol.protocol import Question
from backtriage.terms.value import NUMBER, ONE_OF, SOME_OF
from tests.support.protocols import shipped
from tests.support.tier import IS_FULL, examples, sampled

KEEP: Final = ("name", "bed")
FILES: Final = examples(250) if IS_FULL else 5
"""How many files: a refused row takes long, and each has dozens."""

LINES: Final = 200

HOSTILE: Final = (
    "65.0000000000000000000001", "65.0", "6.5e1", "1e400", "-0", "044", "NaN", "Infinity", "null",
    "true", "1", '"yes"', '"not_sure"', '"65"', "[]", '["chest","chest"]', '["chest?","breath"]',
    '["not_sure"]', "[1]", "{}", '{"a":1}', '""', '"x,\\"y"', '"\\u0061"', '"a,"', '"\\u0000"',
    '"ü"', '"\u202e"', '[["chest"]]', '"self"', "[ ]", '[ "chest" , "breath" ]', "65 ", '["chest"',
)  # fmt: skip
NAMES: Final = (b'"Ann"', b'"Ann [ward 3]"', b'"Ann [3"', b'" a, b]"')
"""What is carried over, and may be taken for the beginning of a list."""
KEYS: Final = (
    "age", "collapse", "sex", "ref", "name", "bed", "protocol", "checked", "Age", "zzz",
    "a\\u0067e", "nerve_signs", "child_signs", "ag\\ne", "",
)  # fmt: skip
BYTES: Final = (
    b"{",
    b"}",
    b'"',
    b",",
    b":",
    b" ",
    b"\\",
    b"\t",
    b"\r",
    b"0",
    b"\xff",
    b"\0",
    b"?",
)
CELLS: Final = (
    "65.0000000000000000000001", "65.0", "1e400", "NaN", " 44 ", "044", "not_sure", "none", "YES",
    "chest;breath?", "chest; breath", '"chest;breath"', '"a ""b"""', '"open', 'mid"dle', "a,b",
    "\ufeff44", "\udcff", "x\ry", "=1+1", "\t", "", "ü", "[chest]", "back_pain/1",
)  # fmt: skip


def answer(source: random.Random, question: Question, likely: float) -> object:
    """Draw an answer as JSON has it."""
    if question.allows_not_sure and source.random() < likely / 4:
        return "not_sure"
    if question.kind == NUMBER:
        return source.randint(question.least, question.most)
    if question.kind == ONE_OF:
        return source.choice(question.choices).id
    if question.kind == SOME_OF:
        mark = ("", "?") if question.allows_not_sure else ("",)
        some = [c for c in question.choices if source.random() < likely]
        return [c.id + source.choice(mark) for c in some]
    return source.random() < likely


def sheets(source: random.Random, count: int) -> Iterator[dict[str, object]]:
    """Draw sheets with missing answers, and with few or many findings and doubts."""
    for number in range(count):
        likely, absent = source.choice((0.01, 0.1, 0.4)), source.choice((0.0, 0.1, 0.5))
        sheet = {
            question.id: answer(source, question, likely)
            for question in shipped().protocol.questions
            if source.random() >= absent
        }
        yield {"ref": f"P{number}", **sheet} if source.random() < 0.8 else sheet


def spoilt(source: random.Random, line: bytes) -> bytes:
    """Return a line with a slip or an attack."""
    at = source.randrange(1, max(2, len(line)))
    pair = f'"{source.choice(KEYS)}":{source.choice(HOSTILE)}'.encode()
    places = [at for at in range(len(line)) if line.startswith(b',"', at)] or [len(line)]
    place = source.choice(places)
    space = source.choice((b",", b", ", b" ,", b",\t"))
    end = source.choice((b"", b"\r\n", b" \n"))
    named = b'{"name":' + space[1:] + source.choice(NAMES)
    return source.choice((
        line,
        line[:at] + source.choice(BYTES) + line[at + source.randrange(2) :],
        line[:at],
        b"{" + pair + b"," + line[1:],
        line.rstrip(b"}\n") + b"," + pair + b"}" + end,
        *[line[:place] + space + pair + line[place:]] * 3,
        named + space + pair + space + pair + b"," + line[1:],
        named + space + pair + b"," + line[1:],
    ))  # fmt: skip


def check_same(quick: Sequence[AnyRow], exact: Sequence[Row]) -> int:
    """Check that rows are the same, and return how many came through the quick door."""
    assert [row.number for row in quick] == [row.number for row in exact]
    pairs = [(q, e) for q, e in zip(quick, exact, strict=True) if isinstance(q, QuickRow)]
    for q, e in zip(quick, exact, strict=True):
        if isinstance(q, Row):
            assert (q.validated.answers, q.kept) == (e.validated.answers, e.kept)
            assert q.validated.problems == e.validated.problems
    assert all(e.validated.is_valid and not e.validated.checked for _, e in pairs)
    found = decided(shipped(), [q for q, _ in pairs], none_is)
    expected = decided(shipped(), [e for _, e in pairs], none_is)
    for extension in (".csv", ".jsonl"):
        encode = ResultEncoder(shipped(), extension, KEEP)
        head, encode_record = encoder(extension, RESULT_FIELDS, KEEP)
        assert encode.head == head
        for one, two in zip(found, expected, strict=True):
            assert isinstance(one, QuickResult)
            assert isinstance(two, Result)
            record = result_record(shipped(), two)
            assert encode(one) == encode_record(record)
    for q, e in pairs[:3]:
        row = q.door.row(q)
        assert (row.number, row.kept) == (e.number, e.kept)
        assert row.validated.answers == e.validated.answers
    return len(pairs)


def none_is(some: Sequence[ValidatedSheet]) -> list[bool]:
    return [False] * len(some)


@pytest.mark.larger
@settings(max_examples=FILES, deadline=None)
@given(seed=st.integers(0, 2**32), cut=st.sampled_from([(",", ":"), (", ", ": ")]))
def test_hostile_json_lines(seed: int, cut: tuple[str, str]) -> None:
    source = random.Random(seed)  # noqa: S311 - draws no secret
    written = [json.dumps(each, separators=cut).encode() for each in sheets(source, LINES)]
    lines = [spoilt(source, line + b"\n") for line in written]
    exact = [*jsonl_rows(shipped(), lines, "day.jsonl", KEEP)]
    quick = [*quick_jsonl_rows(shipped(), lines, "day.jsonl", KEEP)]
    assert check_same(quick, exact) >= LINES // 20


def cells(source: random.Random, names: Sequence[str]) -> Iterator[list[str]]:
    for sheet in sheets(source, LINES):
        row = []
        for name in names:
            value = sheet.get(name, "")
            text = ";".join(value) or "none" if isinstance(value, list) else str(value)
            row.append(text.lower() if isinstance(value, bool) else text)
        if source.random() < 0.5:
            row[source.randrange(len(row))] = source.choice(CELLS)
        yield row


@pytest.mark.larger
@settings(max_examples=FILES, deadline=None)
@given(seed=st.integers(0, 2**32), end=st.sampled_from(["\n", "\r\n"]))
def test_hostile_csv(seed: int, end: str) -> None:
    source = random.Random(seed)  # noqa: S311 - draws no secret
    names = ["ref", *KEEP, *shipped().questions]
    source.shuffle(names)
    lines = [",".join(names) + end]
    for row in cells(source, names):
        text = io.StringIO()
        csv.writer(text, lineterminator=end).writerow(row)
        raw = ",".join(row) + end
        lines.append(source.choice((raw, raw, text.getvalue(), end)))
    lines = [line for text in lines for line in text.splitlines(keepends=True)]
    exact = [*csv_rows(shipped(), lines, "day.csv", KEEP)]
    quick = [*quick_csv_rows(shipped(), lines, "day.csv", KEEP)]
    assert check_same(quick, exact) >= LINES // 20


@pytest.mark.parametrize("part", sampled(map(str, range(100)), fast=[*map(str, range(10))]))
def test_each_of_many_random_sheets_is_that_of_assess(part: str) -> None:
    source = random.Random(int(part))  # noqa: S311 - draws no secret
    lines = [json.dumps(each).encode() + b"\n" for each in sheets(source, 1000)]
    rows = [*quick_jsonl_rows(shipped(), lines, "day.jsonl")]
    assert all(isinstance(row, QuickRow) for row in rows)
    for line, found in zip(lines, decided(shipped(), rows, none_is), strict=True):
        assert isinstance(found, QuickResult)
        sheet = validate(shipped(), sheet_from_bytes(line, "", is_yaml=False))
        a = assess(shipped(), sheet.answers, None, sheet.ref, sheet.checked)
        of = {kind: [r.rule.id for r in a.reasons if r.certainty == kind] for kind in KINDS}
        assert result_record(shipped(), found) == {
            "row": found.row.number, "source": "day.jsonl", "ref": sheet.ref,
            "status": a.status.value, "urgency": a.possible.id, "certain": a.certain.id,
            "service": a.service, "reasons": of[CERTAIN], "doubts": of[NOT_SURE],
            "open": of[MISSING], "missing": a.missing, "contradicted": bool(a.contradictions),
            "receipt": receipt_of(a), "digest": shipped().digest,
        }  # fmt: skip


KINDS: Final = (CERTAIN, NOT_SURE, MISSING)
