"""The program on a real pseudo-terminal, line by line."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

import pexpect
import pyte

from tests.support.protocols import TINY

PATIENCE: Final = 60
"""Seconds to wait for expected output; a loaded machine is slow."""

ANSWER: Final = "Your answer:"
NUMBERS: Final = "Their numbers:"
READ: Final = "Type y or c:"
LETTER: Final = "Your letter:"
"""The prompt below a result."""
FILE: Final = "For whom:"
"""The prompt once it is left, which asks whether to save it."""
NAME: Final = "File name:"
PAUSE: Final = "the end:"
Until: TypeAlias = str | type[pexpect.EOF]
SHELL: Final = "ready-for-the-next"
"""What a script prints when the program has returned to the shell."""

TO_RESUME: Final = f"To go on: backtriage ask --resume --rules {TINY}"
IF_WORSE: Final = "If you cannot breathe, call 999 now."
"""What is printed when an interview of the tiny protocol is left."""

_REAL: Final = (sys.executable, "-m", "backtriage")
_EAGER: Final = (sys.executable, "-P", str(Path(__file__).with_name("eager_lines.py")))

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f]")
"""Control characters that plain mode never sends: all but tab, newline and return."""


class LineDriver:
    """One run of a command on a terminal of its own."""

    def __init__(
        self,
        *arguments: str,
        home: Path,
        columns: int = 80,
        term: str = "xterm-256color",
        waits: bool = False,
        command: tuple[str, ...] = (),
    ) -> None:
        """Start `backtriage` with these arguments, or another command.

        Args:
            arguments: The words of its command line.
            home: Its home, and its working directory.
            columns: The width of the terminal.
            term: The name of the terminal.
            waits: Let it wait for the rest of a paste before each prompt, as it does for users.
            command: What to run instead, with all its words.
        """
        program, *words = command or (*(_REAL if waits else _EAGER), *arguments)
        self.child: pexpect.spawn[str] = pexpect.spawn(
            program, words, env=environment(home, term), dimensions=(24, columns),
            encoding="utf-8", codec_errors="replace", timeout=PATIENCE, cwd=str(home),
        )  # fmt: skip
        self.child.delaybeforesend = None
        self.sent = ""
        self.columns = columns

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        hang_up(self.child)

    def wait(self, text: str) -> str:
        """Wait for a text; return everything up to its end."""
        self.child.expect_exact(text)
        seen = str(self.child.before) + text
        self.sent += seen
        return seen.replace("\r\n", "\n")

    def type(self, line: str, then: str = ANSWER) -> str:
        """Type a line and wait for the next prompt; return what was printed until then."""
        self.child.sendline(line)
        return self.wait(then)

    def result(self) -> str:
        """Confirm the answers, read the whole result and leave it; a file is asked for then."""
        self.child.sendline("y")
        seen = self.read_on(LETTER)
        self.child.sendline("q")
        return seen + self.read_on(FILE) + FILE

    def read_on(self, until: Until) -> str:
        """Return the output up to a text or the end; Enter continues a paused result."""
        seen = ""
        while self.child.expect_exact([until, PAUSE]):
            seen += str(self.child.before)
            self.child.sendline("")
        seen += str(self.child.before)
        self.sent += seen
        return seen.replace("\r\n", "\n")

    def go_on(self, line: str) -> str:
        """Type a line and return what follows up to a prompt for an answer, also after triage."""
        self.child.sendline(line)
        seen = ""
        replies = {PAUSE: "", LETTER: "g"}
        prompts = [ANSWER, *replies]
        while at := self.child.expect_exact(prompts):
            seen += str(self.child.before)
            self.child.sendline(replies[prompts[at]])
        seen += str(self.child.before)
        self.sent += seen
        return seen.replace("\r\n", "\n")

    def answer(self, *lines: str) -> str:
        """Type lines, each at a prompt for an answer."""
        return "".join(self.type(line) for line in lines)

    def end(self) -> tuple[int, str]:
        """Wait for the end; return the exit code and the last output."""
        last = self.read_on(pexpect.EOF)
        return exit_code(self.child), last

    def kill(self, number: signal.Signals) -> None:
        self.child.kill(number)

    @property
    def screen(self) -> str:
        """What the terminal shows, as text."""
        shown = pyte.Screen(self.columns, 24)
        pyte.Stream(shown).feed(self.sent)
        return "\n".join(line.rstrip() for line in shown.display)

    @property
    def widest(self) -> int:
        """The length of the longest line that was printed."""
        return max(len(line) for line in self.sent.replace("\r", "").split("\n"))

    @property
    def control_codes(self) -> list[str]:
        """Return the control characters in all the output."""
        return _CONTROL.findall(self.sent)


def environment(home: Path, term: str = "xterm-256color") -> dict[str, str]:
    """Return the environment of a program on a terminal."""
    return {**os.environ, "HOME": str(home), "TERM": term, "LC_ALL": "C.UTF-8"}


def hang_up(child: pexpect.spawn[Any]) -> None:
    """Close the terminal of a program, and wait until that has ended it.

    `child.close()` would sleep, and soon kill the program: perhaps while it still writes its
    answers, or the coverage of the whole run.
    """
    if child.closed:
        return
    terminal: Any = child.ptyproc  # type: ignore[attr-defined] # left out of the types of pexpect
    terminal.fileobj.close()
    deadline = time.monotonic() + PATIENCE
    while child.isalive():
        assert time.monotonic() < deadline, "it goes on without its terminal"
        time.sleep(0.002)
    terminal.delayafterclose = 0
    child.close()


def exit_code(child: pexpect.spawn[Any]) -> int:
    """Return the exit code of a program that has closed its terminal; a signal is negative."""
    child.wait()
    hang_up(child)
    code = child.exitstatus
    return -int(child.signalstatus or 0) if code is None else int(code)


def drafts_in(home: Path) -> list[Path]:
    """The saved interviews below a home."""
    return sorted((home / ".local" / "state" / "backtriage" / "drafts").glob("*"))


def saved_answers(home: Path) -> dict[str, object]:
    """Return the answers of the only draft below a home."""
    (draft,) = drafts_in(home)
    answers: dict[str, object] = json.loads(draft.read_text())["answers"]
    return answers


def one_line(text: str) -> str:
    """Return text without its line breaks."""
    return " ".join(text.split())
