"""What is forgotten leaves nothing, and what stays counts as before."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from backtriage.journal.days import current
from backtriage.journal.entries import Entry
from backtriage.journal.forgetting import Forgotten, forget
from tests.support.journal_entries import FIRST, entries, entry


def test_everything() -> None:
    both = (entry(0), entry(1))
    assert forget(both) == Forgotten(removed=both, kept=())


def test_before_a_date() -> None:
    assert forget([entry(0), entry(1)], FIRST + timedelta(1)) == Forgotten(
        removed=(entry(0),), kept=(entry(1),)
    )


def test_an_entry_that_was_moved_to_a_later_day_stays_and_its_old_day_goes() -> None:
    moved, again = entry(5, 2, supersedes="e0"), entry(6, 3, supersedes="e0")
    assert forget([entry(0), moved, again], FIRST + timedelta(1)) == Forgotten(
        removed=(entry(0),),
        kept=(entry(5, 2), entry(6, 3, supersedes="e5")),
    )


def test_an_entry_that_was_moved_to_an_earlier_day_goes() -> None:
    written = (entry(5), entry(0, supersedes="e5"))
    assert forget(written, FIRST + timedelta(1)) == Forgotten(removed=written, kept=())


@given(written=entries(most=12), at=st.integers(-1, 62))
def test_what_stays_counts_as_before(written: tuple[Entry, ...], at: int) -> None:
    before = FIRST + timedelta(at)
    left = forget(written, before)
    assert sorted(e.id for e in (*left.removed, *left.kept)) == sorted(e.id for e in written)
    assert all(e.day >= before for e in left.kept)
    counted = {e.id: e.day for e in current(written) if e.day >= before}
    assert {e.id: e.day for e in current(left.kept)} == counted
    gone = {e.id for e in left.removed}
    assert not any(e.supersedes in gone for e in left.kept)
