"""Running the program as a separate process, or within this one where that is enough."""

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
"""Seconds after which a process counts as hung; a loaded machine is slow."""

_POWERLESS: Final = """
import ctypes, os, sys
for right in (1, 2):  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
    assert ctypes.CDLL(None).prctl(24, right, 0, 0, 0) == 0
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Drops the rights of the superuser to ignore file permissions, then runs a command."""


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


NO_BYTECODE: Final = {"PYTHONDONTWRITEBYTECODE": "1"}
"""For a process whose files are cut off: so would its bytecode be, which others then load."""


def backtriage(
    *arguments: str | Path,
    given: bytes = b"",
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    streams: str = 'exec "$@"',
    powerless: bool = False,
) -> Completed:
    """Run `backtriage` as a process.

    Args:
        arguments: The words of its command line.
        given: Its standard input.
        env: Additional environment variables.
        cwd: Its working directory.
        streams: A shell command that may close or redirect the streams of the program, `"$@"`.
        powerless: Run it without the right of a superuser to open every file.
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
    """Return every file and folder below a folder, with the contents of files."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }
