"""However the full-screen interview ends: answers are kept, and the terminal is as it was."""

from __future__ import annotations

import json
import os
import signal
import stat
from pathlib import Path

import pytest

from tests.support.line_driver import SHELL, drafts_in
from tests.support.protocols import TINY
from tests.support.screen_driver import EAGER, KEYS, ScreenDriver, tiny
from tests.terminal.conftest import Look
from tests.terminal.test_endings import saved_answers

pytestmark = pytest.mark.usefixtures("warm_cache")

GO_ON = f"To go on: backtriage ask --resume --rules {TINY}"
LINE = "If you cannot breathe, call 999 now."


def at_the_list(screen: ScreenDriver) -> None:
    """Begin, and answer the first question."""
    screen.wait("Enter begin")
    screen.go("enter")
    screen.press("4", "4")
    screen.go("enter")


@pytest.mark.parametrize("key", ["c-c", "c-d", "q"])
def test_leaving_keeps_the_answers(look: Look, isolated_home: Path, key: str) -> None:
    """Also from a page that is no question; no result is shown."""
    with look("--fresh") as screen:
        at_the_list(screen)
        screen.go("?")
        code, last = screen.end(key)
    assert code == 130
    assert GO_ON in " ".join(last.split())
    assert LINE in last
    assert "AT HOME" not in last
    assert saved_answers(isolated_home) == {"years": 44}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_keeps_the_answers(
    look: Look, isolated_home: Path, number: signal.Signals, code: int
) -> None:
    """The alternate screen is left, and the exit code says which signal it was."""
    with look("--fresh") as screen:
        at_the_list(screen)
        screen.press("0")
        screen.go("enter")
        screen.child.kill(number)
        ended, _ = screen.end()
    assert ended == code
    assert screen.raw.count(b"\x1b[?1049l") == 1
    assert saved_answers(isolated_home) == {"years": 44, "airway": []}


def test_killed_at_once_it_still_has_every_answer(look: Look, isolated_home: Path) -> None:
    """Only what is being typed is lost; the next start says how much was kept."""
    with look("--fresh") as screen:
        at_the_list(screen)
        screen.press("0")
        screen.go("enter")
        screen.press("1")
        screen.child.kill(signal.SIGKILL)
        screen.end()
    with look("--resume") as screen:
        screen.wait("2 answers kept.", "Enter begin")
        assert "Question 3. At most 2 more." in screen.go("enter")
        assert "0 [x] None of these" in screen.go("left")
        screen.end("c-c")
    assert saved_answers(isolated_home) == {"years": 44}


def test_a_closed_window_keeps_the_answers(look: Look, isolated_home: Path) -> None:
    """The terminal is gone before the program is."""
    with look("--fresh") as screen:
        at_the_list(screen)
        screen.child.close()
    assert saved_answers(isolated_home) == {"years": 44}


def test_a_resumed_emergency_comes_first(look: Look, isolated_home: Path) -> None:
    """Before the opening, and it is final only when it was read."""
    with look("--fresh") as screen:
        at_the_list(screen)
        screen.press("1", "enter")
        screen.wait("I have read this")
        code, last = screen.end("c-c")
        assert code == 130
        assert "EMERGENCY" in last
    with look("--resume") as screen:
        screen.wait("I have read this")
        assert "Enter begin" not in screen.raw.decode()
        screen.press("c")
        screen.wait("Enter keeps it")
        assert "1 [x] It is hard to breathe." in screen.text
        screen.press("left")
        screen.wait("I have read this")
        assert screen.end("y")[0] == 0
    assert drafts_in(isolated_home) == []


def test_changed_rules_say_what_still_fits(isolated_home: Path, tmp_path: Path) -> None:
    """Before the first question, which is the one that has changed."""
    rules = tmp_path / "rules"
    rules.mkdir()
    text = (TINY / "protocol.yaml").read_text()
    (rules / "protocol.yaml").write_text(text)
    arguments = ("ask", "--rules", str(rules), "--country", "GB")
    with ScreenDriver(*arguments, home=isolated_home) as screen:
        at_the_list(screen)
        screen.press("0")
        screen.go("enter")
        screen.end("q")
    (rules / "protocol.yaml").write_text(
        text.replace("Is any of this true right now?", "Is it so?")
    )
    with ScreenDriver(*arguments, "--resume", home=isolated_home) as screen:
        screen.wait("1 answer kept.", "Asked again, because the question has changed:")
        assert "Is it so?" in screen.go("enter")
        assert "0 [x] None of these" in screen.text


def test_a_damaged_draft_is_named_on_the_first_page(look: Look, isolated_home: Path) -> None:
    """And left alone; it stops nothing."""
    folder = isolated_home / ".local" / "state" / "backtriage" / "drafts"
    folder.mkdir(parents=True)
    (folder / "sore_throat-0.json").write_text("{")
    with look("--resume") as screen:
        screen.wait("Enter begin", "cannot be read were left alone", "There are no saved answers")
        screen.go("enter")
        assert "How old are you?" in screen.text
    assert (folder / "sore_throat-0.json").read_text() == "{"


def test_two_at_once_never_share_a_file(look: Look, isolated_home: Path) -> None:
    """Each has its own, for its owner only."""
    with look("--fresh") as one, look("--fresh") as two:
        at_the_list(one)
        at_the_list(two)
        two.press("0")
        two.go("enter")
        files = drafts_in(isolated_home)
        found = sorted(len(json.loads(file.read_text())["answers"]) for file in files)
        assert found == [1, 2]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        assert stat.S_IMODE(files[0].parent.stat().st_mode) == 0o700


@pytest.mark.cold_cache
def test_nothing_is_written_when_nothing_may_be(look: Look, isolated_home: Path) -> None:
    """Nor is a file offered."""
    with look("--no-save") as screen:
        at_the_list(screen)
        screen.press("1", "enter")
        screen.wait("I have read this")
        assert "s save" not in screen.text
        screen.end("y")
    assert list(isolated_home.iterdir()) == []


def test_a_folder_that_cannot_be_written_stops_nothing(look: Look, isolated_home: Path) -> None:
    """It is said on the next page, once, and once more at the end."""
    (isolated_home / ".local").write_text("not a folder")
    with look() as screen:
        at_the_list(screen)
        assert "Your answers cannot be saved in" in screen.words
        screen.press("0")
        screen.go("enter")
        assert "cannot be saved" not in screen.words
        _, last = screen.end("q")
    assert "Nothing was kept." in " ".join(last.split())


def test_whoever_leaves_the_result_has_seen_it(look: Look, isolated_home: Path) -> None:
    """Ctrl-C on the last page is an end like any other."""
    with look("--fresh") as screen:
        at_the_list(screen)
        for key in ("0", "1", "n"):
            screen.press(key)
            screen.go("enter")
        screen.press("y")
        screen.wait("Left answers")
        code, last = screen.end("c-c")
    assert code == 0
    assert "AT HOME" in last
    assert drafts_in(isolated_home) == []


WAYS = ("c-c", "c-d", "q", "y", "SIGTERM", "SIGHUP", "SIGINT")


@pytest.mark.parametrize("way", WAYS)
def test_the_terminal_is_left_as_it_was(isolated_home: Path, way: str) -> None:
    """`stty -a` says the same before and after, whichever way it ends."""
    command = " ".join((*EAGER, *tiny("--fresh")))
    script = (
        f"trap : INT HUP TERM; stty -a > before; {command} & echo $! > pid; fg > /dev/null; "
        f"stty -a > after; echo {SHELL}"
    )
    with ScreenDriver(home=isolated_home, command=("bash", "-mc", script)) as screen:
        at_the_list(screen)
        if way == "y":
            screen.press("1", "enter")
            screen.wait("I have read this")
        if way.startswith("SIG"):
            os.kill(int((isolated_home / "pid").read_text()), signal.Signals[way])
        else:
            screen.send(KEYS.get(way, way))
        screen.until(lambda: SHELL in screen.text, "the shell")
    before, after = ((isolated_home / name).read_text() for name in ("before", "after"))
    assert before == after


def test_a_stopped_job_goes_on(isolated_home: Path) -> None:
    """Ctrl-Z gives the shell back, and fg draws the same page again."""
    command = " ".join((*EAGER, *tiny("--fresh")))
    with ScreenDriver(home=isolated_home, command=("bash", "--norc", "-i")) as screen:
        screen.send(f"{command}; echo {SHELL}\r")
        at_the_list(screen)
        screen.press("2")
        screen.send("\x1a")
        screen.until(lambda: "Stopped" in screen.text, "the shell")
        screen.send("stty -a | grep -c -- -icanon; fg\r")
        screen.wait("2 [x] You cannot swallow")
        screen.press("1")
        assert "1 [x] It is hard to breathe." in screen.text
