"""Days are calendar days as the person wrote them; the newest correction counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from backtriage.journal.days import Day, current, days_of, median, roots
from backtriage.journal.entries import Entry
from tests.support.journal_entries import FIRST, PAINS, entries, entry


def test_several_entries_of_a_day_have_a_worst_and_a_middle() -> None:
    (day,) = days_of([entry(0, p, id=f"e{p}") for p in (3, 8, 4, 6)])
    assert day.numbers("pain") == tuple(map(Decimal, (3, 8, 4, 6)))
    assert (day.worst("pain"), day.middle("pain")) == (Decimal(8), Decimal(5))


def test_a_day_without_a_number_has_none() -> None:
    (day,) = days_of([entry(0)])
    assert (day.numbers("pain"), day.worst("pain"), day.middle("pain")) == ((), None, None)


def test_gaps_are_gaps() -> None:
    assert [day.day for day in days_of([entry(9), entry(0), entry(3)])] == [
        FIRST + timedelta(at) for at in (0, 3, 9)
    ]


def test_the_newest_correction_in_the_file_counts() -> None:
    """Even if its clock was set back, and whether it names the first entry or a correction."""
    first, other = entry(0, 9), entry(1, 2)
    one = entry(0, 7, id="one", supersedes="e0")
    early = datetime(2020, 1, 1, tzinfo=UTC)
    back = entry(0, 5, id="back", supersedes="one", moment=early)
    assert current([first, other, one, back]) == (back, other)
    both = entry(0, 6, id="both", supersedes="e0")
    assert current([first, one, other, both]) == (both, other)


def test_a_correction_can_move_an_entry_to_another_day() -> None:
    assert days_of([entry(0, 9), entry(1, 9, supersedes="e0")]) == (
        Day(day=FIRST + timedelta(1), entries=(entry(1, 9, supersedes="e0"),)),
    )


def test_a_correction_of_nothing_is_an_entry() -> None:
    alone = entry(0, 3, supersedes="gone")
    assert (roots([alone]), current([alone])) == ({"e0": "e0"}, (alone,))


def test_what_lies_ahead_is_not_there_yet() -> None:
    assert days_of([entry(0), entry(5)], until=FIRST + timedelta(4)) == days_of([entry(0)])


def test_summer_time_travel_and_leap_days_move_no_day() -> None:
    """The moment says nothing of the day: it may be yesterday's in another zone."""
    named = [date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29), date(2027, 12, 31)]
    zones = [timezone(timedelta(hours=h)) for h in (-12, 0, 1, 14)]
    written = [
        entry(0, id=str(at), day=day, moment=datetime(2026, 3, 29, 1, 30, tzinfo=zone))
        for at, (day, zone) in enumerate(zip(named, zones, strict=True))
    ]
    assert [day.day for day in days_of(written)] == sorted(named)


@given(numbers=st.lists(PAINS))
def test_a_worse_number_never_lowers_a_median(numbers: list[Decimal]) -> None:
    whole = median(numbers)
    for at in range(len(numbers)):
        worse = median([*numbers[:at], numbers[at] + 1, *numbers[at + 1 :]])
        assert whole is not None
        assert worse is not None
        assert whole <= worse <= whole + 1
    assert (whole is None) == (not numbers)


@given(written=entries())
def test_each_entry_that_counts_is_in_one_day(written: tuple[Entry, ...]) -> None:
    days = days_of(written)
    assert sorted(e.id for d in days for e in d.entries) == sorted(e.id for e in current(written))
    assert all(e.day == d.day for d in days for e in d.entries)
    superseded = {e.supersedes for e in written}
    assert all(e.id not in superseded for d in days for e in d.entries)
