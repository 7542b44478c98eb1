"""The full-screen interview on a real pseudo-terminal, seen through a terminal emulator.

Only cells that change are sent, so raw output says little. It goes through pyte instead, and each
step waits for what the screen then shows; nothing here sleeps.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

import pexpect
import pyte

from backtriage.render.cells import cell_len
from tests.support.line_driver import PATIENCE, environment, exit_code, hang_up
from tests.support.protocols import TINY

EAGER: Final = (sys.executable, "-P", str(Path(__file__).with_name("eager.py")))
"""The program, but each page takes keys as soon as it is drawn."""

BEGUN: Final = "Enter next"
"""Stands below the first question of a new interview."""

DROPPED: Final = "Keys pressed before this page was shown do not count."

KEYS: Final = {
    "enter": "\r",
    "space": " ",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "end": "\x1b[F",
    "home": "\x1b[H",
    "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~",
    "escape": "\x1b",
    "tab": "\t",
    "s-tab": "\x1b[Z",
    "c-b": "\x02",
    "c-c": "\x03",
    "c-\\": "\x1c",
    "c-d": "\x04",
    "c-z": "\x1a",
    "backspace": "\x7f",
}


class ScreenDriver:
    """One run of the program on a screen."""

    def __init__(
        self,
        *arguments: str,
        home: Path,
        columns: int = 80,
        rows: int = 24,
        command: tuple[str, ...] = (),
    ) -> None:
        """Start `backtriage` with these arguments, or another command."""
        program, *words = command or (*EAGER, *arguments)
        self.child: pexpect.spawn[bytes] = pexpect.spawn(
            program, words, env=environment(home), dimensions=(rows, columns), cwd=str(home)
        )
        self.child.delaybeforesend = None
        self.emulator = pyte.Screen(columns, rows)
        self.raw = b""
        self._stream = pyte.ByteStream(self.emulator)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        hang_up(self.child)

    @property
    def text(self) -> str:
        """The lines of the screen."""
        return "\n".join(line.rstrip() for line in self.emulator.display).rstrip()

    @property
    def words(self) -> str:
        """The screen's words without its line breaks."""
        return " ".join(self.text.split())

    @property
    def cursor_line(self) -> str:
        return str(self.emulator.display[self.emulator.cursor.y]).rstrip()

    @property
    def heading(self) -> str:
        """What distinguishes one page from another: its first two lines, such as a question."""
        return "\n".join([line for line in self.text.split("\n") if line][:2])

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Read what the program sends until a condition is true."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited for {what}; the screen shows:\n{self.text}")
            try:
                self._read(timeout=PATIENCE)
            except pexpect.EOF:
                raise AssertionError(
                    f"it ended before {what}; the screen shows:\n{self.text}"
                ) from None

    def _read(self, timeout: float) -> None:
        try:
            data = self.child.read_nonblocking(65536, timeout)
        except pexpect.TIMEOUT:
            return
        self.raw += data
        self._stream.feed(data)

    def _until_drawn(self, condition: Callable[[], bool], what: str) -> str:
        """Wait for a condition and for the end of the frame, which shows the cursor again."""
        self.until(lambda: condition() and not self.emulator.cursor.hidden, what)
        return self.text

    def wait(self, *words: str) -> str:
        """Wait until the screen shows these words; return its text."""
        return self._until_drawn(lambda: all(word in self.words for word in words), repr(words))

    def press(self, *keys: str) -> str:
        """Press keys, each after the screen has changed from the one before; return its text."""
        for key in keys:
            self._press(key)
        return self.text

    def _press(self, key: str) -> None:
        before = self._state()
        self.send(KEYS.get(key, key))
        self._until_drawn(lambda: self._state() != before, f"what {key} does")

    def _state(self) -> tuple[str, int, int]:
        return self.text, self.emulator.cursor.y, self.emulator.cursor.x

    def go(self, *keys: str) -> str:
        """Press keys and wait for another page; return its text."""
        before = self.heading
        self.press(*keys)
        return self._until_drawn(lambda: self.heading != before, "another page")

    def send(self, text: str) -> None:
        """Send bytes as they are, and wait for nothing."""
        self.child.send(text)

    def resize(self, columns: int, rows: int) -> None:
        self.emulator.resize(rows, columns)
        self.emulator.reset()
        self.child.setwinsize(rows, columns)

    def end(self, *keys: str) -> tuple[int, str]:
        """Press the last keys; return the exit code and what the screen shows in the end."""
        for key in keys:
            self.send(KEYS.get(key, key))
        deadline = time.monotonic() + PATIENCE
        try:
            while time.monotonic() < deadline:
                self._read(timeout=PATIENCE)
        except pexpect.EOF:
            return exit_code(self.child), self.text
        raise AssertionError(f"it did not end; the screen shows:\n{self.text}")


def tiny(*options: str) -> tuple[str, ...]:
    """Arguments for an interview of the tiny protocol."""
    return ("ask", "--rules", str(TINY), "--country", "GB", *options)


def widest(screen: str) -> int:
    """Cells of the widest line, as the program counts them."""
    return max(cell_len(line) for line in screen.split("\n"))
