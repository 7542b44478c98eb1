"""A confirmation on a terminal: whoever leaves it is told of the emergency, and is asked again."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.support.edited_rules import edited_tiny
from tests.support.line_driver import ANSWER, READ, LineDriver, one_line
from tests.support.screen_driver import BEGUN, ScreenDriver

pytestmark = pytest.mark.first_only

ITEM = "        short: cannot swallow your spit\n"
CONFIRM = f"""{ITEM}        confirm:
          text: Take a sip of water. Does it stay in your mouth?
          no: clears
"""
ASKED = "Take a sip of water."


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The tiny protocol with a confirmation."""
    return edited_tiny(tmp_path, (ITEM, CONFIRM))


def plain(rules: Path, home: Path, *options: str) -> LineDriver:
    arguments = ("ask", "--plain", "--rules", str(rules), "--country", "GB", *options)
    return LineDriver(*arguments, home=home)


@pytest.mark.parametrize("leave", ["c", signal.SIGTERM, signal.SIGHUP])
def test_leaving_shows_the_emergency_and_resuming_asks_again(
    rules: Path, isolated_home: Path, leave: str | signal.Signals
) -> None:
    with plain(rules, isolated_home, "--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44")
        assert ASKED in tty.type("2?")
        if isinstance(leave, signal.Signals):
            tty.kill(leave)
        else:
            tty.child.sendcontrol(leave)
        _, printed = tty.end()
    if leave is not signal.SIGHUP:  # then nobody is there to read it
        assert "EMERGENCY: Call 999 now" in one_line(printed)
    with plain(rules, isolated_home, "--resume") as tty:
        page = tty.wait(ANSWER)
        assert ASKED in page
        assert "EMERGENCY" not in page
        assert "EMERGENCY: Call 999 now" in one_line(tty.type("u", READ))


def test_a_killed_confirmation_is_asked_again(rules: Path, isolated_home: Path) -> None:
    with plain(rules, isolated_home, "--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44")
        tty.type("2?")
        tty.kill(signal.SIGKILL)
        tty.end()
    with plain(rules, isolated_home, "--resume") as tty:
        assert ASKED in tty.wait(ANSWER)
        assert "How long have you had it?" in tty.type("n")


def test_a_sheet_is_continued_with_its_confirmation(
    rules: Path, isolated_home: Path, tmp_path: Path
) -> None:
    """Unless the sheet says that it was answered."""
    sheet = {"years": 44, "airway": ["drooling?"]}
    file = tmp_path / "sheet.json"
    file.write_text(json.dumps(sheet), encoding="utf-8")
    with plain(rules, isolated_home, "--from", str(file)) as tty:
        assert ASKED in tty.wait(ANSWER)
    file.write_text(json.dumps({**sheet, "checked": ["airway.drooling"]}), encoding="utf-8")
    with plain(rules, isolated_home, "--from", str(file)) as tty:
        assert "EMERGENCY: Call 999 now" in one_line(tty.wait(READ))


def test_leaving_the_full_screen_shows_the_emergency(rules: Path, isolated_home: Path) -> None:
    arguments = ("ask", "--rules", str(rules), "--country", "GB", "--fresh")
    with ScreenDriver(*arguments, home=isolated_home) as screen:
        screen.wait(BEGUN)
        screen.press("4", "4")
        screen.go("enter")
        screen.press("2", "u")
        screen.go("enter")
        assert ASKED in screen.words
        code, printed = screen.end("c-c")
    assert code == 130
    assert "EMERGENCY: Call 999 now" in printed
