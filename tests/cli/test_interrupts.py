"""Ctrl-C at any moment, and readers that leave: an exit code, and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.support.process import EXAMPLE, PATIENCE

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]

WHEN_IMPORTED: Final = """
import os, signal, sys

class Interrupt:
    @staticmethod
    def find_spec(name, *_):
        if name in wanted:
            wanted.remove(name)
            os.kill(os.getpid(), signal.SIGINT)

wanted = sys.argv.pop(1).split()
sys.meta_path.insert(0, Interrupt)
from backtriage.__main__ import main
main()
"""
"""Presses Ctrl-C when each of some modules begins to be imported."""

AT_EXIT: Final = """
import atexit, os, signal
atexit.register(lambda: os.kill(os.getpid(), signal.SIGINT))
from backtriage.__main__ import main
main()
"""

PROGRAM: Final = """
import sys
sys.argv[0] = "backtriage"
from backtriage.__main__ import main
main()
"""

IGNORED: Final = """
import os, signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
from backtriage.__main__ import main
os.kill(os.getpid(), signal.SIGINT)
main()
"""


def run(script: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a script that starts the program."""
    return subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True,
                          check=False, timeout=PATIENCE)  # fmt: skip


@pytest.mark.parametrize(
    "module",
    ["backtriage.cli.app", "typer.main", "backtriage.cli.assess", "msgspec"],
)  # fmt: skip
def test_ctrl_c_while_a_module_is_loaded(module: str) -> None:
    ran = run(WHEN_IMPORTED, module, "assess", str(EXAMPLE))

    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "")


@pytest.mark.parametrize(
    ("answers", "message"), [('{"collapse": ["chest"]}', "EMERGENCY: "), ('{"age": 44}', "")]
)
def test_ctrl_c_while_a_change_is_searched_hides_no_emergency(
    tmp_path: Path, answers: str, message: str
) -> None:
    """JSON is written whole or not at all, and the search may take long."""
    sheet = tmp_path / "sheet.json"
    sheet.write_text(answers)
    words = ("assess", str(sheet), "--why-not", "self_care", "--format", "json")

    ran = run(WHEN_IMPORTED, "backtriage.counterfactual.search", *words)

    assert (ran.returncode, ran.stdout) == (130, "")
    assert ran.stderr[: len("EMERGENCY: ")] == message


def test_ctrl_c_twice_hides_no_emergency(tmp_path: Path) -> None:
    """A program that starts this one may pass it on once more."""
    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"collapse": ["chest"]}')
    words = ("assess", str(sheet), "--why-not", "self_care", "--format", "json")

    ran = run(
        WHEN_IMPORTED, "backtriage.counterfactual.search backtriage.render.page.patient", *words
    )

    assert (ran.returncode, ran.stdout) == (130, "")
    assert ran.stderr.startswith("EMERGENCY: ")


def test_ctrl_c_while_emergencies_of_a_batch_are_said_hides_none(tmp_path: Path) -> None:
    table = tmp_path / "day.csv"
    table.write_text("answering_for,age,collapse\nself,40,chest\nself,999,\n")
    words = ("batch", str(table), "--strict", "-o", str(tmp_path / "out.csv"))

    ran = run(WHEN_IMPORTED, "backtriage.render.batch", *words)

    assert (ran.returncode, ran.stdout) == (130, "")
    assert ran.stderr.startswith("EMERGENCY, by what could be read: ")


def test_ctrl_c_when_everything_is_done() -> None:
    ran = run(AT_EXIT, "--version")

    assert (ran.returncode, ran.stderr) == (130, "")


def test_a_program_started_without_an_interrupt_key_stays_without_it() -> None:
    ran = run(IGNORED, "--version")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("backtriage ")


def test_little_is_loaded_before_ctrl_c_is_handled() -> None:
    """What loads before that cannot be interrupted without a traceback."""
    script = (
        "import sys; before = set(sys.modules); import backtriage; "
        "print(*sorted(set(sys.modules) - before))"
    )

    ran = subprocess.run([sys.executable, "-S", "-c", script],
                         capture_output=True, text=True, check=False,
                         env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})  # fmt: skip

    assert "typing" not in ran.stdout.split()
    assert "backtriage" in ran.stdout.split()


UNREAD: Final = {
    "help": ("--help",),
    "version": ("--version",),
    "ask": ("ask", "--help"),
    "rules": ("rules", "--help"),
    "prove": ("rules", "prove", "--help"),
    "show completion": ("--show-completion", "bash"),
    "complete": (),
}

COMPLETE: Final = {
    "_BACKTRIAGE_COMPLETE": "complete_bash",
    "COMP_WORDS": "backtriage r",
    "COMP_CWORD": "1",
}


@pytest.mark.parametrize("words", UNREAD.values(), ids=UNREAD)
def test_help_that_nobody_reads_ends_quietly(words: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], stdin=subprocess.DEVNULL, stdout=writer,
        stderr=subprocess.PIPE, env={**os.environ, **({} if words else COMPLETE)}, check=False,
        timeout=PATIENCE,
    )  # fmt: skip

    os.close(writer)
    assert (ran.returncode, ran.stderr) == (74, b"")
