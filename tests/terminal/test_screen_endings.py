"""However the full-screen interview ends: answers are kept, and the terminal is as it was."""

from __future__ import annotations

import json
import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from tests.terminal.conftest import Look
from tests.terminal.glass import KEYS, Glass, tiny
from tests.terminal.teletype import SHELL, TINY, drafts_in
from tests.terminal.test_endings import saved_answers

GO_ON = f"To go on: backtriage ask --resume --rules {TINY}"
LINE = "If you cannot breathe, call 999 now."


def at_the_list(glass: Glass) -> None:
    """Begin, and answer the first question."""
    glass.wait("Enter begin")
    glass.go("enter")
    glass.press("4", "4")
    glass.go("enter")


@pytest.mark.parametrize("key", ["c-c", "c-d", "q"])
def test_leaving_keeps_the_answers(look: Look, home_of_its_own: Path, key: str) -> None:
    """Also from a page that is no question; no result is shown."""
    with look("--fresh") as glass:
        at_the_list(glass)
        glass.go("?")
        code, last = glass.end(key)
    assert code == 130
    assert GO_ON in " ".join(last.split())
    assert LINE in last
    assert "AT HOME" not in last
    assert saved_answers(home_of_its_own) == {"years": 44}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_keeps_the_answers(
    look: Look, home_of_its_own: Path, number: signal.Signals, code: int
) -> None:
    """The alternate screen is left, and the exit code says which signal it was."""
    with look("--fresh") as glass:
        at_the_list(glass)
        glass.press("0")
        glass.go("enter")
        glass.child.kill(number)
        ended, _ = glass.end()
    assert ended == code
    assert glass.raw.count(b"\x1b[?1049l") == 1
    assert saved_answers(home_of_its_own) == {"years": 44, "airway": []}


def test_killed_at_once_it_still_has_every_answer(look: Look, home_of_its_own: Path) -> None:
    """Only what is being typed is lost; the next start says how much was kept."""
    with look("--fresh") as glass:
        at_the_list(glass)
        glass.press("0")
        glass.go("enter")
        glass.press("1")
        glass.child.kill(signal.SIGKILL)
        glass.end()
    with look("--resume") as glass:
        glass.wait("2 answers kept.", "Enter begin")
        assert "Question 3. At most 2 more." in glass.go("enter")
        assert "0 [x] None of these" in glass.go("left")
        glass.end("c-c")
    assert saved_answers(home_of_its_own) == {"years": 44}


def test_a_closed_window_keeps_the_answers(look: Look, home_of_its_own: Path) -> None:
    """The terminal is gone before the program is."""
    with look("--fresh") as glass:
        at_the_list(glass)
        glass.child.close()
    assert saved_answers(home_of_its_own) == {"years": 44}


def test_a_resumed_emergency_comes_first(look: Look, home_of_its_own: Path) -> None:
    """Before the opening, and it is final only when it was read."""
    with look("--fresh") as glass:
        at_the_list(glass)
        glass.press("1", "enter")
        glass.wait("I have read this")
        code, last = glass.end("c-c")
        assert code == 130
        assert "EMERGENCY" in last
    with look("--resume") as glass:
        glass.wait("I have read this")
        assert "Enter begin" not in glass.raw.decode()
        glass.press("c")
        glass.wait("Enter keeps it")
        assert "1 [x] It is hard to breathe." in glass.text
        glass.press("left")
        glass.wait("I have read this")
        assert glass.end("y")[0] == 0
    assert drafts_in(home_of_its_own) == []


def test_changed_rules_say_what_still_fits(home_of_its_own: Path, tmp_path: Path) -> None:
    """Before the first question, which is the one that has changed."""
    rules = tmp_path / "rules"
    rules.mkdir()
    text = (TINY / "protocol.yaml").read_text()
    (rules / "protocol.yaml").write_text(text)
    arguments = ("ask", "--rules", str(rules), "--country", "GB")
    with Glass(*arguments, home=home_of_its_own) as glass:
        at_the_list(glass)
        glass.press("0")
        glass.go("enter")
        glass.end("q")
    (rules / "protocol.yaml").write_text(
        text.replace("Is any of this true right now?", "Is it so?")
    )
    with Glass(*arguments, "--resume", home=home_of_its_own) as glass:
        glass.wait("1 answer kept.", "Asked again, because the question has changed:")
        assert "Is it so?" in glass.go("enter")
        assert "0 [x] None of these" in glass.text


def test_a_damaged_draft_is_named_on_the_first_page(look: Look, home_of_its_own: Path) -> None:
    """And left alone; it stops nothing."""
    folder = home_of_its_own / ".local" / "state" / "backtriage" / "drafts"
    folder.mkdir(parents=True)
    (folder / "sore_throat-0.json").write_text("{")
    with look("--resume") as glass:
        glass.wait("Enter begin", "cannot be read were left alone", "There are no saved answers")
        glass.go("enter")
        assert "How old are you?" in glass.text
    assert (folder / "sore_throat-0.json").read_text() == "{"


def test_two_at_once_never_share_a_file(look: Look, home_of_its_own: Path) -> None:
    """Each has its own, for its owner only."""
    with look("--fresh") as one, look("--fresh") as two:
        at_the_list(one)
        at_the_list(two)
        two.press("0")
        two.go("enter")
        files = drafts_in(home_of_its_own)
        found = sorted(len(json.loads(file.read_text())["answers"]) for file in files)
        assert found == [1, 2]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        assert stat.S_IMODE(files[0].parent.stat().st_mode) == 0o700


def test_nothing_is_written_when_nothing_may_be(look: Look, home_of_its_own: Path) -> None:
    """Nor is a file offered."""
    with look("--no-save") as glass:
        at_the_list(glass)
        glass.press("1", "enter")
        glass.wait("I have read this")
        assert "s save" not in glass.text
        glass.end("y")
    assert list(home_of_its_own.iterdir()) == []


def test_a_folder_that_cannot_be_written_stops_nothing(look: Look, home_of_its_own: Path) -> None:
    """It is said on the next page, once, and once more at the end."""
    (home_of_its_own / ".local").write_text("not a folder")
    with look() as glass:
        at_the_list(glass)
        assert "Your answers cannot be saved in" in glass.words
        glass.press("0")
        glass.go("enter")
        assert "cannot be saved" not in glass.words
        _, last = glass.end("q")
    assert "Nothing was kept." in " ".join(last.split())


def test_whoever_leaves_the_result_has_seen_it(look: Look, home_of_its_own: Path) -> None:
    """Ctrl-C on the last page is an end like any other."""
    with look("--fresh") as glass:
        at_the_list(glass)
        for key in ("0", "1", "n"):
            glass.press(key)
            glass.go("enter")
        glass.press("y")
        glass.wait("Left answers")
        code, last = glass.end("c-c")
    assert code == 0
    assert "AT HOME" in last
    assert drafts_in(home_of_its_own) == []


WAYS = ("c-c", "c-d", "q", "y", "SIGTERM", "SIGHUP", "SIGINT")


@pytest.mark.parametrize("way", WAYS)
def test_the_terminal_is_left_as_it_was(home_of_its_own: Path, way: str) -> None:
    """`stty -a` says the same before and after, whichever way it ends."""
    command = " ".join((sys.executable, "-m", "backtriage", *tiny("--fresh")))
    script = (
        f"trap : INT HUP TERM; stty -a > before; {command} & echo $! > pid; fg > /dev/null; "
        f"stty -a > after; echo {SHELL}"
    )
    with Glass(home=home_of_its_own, command=("bash", "-mc", script)) as glass:
        at_the_list(glass)
        if way == "y":
            glass.press("1", "enter")
            glass.wait("I have read this")
        if way.startswith("SIG"):
            os.kill(int((home_of_its_own / "pid").read_text()), signal.Signals[way])
        else:
            glass.send(KEYS.get(way, way))
        glass.until(lambda: SHELL in glass.text, "the shell")
    before, after = ((home_of_its_own / name).read_text() for name in ("before", "after"))
    assert before == after


def test_a_stopped_job_goes_on(home_of_its_own: Path) -> None:
    """Ctrl-Z gives the shell back, and fg draws the same page again."""
    command = " ".join((sys.executable, "-m", "backtriage", *tiny("--fresh")))
    with Glass(home=home_of_its_own, command=("bash", "--norc", "-i")) as glass:
        glass.send(f"{command}; echo {SHELL}\r")
        at_the_list(glass)
        glass.press("2")
        glass.send("\x1a")
        glass.until(lambda: "Stopped" in glass.text, "the shell")
        glass.send("stty -a | grep -c -- -icanon; fg\r")
        glass.wait("2 [x] You cannot swallow")
        glass.press("1")
        assert "1 [x] It is hard to breathe." in glass.text
