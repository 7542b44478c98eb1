"""A terminal within a terminal: tmux where it is installed, and otherwise a plain one."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from typing import Self

from tests.support.line_driver import PATIENCE
from tests.support.screen_driver import ScreenDriver

SHELL = ("sh", "-c")


class Tmux:
    """One run of a command in tmux, on a server of its own."""

    def __init__(self, command: str, folder: Path, columns: int, rows: int) -> None:
        self._tmux = (
            shutil.which("tmux") or "tmux",
            "-S",
            str(folder / "tmux"),
            "-f",
            "/dev/null",
        )
        size = ("-x", str(columns), "-y", str(rows))
        self._run("new-session", "-d", "-s", "walk", *size, command)

    def _run(self, *words: str) -> str:
        ran = subprocess.run([*self._tmux, *words], capture_output=True, text=True, check=True)
        return ran.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._run("kill-server")

    def wait(self, *words: str) -> str:
        """Wait until the screen shows these words; return its text."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            shown = self._run("capture-pane", "-p", "-t", "walk")
            if all(word in " ".join(shown.split()) for word in words):
                return shown
            time.sleep(0.05)
        raise AssertionError(f"waited for {words!r}; the screen shows:\n{shown}")

    def send(self, text: str) -> None:
        """Send bytes as they are."""
        self._run("send-keys", "-t", "walk", "-l", text)

    def resize(self, columns: int, rows: int) -> None:
        self._run("resize-window", "-t", "walk", "-x", str(columns), "-y", str(rows))


def pane(command: str, home: Path, folder: Path, columns: int, rows: int) -> Tmux | ScreenDriver:
    """Return a terminal for a walk, in tmux where it is installed."""
    if shutil.which("tmux"):
        return Tmux(command, folder, columns, rows)
    return ScreenDriver(home=home, command=(*SHELL, command), columns=columns, rows=rows)
