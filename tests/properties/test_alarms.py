"""Emergencies in refused sheets: found many at once, they are those of each sheet alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.batch.alarms import Alarms
from backtriage.batch.rows import jsonl_rows
from backtriage.decide.assessment import assess_readable, urgency_range
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.many import certain_emergencies
from backtriage.exchange.migration import asking
from backtriage.exchange.old_sheet import Past, past_of
from backtriage.program.program import Program
from backtriage.program.validate import ValidatedSheet, plain_answers
from backtriage.shell.older_sheets import Meanings, assess_as_older, read_meanings
from backtriage.terms.urgency import Urgency
from tests.support.protocols import SHIPPED, shipped
from tests.support.strategies import partial_sheets, programs
from tests.support.tier import examples

SLIPS: tuple[Mapping[str, object], ...] = (
    {"age": 999}, {"bogus": 1}, {"sex": "mal"}, {"answering_for": "nobody"}, {"collapse": "chest"},
    {"collapse": ["chset"]}, {"nerve_signs": "saddle"}, {"danger": ["chest"]}, {"danger": []},
    {"danger": ["chest?"], "age": 40}, {"danger": ["chset"]}, {"nerves": ["saddle"], "harm": []},
    {"start": "blue", "age": 70}, {"protocol": "back_pain/1", "nerves": ["saddle?"]},
    {"Collapse": ["breath"]}, {"collapse.chest": "yes"}, {"illness_signs": ["fever"], "zzz": 1},
    {"limbs": ["leg_weak"], "start": "red"}, {"harm": ["suicide"]}, {"protocol": "other/1"},
)  # fmt: skip
"""What makes a sheet invalid, of this version and of the first."""


@cache
def meanings() -> Meanings:
    return read_meanings(shipped(), SHIPPED)


@cache
def past() -> Past:
    return past_of(shipped(), meanings().recorded, meanings().table)


def is_emergency(sheet: ValidatedSheet) -> bool:
    """Return what `assess` says of a refused sheet alone."""
    found = assess_readable(shipped(), sheet)
    if found.certain is not Urgency.EMERGENCY:
        found = assess_as_older(shipped(), meanings(), sheet) or found
    return found.certain is Urgency.EMERGENCY


def check_alarms(values: Sequence[Mapping[str, object]]) -> None:
    lines = [json.dumps(each).encode() for each in values]
    rows = jsonl_rows(shipped(), lines, "day.jsonl")
    sheets = [row.validated for row in rows if not row.validated.is_valid]

    found = Alarms(shipped(), past)(sheets)

    assert found == [is_emergency(sheet) for sheet in sheets]


@settings(max_examples=examples())
@given(data=st.data())
def test_many_refused_sheets_are_the_emergencies_that_each_is_alone(data: st.DataObject) -> None:
    slips = st.tuples(st.sampled_from(SLIPS), st.sampled_from(({}, *SLIPS)))
    check_alarms([
        {**plain_answers(shipped(), data.draw(partial_sheets(shipped()))), **slip, **more}
        for slip, more in data.draw(st.lists(slips, min_size=1, max_size=4))
    ])  # fmt: skip


@pytest.mark.exhaustive
def test_every_two_slips_are_what_they_are_alone() -> None:
    check_alarms([{**slip, **more} for slip in SLIPS for more in SLIPS])


@given(data=st.data(), program=programs())
def test_a_question_that_counts_as_asked_is_as_one_without_a_guard(
    data: st.DataObject, program: Program
) -> None:
    sheets = [data.draw(partial_sheets(program)) for _ in range(3)]
    ids = st.frozensets(st.sampled_from([*program.questions]))
    asked = [data.draw(ids) for _ in sheets]

    found = certain_emergencies(program, sheets, asked)

    assert found == [
        urgency_range(Evaluation(asking(program, some), sheet))[0] is Urgency.EMERGENCY
        for sheet, some in zip(sheets, asked, strict=True)
    ]
    assert certain_emergencies(program, []) == ()
