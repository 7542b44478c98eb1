"""The result of triage, and the advice part that may follow it, on a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.line_driver import ANSWER, FILE, LETTER, LineDriver, drafts_in, one_line
from tests.support.protocols import ANKLE
from tests.support.screen_driver import ScreenDriver

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]

ASK = ("ask", "--rules", str(ANKLE), "--country", "QQ")
RESULT = "REST IT: Rest it at home"
ADVICE = "What have you got at home?"
OFFER = "Go on: Sport; what may help (1 question)"


@pytest.fixture
def screen(isolated_home: Path) -> ScreenDriver:
    """An interview on the full screen, at the result of triage."""
    screen = ScreenDriver(*ASK, "--fresh", home=isolated_home)
    screen.wait("Enter begin")
    screen.go("enter")
    screen.press("0")
    screen.go("enter")
    screen.press("y")
    screen.go("enter")
    screen.press("2")
    screen.press("enter")
    screen.wait(RESULT, OFFER)
    return screen


def triage_of(tty: LineDriver) -> str:
    """Answer the questions of triage; return its result."""
    tty.wait(ANSWER)
    tty.answer("0", "y")
    tty.child.sendline("2.5")
    return one_line(tty.read_on(LETTER))


def test_the_screen_goes_on_and_comes_back(screen: ScreenDriver, isolated_home: Path) -> None:
    with screen:
        screen.press("enter")
        screen.wait(ADVICE)
        screen.press("left")
        screen.wait(RESULT, OFFER)
        screen.press("g")
        screen.wait(ADVICE)
        screen.press("2")
        screen.press("enter")
        screen.wait("look at your answers once more")
        screen.press("y")
        screen.wait(RESULT, "q leave")
        assert OFFER not in screen.words
        screen.press("a")
        screen.wait("Cool it for a while.")
        screen.press("left")
        screen.wait(RESULT)
    assert drafts_in(isolated_home) == []  # the window was closed at the result


def test_the_screen_finishes_after_triage(screen: ScreenDriver, isolated_home: Path) -> None:
    with screen:
        screen.send("f")
        screen.until(lambda: "3) For the person" in screen.text, "the offer of a file")
        assert screen.end("enter")[0] == 0
    assert drafts_in(isolated_home) == []


def test_leaving_the_advice_part_names_the_result_and_keeps_the_answers(
    isolated_home: Path,
) -> None:
    with LineDriver(*ASK, "--plain", "--fresh", home=isolated_home) as tty:
        assert RESULT in triage_of(tty)
        assert ADVICE in tty.type("g")
        tty.child.sendline("q")
        code, said = tty.end()
    assert code == 130
    assert f"What you have answered already means: {RESULT}" in one_line(said)
    assert "Your answers are kept." in one_line(said)

    with LineDriver(*ASK, "--plain", "--resume", home=isolated_home) as tty:
        assert ADVICE in tty.wait(ANSWER)
        tty.child.sendline("b")
        assert RESULT in one_line(tty.read_on(LETTER))


@pytest.mark.parametrize("leaving", ["f", "q"])
def test_plain_mode_finishes_after_triage(isolated_home: Path, leaving: str) -> None:
    """The result has just been read, so only its action is repeated."""
    with LineDriver(*ASK, "--plain", "--fresh", home=isolated_home) as tty:
        triage_of(tty)
        again = tty.type("no", LETTER)
        assert "That is none of them." in again
        tty.child.sendline(leaving)
        said = one_line(tty.read_on(FILE))
        assert RESULT in said
        assert "About this page" not in said
        tty.child.sendline("")
        assert tty.end()[0] == 0
    assert drafts_in(isolated_home) == []


def test_an_answer_can_be_changed_after_triage(isolated_home: Path) -> None:
    with LineDriver(*ASK, "--plain", "--fresh", home=isolated_home) as tty:
        triage_of(tty)
        assert "Four steps: Yes" in tty.type("r")
        assert "Can you walk four steps?" in tty.type("2")
        assert "Has it been X-rayed?" in tty.type("n")
        tty.child.sendline("2")
        today = one_line(tty.read_on(LETTER))
        assert "X-RAY TODAY" in today
        assert "Type g" not in today
