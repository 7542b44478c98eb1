"""Where a result goes once it was read: into the journal, and then perhaps into a file."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from backtriage.decide.assessment import assess
from backtriage.shell import prompts, result, saving
from backtriage.terms.answers import Answers
from backtriage.terms.value import Ticks
from tests.support.journals import diary

STEPS = Answers({"years": Decimal(44), "airway": Ticks(), "days": "longer", "feverish": False})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Choose the journal where it is offered, and then nothing; note what was offered."""
    offers: list[Any] = []

    def ask(*_: object, journal: bool, **__: object) -> str | None:
        offers.append(journal)
        return "journal" if journal else None

    monkeypatch.setattr(prompts, "choose_file", ask)
    return offers


def save(*, concealed: bool = False) -> None:
    saving.save_result(
        assess(diary(), STEPS), output=None, may_ask=True, plain=True, private=False,
        concealed=concealed,
    )  # fmt: skip


def test_a_result_is_the_first_entry(
    asked: list[Any], isolated_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save()

    file = isolated_home / ".local/share/backtriage/journal/sore_throat.jsonl"
    (line,) = file.read_text().splitlines()
    entry = json.loads(line)
    assert entry["plan"] == ["drinks"]
    assert entry["urgency"] == assess(diary(), STEPS).urgency.id
    assert asked == [True, False]
    printed = capsys.readouterr().out
    assert "Added: the entry of" in printed
    assert "To go on with it: backtriage journal add" in printed


def test_what_somebody_else_may_have_answered_goes_into_no_journal(
    asked: list[Any], isolated_home: Path
) -> None:
    save(concealed=True)
    assert asked == [False]
    assert list(isolated_home.iterdir()) == []


def test_a_journal_that_cannot_be_written_says_why(
    asked: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", "nowhere")
    save()
    assert "this user has no home" in capsys.readouterr().out
    assert asked == [True, False]


def save_open(answers: Answers, *, concealed: bool = False) -> bool:
    """Save in plain mode what can still change."""
    return result.save_result(
        assess(diary(), answers), saving.begin_journal, private=False, concealed=concealed
    )


def test_a_result_that_is_still_open_can_begin_a_journal(
    asked: list[Any], isolated_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert save_open(STEPS)

    assert (isolated_home / ".local/share/backtriage/journal/sore_throat.jsonl").exists()
    assert asked == [True]
    assert "Added: the entry of" in capsys.readouterr().out


def test_neither_an_emergency_nor_what_somebody_else_answered_begins_one(
    asked: list[Any], isolated_home: Path
) -> None:
    alarm = Answers({"years": Decimal(44), "airway": Ticks(yes=frozenset({"breathing"}))})

    assert not save_open(alarm)
    assert not save_open(STEPS, concealed=True)
    assert asked == [False, False]
    assert list(isolated_home.iterdir()) == []


def test_a_journal_that_cannot_be_begun_leaves_the_result_unsaved(
    asked: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", "nowhere")

    assert not save_open(STEPS)
    assert "this user has no home" in capsys.readouterr().out
    assert asked == [True]
