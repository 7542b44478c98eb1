"""An entry that is asked for, in the journal as it is by the time when that ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from time import time_ns

import pytest
from msgspec import structs

from backtriage.shell import draft_times
from backtriage.shell.files import ReadError, WriteError
from backtriage.shell.journal import adding, keeping
from backtriage.shell.journal.adding import Adding
from backtriage.shell.journal.store import journal_file
from backtriage.terms.answers import Answers
from backtriage.terms.value import Ticks
from tests.support.journals import course, diary
from tests.support.protocols import shipped

SIXTEEN = timedelta(days=16)


def opened(file: Path, day: date | None = None) -> Adding:
    """Return what a window does that has just been opened."""
    kept = keeping.read(diary(), journal_file(file, "x"))
    return Adding(kept=kept, country=None, day=day or kept.here, corrects=False, is_saved=True)


def sore(number: int) -> Answers:
    return Answers({"now": Ticks(), "sore": Decimal(number)})


def days_ago(days: int) -> date:
    return date.today() - timedelta(days=days)  # noqa: DTZ011 - as the person names days


def test_what_another_window_has_added_meanwhile_counts_for_the_trend(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    for ago in (24, 23, 22):
        opened(file, days_ago(ago)).told(sore(2), "")
    first = opened(file)
    for ago in (2, 1):
        assert not opened(file, days_ago(ago)).told(sore(7), "").opening.rules

    added = first.told(sore(7), "")

    assert [rule.id for rule in added.opening.rules] == ["worse"]
    assert len(added.kept.journal.entries) == 6


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """Answer each entry with a number, and let so many days go by meanwhile."""

    def answer(*numbers: int, days: int) -> list[int]:
        asked: list[int] = []

        def ask(*_: object, **__: object) -> Answers:
            asked.append(numbers[len(asked)])
            if len(asked) == 1:
                later = time_ns() + days * 24 * 60 * 60 * 10**9
                monkeypatch.setattr(draft_times, "time_ns", lambda: later)
            else:
                monkeypatch.setattr(draft_times, "time_ns", time_ns)
            return sore(asked[-1])

        monkeypatch.setattr(adding, "ask", ask)
        monkeypatch.setattr(adding, "ask_note", lambda **_: "so it goes")
        return asked

    return answer


@pytest.mark.parametrize(("days", "asked"), [(0, [3]), (5, [3, 4])])
def test_an_entry_that_was_begun_on_another_day_begins_again(
    days: int, asked: list[int], answering: Callable[..., list[int]], tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Its signs were denied days ago. A day that was named stays the day of the entry."""
    seen = answering(3, 4, days=days)
    window = replace(opened(tmp_path / "a.jsonl"), day=days_ago(1))

    added = window.asked("", plain=True)

    assert seen == asked
    assert added.entry.answers == sore(asked[-1])
    assert (added.entry.note, added.entry.day) == ("so it goes", days_ago(1))
    assert ("we ask again" in capsys.readouterr().err) is (days > 0)


def test_a_sign_is_of_the_day_when_it_is_ticked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """However long the window was open: `show` tells the signs of the last 2 weeks."""
    window = opened(tmp_path / "a.jsonl")
    early = replace(window, kept=structs.replace(window.kept, now=window.kept.now - SIXTEEN),
                    day=days_ago(16))  # fmt: skip
    later = time_ns() + 16 * 24 * 60 * 60 * 10**9

    def ask(*_: object, **__: object) -> Answers:
        monkeypatch.setattr(draft_times, "time_ns", lambda: later)
        return Answers({"now": Ticks(frozenset({"choking"}))})

    monkeypatch.setattr(adding, "ask", ask)

    added = early.asked("", plain=True)

    assert added.entry.day == days_ago(0)
    assert added.opening.ticked == ("choking",)


CHOKING = Answers({"now": Ticks(frozenset({"choking"}))})


@pytest.mark.parametrize(("ago", "corrects"), [(16, False), (16, True), (0, True)])
def test_a_sign_is_asked_as_of_now_whatever_day_is_told(
    ago: int, corrects: bool,  # noqa: FBT001 - a parameter
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    """So `show` says it first, and no entry is replaced by one that ends with the signs."""
    before = opened(tmp_path / "a.jsonl", days_ago(ago)).told(sore(4), "")
    monkeypatch.setattr(adding, "ask", lambda *_, **__: CHOKING)
    window = replace(opened(tmp_path / "a.jsonl", days_ago(ago)), corrects=corrects)

    added = window.asked("", plain=True)

    assert (added.entry.day, added.entry.supersedes) == (days_ago(0), "")
    assert before.entry in added.kept.journal.entries
    assert added.opening.ticked == ("choking",)


def test_a_sign_opens_all_questions_also_if_it_cannot_be_saved(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise WriteError("there is no room")

    monkeypatch.setattr(keeping, "add", refuse)
    monkeypatch.setattr(adding, "ask", lambda *_, **__: CHOKING)

    added = opened(tmp_path / "a.jsonl").asked("", plain=True)

    assert added.why_triage()
    assert next(iter(added.lines())).startswith("Not saved")
    assert "there is no room" in capsys.readouterr().err


@pytest.mark.parametrize("corrects", [True, False])
def test_a_sign_stays_one_of_now_also_if_the_journal_cannot_be_read(
    corrects: bool,  # noqa: FBT001 - a parameter
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    opened(tmp_path / "a.jsonl", days_ago(3)).told(sore(4), "")
    window = replace(opened(tmp_path / "a.jsonl", days_ago(3)), corrects=corrects)

    def refuse(*_: object) -> None:
        raise ReadError("it is gone")

    monkeypatch.setattr(adding, "ask", lambda *_, **__: CHOKING)
    monkeypatch.setattr(keeping, "read", refuse)

    added = window.asked("", plain=True)

    assert (added.entry.day, added.entry.answers) == (days_ago(0), CHOKING)
    assert (added.entry.supersedes, added.is_saved) == ("", False)


@pytest.mark.parametrize("ago", [0, 3])
def test_triage_begins_with_what_is_told_of_now(ago: int, tmp_path: Path) -> None:
    kept = keeping.read(shipped(), journal_file(tmp_path / "a.jsonl", "x"))
    window = Adding(
        kept=kept, country=None, day=days_ago(ago), corrects=False, is_saved=True
    )  # fmt: skip

    added = window.told(Answers({"pain_now": Decimal(4)}), "")

    assert ("pain_now" in added.known) is (ago == 0)


def test_a_correction_that_is_asked_takes_no_sign_back(
    answering: Callable[..., list[int]], tmp_path: Path
) -> None:
    """It asks whether any is there now; that the entry has one is not asked."""
    opened(tmp_path / "a.jsonl").told(CHOKING, "")
    answering(4, days=0)

    added = replace(opened(tmp_path / "a.jsonl"), corrects=True).asked("", plain=True)

    assert added.entry.supersedes
    assert added.entry.answers == CHOKING.with_("sore", Decimal(4))
    assert added.opening.ticked == ()  # all questions came when it was ticked


def test_a_correction_stays_one_however_long_it_takes(
    answering: Callable[..., list[int]], tmp_path: Path
) -> None:
    first = opened(tmp_path / "a.jsonl").told(sore(9), "")
    answering(3, 4, days=5)

    added = replace(opened(tmp_path / "a.jsonl"), corrects=True).asked("", plain=True)

    assert (added.entry.supersedes, added.entry.answers) == (first.entry.id, sore(4))


def test_a_journal_as_written_by_hand_can_be_opened(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(course(2, 3))
    file.chmod(0o600)

    assert opened(file).kept.size == file.stat().st_size
