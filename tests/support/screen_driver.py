"""The full-screen interview on a real pseudo-terminal, looked at through a terminal emulator.

Raw output says little: only cells that change are sent. So everything goes through pyte, and a
test waits for what the screen shows.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

import pexpect
import pyte

from backtriage.render.cells import cell_len
from tests.support.line_driver import PATIENCE
from tests.support.protocols import TINY

DROPPED: Final = "What was typed before this page was not counted."
LATENCIES: Final[list[float]] = []
"""Milliseconds from each key to the first change that it made to the screen; only printed."""

_PAUSE: Final = 0.15
"""Seconds after a page is drawn, after which a key counts."""

_LONG_PAUSE: Final = 1.1
"""The same for an emergency, and after a key that came too soon."""

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
        term: str = "xterm-256color",
        command: tuple[str, ...] = (),
    ) -> None:
        """Start `backtriage` with these arguments, or another command."""
        environment = {**os.environ, "HOME": str(home), "TERM": term, "LC_ALL": "C.UTF-8"}
        words = command or (sys.executable, "-m", "backtriage", *arguments)
        self.child: pexpect.spawn[bytes] = pexpect.spawn(
            words[0], [*words[1:]], env=environment, dimensions=(rows, columns), cwd=str(home)
        )
        self.child.delaybeforesend = None
        self.emulator = pyte.Screen(columns, rows)
        self.raw = b""
        self._stream = pyte.ByteStream(self.emulator)

    def __enter__(self) -> Self:
        """Nothing more to do."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave no process behind."""
        self.child.close(force=True)

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self.emulator.display).rstrip()

    @property
    def words(self) -> str:
        """The screen's words without its line breaks."""
        return " ".join(self.text.split())

    @property
    def cursor_line(self) -> str:
        """The line that the terminal's cursor stands on."""
        return str(self.emulator.display[self.emulator.cursor.y]).rstrip()

    def _state(self) -> tuple[str, int, int]:
        return self.text, self.emulator.cursor.y, self.emulator.cursor.x

    def _read(self, patience: float) -> bool:
        """Feed what has come; False when nothing came, `EOF` when nothing can come."""
        try:
            data = self.child.read_nonblocking(65536, patience)
        except pexpect.TIMEOUT:
            return False
        self.raw += data
        self._stream.feed(data)
        return True

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Read until something holds, which must come."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited for {what}; the screen shows:\n{self.text}")
            try:
                self._read(0.05)
            except pexpect.EOF:
                raise AssertionError(f"it ended before {what}; it said:\n{self.text}") from None

    def wait(self, *words: str) -> str:
        """Wait until the screen shows these words; returns its text."""
        self.until(lambda: all(word in self.words for word in words), repr(words))
        return self.read_page()

    def press(self, *keys: str) -> str:
        """Press keys one by one, each after the one before has shown. Returns the screen."""
        for key in keys:
            self._press(KEYS.get(key, key))
        return self.text

    def _press(self, sequence: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            took = self._send_and_see(sequence)
            if DROPPED not in self.words:
                LATENCIES.append(took)
                self._settle()
                return
            # Pressed too soon after the page was drawn: a person would press again.
            time.sleep(_LONG_PAUSE)
            self._settle()
        raise AssertionError(f"{sequence!r} never counted; the screen shows:\n{self.text}")

    def _send_and_see(self, sequence: str) -> float:
        """Milliseconds until the screen is another."""
        before, sent = self._state(), time.perf_counter()
        self.child.send(sequence)
        self.until(lambda: self._state() != before, f"what {sequence!r} does")
        return (time.perf_counter() - sent) * 1000

    def _settle(self) -> None:
        """Take in what comes at once after the first change."""
        try:
            while self._read(0.02):
                pass
        except pexpect.EOF:
            return

    def go(self, *keys: str) -> str:
        """Press keys and wait until another page is there."""
        turn = self.heading
        self.press(*keys)
        self.until(lambda: self.heading != turn, "another page")
        return self.read_page()

    def read_page(self) -> str:
        """Take a new page in, as long as a person would at least: until keys count again."""
        self._settle()
        time.sleep(_LONG_PAUSE if "I have read this" in self.text else _PAUSE)
        self._settle()
        return self.text

    @property
    def heading(self) -> str:
        """What tells one page from another: its number, or its first line."""
        found = re.search(r"Question \d+\.", self.text)
        return found[0] if found else self.text.lstrip().split("\n")[0]

    def send(self, text: str) -> None:
        """Send bytes as they are, and wait for nothing."""
        self.child.send(text)

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size."""
        self.emulator.resize(rows, columns)
        self.emulator.reset()
        self.child.setwinsize(rows, columns)

    def end(self, *last: str) -> tuple[int, str]:
        """Press the last keys, and wait for the exit code; returns it and what stands there."""
        for key in last:
            self.child.send(KEYS.get(key, key))
        deadline = time.monotonic() + PATIENCE
        try:
            while time.monotonic() < deadline:
                self._read(0.2)
        except pexpect.EOF:
            pass
        else:
            raise AssertionError(f"it did not end; the screen shows:\n{self.text}")
        self.child.close()
        code = self.child.exitstatus
        return (-int(self.child.signalstatus or 0) if code is None else code), self.text


def tiny(*options: str) -> tuple[str, ...]:
    """Arguments for the tiny protocol."""
    return ("ask", "--rules", str(TINY), "--country", "GB", *options)


def widest(screen: str) -> int:
    """Cells of the widest line, as the program counts them."""
    return max(cell_len(line) for line in screen.split("\n"))
