"""Run `backtriage` on one terminal after another, without the time to load it each time.

Each line of standard input is a request: a terminal, the environment, and the arguments. The
answer is the id of a new process and then, when that has ended, its exit code.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
import termios
from collections.abc import Callable


def serve() -> None:
    """Load the program once, then run it in a new process for each request."""
    from backtriage.cli.app import run
    from backtriage.shell import typed_ahead
    from backtriage.shell.full import app

    app.QUIET_SECONDS = 0.0  # type: ignore[misc]
    app.EMERGENCY_QUIET_SECONDS = 0.0  # type: ignore[misc]
    typed_ahead._PASTE_SECONDS = 0.0  # type: ignore[misc]
    for line in sys.stdin:
        path, variables, *arguments = json.loads(line)
        process = os.fork()
        if process == 0:
            os.environ.clear()
            os.environ.update(variables)
            os.chdir(variables["HOME"])
            take(path)
            sys.argv = ["backtriage", *arguments]
            execute(run)
        report(process)
        report(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))


def report(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def take(terminal: str) -> None:
    """Give this process a terminal of its own."""
    os.setsid()
    opened = os.open(terminal, os.O_RDWR)
    fcntl.ioctl(opened, termios.TIOCSCTTY, 0)
    for standard in range(3):
        os.dup2(opened, standard)
    os.close(opened)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", closefd=False)


def execute(command: Callable[[], None]) -> None:
    """Run the program, and end this process."""
    code = 1
    try:
        command()
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
