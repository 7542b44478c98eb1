"""What rules read of a journal; and that nothing looks better for a worse recent week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtriage.journal.days import days_of
from backtriage.journal.features import Course, features
from backtriage.terms.answers import Answers
from backtriage.terms.value import NOT_SURE, Value
from tests.support.journal_entries import FIRST, NAMED, PAINS, entry, kept, last, program, reading

PROGRAM: Final = program()

WEEK_OF_SIX: Final = (6, 6, 6, 6, 6, 6, 6)


def read(*pains: float | None) -> dict[str, Value | None]:
    """Return the features of a journal with one entry a day; None is a day without any."""
    found = features(PROGRAM, kept(*pains), last(*pains))
    return {name: found.value(name) for name in NAMED}


def numbers(*pains: float | None) -> dict[str, float]:
    """Return the features that are known numbers."""
    return {k: float(v) for k, v in read(*pains).items() if isinstance(v, Decimal)}


def test_without_a_journal_nothing_is_answered() -> None:
    assert features(PROGRAM, (), FIRST) == Answers()
    assert features(PROGRAM, kept(3), FIRST - timedelta(1)) == Answers()


def test_in_the_first_week_there_is_nothing_to_compare() -> None:
    found = read(*WEEK_OF_SIX)
    assert found["recent_worst"] == 6
    unknown = {"start", "best", "fall", "fall_percent", "rise", "days_above"}
    assert {name for name, value in found.items() if value is NOT_SURE} == unknown
    assert (found["kept"], found["weeks"], found["recent"]) == (True, 0, 6)


def test_a_week_later_there_is() -> None:
    assert numbers(4, 5, 4, *WEEK_OF_SIX) == {
        "weeks": 1, "start": 4, "best": 4, "recent": 6, "recent_worst": 6, "fall": 0,
        "fall_percent": 0, "rise": 2, "days_above": 7, "setbacks": 3, "days_with": 0,
    }  # fmt: skip


def test_from_seven_to_four() -> None:
    found = numbers(7, 7, 8, 6, 7, 7, 7, 6, 5, 5, 5, 5, 5, 5, 4, 4, 4, 3, 4, 4, 5)
    assert found == {
        "weeks": 2, "start": 7, "best": 5, "recent": 4, "recent_worst": 5, "fall": 3,
        "fall_percent": 42.5, "rise": 0, "days_above": 0, "setbacks": 0, "days_with": 0,
    }  # fmt: skip


def test_no_number_this_week_is_not_known() -> None:
    found = read(5, 5, 5, *[None] * 18, None)
    assert found["recent"] is found["fall"] is found["rise"] is found["days_above"] is NOT_SURE
    assert (found["weeks"], found["start"], found["best"]) == (3, 5, 5)


def test_entries_without_a_number_say_that_a_journal_is_kept() -> None:
    found = features(PROGRAM, days_of([entry(0)]), FIRST + timedelta(30))
    assert (found.value("kept"), found.value("weeks")) == (True, 4)
    assert found.value("start") is found.value("recent") is NOT_SURE


def test_a_start_of_nothing_cannot_fall() -> None:
    found = numbers(*[0] * 7, *[2] * 7)
    assert (found["fall"], found["fall_percent"], found["rise"]) == (0, 0, 2)


def test_days_with_a_yes_are_counted_once_each() -> None:
    yes, no, unsure = (Answers({"seen": v}) for v in (True, False, NOT_SURE))
    days = days_of([
        entry(0, answers=yes), entry(0, answers=yes, id="again"), entry(1, answers=no),
        entry(2, answers=unsure), entry(3, answers=no), entry(3, answers=yes, id="later"),
    ])  # fmt: skip
    assert features(PROGRAM, days, FIRST + timedelta(3)).value("days_with") == 2


def test_what_does_not_fit_is_cut_to_the_range_and_rounded_to_the_cautious_side() -> None:
    narrow = {
        name: reading(NAMED[name], most=4, step="1")
        for name in ("weeks", "fall", "recent", "rise")
    }
    pains = (9, 9, 9, *[None] * 50, 3, 4, 4)
    small = program()
    small = type(small)(**{
        **{f: getattr(small, f) for f in small.__struct_fields__},
        "questions": {**small.questions, **narrow},
    })  # fmt: skip
    found = features(small, kept(*pains), last(*pains))
    assert [found.value(name) for name in narrow] == [4, 4, 4, 0]


def test_setbacks_are_days_above_the_best_week_so_far() -> None:
    """A day is no setback for being worse than what came only later."""
    pains = (7,) * 7 + (5,) * 3 + (9,) + (5,) * 3 + (2,) * 7 + (4, 2, 3, 2, 2, 2, 2)
    course = Course(kept(*pains), "pain", last(*pains))
    assert course.setback_days(2) == (FIRST + timedelta(10), FIRST + timedelta(21))
    assert course.setback_days(3) == ()


def test_weeks_are_counted_from_the_first_day_and_may_be_empty() -> None:
    pains = (6, 8, 7) + (None,) * 11 + (4,) * 3 + (None,) * 7
    course = Course(kept(*pains), "pain", last(*pains))
    assert course.weeks == (
        (FIRST + timedelta(7), Decimal(7)), (FIRST + timedelta(21), Decimal(4)),
    )  # fmt: skip
    assert (course.recent, course.recent_worst()) == (None, None)


def once(*pains: float | None) -> Course:
    """Return the course of a journal with one entry a day."""
    return Course(kept(*pains), "pain", last(*pains))


def once_a_week(*pains: float | None) -> Course:
    """Return the course of a journal with an entry on the first day of each week."""
    days = [pain for pain in pains for pain in (pain, *[None] * 6)][:-6]
    return Course(kept(*days), "pain", last(*days))


def test_weeks_with_few_days_count_together() -> None:
    course = once_a_week(8, 6, 7, 5, 3, 4)
    assert course.weeks == ((FIRST + timedelta(21), Decimal(7)),)
    assert (course.recent, course.recent_worst(), course.change()) == tuple(
        map(Decimal, (4, 5, 3))
    )


def test_the_best_week_is_no_worse_for_a_day_that_a_new_entry_pushes_into_the_past() -> None:
    """Of 4, 4, 5 and then 8, the last is one of the recent days until there are three later."""
    pains = (4, 4, 5, 8, *[None] * 6, 6, None, None, 7)
    before, after = (once(*pains, more) for more in (None, 10))
    assert [before.start, before.best, before.recent] == [4, 4, 7]
    assert [after.start, after.best, after.recent] == [Decimal("4.5"), 4, 7]


def test_fewer_than_three_days_below_the_start_are_no_fall() -> None:
    assert once_a_week(8, 8, 8, None, 2, 2).change() is None
    assert once_a_week(8, 8, 8, None, 2, 2, 10).change() == 0
    assert once_a_week(8, 8, 8, None, 2, 2, 7).change() == 6


def test_no_stretch_is_longer_than_three_weeks() -> None:
    assert once_a_week(8, None, 6, 7, 7, None, 3, 4).weeks == (
        (FIRST + timedelta(35), Decimal(7)),
    )
    assert once_a_week(8, 6, 7, 5, None, 3, 4).recent is None


@pytest.mark.parametrize("pains", [(0, 0), (0, None, None, 0), (0,)])
def test_one_or_two_days_say_nothing(pains: tuple[float | None, ...]) -> None:
    found = read(*WEEK_OF_SIX, *[None] * 21, *pains)
    assert found["start"] == 6
    unknown = {"recent", "recent_worst", "fall", "fall_percent", "rise", "days_above"}
    assert {found[name] for name in unknown} == {NOT_SURE}


def test_a_middle_of_nothing_is_not_the_worst() -> None:
    found = read(0, 0, 0, 0, 6, 8, 9)
    assert (found["recent"], found["recent_worst"]) == (0, 9)


@given(
    pains=st.lists(st.none() | PAINS, min_size=1, max_size=40),
    at=st.integers(0, 6),
    by=st.integers(1, 10),
)
def test_a_worse_day_of_the_recent_week_makes_nothing_look_better(
    pains: Sequence[Decimal | None], at: int, by: int
) -> None:
    """Exactly: no feature moves to the better end of its range."""
    place = len(pains) - 1 - at
    if place < 0 or pains[place] is None:
        return
    worse = [*pains]
    worse[place] = min(Decimal(10), (pains[place] or Decimal(0)) + by)
    before, after = (
        features(PROGRAM, kept(*map(_plain, each)), last(*map(_plain, each)))
        for each in (pains, worse)
    )
    for name in NAMED:
        old, new = before.value(name), after.value(name)
        assert type(old) is type(new)
        if isinstance(old, Decimal) and isinstance(new, Decimal):
            assert new <= old if name.startswith("fall") else new >= old
    for name in ("start", "best", "weeks", "days_with"):
        assert before.value(name) == after.value(name)


@given(
    pains=st.lists(PAINS, min_size=15, max_size=40), at=st.integers(0, 40), by=st.integers(1, 10)
)
def test_a_worse_day_between_start_and_recent_week_leaves_both_as_they_are(
    pains: Sequence[Decimal], at: int, by: int
) -> None:
    """Only what compares with the best week can then look better."""
    place = 7 + at % (len(pains) - 14)
    worse = [*pains]
    worse[place] = min(Decimal(10), pains[place] + by)
    before, after = (
        features(PROGRAM, kept(*map(_plain, each)), last(*map(_plain, each)))
        for each in (pains, worse)
    )
    for name in NAMED.keys() - {"best", "rise", "days_above", "setbacks"}:
        assert before.value(name) == after.value(name)


def _plain(pain: Decimal | None) -> float | None:
    return None if pain is None else float(pain)


@pytest.mark.parametrize("name", NAMED)
def test_every_feature_is_worked_out(name: str) -> None:
    assert read(5, *WEEK_OF_SIX)[name] is not None


def test_a_day_to_come_counts_for_nothing() -> None:
    days = days_of([entry(0, 4), entry(3, 9)])
    course = Course(days, "pain", FIRST + timedelta(1))
    assert course.middle == course.worst == {FIRST: Decimal(4)}
