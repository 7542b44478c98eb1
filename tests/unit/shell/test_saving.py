"""Where a result goes once it was read: into the journal, and then perhaps into a file."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from backtriage.decide.assessment import assess
from backtriage.render.page import Audience
from backtriage.shell import prompts, result, saving
from backtriage.shell.questionnaire import wording
from backtriage.terms.answers import Answers
from backtriage.terms.value import Ticks
from tests.support.journals import diary

ALARM = Answers({"years": Decimal(44), "airway": Ticks(yes=frozenset({"breathing"}))})
STEPS = Answers({"years": Decimal(44), "airway": Ticks(), "days": "longer", "feverish": False})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Choose the journal where it is offered, and then nothing; note what was offered."""
    offers: list[Any] = []

    def ask(_: object, readers: wording.Readers, **__: object) -> str | None:
        has_journal = "journal" in dict(readers)
        offers.append(has_journal)
        return "journal" if has_journal else None

    monkeypatch.setattr(prompts, "choose_file", ask)
    return offers


def save(
    answers: Answers = STEPS, audience: Audience = "patient", *, concealed: bool = False
) -> None:
    saving.save_result(
        assess(diary(), answers), audience, output=None, may_ask=True, plain=True, private=False,
        concealed=concealed, begin_journal=partial(saving.begin_journal, None),
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


def test_patients_alone_begin_a_journal_and_from_no_emergency(
    asked: list[Any], isolated_home: Path
) -> None:
    save(concealed=True)
    save(audience="clinician")
    save(ALARM)
    assert asked == [False, False, False]
    assert list(isolated_home.iterdir()) == []


def test_a_journal_that_cannot_be_written_says_why(
    asked: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", "nowhere")
    save()
    assert "this user has no home" in capsys.readouterr().out
    assert asked == [True, False]


def save_open(
    answers: Answers, audience: Audience = "patient", *, concealed: bool = False
) -> bool:
    """Save in plain mode what can still change."""
    return result.save_result(
        assess(diary(), answers), audience, partial(saving.begin_journal, None),
        private=False, concealed=concealed,
    )  # fmt: skip


def test_a_result_that_is_still_open_can_begin_a_journal(
    asked: list[Any], isolated_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert save_open(STEPS)

    assert (isolated_home / ".local/share/backtriage/journal/sore_throat.jsonl").exists()
    assert asked == [True]
    assert "Added: the entry of" in capsys.readouterr().out


def test_a_result_goes_into_the_journal_that_it_came_from(
    isolated_home: Path, tmp_path: Path
) -> None:
    """The person's own may be another one's, and its trend would be made of both."""
    another = tmp_path / "my mother.jsonl"

    lines = saving.begin_journal(str(another), assess(diary(), STEPS))

    assert another.exists()
    assert lines[-1].endswith(f"backtriage journal add --journal '{another}'")
    assert list(isolated_home.iterdir()) == []


def test_a_result_is_put_there_once(
    asked: list[Any], isolated_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = isolated_home / ".local/share/backtriage/journal/sore_throat.jsonl"
    save_open(STEPS)
    first = journal.read_bytes()

    assert save_open(STEPS)
    assert "This result is in your journal already." in capsys.readouterr().out
    assert journal.read_bytes() == first

    save_open(Answers({**STEPS, "feverish": True}))
    assert journal.read_bytes().count(b"\n") == 2
    assert asked == [True] * 3


def test_what_is_still_open_begins_one_by_the_same_rule(
    asked: list[Any], isolated_home: Path
) -> None:
    assert not save_open(ALARM)
    assert not save_open(STEPS, concealed=True)
    assert not save_open(STEPS, "clinician")
    assert asked == [False, False, False]
    assert list(isolated_home.iterdir()) == []


def test_a_journal_that_cannot_be_begun_leaves_the_result_unsaved(
    asked: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", "nowhere")

    assert not save_open(STEPS)
    assert "this user has no home" in capsys.readouterr().out
    assert asked == [True]
