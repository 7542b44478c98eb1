"""A terminal within a terminal: tmux where there is one, and otherwise the screen itself."""

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
    """One run of a command in tmux."""

    def __init__(self, command: str, folder: Path, columns: int, rows: int) -> None:
        """Start it on a server of its own."""
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
        """Nothing more to do."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave no process behind."""
        self._run("kill-server")

    def wait(self, *words: str) -> str:
        """Wait until the screen shows these words, and as long as keys do not count yet."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            shown = self._run("capture-pane", "-p", "-t", "walk")
            if all(word in " ".join(shown.split()) for word in words):
                time.sleep(1.2 if "I have read this" in shown else 0.2)
                return shown
            time.sleep(0.05)
        raise AssertionError(f"waited for {words!r}; the screen shows:\n{shown}")

    def send(self, text: str) -> None:
        """Send bytes as they are."""
        self._run("send-keys", "-t", "walk", "-l", text)

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        self._run("resize-window", "-t", "walk", "-x", str(columns), "-y", str(rows))


def pane(command: str, home: Path, folder: Path, columns: int, rows: int) -> Tmux | ScreenDriver:
    """The same walk runs in either, so that a machine without tmux tries it too."""
    if shutil.which("tmux"):
        return Tmux(command, folder, columns, rows)
    return ScreenDriver(home=home, command=(*SHELL, command), columns=columns, rows=rows)
