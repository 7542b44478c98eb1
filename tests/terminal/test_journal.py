"""A journal on a terminal: asked on both front ends, and killed at any moment."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from backtriage.journal.reading import read_journal
from tests.support.forked import Server
from tests.support.journals import diary, rules_in
from tests.support.line_driver import ANSWER, LineDriver
from tests.support.screen_driver import ScreenDriver

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]

NOTE = "Note:"


@pytest.fixture
def words(tmp_path: Path) -> tuple[str, ...]:
    """The words of `journal add` with the rules of the test."""
    return "journal", "add", "--rules", str(rules_in(tmp_path / "rules"))


@pytest.fixture
def file(isolated_home: Path) -> Path:
    """The person's own journal."""
    return isolated_home / ".local/share/backtriage/journal/sore_throat.jsonl"


def answers(file: Path) -> list[dict[str, object]]:
    return [json.loads(line)["answers"] for line in file.read_text().splitlines()]


def test_an_entry_is_asked_line_by_line(
    words: tuple[str, ...], isolated_home: Path, file: Path
) -> None:
    with LineDriver(*words, "--plain", home=isolated_home) as tty:
        assert "Is any of this true now?" in tty.wait(ANSWER)
        assert "How sore is it?" in tty.type("0")
        tty.answer("4", "2")
        tty.type("n", NOTE)
        tty.child.sendline("Fine.")
        tty.child.sendline("")
        code, printed = tty.end()
    assert code == 0
    assert "Added: the entry of" in printed
    assert answers(file) == [{"now": [], "sore": 4, "slept": "badly", "took": False}]
    assert json.loads(file.read_text())["note"] == "Fine."


@pytest.mark.parametrize(
    ("pasted", "typed"),
    [
        ("Slept badly.\n\nWalked.\nCalf ", "sore.\n\n"),
        ("Slept badly. Walked.\n\nCalf", " sore.\n\n"),
        ("Slept badly. Walked.\nCalf sore.", "\x04\x04"),
    ],
)
def test_a_note_of_several_lines_is_pasted(
    words: tuple[str, ...], isolated_home: Path, file: Path, pasted: str, typed: str
) -> None:
    """The last line of a paste has no end: it stands there until Enter, or Ctrl-D twice."""
    with LineDriver(*words, "--plain", home=isolated_home) as tty:
        tty.wait(ANSWER)
        tty.answer("0", "4", "2")
        tty.type("n", NOTE)
        tty.child.send(pasted)
        time.sleep(0.5)  # nothing but the paste has arrived when the note looks whether it ends
        tty.child.send(typed)
        assert tty.end()[0] == 0
    assert json.loads(file.read_text())["note"] == "Slept badly. Walked. Calf sore."


@pytest.mark.parametrize("burst", ["x\nq", "x\n\x04", "x\x04\x04"])
def test_a_note_is_left_at_once_whatever_follows_the_x(
    words: tuple[str, ...], isolated_home: Path, file: Path, burst: str
) -> None:
    with LineDriver(*words, "--plain", home=isolated_home) as tty:
        tty.wait(ANSWER)
        tty.answer("0", "4", "2")
        tty.type("n", NOTE)
        tty.child.send(f"Private.\n{burst}")
        assert tty.end()[0] == 130
    assert not file.exists()


def test_a_correction_keeps_a_note_that_is_not_told_again(
    words: tuple[str, ...], isolated_home: Path, file: Path
) -> None:
    for note in ("Fine.", ""):
        correct = ("--correct",) if not note else ()
        with LineDriver(*words, *correct, "--plain", home=isolated_home) as tty:
            tty.wait(ANSWER)
            tty.answer("0", "4", "2")
            tty.type("n", NOTE)
            tty.child.sendline(f"{note}\n" if note else "")
            assert tty.end()[0] == 0
    notes = [json.loads(line)["note"] for line in file.read_text().splitlines()]
    assert notes == ["Fine.", "Fine."]


def test_a_ticked_sign_leads_to_all_questions_at_once(
    words: tuple[str, ...], isolated_home: Path, file: Path
) -> None:
    with LineDriver(*words, "--plain", "--country", "GB", home=isolated_home) as tty:
        tty.wait(ANSWER)
        seen = tty.type("1")
        line = seen.index("If you cannot breathe, call 999 now.")
        assert line < seen.index("Added: the entry") < seen.index("You ticked an emergency sign")
        assert "How old are you?" in seen
        assert answers(file) == [{"now": ["choking"]}]
        tty.type("44")
        assert "Call 999 now" in tty.type("1", "Type y or c:")


def test_a_sign_that_was_overlooked_is_ticked_by_going_back(
    words: tuple[str, ...], isolated_home: Path, file: Path
) -> None:
    with LineDriver(*words, "--plain", home=isolated_home) as tty:
        tty.wait(ANSWER)
        tty.answer("0", "4")
        assert "How sore is it?" in tty.type("b")
        assert "Is any of this true now?" in tty.type("b")
        seen = tty.type("1")
        assert "If you cannot breathe" in seen
        assert "How sore" not in seen
        assert answers(file) == [{"now": ["choking"]}]


def test_a_sign_in_doubt_is_told_by_going_back_on_the_full_screen(
    words: tuple[str, ...], isolated_home: Path, file: Path
) -> None:
    with ScreenDriver(*words, home=isolated_home) as tty:
        tty.wait("Is any of this true now?")
        tty.press("0", "enter")
        tty.wait("How sore is it?")
        tty.press("left")
        tty.wait("Is any of this true now?")
        tty.press("u", "enter", "a", "enter")
        tty.wait("If you cannot breathe", "Added: the entry")
        assert answers(file) == [{"now": ["choking?", "spit?"]}]


@pytest.mark.parametrize("leave", ["q", "\x03"])
def test_who_leaves_adds_nothing(
    words: tuple[str, ...], isolated_home: Path, file: Path, leave: str
) -> None:
    with LineDriver(*words, "--plain", home=isolated_home) as tty:
        tty.wait(ANSWER)
        tty.answer("0")
        tty.child.send(leave if leave == "\x03" else f"{leave}\n")
        code, printed = tty.end()
    assert code == 130
    assert "Nothing was added to the journal." in printed
    assert "If you cannot breathe, call your local emergency number now." in printed
    assert not file.exists()


def test_an_entry_is_asked_on_the_full_screen(
    words: tuple[str, ...], isolated_home: Path, file: Path
) -> None:
    with ScreenDriver(*words, home=isolated_home) as tty:
        tty.wait("Is any of this true now?")
        tty.press("0", "enter")
        tty.wait("How sore is it?")
        tty.press("4", "enter")
        tty.wait("How did you sleep?")
        tty.press("1", "enter")
        tty.wait("Did you take a medicine?")
        tty.press("y", "enter")
        tty.wait("Note:")
        tty.send("Slept.\r")
        code, _ = tty.end()
    assert code == 0
    assert answers(file) == [{"now": [], "sore": 4, "slept": "well", "took": True}]


@pytest.mark.parametrize("kills", [5, pytest.param(200, marks=pytest.mark.exhaustive)])
def test_a_kill_loses_no_entry_that_was_confirmed(
    server: Server, words: tuple[str, ...], isolated_home: Path, file: Path, kills: int
) -> None:
    random = Random(kills)  # noqa: S311 - no secret
    questions = {question.id: question for question in diary().protocol.entry_questions}
    confirmed = 0
    for number in range(kills):
        told = ("--set", f"sore={number % 11}", "--set", "now=[]", "--note", f"number {number}")
        run = server.start(*words, *told, home=isolated_home)
        until = time.monotonic() + random.choice((0.2, 1, 5)) * random.random()
        while time.monotonic() < until and "Added" not in run.printed:
            run.read(0.002)
        with suppress(ProcessLookupError):  # it has ended by itself
            os.kill(run.process, signal.SIGKILL)
        run.end()
        confirmed += "Added" in run.printed
        data = file.read_bytes() if file.exists() else b""
        journal = read_journal(data, questions, datetime.now().astimezone())
        assert len(journal.entries) >= confirmed
        assert {problem.code for problem in journal.problems} <= {"J101"}
    assert confirmed > 0
