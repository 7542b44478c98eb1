"""Nothing leaves this computer: no network, no other process, whatever is run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.line_driver import ANSWER, READ, LineDriver
from tests.support.process import EXAMPLE, PATIENCE
from tests.support.protocols import TINY
from tests.support.screen_driver import EAGER, ScreenDriver

MAIN = "from backtriage.__main__ import main; main()"
WATCHED = f"""
import sys

GOES_OUT = ("socket.", "ssl.", "urllib.", "http.", "ftplib.", "smtplib.", "webbrowser.")
STARTS = ("subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "pty.")

def watch(event, details):
    if event == "socket.__new__" and details[1] == 1:
        return  # AF_UNIX: the screen's event loop wakes itself through a pair of these
    if event.startswith(GOES_OUT + STARTS):
        raise AssertionError(event)

sys.addaudithook(watch)
sys.argv[0] = "backtriage"
{MAIN}
"""
"""Runs the program under the interpreter's own watch (PEP 578) of what it asks the system for."""

COMMANDS = {
    "json": ("assess", EXAMPLE, "--format", "json"),
    "text": ("assess", EXAMPLE, "--why", "--for", "clinician"),
    "check": ("rules", "check", "--rules", TINY),
    "test": ("rules", "test", "--rules", TINY),
    "show": ("rules", "show", "--rules", TINY),
    "schema": ("rules", "schema"),
    "template": ("rules", "template"),
    "forget": ("forget", "--yes"),
    "help": ("--help",),
}


def watched(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run a command under watch."""
    words = [sys.executable, "-c", WATCHED, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, check=False, timeout=PATIENCE)


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_no_command_goes_out(arguments: tuple[str | Path, ...]) -> None:
    """Neither to the network nor to another program, whose command line others could read."""
    ran = watched(*arguments)

    assert (ran.returncode, ran.stderr) == (0, b"")


def test_the_watch_sees() -> None:
    """A run that went out would fail."""
    spy = WATCHED.replace(MAIN, "import socket; socket.create_connection(('127.0.0.1', 9))")

    ran = subprocess.run([sys.executable, "-c", spy], capture_output=True, check=False)

    assert b"AssertionError: socket." in ran.stderr


ASK = ("ask", "--rules", str(TINY), "--country", "GB", "--fresh")


def test_the_interview_does_not_go_out(isolated_home: Path) -> None:
    """Nor does an interview, from its first question to its last page."""
    with LineDriver(
        home=isolated_home, command=(sys.executable, "-c", WATCHED, *ASK, "--plain")
    ) as tty:
        tty.wait(ANSWER)
        tty.type("44")
        tty.type("1", READ)
        tty.child.sendline("y")
        code, last = tty.end()

    assert "Traceback" not in tty.sent + last
    assert code == 0


def test_the_screen_does_not_go_out(isolated_home: Path) -> None:
    """The same on the whole screen."""
    watched_eager = WATCHED.replace(MAIN, f"import runpy; runpy.run_path({EAGER[-1]!r})")
    command = (sys.executable, "-c", watched_eager, *ASK)
    with ScreenDriver(home=isolated_home, command=command) as screen:
        screen.wait("Enter begin")
        screen.go("enter")
        screen.press("4", "4")
        screen.go("enter")
        screen.press("1", "enter")
        screen.wait("I have read this")
        code, last = screen.end("y")

    assert "Traceback" not in last
    assert code == 0
