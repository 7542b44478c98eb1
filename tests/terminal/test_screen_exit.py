"""Ends of the full-screen interview: answers are saved, and the terminal is restored."""

from __future__ import annotations

import json
import os
import signal
import stat
from pathlib import Path

import pytest

from backtriage.decide.assessment import assess
from backtriage.program.validate import plain_answers
from backtriage.render.page.answer import answer_of
from backtriage.shell.drafts import DraftStore, new_name
from tests.support import protocols
from tests.support.interviews import after
from tests.support.line_driver import (
    IF_WORSE,
    SHELL,
    TO_RESUME,
    drafts_in,
    hang_up,
    one_line,
    saved_answers,
)
from tests.support.protocols import TINY
from tests.support.screen_driver import BEGUN, EAGER, KEYS, ScreenDriver, tiny
from tests.support.tier import sampled
from tests.terminal.conftest import StartScreen

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]


def at_the_list(screen: ScreenDriver) -> None:
    """Begin, and answer the first question."""
    screen.wait(BEGUN)
    screen.press("4", "4")
    screen.go("enter")


@pytest.mark.parametrize("key", ["c-c", "c-d", "c-\\", "q"])
def test_leaving_saves_the_answers(
    start_screen: StartScreen, isolated_home: Path, key: str
) -> None:
    """Also from a help page; no result is shown."""
    with start_screen("--fresh") as screen:
        at_the_list(screen)
        screen.go("?")
        code, last = screen.end(key)
    assert code == 130
    assert TO_RESUME in one_line(last)
    assert IF_WORSE in last
    assert "AT HOME" not in last
    assert saved_answers(isolated_home) == {"years": 44}


@pytest.mark.parametrize("is_emergency", [False, True])
def test_one_key_leaves_an_empty_screen(
    start_screen: StartScreen, isolated_home: Path, *, is_emergency: bool
) -> None:
    """At once, even on an emergency; nothing tells what it was, and the answers are kept."""
    with start_screen("--fresh") as screen:
        at_the_list(screen)
        if is_emergency:
            screen.press("1")
            screen.go("enter")
        code, _ = screen.end("x")
        left = screen.text
    assert code == 130
    assert not left.strip()
    assert saved_answers(isolated_home)["years"] == 44


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_saves_the_answers(
    start_screen: StartScreen, isolated_home: Path, number: signal.Signals, code: int
) -> None:
    """The alternate screen is left, and the exit code tells which signal it was."""
    with start_screen("--fresh") as screen:
        at_the_list(screen)
        screen.press("0")
        screen.go("enter")
        screen.child.kill(number)
        ended, _ = screen.end()
    assert ended == code
    assert screen.raw.count(b"\x1b[?1049l") == 1
    assert saved_answers(isolated_home) == {"years": 44, "airway": []}


def test_a_killed_interview_resumes_at_the_same_question(
    start_screen: StartScreen, isolated_home: Path
) -> None:
    """Only what was being typed is lost."""
    with start_screen("--fresh") as screen:
        at_the_list(screen)
        screen.press("0")
        screen.go("enter")
        screen.press("1")
        screen.child.kill(signal.SIGKILL)
        screen.end()
    with start_screen("--resume") as screen:
        screen.wait("2 answers kept.", "Enter begin")
        assert "about 2 questions left" in screen.go("enter")
        assert "0 [x] None of these" in screen.go("left")
        screen.end("c-c")
    assert saved_answers(isolated_home) == {"years": 44}


def test_closing_the_terminal_saves_the_answers(
    start_screen: StartScreen, isolated_home: Path
) -> None:
    with start_screen("--fresh") as screen:
        at_the_list(screen)
        hang_up(screen.child)
    assert saved_answers(isolated_home) == {"years": 44}


def test_a_resumed_emergency_comes_first(start_screen: StartScreen, isolated_home: Path) -> None:
    """It precedes the opening page, until the person confirms having read it."""
    with start_screen("--fresh") as screen:
        at_the_list(screen)
        screen.press("1", "enter")
        screen.wait("I have read this")
        code, last = screen.end("c-c")
        assert code == 130
        assert "EMERGENCY" in last
    with start_screen("--resume") as screen:
        screen.wait("I have read this")
        assert "Enter begin" not in screen.raw.decode()
        assert "These answers were saved on " in screen.text
        screen.press("c")
        screen.wait("Enter keeps it")
        assert "1 [x] It is hard to breathe." in screen.text
        screen.press("left")
        screen.wait("I have read this")
        assert screen.end("y")[0] == 0
    assert drafts_in(isolated_home) == []


def test_resuming_under_changed_rules_asks_changed_questions_again(
    isolated_home: Path, tmp_path: Path
) -> None:
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
        assert "0 [ ] None of these" in screen.text


def test_a_damaged_draft_is_reported_and_left_alone(
    start_screen: StartScreen, isolated_home: Path
) -> None:
    folder = isolated_home / ".local" / "state" / "backtriage" / "drafts"
    folder.mkdir(parents=True)
    (folder / "sore_throat-0.json").write_text("{")
    with start_screen("--resume") as screen:
        screen.wait(BEGUN, "cannot be read were left alone", "There are no saved answers")
        assert "How old are you?" in screen.text
    assert (folder / "sore_throat-0.json").read_text() == "{"


def test_concurrent_interviews_have_separate_private_drafts(
    start_screen: StartScreen, isolated_home: Path
) -> None:
    with start_screen("--fresh") as one, start_screen("--fresh") as two:
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
def test_no_save_writes_neither_draft_nor_cache(
    start_screen: StartScreen, isolated_home: Path
) -> None:
    """Nor does it offer to save a file."""
    with start_screen("--no-save") as screen:
        at_the_list(screen)
        screen.press("1", "enter")
        screen.wait("I have read this")
        assert "s save" not in screen.text
        screen.end("y")
    assert list(isolated_home.iterdir()) == []


def test_an_unwritable_draft_folder_does_not_stop_the_interview(
    start_screen: StartScreen, isolated_home: Path
) -> None:
    """It warns on the next page, once, and again at the end."""
    (isolated_home / ".local").write_text("not a folder")
    with start_screen() as screen:
        at_the_list(screen)
        assert "Your answers cannot be saved in" in screen.words
        screen.press("0")
        screen.go("enter")
        assert "cannot be saved" not in screen.words
        _, last = screen.end("q")
    assert "Nothing was kept." in one_line(last)


def test_ctrl_c_on_the_result_is_a_normal_end(
    start_screen: StartScreen, isolated_home: Path
) -> None:
    with start_screen("--fresh") as screen:
        at_the_list(screen)
        for key in ("0", "1", "n"):
            screen.press(key)
            screen.go("enter")
        screen.press("y")
        screen.wait("q leave")
        code, last = screen.end("c-c")
    assert code == 0
    assert "AT HOME" in last
    assert drafts_in(isolated_home) == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_at_the_result_keeps_no_answers(
    start_screen: StartScreen, isolated_home: Path, number: signal.Signals, code: int
) -> None:
    """The next person at this computer is not offered them."""
    store = DraftStore(new_name(protocols.tiny()))
    assert store.save(after("44", "none", "longer", "no"), "GB")
    store._hold(None)
    with start_screen("--resume") as screen:
        screen.wait("Enter begin")
        screen.go("enter")
        screen.press("y")
        screen.wait("q leave")
        screen.child.kill(number)
        ended, _ = screen.end()

    assert ended == code
    assert b"are kept" not in screen.raw.rpartition(b"\x1b[?1049l")[2]
    assert drafts_in(isolated_home) == []


EXITS = ("c-c", "c-d", "q", "y", "SIGTERM", "SIGHUP", "SIGINT")


@pytest.mark.parametrize("exit_", EXITS)
def test_terminal_settings_are_restored(isolated_home: Path, exit_: str) -> None:
    """`stty -a` prints the same before and after."""
    command = " ".join((*EAGER, *tiny("--fresh")))
    script = (
        f"trap : INT HUP TERM; stty -a > before; {command} & echo $! > pid; fg > /dev/null; "
        f"stty -a > after; echo {SHELL}"
    )
    with ScreenDriver(home=isolated_home, command=("bash", "-mc", script)) as screen:
        at_the_list(screen)
        if exit_ == "y":
            screen.press("1", "enter")
            screen.wait("I have read this")
        if exit_.startswith("SIG"):
            os.kill(int((isolated_home / "pid").read_text()), signal.Signals[exit_])
        else:
            screen.send(KEYS.get(exit_, exit_))
        screen.until(lambda: SHELL in screen.text, "the shell")
    before, after = ((isolated_home / name).read_text() for name in ("before", "after"))
    assert before == after


STOPS = ("ctrl-z", "SIGTSTP", "SIGSTOP")


def child_of(shell: int) -> int:
    """The process that a shell waits for."""
    return int(Path(f"/proc/{shell}/task/{shell}/children").read_text().split()[0])


@pytest.mark.parametrize("stop", sampled(STOPS, fast=("ctrl-z", "SIGSTOP")))
def test_a_stopped_job_resumes(isolated_home: Path, stop: str) -> None:
    """`fg` draws the same page again, and reads keys."""
    command = " ".join((*EAGER, *tiny("--fresh")))
    with ScreenDriver(home=isolated_home, command=("bash", "--norc", "-i")) as screen:
        screen.send(f"echo $$ > shell; {command}; echo {SHELL}\r")
        at_the_list(screen)
        screen.press("2")
        if stop == "ctrl-z":
            screen.send("\x1a")
        else:
            os.kill(child_of(int((isolated_home / "shell").read_text())), signal.Signals[stop])
        screen.until(lambda: "Stopped" in screen.text, "the shell")
        screen.send("clear\r")
        screen.until(lambda: " questions left" not in screen.text, "an empty screen")
        screen.send("fg\r")
        screen.wait("2 [x] You cannot swallow")
        screen.press("1")
        assert "1 [x] It is hard to breathe." in screen.text


@pytest.mark.parametrize("columns", [80, 40, 24])
def test_a_narrow_list_tells_saved_people_apart(start_screen: StartScreen, columns: int) -> None:
    """No row of the list is cut where it would say whose answers it is about."""
    for age in ("44", "71"):
        store = DraftStore(new_name(protocols.tiny()))
        assert store.save(after(age, ["breathing"]), "GB")
        store._hold(None)

    told = ("Begin again", "EMERGENCY", "age 44 years", "age 71 years")
    with start_screen(columns=columns) as screen:
        screen.until(lambda: all(words in screen.words for words in told), repr(told))


@pytest.mark.parametrize("name", ["office_worker", "stenosis_at_75", "blood_thinner_at_72"])
def test_the_last_screen_of_assess_says_how_soon_where_why_and_what_not_to_do(
    isolated_home: Path, name: str
) -> None:
    """The card is higher than a terminal of 24 rows, so its top has gone."""
    program = protocols.shipped()
    case = next(case for case in protocols.cases_in(protocols.SHIPPED) if case.id == name)
    sheet = isolated_home / "sheet.json"
    sheet.write_text(json.dumps(plain_answers(program, case.sheet)))
    card = answer_of(assess(program, case.sheet, "GB")).card

    words = (*EAGER, "assess", str(sheet), "--country", "GB")
    with ScreenDriver(home=isolated_home, command=words) as screen:
        _, last = screen.end()
    shown = one_line(last)
    for text in (card.band.word, card.band.where, card.band.why, *card.stops):
        assert one_line(text) in shown
