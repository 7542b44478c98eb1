"""Ends of an interview in plain mode: by key, signal or error; drafts and output files."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.line_driver import (
    ANSWER,
    IF_WORSE,
    LETTER,
    NAME,
    READ,
    SHELL,
    TO_RESUME,
    LineDriver,
    drafts_in,
    hang_up,
    one_line,
    saved_answers,
)
from tests.support.protocols import TINY
from tests.terminal.conftest import StartPlain

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]


@pytest.mark.parametrize("exit_", ["ctrl-c", "ctrl-d", "q"])
def test_leaving_saves_the_answers(
    start_plain: StartPlain, isolated_home: Path, exit_: str
) -> None:
    """One line says how to resume, another what to do if it gets worse; no result is shown."""
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44")
        if exit_ == "q":
            tty.child.sendline("q")
        else:
            tty.child.sendcontrol(exit_[-1])
        code, printed = tty.end()
    assert code == 130
    assert TO_RESUME in one_line(printed)
    assert IF_WORSE in printed
    assert "AT HOME" not in printed
    assert saved_answers(isolated_home) == {"years": 44}


def test_one_letter_leaves_an_empty_screen(start_plain: StartPlain, isolated_home: Path) -> None:
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44")
        tty.child.sendline(" X ")
        code, printed = tty.end()
    assert code == 130
    assert printed.endswith("\x1b[H\x1b[2J\x1b[3J")
    assert TO_RESUME not in one_line(printed)
    assert saved_answers(isolated_home) == {"years": 44}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_saves_the_answers(
    start_plain: StartPlain, isolated_home: Path, number: signal.Signals, code: int
) -> None:
    """The exit code tells which signal it was."""
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0")
        tty.kill(number)
        assert tty.end()[0] == code
    assert saved_answers(isolated_home) == {"years": 44, "airway": []}


def test_a_killed_interview_resumes_at_the_same_question(
    start_plain: StartPlain, isolated_home: Path
) -> None:
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0", "2")
        tty.kill(signal.SIGKILL)
        assert tty.end()[0] == -signal.SIGKILL
    with start_plain("--resume") as tty:
        page = tty.wait(ANSWER)
        assert "3 answers kept." in page
        assert "about 1 question left" in page
        assert "How long have you had it?" in tty.type("b")
        tty.child.sendcontrol("c")
        tty.end()
    assert saved_answers(isolated_home) == {"years": 44, "airway": []}


@pytest.mark.parametrize("days", [2, 400, -2])
def test_answers_of_another_time_are_asked_again(
    start_plain: StartPlain, isolated_home: Path, days: int
) -> None:
    """What was true then may no longer be; also if the clock was set back."""
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0", "2")
        tty.kill(signal.SIGKILL)
        tty.end()
    (draft,) = drafts_in(isolated_home)
    then = datetime.now().astimezone() - timedelta(days=days)
    os.utime(draft, (then.timestamp(), then.timestamp()))
    with start_plain("--resume") as tty:
        page = one_line(tty.wait(ANSWER))
        assert f"Your answers of {then:%d %b %Y %H:%M} no longer count: a lot can" in page
        assert "each question comes again. Some of your old answers are shown" in page
        assert "They say: age 44 years" in page
        assert "about 4 questions left" in page
        assert "Before, you chose: 44 years." in page
        second = one_line(tty.type("="))
        assert "Before, you chose" not in second.partition("You kept")[2]  # it was none
        assert "Before, you chose" in one_line(tty.type("0"))
        tty.child.sendcontrol("c")
        tty.end()
    assert saved_answers(isolated_home) == {"years": 44, "airway": []}


def test_one_more_answer_makes_no_others_new(start_plain: StartPlain, isolated_home: Path) -> None:
    """Nor does a copy: what counts is when the first of them was given."""
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0")
        tty.kill(signal.SIGKILL)
        tty.end()
    (draft,) = drafts_in(isolated_home)
    saved = json.loads(draft.read_text())
    hours = 60 * 60 * 1_000_000_000
    saved["begun"] -= 20 * hours
    draft.write_text(json.dumps(saved))
    with start_plain("--resume") as tty:
        assert "2 answers kept." in tty.wait(ANSWER)
        tty.answer("2")
        tty.kill(signal.SIGKILL)
        tty.end()
    again = json.loads(draft.read_text())
    assert again["begun"] == saved["begun"]
    again["begun"] -= 20 * hours
    draft.write_text(json.dumps(again))
    with start_plain("--resume") as tty:
        page = one_line(tty.wait(ANSWER))
        assert "each question comes again" in page
        tty.answer("=")
        tty.kill(signal.SIGKILL)
        tty.end()
    assert json.loads(draft.read_text())["begun"] > saved["begun"] + 19 * hours


def test_closing_the_terminal_saves_the_answers(isolated_home: Path) -> None:
    arguments = ("ask", "--plain", "--fresh", "--rules", str(TINY), "--country", "GB")
    tty = LineDriver(*arguments, home=isolated_home)
    tty.wait(ANSWER)
    tty.answer("44")
    hang_up(tty.child)
    assert saved_answers(isolated_home) == {"years": 44}


def test_a_resumed_emergency_comes_first(start_plain: StartPlain, isolated_home: Path) -> None:
    """Before any other question, with the phone numbers of its country."""
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.type("44")
        tty.type("1", READ)
        tty.child.sendcontrol("c")
        code, printed = tty.end()
        assert code == 130
        assert "EMERGENCY" in printed
    arguments = ("ask", "--plain", "--rules", str(TINY))
    with LineDriver(*arguments, home=isolated_home) as tty:
        assert "1. EMERGENCY: go on (2 answers, " in tty.wait(ANSWER)
    with LineDriver(*arguments, "--resume", home=isolated_home) as tty:
        page = tty.wait(READ)
        assert page.lstrip().startswith("These answers were saved on ")
        assert "--fresh.\n\n!!! EMERGENCY: Call 999" in page
        assert "Before, you chose: It is hard to breathe." in tty.type("c")


def test_asks_whether_to_resume_or_to_start_again(
    start_plain: StartPlain, isolated_home: Path
) -> None:
    """Starting again leaves the saved answers where they are."""
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44")
        tty.child.sendline("q")
        tty.end()
    with start_plain() as tty:
        asked = tty.wait(ANSWER)
        assert "There are saved answers." in asked
        assert "1. Go on (1 answer, " in asked
        assert "That is none of them." in tty.type("")
        assert "about 4 questions left" in tty.type("2")
        tty.answer("50")
        tty.child.sendline("q")
        tty.end()
    assert len(drafts_in(isolated_home)) == 2


def test_concurrent_interviews_have_separate_private_drafts(
    start_plain: StartPlain, isolated_home: Path
) -> None:
    with start_plain("--fresh") as one, start_plain("--fresh") as two:
        one.wait(ANSWER)
        two.wait(ANSWER)
        one.answer("44")
        two.answer("55", "0")
        files = drafts_in(isolated_home)
        found = sorted(json.loads(file.read_text())["answers"]["years"] for file in files)
        assert found == [44, 55]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        assert stat.S_IMODE(files[0].parent.stat().st_mode) == 0o700


def test_a_damaged_draft_is_reported_and_left_alone(
    start_plain: StartPlain, isolated_home: Path
) -> None:
    folder = isolated_home / ".local" / "state" / "backtriage" / "drafts"
    folder.mkdir(parents=True)
    damaged = folder / "sore_throat-0.json"
    damaged.touch(mode=0o600)
    damaged.write_text("{")
    with start_plain("--resume") as tty:
        printed = one_line(tty.wait(ANSWER))
        assert f"cannot be read were left alone: {damaged}: this is not JSON" in printed
        assert "There are no saved answers to go on with" in printed
    assert damaged.read_text() == "{"


def test_resuming_under_changed_rules_asks_changed_questions_again(
    isolated_home: Path, tmp_path: Path
) -> None:
    """The old answer is shown, unless it denies what the question may say now."""
    rules = tmp_path / "rules"
    rules.mkdir()
    text = (TINY / "protocol.yaml").read_text()
    (rules / "protocol.yaml").write_text(text)
    arguments = ("ask", "--plain", "--rules", str(rules), "--country", "GB")
    with LineDriver(*arguments, home=isolated_home) as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0")
        tty.child.sendline("q")
        tty.end()
    reworded = text.replace("Is any of this true right now?", "Is it so?")
    (rules / "protocol.yaml").write_text(reworded.replace("How old", "Say how old"))
    with LineDriver(*arguments, "--resume", home=isolated_home) as tty:
        page = tty.wait(ANSWER)
        assert "0 answers kept." in page
        assert "The questions have changed" in page
        assert "Asked again, because the question has changed:\n  - Age\n  - Breathing" in page
        assert "Before, you chose: 44 years." in page
        assert "Before, you chose" not in tty.type("=").partition("You kept")[2]


@pytest.mark.cold_cache
def test_no_save_writes_neither_draft_nor_cache(
    start_plain: StartPlain, isolated_home: Path
) -> None:
    """It says so at the start and at the end."""
    with start_plain("--no-save") as tty:
        assert "Nothing is saved." in one_line(tty.wait(ANSWER))
        tty.answer("44")
        tty.child.sendcontrol("c")
        code, printed = tty.end()
    assert code == 130
    assert "Nothing was kept." in one_line(printed)
    assert list(isolated_home.iterdir()) == []


def test_an_unwritable_draft_folder_does_not_stop_the_interview(
    start_plain: StartPlain, isolated_home: Path
) -> None:
    """It warns once, and again at the end."""
    (isolated_home / ".local").write_text("not a folder")
    with start_plain() as tty:
        tty.wait(ANSWER)
        assert "Your answers cannot be saved in" in tty.type("44")
        assert "cannot be saved" not in tty.type("0")
        tty.child.sendline("q")
        code, printed = tty.end()
    assert code == 130
    assert "Nothing was kept." in one_line(printed)


def test_the_output_file_is_checked_before_the_first_question(
    start_plain: StartPlain, tmp_path: Path
) -> None:
    (tmp_path / "there.txt").write_text("the last patient")
    (tmp_path / "link.txt").symlink_to("elsewhere.txt")
    refused = {
        str(tmp_path / "no" / "such.txt"): (74, "cannot write"),
        str(tmp_path): (74, "cannot write"),
        str(tmp_path / "there.txt"): (74, "it is there already; --force overwrites it"),
        str(tmp_path / "link.txt"): (74, "as a link"),
        str(tmp_path / "result.PDF"): (2, "end the name in .txt, .md, .html or .json"),
    }
    for output, (code, why) in refused.items():
        with start_plain("--output", output, columns=200) as tty:
            found, printed = tty.end()
        assert (found, why in one_line(printed)) == (code, True)
        assert " questions left" not in printed
    assert (tmp_path / "there.txt").read_text() == "the last patient"


def test_the_suffix_of_the_output_file_selects_the_format(
    start_plain: StartPlain, tmp_path: Path
) -> None:
    """Only its owner can read it, and no other file name is asked for."""
    begins = {"result.txt": "EMERGENCY", "result.md": "# EMERGENCY", "result.json": "{",
              "result.html": "<!doctype html>"}  # fmt: skip
    for name, first in begins.items():
        with start_plain("--output", str(tmp_path / name), "--for", "clinician") as tty:
            tty.wait(ANSWER)
            tty.type("44")
            tty.type("1", READ)
            tty.child.sendline("y")
            code, printed = tty.end()
        assert code == 0
        assert "The result is saved in" in printed
        written = (tmp_path / name).read_text()
        assert first in written
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_result_that_cannot_be_written_is_still_shown(
    start_plain: StartPlain, tmp_path: Path
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    with start_plain("--output", str(folder / "result.txt")) as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0", "1", "n")
        folder.rmdir()
        shown = tty.type("y", LETTER)
        tty.child.sendline("q")
        code, printed = tty.end()
    assert code == 74
    assert "AT HOME" in shown
    assert "The result is above." in printed


def test_the_result_is_saved_under_a_typed_name(
    start_plain: StartPlain, isolated_home: Path
) -> None:
    """An existing file is not overwritten."""
    (isolated_home / "mine.txt").write_text("mine")
    with start_plain() as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0", "1", "n")
        tty.result()
        tty.type("1", NAME)
        assert "is there already" in tty.type("mine.txt", NAME)
        tty.child.sendline("result.txt")
        code, printed = tty.end()
    assert code == 0
    assert "The result is saved in result.txt." in printed
    assert (isolated_home / "mine.txt").read_text() == "mine"
    assert "AT HOME" in (isolated_home / "result.txt").read_text()


@pytest.mark.parametrize(("stdin", "stdout"), [(True, False), (False, True), (False, False)])
def test_without_a_terminal_it_refers_to_assess(
    isolated_home: Path, *, stdin: bool, stdout: bool
) -> None:
    """In one line, without a traceback, with exit code 2."""
    ours, theirs = os.openpty()
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "backtriage"],
            stdin=theirs if stdin else subprocess.DEVNULL,
            stdout=theirs if stdout else subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, check=False,
            env={**os.environ, "HOME": str(isolated_home)},
        )  # fmt: skip
    finally:
        os.close(ours)
        os.close(theirs)
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1
    assert "backtriage assess SHEET.json" in ran.stderr


@pytest.mark.parametrize("term", ["dumb", "unknown", ""])
def test_an_incapable_terminal_gets_numbered_lists(isolated_home: Path, term: str) -> None:
    """Also for the short questions before the interview, and without control codes."""
    with LineDriver("ask", "--rules", str(TINY), home=isolated_home, term=term) as tty:
        asked = tty.wait(ANSWER)
        assert "Which country are you in?" in asked
        assert "2. Another country" in asked
        tty.type("2")
        tty.type("44")
        page = tty.type("1", READ)
        assert "your local emergency number" in page
        tty.child.sendline("y")
        assert tty.end()[0] == 0
        assert tty.control_codes == []


def test_a_terminal_too_narrow_for_words_gets_numbered_lists(isolated_home: Path) -> None:
    """The full screen would cut the words of an emergency."""
    with LineDriver("ask", "--rules", str(TINY), home=isolated_home, columns=19) as tty:
        tty.wait("1. United")
        tty.wait(ANSWER)
        assert tty.control_codes == []


@pytest.mark.parametrize(
    ("number", "code"), [(None, 130), (signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
def test_leaving_a_list_with_arrows_ends_the_interview(
    isolated_home: Path, number: signal.Signals | None, code: int
) -> None:
    with LineDriver("ask", "--rules", str(TINY), home=isolated_home) as tty:
        tty.wait("2) United Kingdom")
        if number is None:
            tty.child.sendcontrol("c")
        else:
            tty.kill(number)
        ended, printed = tty.end()
    assert ended == code
    assert "If you cannot breathe" in printed


def test_a_line_without_enter_is_no_answer(start_plain: StartPlain, isolated_home: Path) -> None:
    """Ctrl-D leaves also in the middle of a line. SIGQUIT leaves as Ctrl-C does."""
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44")
        tty.child.send("1\x04\x04")
        assert tty.end()[0] == 130
    assert saved_answers(isolated_home) == {"years": 44}
    with start_plain("--resume") as tty:
        tty.wait(ANSWER)
        tty.child.send("\x1c")
        code, printed = tty.end()
    assert code == 130
    assert IF_WORSE in printed


@pytest.mark.parametrize("exit_", ["\x03", "\x04", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("options", ["--plain --country GB", ""], ids=["plain", "arrows"])
def test_terminal_settings_are_restored(isolated_home: Path, exit_: str, options: str) -> None:
    """`stty -a` prints the same before and after."""
    script = (
        f"trap : INT HUP TERM; stty -a > before; {sys.executable} -m backtriage ask {options} "
        f"--rules {TINY} & echo $! > pid; fg > /dev/null; "
        f"stty -a > after; echo {SHELL}"
    )
    with LineDriver(home=isolated_home, command=("bash", "-mc", script)) as tty:
        if options:
            tty.wait(ANSWER)
            tty.answer("44")
        else:
            tty.wait("2) United Kingdom")
        if exit_.startswith("SIG"):
            os.kill(int((isolated_home / "pid").read_text()), signal.Signals[exit_])
        else:
            tty.child.send(exit_)
        tty.wait(SHELL)
    before, after = ((isolated_home / name).read_text() for name in ("before", "after"))
    assert before == after


def test_forget_removes_drafts_and_cache(start_plain: StartPlain, isolated_home: Path) -> None:
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44")
        tty.child.sendline("q")
        tty.end()
    (draft,) = drafts_in(isolated_home)
    with LineDriver("forget", home=isolated_home) as tty:
        tty.wait("Type yes to remove them:")
        tty.child.sendline("no")
        assert tty.end()[0] == 2
    assert draft.exists()
    with LineDriver("forget", home=isolated_home) as tty:
        tty.wait("Type yes to remove them:")
        tty.child.sendline("yes")
        code, printed = tty.end()
    assert code == 0
    assert f"{draft.parent}: 1 file removed." in one_line(printed)
    assert not draft.exists()
    assert list((isolated_home / ".cache").rglob("*.json")) == []
    ran = subprocess.run(
        [sys.executable, "-m", "backtriage", "forget", "--yes"],
        capture_output=True, text=True, check=True,
        env={**os.environ, "HOME": str(isolated_home)},
    )  # fmt: skip
    assert ran.stdout.count("nothing to remove") == 2


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda tty: tty.child.sendintr(), 2),
        (lambda tty: tty.child.sendeof(), 2),
        (lambda tty: tty.child.kill(signal.SIGTERM), 143),
        (lambda tty: tty.child.kill(signal.SIGHUP), 129),
        (lambda tty: tty.child.kill(signal.SIGQUIT), 2),
        (lambda tty: (tty.type("\x1b[Ayes", "Type yes"), tty.child.sendintr()), 2),
        (lambda tty: (tty.child.send("yes\x04"), tty.child.sendeof()), 2),
        (lambda tty: tty.child.sendline("x"), 2),
    ],
    ids=["ctrl-c", "ctrl-d", "term", "hup", "quit", "an arrow", "no enter", "x"],
)
def test_forget_removes_nothing_without_a_plain_yes(
    isolated_home: Path, act: Callable[[LineDriver], object], code: int
) -> None:
    folder = isolated_home / ".local" / "state" / "backtriage" / "drafts"
    folder.mkdir(parents=True, mode=0o700)
    draft = folder / "sore_throat-0123456789ab.json"
    draft.write_text("{}")
    with LineDriver("forget", home=isolated_home) as tty:
        tty.wait("Type yes to remove them:")
        act(tty)
        found, printed = tty.end()
    assert (found, draft.exists()) == (code, True)
    assert "Traceback" not in printed


def test_rules_past_their_review_date_are_used_with_a_warning(
    isolated_home: Path, tmp_path: Path
) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    text = (TINY / "protocol.yaml").read_text()
    text = text.replace("2026-11-24", "2019-01-01").replace("2030-01-01", "2020-01-01")
    (rules / "protocol.yaml").write_text(text)
    arguments = ("ask", "--plain", "--rules", str(rules), "--country", "GB")
    with LineDriver(*arguments, home=isolated_home) as tty:
        printed = tty.wait(ANSWER)
    assert "due for review by 2020-01-01" in printed
    assert "about 4 questions left" in printed


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--lang", "xx"), "there is: en"),
        (("--country", "XX"), "there are: GB"),
        (("--resume", "--no-save"), "--no-save"),
        (("--from", "-"), "--from takes a file"),
    ],
)
def test_a_wrong_option_lists_the_valid_ones(
    isolated_home: Path, options: tuple[str, ...], says: str
) -> None:
    with LineDriver("ask", "--rules", str(TINY), *options, home=isolated_home) as tty:
        code, printed = tty.end()
    assert code == 2
    assert says in one_line(printed)
