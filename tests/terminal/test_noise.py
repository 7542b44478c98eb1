"""What a real terminal sends besides keys, on both front ends and after the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.line_driver import ANSWER, SHELL, LineDriver, saved_answers
from tests.support.screen_driver import BEGUN, EAGER, ScreenDriver, tiny
from tests.support.terminal_noise import KEYS, MOUSE, REPLIES
from tests.terminal.conftest import StartPlain, StartScreen

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]


def to_the_list(screen: ScreenDriver) -> None:
    """Begin, answer the first question, and tick a line of the second."""
    screen.wait(BEGUN)
    screen.press("4", "4")
    screen.go("enter")
    screen.press("2")


def test_noise_between_keys(start_screen: StartScreen, isolated_home: Path) -> None:
    """The keys are counted, and nothing else."""
    with start_screen("--fresh") as screen:
        to_the_list(screen)
        for noise in (REPLIES, KEYS, MOUSE):
            screen.send("".join(noise))
            screen.press("up")
            screen.send("".join(noise))
            screen.press("down")
        assert "2 [x] You cannot swallow" in screen.text
        assert "1 [ ] It is hard to breathe" in screen.text
        assert saved_answers(isolated_home) == {"years": 44}
        screen.press("2", "0")
        assert "How long have you had it?" in screen.go("enter")
        assert screen.end("\x1b[99;5u")[0] == 130
    assert saved_answers(isolated_home) == {"years": 44, "airway": []}


def test_a_tiny_terminal_and_back(start_screen: StartScreen, isolated_home: Path) -> None:
    with start_screen("--fresh") as screen:
        to_the_list(screen)
        for columns, rows in ((1, 1), (80, 1), (1, 24), (3, 2)):
            screen.resize(columns, rows)
            screen.send("\x1b[I\x1b[?1;2c")
        screen.resize(80, 24)
        screen.wait("2 [x] You cannot swallow", "about 3 questions left")
        assert saved_answers(isolated_home) == {"years": 44}


def test_an_unknown_terminal_with_a_wrong_size(
    isolated_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """COLUMNS and LINES do not count where the terminal itself has a size."""
    monkeypatch.setenv("COLUMNS", "1000000000")
    monkeypatch.setenv("LINES", "-5")
    arguments = tiny("--plain", "--fresh")
    with LineDriver(*arguments, home=isolated_home, columns=40, term="no-such-term") as tty:
        tty.wait(ANSWER)
        assert tty.widest <= max(40, len(str(isolated_home)) + 40)
    with ScreenDriver(*tiny("--fresh"), home=isolated_home, columns=40) as screen:
        screen.wait(BEGUN)


def test_a_line_with_keys_in_it_is_no_answer(start_plain: StartPlain, isolated_home: Path) -> None:
    """A NUL joins no line with the next one."""
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.type("44")
        for sent in ("\x1b[B", "\x1b[O1", "\x1b[1;5B", "1\x1b[D", "\x1bOt", "1\x00"):
            assert "Please type it again." in tty.type(sent)
        assert "You chose: None of these." in tty.type("0")
    assert saved_answers(isolated_home) == {"years": 44, "airway": []}


@pytest.mark.parametrize(("mode", "leave"), [("--plain", "\x03"), ("", "\x03\r")])
def test_nothing_that_was_not_read_reaches_the_shell(
    isolated_home: Path, mode: str, leave: str
) -> None:
    """Neither late replies nor keys."""
    command = " ".join((*EAGER, *tiny("--fresh", mode)))
    script = f'{command}; read -rs -t 1 -n 1 left; printf "%s" "<$left> {SHELL}"'
    with ScreenDriver(home=isolated_home, command=("bash", "-c", script)) as screen:
        screen.wait(ANSWER if mode else BEGUN)
        noise = "".join((*KEYS, *REPLIES))
        screen.send(leave + f"{noise}touch stolen\r" * 3)
        screen.wait(f"<> {SHELL}")
    assert not (isolated_home / "stolen").exists()
