"""Runs of `backtriage` on a terminal that need not load it, so that a test can try hundreds."""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final, Self

import pyte

from tests.support.line_driver import PATIENCE, environment

SERVER: Final = Path(__file__).with_name("fork_server.py")
ROWS, COLUMNS = 24, 80


class Server:
    """A process that has loaded the program, and forks to run it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            bufsize=0,
        )  # fmt: skip
        self._run: Run | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._process.communicate(timeout=PATIENCE)

    def answer(self) -> int:
        """Return the next number that the server prints."""
        return int(self.numbers.readline())

    @property
    def numbers(self) -> IO[bytes]:
        assert self._process.stdout
        return self._process.stdout

    def start(self, *arguments: str, home: Path) -> Run:
        """Run the program with these arguments on a new terminal, instead of any run before."""
        self._stop()
        ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", ROWS, COLUMNS, 0, 0))
        assert self._process.stdin
        request = [os.ttyname(theirs), environment(home), *arguments]
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._run = Run(self, self.answer(), ours, theirs)
        return self._run

    def _stop(self) -> None:
        """End a run that a failed test has left."""
        if self._run is not None and not self._run.has_ended:
            self._run.kill()


class Run:
    """One run of the program, and what its terminal shows."""

    def __init__(self, server: Server, process: int, ours: int, theirs: int) -> None:
        self.process = process
        self.printed = ""
        self.has_ended = False
        self._server = server
        self._ours, self._theirs = ours, theirs
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def screen(self) -> str:
        """The words on the screen."""
        return " ".join(" ".join(self._screen.display).split())

    def send(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def read(self, seconds: float = PATIENCE) -> bool:
        """Read what the program has printed; return whether there was something."""
        if not select.select([self._ours], [], [], seconds)[0]:
            return False
        data = os.read(self._ours, 65536)
        self.printed += data.decode(errors="replace")
        self._stream.feed(data)
        return True

    def until(self, condition: Callable[[], bool]) -> None:
        """Read until something is true."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain; the screen shows:\n{self.screen}")
            self.read(1)

    def kill(self) -> None:
        """Kill it, and wait for its end."""
        os.kill(self.process, signal.SIGKILL)
        self.end()

    def end(self) -> int:
        """Read the rest, which the terminal keeps; return the exit code."""
        ended = self._server.numbers.fileno()
        while ended not in (ready := select.select([ended, self._ours], [], [], PATIENCE)[0]):
            assert ready, f"it did not end; the screen shows:\n{self.screen}"
            self.read()
        code = self._server.answer()
        self.has_ended = True
        while self.read(0):
            pass
        os.close(self._ours)
        os.close(self._theirs)
        return code
