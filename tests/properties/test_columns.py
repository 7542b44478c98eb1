"""Tables in columns mean what their rows mean one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.batch.column_outcomes import (
    CERTAINTIES,
    STATUSES,
    URGENCIES,
    ColumnDecider,
    OutcomeColumns,
    outcome_columns_of,
)
from backtriage.batch.column_receipts import receipts
from backtriage.batch.column_rows import column_row
from backtriage.batch.columns import coded, some_of
from backtriage.batch.rows import Memo
from backtriage.decide.assessment import Assessment, assess
from backtriage.decide.chunk import ChunkEvaluation, Columns, array_carrier
from backtriage.decide.many import SheetDecision, outcomes
from backtriage.decide.receipt import receipt, receipt_of
from backtriage.program.program import Program
from backtriage.protocol.answer_parser import Raw
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import COMPANION, Answers
from backtriage.terms.condition import Compare, Includes
from backtriage.terms.value import NUMBER, SOME_OF, Ticks
from tests.support.builders import choices, emergency_program, question
from tests.support.columns import answers_in, cells_of, random_sheets, table_of
from tests.support.protocols import SHIPPED, cases_in, shipped
from tests.support.strategies import partial_sheets, programs
from tests.support.tier import IS_FULL, examples

SHEETS = 100_000 if IS_FULL else 10_000
"""Random sheets of the shipped protocol."""
ROWS = 5_000


def check_outcomes(
    program: Program, found: OutcomeColumns, expected: Sequence[SheetDecision]
) -> None:
    """Check that columns say of each row what was decided of it."""
    services, questions = [*program.services], [*program.order]
    lists = {name: found.reasons[name].offsets(len(expected)) for name in CERTAINTIES}
    missing = found.missing.offsets(len(expected))
    for row, each in enumerate(expected):
        assert STATUSES[found.status[row]] is each.status
        assert URGENCIES[found.certain[row]] is each.certain
        assert URGENCIES[found.possible[row]] is each.possible
        assert services[found.service[row]] == each.service
        assert bool(found.contradicted[row]) == each.is_contradicted
        for name, offsets in lists.items():
            codes = found.reasons[name].codes[offsets[row] : offsets[row + 1]]
            mine = [reason.rule for reason in each.reasons if reason.certainty == name]
            assert [program.rules[code] for code in codes] == mine
        codes = found.missing.codes[missing[row] : missing[row + 1]]
        assert tuple(questions[code] for code in codes) == each.missing


def columns_of(program: Program, sheets: Sequence[Answers]) -> Columns:
    """Return sheets in columns, as a table gives them."""
    cells = {id_: cells_of(raws) for id_, raws in table_of(program, sheets).items()}
    found = coded(program, len(sheets), cells, {}, Memo())
    assert not found.unusual.any()
    return found.columns


def decide(program: Program, columns: Columns, *, is_asking: bool = True) -> OutcomeColumns:
    """Return what is decided of a chunk."""
    chunk = ChunkEvaluation(program, columns, array_carrier())
    return ColumnDecider(program)(chunk, is_asking=is_asking)


def check_sheets(program: Program, sheets: Sequence[Answers]) -> None:
    """Check every field of what is decided in columns."""
    columns = columns_of(program, sheets)
    decided, expected = decide(program, columns), outcomes(program, sheets)
    check_outcomes(program, decided, expected)
    assert receipts(program, columns, decided) == [
        receipt(program, sheet, (), each) for sheet, each in zip(sheets, expected, strict=True)
    ]


def check_alone(sheets: Sequence[Answers]) -> None:
    """Check that columns come to what each sheet of the shipped protocol comes to alone."""
    columns = columns_of(shipped(), sheets)
    decided = decide(shipped(), columns)
    alone = [assess(shipped(), sheet) for sheet in sheets]
    check_outcomes(shipped(), decided, [decision_of(each) for each in alone])
    assert receipts(shipped(), columns, decided) == [receipt_of(each) for each in alone]


@settings(max_examples=examples(200))
@given(data=st.data(), program=programs())
def test_small_protocols(data: st.DataObject, program: Program) -> None:
    sheets = data.draw(st.lists(partial_sheets(program), min_size=1, max_size=20))
    check_sheets(program, sheets)
    expected = outcomes(program, sheets)
    check_outcomes(program, outcome_columns_of(program, expected), expected)


@pytest.mark.larger
def test_random_sheets_of_the_shipped_protocol() -> None:
    for seed in range(0, SHEETS, ROWS):
        check_sheets(shipped(), random_sheets(shipped(), ROWS, seed))


@pytest.mark.exhaustive
@pytest.mark.once
@pytest.mark.parametrize("seed", range(20))
def test_random_sheets_come_to_what_each_comes_to_alone(seed: int) -> None:
    check_alone(random_sheets(shipped(), 5_000, seed))


def test_every_case_comes_to_what_it_comes_to_alone() -> None:
    check_alone([case.sheet for case in cases_in(SHIPPED)])


def decision_of(alone: Assessment) -> SheetDecision:
    """Return what `assess` says in the words of many sheets."""
    return SheetDecision(
        status=alone.status, certain=alone.certain, possible=alone.possible,
        reasons=alone.reasons, service=alone.service, missing=alone.missing,
        is_contradicted=bool(alone.contradictions),
    )  # fmt: skip


def test_nobody_is_asked_where_nobody_wants_to_know() -> None:
    columns = columns_of(shipped(), [Answers()])

    assert not len(decide(shipped(), columns, is_asking=False).missing.rows)
    assert len(decide(shipped(), columns).missing.rows)


# -- hostile cells ---------------------------------------------------------------------------

NUMBERS = (
    Decimal(65), Decimal("65.0000000000000000000001"), Decimal("NaN"), Decimal("Infinity"),
    Decimal("1e400"), Decimal(-1), Decimal("0.5"), Decimal(10) ** 30, Decimal("-0"), Decimal(3),
)  # fmt: skip
TEXTS = (
    "", " ", "yes", "no", "TRUE", " yes\t", "not_sure", "none", "65", "065", "1e1", "6_5", "NaN",
    "65.0000000000000000000001", "\u0665", "?", ";", "not_sure;", "a;b", "\0", "=1+1", "x" * 300,
)  # fmt: skip
OTHERS: tuple[Raw, ...] = (True, False, {}, b"yes", 1j)


def texts_about(question: Question) -> tuple[str, ...]:
    """Return texts that are answers, or nearly."""
    ids = [choice.id for choice in question.choices]
    return (
        *TEXTS, *ids, *(f"{id_}?" for id_ in ids), ";".join(ids[:2]), ";".join(ids[:1] * 2),
        f"{ids[0]};{ids[0]}?" if ids else "", *(f" {id_}" for id_ in ids[:1]),
    )  # fmt: skip


def column_about(question: Question, source: Random) -> list[Raw]:
    """Return a column as files have them: of one kind, with gaps."""
    texts = texts_about(question)
    draw: Callable[[], Raw] = source.choice([
        lambda: source.choice(texts),
        lambda: source.choice(NUMBERS),
        lambda: source.random() < HALF,
        lambda: source.choice(OTHERS),
        lambda: source.choices(texts, k=source.randrange(4)),
        lambda: source.choices(NUMBERS, k=source.randrange(3)),
    ])  # fmt: skip
    return [None if source.random() < GAPS else draw() for _ in range(WIDTH)]


WIDTH = 50
HALF = 0.5
GAPS = 0.2


@pytest.mark.larger
def test_both_doors_accept_and_refuse_the_same() -> None:
    """A hundred thousand hostile cells with `--full`."""
    source = Random(7)  # noqa: S311 - the same cells in every run
    for _ in range(2_000 if IS_FULL else 200):
        asked = source.choice(shipped().protocol.questions)
        table = {asked.id: column_about(asked, source)}
        doubts = {}
        if source.random() < HALF:
            doubts[asked.id] = np.array([source.random() < GAPS for _ in range(WIDTH)])
        if doubts and source.random() < GAPS:
            table = {}
        cells = {id_: cells_of(raws) for id_, raws in table.items()}

        found = coded(shipped(), WIDTH, cells, doubts, Memo())

        for at in range(WIDTH):
            row = [(id_, raws[at]) for id_, raws in table.items()]
            row += [(id_ + COMPANION, bool(marks[at])) for id_, marks in doubts.items()]
            validated = column_row(shipped(), at, "x", row, (), Memo()).validated
            assert validated.is_valid == (not found.unusual[at]), row
            if validated.is_valid:
                assert answers_in(shipped(), found.columns, at) == validated.answers, row


def test_more_numbers_than_a_byte_can_hold() -> None:
    age = question("age", NUMBER, least=0, most=999)
    program = emergency_program(age, when=Compare("age", ">=", Decimal(500)))

    check_sheets(program, [Answers({"age": Decimal(years)}) for years in range(1000)])


def test_more_items_than_one_number_can_hold() -> None:
    items = tuple(f"item_{at}" for at in range(50))
    many = question("many", SOME_OF, choices=choices(*items))
    program = emergency_program(many, when=Includes("many", items[-1]))
    ticks = [Ticks(frozenset((one,)), frozenset((two,))) for one, two in pairwise(items)]

    check_sheets(program, [Answers({"many": each}) for each in ticks])


def test_some_rows_of_a_chunk() -> None:
    sheets = random_sheets(shipped(), 20, 0)
    columns = columns_of(shipped(), sheets)
    codes, values = columns.codes["age"]
    columns = replace(columns, codes={**columns.codes, "age": ([*codes], values)})

    some = some_of(columns, np.array([3, 7, 19]))

    assert [answers_in(shipped(), some, at) for at in range(3)] == [
        sheets[at] for at in (3, 7, 19)
    ]


def test_what_is_carried_is_what_any_format_can_hold() -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    cells = [("name", "Ann"), ("born", moment), ("number", Decimal(7)), ("age", Decimal(40))]

    row = column_row(shipped(), 1, "x", cells, ("name", "born", "number"), Memo())

    assert row.kept == {"name": "Ann", "born": "2026-01-02 00:00:00+00:00", "number": 7}
    assert row.validated.answers == Answers({"age": Decimal(40)})
