"""Runs of the program as a process of its own, or within this one where that is enough."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from typer.testing import CliRunner

from backtriage.cli.app import app_with
from tests.support.protocols import ROOT

EXAMPLE: Final = ROOT / "examples" / "simple_strain.json"

COMMAND: Final = (sys.executable, "-m", "backtriage")
PATIENCE: Final = 60
"""Seconds after which a process is taken for hung: a loaded machine is slow, not wrong."""

_POWERLESS: Final = """
import ctypes, os, sys
for right in (1, 2):  # to pass over the permissions of files (capabilities(7))
    assert ctypes.CDLL(None).prctl(24, right, 0, 0, 0) == 0
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Takes from the administrator what others do not have either, then runs a command."""


_LIST_MODULES: Final = """
import json, sys
from backtriage.__main__ import main
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
finally:
    json.dump(sorted(sys.modules), sys.stderr)
"""


@dataclass(frozen=True, slots=True)
class Completed:
    """How a run ended."""

    code: int
    out: bytes
    err: str


def backtriage(
    *arguments: str | Path,
    given: bytes = b"",
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    streams: str = 'exec "$@"',
    powerless: bool = False,
) -> Completed:
    """Run `backtriage` with these arguments.

    `streams` may close or redirect its streams. `powerless` is for an administrator, to whom
    every file is open: without that right.
    """
    words = ["sh", "-c", streams, "sh", *COMMAND, *map(str, arguments)]
    if powerless and os.geteuid() == 0:
        words = [sys.executable, "-c", _POWERLESS, *words]
    ran = subprocess.run(
        words, input=given, capture_output=True, check=False, env={**os.environ, **(env or {})},
        cwd=cwd, timeout=PATIENCE,
    )  # fmt: skip
    return Completed(ran.returncode, ran.stdout, ran.stderr.decode())


def invoke(*arguments: str | Path, given: bytes = b"") -> Completed:
    """Run `backtriage` within this process: thirty times as fast, for long tables of inputs."""
    words = [*map(str, arguments)]
    ran = CliRunner().invoke(app_with((words[0],)), words, input=given)
    assert ran.exception is None or isinstance(ran.exception, SystemExit)
    return Completed(ran.exit_code, ran.stdout_bytes, ran.stderr)


def modules_loaded_by(*arguments: str | Path) -> list[str]:
    """Return the names of all modules that a successful run of `backtriage` imports."""
    command = [sys.executable, "-c", _LIST_MODULES, *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    modules: list[str] = json.loads(ran.stderr.splitlines()[-1])
    return modules


def everything_in(folder: Path) -> dict[str, bytes | None]:
    """Every file and folder below one, with the bytes of files."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }
