"""Nothing leaves this computer: no network and no other process."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.line_driver import ANSWER, READ, LineDriver
from tests.support.process import EXAMPLE, PATIENCE
from tests.support.protocols import TINY
from tests.support.screen_driver import BEGUN, EAGER, ScreenDriver

pytestmark = pytest.mark.first_only

MAIN = "from backtriage.__main__ import main; main()"
AUDITED = f"""
import sys

CONNECTS = ("socket.", "ssl.", "urllib.", "http.", "ftplib.", "smtplib.", "webbrowser.")
STARTS = ("subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "pty.")

def watch(event, details):
    if event == "socket.__new__" and details[1] == 1:
        return  # AF_UNIX: the event loop of the screen wakes itself through a pair of sockets
    if event.startswith(CONNECTS + STARTS):
        raise AssertionError(event)

sys.addaudithook(watch)
sys.argv[0] = "backtriage"
{MAIN}
"""
"""Runs the program with an audit hook (PEP 578) that refuses connections and processes."""

COMMANDS = {
    "json": ("assess", EXAMPLE, "--format", "json"),
    "text": ("assess", EXAMPLE, "--why", "--for", "clinician"),
    "check": ("rules", "check", "--rules", TINY),
    "test": ("rules", "test", "--rules", TINY),
    "show": ("rules", "show", "--rules", TINY),
    "schema": ("rules", "schema", "--rules", TINY),
    "template": ("rules", "template", "--rules", TINY),
    "forget": ("forget", "--yes"),
    "help": ("--help",),
}


def run_audited(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run a command under the audit hook."""
    words = [sys.executable, "-c", AUDITED, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, check=False, timeout=PATIENCE)


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_no_command_opens_a_connection_or_starts_a_process(
    arguments: tuple[str | Path, ...],
) -> None:
    ran = run_audited(*arguments)

    assert (ran.returncode, ran.stderr) == (0, b"")


def test_simulating_opens_no_connection() -> None:
    """It says how long it took."""
    ran = run_audited("rules", "simulate", "--people", "50", "--serious", "50", "--rules", TINY)

    assert ran.returncode == 0
    assert re.fullmatch(rb"400 people: .* s to count\.\n", ran.stderr)


def test_the_audit_hook_notices_a_connection() -> None:
    spy = AUDITED.replace(MAIN, "import socket; socket.create_connection(('127.0.0.1', 9))")

    ran = subprocess.run([sys.executable, "-c", spy], capture_output=True, check=False)

    assert b"AssertionError: socket." in ran.stderr


ASK = ("ask", "--rules", str(TINY), "--country", "GB", "--fresh")


def test_plain_mode_opens_no_connection(isolated_home: Path) -> None:
    with LineDriver(
        home=isolated_home, command=(sys.executable, "-c", AUDITED, *ASK, "--plain")
    ) as tty:
        tty.wait(ANSWER)
        tty.type("44")
        tty.type("1", READ)
        tty.child.sendline("y")
        code, last = tty.end()

    assert "Traceback" not in tty.sent + last
    assert code == 0


def test_the_full_screen_opens_no_connection(isolated_home: Path) -> None:
    audited = AUDITED.replace(MAIN, f"import runpy; runpy.run_path({EAGER[-1]!r})")
    command = (sys.executable, "-c", audited, *ASK)
    with ScreenDriver(home=isolated_home, command=command) as screen:
        screen.wait(BEGUN)
        screen.press("4", "4")
        screen.go("enter")
        screen.press("1", "enter")
        screen.wait("I have read this")
        code, last = screen.end("y")

    assert "Traceback" not in last
    assert code == 0
