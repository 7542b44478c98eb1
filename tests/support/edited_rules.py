"""Copies of the tiny protocol with some texts replaced, and the commands on rules."""

from __future__ import annotations

import shutil
from pathlib import Path

from typer.testing import CliRunner

from backtriage.cases.case import run_case
from backtriage.cases.loader import load_cases
from backtriage.cli.rules.app import rules_app
from backtriage.shell.cache import load_program
from tests.support.protocols import TINY


def rules_command(*arguments: str | Path) -> tuple[int, str, str]:
    """Return the exit code, standard output and standard error of `backtriage rules ...`."""
    result = CliRunner().invoke(rules_app, [*map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def edited_tiny(parent: Path, *edits: tuple[str, str], file: str = "protocol.yaml") -> Path:
    """Copy the tiny protocol into a new folder, and replace some texts of one file."""
    folder = parent / f"rules_{len(list(parent.iterdir()))}"
    shutil.copytree(TINY, folder)
    edit(folder / file, *edits)
    return folder


def edit(file: Path, *edits: tuple[str, str]) -> None:
    """Replace some texts of a file, wherever they are."""
    text = file.read_text(encoding="utf-8")
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")


def passing(rules: Path, file: Path) -> set[bool]:
    """Return whether the cases of a file pass under the rules of a folder."""
    program = load_program(rules, save=False)
    cases, problems = load_cases(program, {file.name: file.read_text(encoding="utf-8")})
    assert problems == ()
    return {run_case(program, case).passes for case in cases}
