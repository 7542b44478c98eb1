"""Saved answers in several windows, on a full disk, and without a home."""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path

import pytest

from tests.support.forked import Run, Server
from tests.support.line_driver import ANSWER, FILE, LETTER, LineDriver, drafts_in, one_line
from tests.support.screen_driver import BEGUN, tiny

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]

IN_USE = "Another window is using the saved answers, so this starts from the beginning."


def until_ready(run: Run, prompts: int = 1) -> None:
    """Wait until an interview waits for a person, in either mode."""
    shown = BEGUN, "Enter begin"
    run.until(
        lambda: run.printed.count(ANSWER) == prompts or any(each in run.screen for each in shown)
    )


def begun(server: Server, home: Path, *options: str) -> Run:
    """Begin an interview."""
    run = server.start(*tiny(*options), home=home)
    until_ready(run)
    return run


def answer(run: Run, *lines: str) -> None:
    """Type lines in plain mode, each at a prompt for an answer."""
    for line in lines:
        prompts = run.printed.count(ANSWER)
        run.send(f"{line}\n")
        until_ready(run, prompts + 1)


def left(server: Server, home: Path, *lines: str) -> str:
    """Answer in plain mode and leave; return what was printed."""
    run = begun(server, home, "--fresh", "--plain")
    answer(run, *lines)
    return leave(run)


def leave(run: Run) -> str:
    """Leave; return the words that were printed."""
    run.send("q\n")
    assert run.end() == 130
    return one_line(run.printed.replace("\r", ""))


def kill(*runs: Run) -> None:
    for run in runs:
        os.kill(run.process, signal.SIGKILL)
        run.end()


MODES = pytest.mark.parametrize("mode", [(), ("--plain",)], ids=["screen", "plain"])


@MODES
def test_a_running_interview_is_not_given_to_a_second_window(
    server: Server, second_server: Server, isolated_home: Path, mode: tuple[str, ...]
) -> None:
    """Neither with `--resume` nor when it asks; after a kill it is offered, once."""
    first = begun(server, isolated_home, "--fresh", "--plain")
    answer(first, "44")
    for options in (("--resume",), ()):
        second = begun(second_server, isolated_home, *options, *mode)
        assert (IN_USE in second.screen) == bool(options)
        assert "There are saved answers." not in second.screen
        second.kill()
    first.kill()

    third = begun(server, isolated_home, "--resume", *mode)
    fourth = begun(second_server, isolated_home, "--resume", *mode)

    assert "1 answer kept." in third.screen
    assert IN_USE in fourth.screen


@MODES
@pytest.mark.parametrize("is_in_use", [True, False])
def test_answers_that_may_be_somebody_elses_are_given_to_nobody_unasked(
    server: Server, second_server: Server, isolated_home: Path, mode: tuple[str, ...],
    *, is_in_use: bool,
) -> None:  # fmt: skip
    """The person's own are in use in another window, or cannot be read."""
    left(server, isolated_home, "71")
    (others,) = drafts_in(isolated_home)
    if is_in_use:
        own = begun(server, isolated_home, "--fresh", "--plain")
        answer(own, "44")
    else:
        others.with_name(f"sore_throat-{'0' * 12}.json").write_text("{")

    run = second_server.start(*tiny("--resume", *mode), home=isolated_home)
    run.until(lambda: "age 71 years" in run.screen)

    assert "There are saved answers." in run.screen
    assert "1 answer kept." not in run.screen
    run.kill()


@MODES
def test_of_two_windows_that_open_the_same_answers_one_gets_them(
    server: Server, second_server: Server, isolated_home: Path, mode: tuple[str, ...]
) -> None:
    first = begun(server, isolated_home, "--fresh", "--plain")
    answer(first, "44")
    first.kill()
    for _ in range(5):
        one, two = (
            each.start(*tiny("--resume", *mode), home=isolated_home)
            for each in (server, second_server)
        )
        until_ready(one)
        until_ready(two)
        assert sorted([is_resumed(one), is_resumed(two)]) == [False, True]
        assert sorted([IN_USE in one.screen, IN_USE in two.screen]) == [False, True]
        one.kill()
        two.kill()
    assert len(drafts_in(isolated_home)) == 1


def is_resumed(run: Run) -> bool:
    return "1 answer kept." in run.screen


def test_two_windows_that_were_both_offered_the_same_answers(
    server: Server, second_server: Server, isolated_home: Path
) -> None:
    """The second to accept is told, and starts from the beginning."""
    left(server, isolated_home, "44", "0")
    one, two = (begun(each, isolated_home, "--plain") for each in (server, second_server))
    for run in (one, two):
        assert "1. Go on (2 answers, " in run.screen
        run.send("1\n")
        until_ready(run, prompts=2)

    assert "2 answers kept." in one.screen
    assert "about 2 questions left" in one.screen
    assert IN_USE in two.screen
    assert "about 4 questions left" in two.screen


def test_leaving_on_a_full_disk_says_what_is_kept(server: Server, isolated_home: Path) -> None:
    """Two answers are on disk, and the third is not."""
    run = begun(server, isolated_home, "--fresh", "--plain")
    answer(run, "44", "0")
    (draft,) = drafts_in(isolated_home)
    before = draft.read_bytes()
    resource.prlimit(run.process, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    answer(run, "2")
    printed = leave(run)

    assert "Your answers cannot be saved in" in printed
    assert (
        "Your last answers could not be saved: file too large. "
        "What was saved before is kept: 2 answers. To go on: backtriage ask --resume"
    ) in printed
    assert [(path, path.read_bytes()) for path in drafts_in(isolated_home)] == [(draft, before)]


def test_leaving_without_an_answer_keeps_no_file(server: Server, isolated_home: Path) -> None:
    """Also after an answer was taken back."""
    assert "Nothing was kept." in left(server, isolated_home, "44", "b")
    assert drafts_in(isolated_home) == []


def test_going_back_to_the_start_loses_no_answers(server: Server, isolated_home: Path) -> None:
    assert "Your answers are kept." in left(server, isolated_home, "44", "0", "b", "b")
    assert len(drafts_in(isolated_home)) == 1


def test_leaving_a_resumed_interview_at_once_keeps_its_file_as_it_is(
    server: Server, isolated_home: Path
) -> None:
    left(server, isolated_home, "44", "0")
    (draft,) = drafts_in(isolated_home)
    before = draft.stat()

    printed = leave(begun(server, isolated_home, "--resume", "--plain"))

    assert "Your answers are kept." in printed
    after = draft.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("option", ["--fresh", "--resume"])
def test_without_a_home_it_says_that_nothing_is_saved(tmp_path: Path, option: str) -> None:
    """And writes nothing into the current folder."""
    here = tmp_path / "here"
    here.mkdir()
    words = (sys.executable, "-m", "backtriage", *tiny("--plain", option))
    with LineDriver(home=here, command=("sh", "-c", 'HOME=. exec "$@"', "sh", *words)) as tty:
        begun = one_line(tty.wait(ANSWER))
        assert "Answers cannot be saved: this user has no home folder" in begun
        assert "Nothing is saved. If you stop, your answers are gone." in begun
        tty.answer("44")
        tty.child.sendline("q")
        code, printed = tty.end()
    assert code == 130
    assert "Nothing was kept." in printed
    assert list(here.iterdir()) == []


def test_a_finished_visit_removes_what_killed_ones_have_left(
    server: Server, second_server: Server, isolated_home: Path
) -> None:
    """But not the answers of an interview that was left, or runs in another window."""
    left(server, isolated_home, "44", "0")
    (draft,) = drafts_in(isolated_home)
    other = begun(second_server, isolated_home, "--fresh", "--plain")
    answer(other, "50")
    kept = drafts_in(isolated_home)
    run = begun(server, isolated_home, "--fresh", "--plain")
    draft.with_name(f".{draft.name}.0a1b2c3d.backtriage").write_text("{")
    answer(run, "44", "0", "2", "n")
    assert len(drafts_in(isolated_home)) == 4

    run.send("y\n")
    run.until(lambda: LETTER in run.printed)
    run.send("q\n")
    run.until(lambda: FILE in run.printed)
    run.send("\n")

    assert run.end() == 0
    assert drafts_in(isolated_home) == kept
