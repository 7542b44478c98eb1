"""However an interview ends, answers are kept, the terminal is left as it was, and it is said."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.line_driver import ANSWER, FILE, READ, SHELL, LineDriver, drafts_in
from tests.support.protocols import TINY
from tests.terminal.conftest import Start

pytestmark = pytest.mark.usefixtures("warm_cache")

GO_ON = f"To go on: backtriage ask --resume --rules {TINY}"
LINE = "If you cannot breathe, call 999 now."


def one_line(text: str) -> str:
    """Text without its line breaks."""
    return " ".join(text.split())


def saved_answers(home: Path) -> dict[str, object]:
    """The answers of the only draft."""
    (draft,) = drafts_in(home)
    answers = json.loads(draft.read_text())["answers"]
    assert isinstance(answers, dict)
    return answers


@pytest.mark.parametrize("way", ["ctrl-c", "ctrl-d", "q"])
def test_leaving_keeps_the_answers(start: Start, isolated_home: Path, way: str) -> None:
    """No result is shown; one line says how to go on, another names what must not wait."""
    with start("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44")
        if way == "q":
            tty.child.sendline("q")
        else:
            tty.child.sendcontrol(way[-1])
        code, said = tty.end()
    assert code == 130
    assert GO_ON in one_line(said)
    assert LINE in said
    assert "AT HOME" not in said
    assert saved_answers(isolated_home) == {"years": 44}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_keeps_the_answers(
    start: Start, isolated_home: Path, number: signal.Signals, code: int
) -> None:
    """The system asks it to stop: the exit code says which way."""
    with start("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0")
        tty.kill(number)
        assert tty.end()[0] == code
    assert saved_answers(isolated_home) == {"years": 44, "airway": []}


def test_killed_at_once_it_still_has_every_answer(start: Start, isolated_home: Path) -> None:
    """After kill -9 the next start goes on at the very question."""
    with start("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0", "2")
        tty.kill(signal.SIGKILL)
        assert tty.end()[0] == -signal.SIGKILL
    with start("--resume") as tty:
        page = tty.wait(ANSWER)
        assert "3 answers kept." in page
        assert "Question 4. At most 1 more." in page
        assert "How long have you had it?" in tty.type("b")
        tty.child.sendcontrol("c")
        tty.end()
    assert saved_answers(isolated_home) == {"years": 44, "airway": []}


def test_a_hung_up_terminal_keeps_the_answers(isolated_home: Path) -> None:
    """Closing the window is no loss either."""
    arguments = ("ask", "--plain", "--fresh", "--rules", str(TINY), "--country", "GB")
    tty = LineDriver(*arguments, home=isolated_home)
    tty.wait(ANSWER)
    tty.answer("44")
    tty.child.close()
    assert saved_answers(isolated_home) == {"years": 44}


def test_a_resumed_emergency_comes_first(start: Start, isolated_home: Path) -> None:
    """Before any question about going on, with the words of its country."""
    with start("--fresh") as tty:
        tty.wait(ANSWER)
        tty.type("44")
        tty.type("1", READ)
        tty.child.sendcontrol("c")
        code, said = tty.end()
        assert code == 130
        assert "EMERGENCY" in said
    arguments = ("ask", "--plain", "--rules", str(TINY))
    with LineDriver(*arguments, home=isolated_home) as tty:
        assert "1. EMERGENCY: go on (2 answers, " in tty.wait(ANSWER)
    with LineDriver(*arguments, "--resume", home=isolated_home) as tty:
        page = tty.wait(READ)
        assert page.lstrip().startswith("EMERGENCY: Call 999 now")
        assert "Before, you chose: It is hard to breathe." in tty.type("c")


def test_resume_or_begin_again_is_asked(start: Start, isolated_home: Path) -> None:
    """Without an option; beginning again leaves the saved answers where they are."""
    with start("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44")
        tty.child.sendline("q")
        tty.end()
    with start() as tty:
        asked = tty.wait(ANSWER)
        assert "There are saved answers." in asked
        assert "1. Go on (1 answer, " in asked
        assert "That is none of them." in tty.type("")
        assert "Question 1." in tty.type("2")
        tty.answer("50")
        tty.child.sendline("q")
        tty.end()
    assert len(drafts_in(isolated_home)) == 2


def test_two_at_once_never_share_a_file(start: Start, isolated_home: Path) -> None:
    """Each interview has a file of its own, only its owner can read it, and so the folder."""
    with start("--fresh") as one, start("--fresh") as two:
        one.wait(ANSWER)
        two.wait(ANSWER)
        one.answer("44")
        two.answer("55", "0")
        files = drafts_in(isolated_home)
        found = sorted(json.loads(file.read_text())["answers"]["years"] for file in files)
        assert found == [44, 55]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        assert stat.S_IMODE(files[0].parent.stat().st_mode) == 0o700


def test_a_damaged_draft_is_named_and_left_alone(start: Start, isolated_home: Path) -> None:
    """It stops nothing."""
    folder = isolated_home / ".local" / "state" / "backtriage" / "drafts"
    folder.mkdir(parents=True)
    damaged = folder / "sore_throat-0.json"
    damaged.write_text("{")
    with start("--resume") as tty:
        said = one_line(tty.wait(ANSWER))
        assert f"cannot be read were left alone: {damaged}: this is not JSON" in said
        assert "There are no saved answers to go on with" in said
    assert damaged.read_text() == "{"


def test_changed_rules_say_what_still_fits(isolated_home: Path, tmp_path: Path) -> None:
    """A question that changed is asked again, with its old answer shown."""
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
    (rules / "protocol.yaml").write_text(
        text.replace("Is any of this true right now?", "Is it so?")
    )
    with LineDriver(*arguments, "--resume", home=isolated_home) as tty:
        page = tty.wait(ANSWER)
        assert "1 answer kept." in page
        assert "The questions have changed" in page
        assert "Asked again, because the question has changed:\n  - Breathing" in page
        assert "Before, you chose: None of these." in page


@pytest.mark.cold_cache
def test_nothing_is_written_when_nothing_may_be(start: Start, isolated_home: Path) -> None:
    """Neither draft nor cache, and that is said at the start and at the end."""
    with start("--no-save") as tty:
        assert "Nothing is saved." in one_line(tty.wait(ANSWER))
        tty.answer("44")
        tty.child.sendcontrol("c")
        code, said = tty.end()
    assert code == 130
    assert "Nothing was kept." in one_line(said)
    assert list(isolated_home.iterdir()) == []


def test_a_folder_that_cannot_be_written_stops_nothing(start: Start, isolated_home: Path) -> None:
    """It is said once, and once more at the end."""
    (isolated_home / ".local").write_text("not a folder")
    with start() as tty:
        tty.wait(ANSWER)
        assert "Your answers cannot be saved in" in tty.type("44")
        assert "cannot be saved" not in tty.type("0")
        tty.child.sendline("q")
        code, said = tty.end()
    assert code == 130
    assert "Nothing was kept." in one_line(said)


def test_the_output_is_tested_before_the_first_question(start: Start, tmp_path: Path) -> None:
    """Nobody answers twenty questions for a file that cannot be written."""
    for output in (tmp_path / "no" / "such.txt", tmp_path):
        with start("--output", str(output)) as tty:
            code, said = tty.end()
        assert code == 74
        assert "cannot write" in said
        assert "Question" not in said


def test_the_result_is_written_as_its_name_says(start: Start, tmp_path: Path) -> None:
    """Text, Markdown or JSON, readable by the owner only; then no file name is asked for."""
    begins = {"result.txt": "EMERGENCY", "result.md": "# EMERGENCY", "result.json": "{"}
    for name, first in begins.items():
        with start("--output", str(tmp_path / name), "--for", "clinician") as tty:
            tty.wait(ANSWER)
            tty.type("44")
            tty.type("1", READ)
            tty.child.sendline("y")
            code, said = tty.end()
        assert code == 0
        assert "The result is saved in" in said
        written = (tmp_path / name).read_text()
        assert first in written
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_an_output_that_fails_at_the_end_still_shows_the_result(
    start: Start, tmp_path: Path
) -> None:
    """The code is 74, and the result stands on the screen."""
    folder = tmp_path / "gone"
    folder.mkdir()
    with start("--output", str(folder / "result.txt")) as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0", "1", "n")
        folder.rmdir()
        tty.child.sendline("y")
        code, said = tty.end()
    assert code == 74
    assert "AT HOME" in said
    assert "The result stands above." in said


def test_the_result_can_be_saved_where_the_person_says(start: Start, isolated_home: Path) -> None:
    """An existing file is not written over."""
    (isolated_home / "mine.txt").write_text("mine")
    with start() as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0", "1", "n")
        tty.result()
        assert "is there already" in tty.type("mine.txt", FILE)
        tty.child.sendline("result.txt")
        code, said = tty.end()
    assert code == 0
    assert "The result is saved in result.txt." in said
    assert (isolated_home / "mine.txt").read_text() == "mine"
    assert "AT HOME" in (isolated_home / "result.txt").read_text()


@pytest.mark.parametrize(("stdin", "stdout"), [(True, False), (False, True), (False, False)])
def test_without_a_terminal_one_line_names_the_other_command(
    isolated_home: Path, *, stdin: bool, stdout: bool
) -> None:
    """Exit code 2, no traceback, no default."""
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
def test_any_terminal_will_do(isolated_home: Path, term: str) -> None:
    """Without --plain the short questions are numbered too, and no control code is sent."""
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


def test_a_capable_terminal_has_lists_with_arrows(isolated_home: Path) -> None:
    """Ctrl-C in one of them reaches the end, which says what must not wait."""
    with LineDriver("ask", "--rules", str(TINY), home=isolated_home) as tty:
        tty.wait("2) United Kingdom")
        tty.child.sendcontrol("c")
        code, said = tty.end()
        assert code == 130
        assert "If you cannot breathe" in said


@pytest.mark.parametrize("way", ["\x03", "\x04", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("options", ["--plain --country GB", ""], ids=["plain", "arrows"])
def test_the_terminal_is_left_as_it_was(isolated_home: Path, way: str, options: str) -> None:
    """`stty -a` says the same before and after, in plain mode and in a list with arrows."""
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
        if way.startswith("SIG"):
            os.kill(int((isolated_home / "pid").read_text()), signal.Signals[way])
        else:
            tty.child.send(way)
        tty.wait(SHELL)
    before, after = ((isolated_home / name).read_text() for name in ("before", "after"))
    assert before == after


def test_forget_removes_what_is_kept_and_says_so(start: Start, isolated_home: Path) -> None:
    """Drafts and cache go; what is not ours stays and is named."""
    with start("--fresh") as tty:
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
        code, said = tty.end()
    assert code == 0
    assert f"{draft.parent}: 1 file removed." in one_line(said)
    assert not draft.exists()
    assert list((isolated_home / ".cache").rglob("*.json")) == []
    ran = subprocess.run(
        [sys.executable, "-m", "backtriage", "forget", "--yes"],
        capture_output=True, text=True, check=True,
        env={**os.environ, "HOME": str(isolated_home)},
    )  # fmt: skip
    assert ran.stdout.count("nothing to remove") == 2


def test_rules_past_their_review_date_are_named_and_used(
    isolated_home: Path, tmp_path: Path
) -> None:
    """One line, and the interview goes on."""
    rules = tmp_path / "rules"
    rules.mkdir()
    text = (TINY / "protocol.yaml").read_text().replace("2030-01-01", "2020-01-01")
    (rules / "protocol.yaml").write_text(text)
    arguments = ("ask", "--plain", "--rules", str(rules), "--country", "GB")
    with LineDriver(*arguments, home=isolated_home) as tty:
        said = tty.wait(ANSWER)
    assert "due for review by 2020-01-01" in said
    assert "Question 1." in said


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--lang", "xx"), "there is: en"),
        (("--country", "XX"), "there are: GB"),
        (("--resume", "--no-save"), "--no-save"),
        (("--from", "-"), "--from takes a file"),
    ],
)
def test_a_wrong_option_says_what_there_is(
    isolated_home: Path, options: tuple[str, ...], says: str
) -> None:
    """Exit code 2, before anything is asked."""
    with LineDriver("ask", "--rules", str(TINY), *options, home=isolated_home) as tty:
        code, said = tty.end()
    assert code == 2
    assert says in one_line(said)
