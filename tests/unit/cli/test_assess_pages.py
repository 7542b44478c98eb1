"""`backtriage assess`: the card, and with --full and --section the pages behind it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from backtriage.cli.app import app_with
from backtriage.shell import terminal
from tests.support.sheets import CANNOT_PEE, FELL, STRAIN, Sheet

pytestmark = pytest.mark.usefixtures("warm_cache")


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A file for a sheet."""
    return tmp_path / "sheet.json"


def assess(file: Path, answers: Sheet, *options: str) -> Result:
    file.write_text(json.dumps(answers), encoding="utf-8")
    words = ["assess", str(file), "--country", "GB", *options]
    return CliRunner().invoke(app_with(("assess",)), words)


def test_the_card_comes_alone_or_with_every_page_behind_it(sheet: Path) -> None:
    card = assess(sheet, STRAIN).stdout
    full = assess(sheet, STRAIN, "--full").stdout

    assert card.startswith("= LOOK AFTER IT AT HOME.")
    whole_card = card.rpartition("\n\n= LOOK AFTER")[0]
    assert full.startswith(whole_card)
    titles = [line for line in full.splitlines() if line.isupper() and line[0].isalpha()]
    assert titles == ["WHY", "MAGNESIUM", "WHAT HELPS", "DANGER SIGNS", "ABOUT THIS PAGE"]


def test_one_page_stands_under_the_band(sheet: Path) -> None:
    page = assess(sheet, STRAIN, "--section", "magnesium").stdout
    head, title, *_, last = page.split("\n\n")

    assert head.startswith("= LOOK AFTER IT AT HOME.")
    assert title == "MAGNESIUM"
    assert head.startswith(last.rstrip("\n"))
    assert "CALL 999" not in page


def test_markdown_has_the_same_parts(sheet: Path) -> None:
    full = assess(sheet, STRAIN, "--full", "--format", "markdown").stdout
    page = assess(sheet, STRAIN, "--section", "magnesium", "--format", "markdown").stdout

    assert full.startswith("# LOOK AFTER IT AT HOME.")
    assert "\n## Magnesium\n" in full
    assert "\n## What helps\n" in full
    assert "\n## Magnesium\n" in page
    assert "\n## What helps\n" not in page


def test_a_page_that_is_not_there_hides_no_emergency(sheet: Path) -> None:
    ran = assess(sheet, CANNOT_PEE, "--section", "magnesium")

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.startswith("EMERGENCY: Get emergency help now.\n")
    assert "this result has no section 'magnesium'; it has why, about" in ran.stderr


@pytest.mark.parametrize("answers", [STRAIN, FELL, CANNOT_PEE])
def test_a_terminal_without_a_cursor_gets_the_lines_of_a_pipe(
    sheet: Path, answers: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where its screen is too small, why and what not to do are said once more below them."""
    piped = assess(sheet, answers).stdout
    monkeypatch.setattr("backtriage.shell.written.is_terminal", lambda _: True)
    monkeypatch.setattr(terminal, "width", lambda: 80)
    monkeypatch.setattr(terminal, "height", lambda: 24)
    monkeypatch.setenv("TERM", "dumb")
    shown = assess(sheet, answers).stdout

    assert shown.startswith(piped)
    below = shown.removeprefix(piped).splitlines()
    is_long = answers is not CANNOT_PEE
    assert [line.partition(":")[0] for line in below[:1]] == ["Why"] * is_long
    assert [
        line
        for line in piped.splitlines()
        if line.startswith(("STOP", "Do not take", "Do not stop"))
    ] == below[1:]


@pytest.mark.parametrize("rows", [24, 50])
def test_on_a_terminal_the_card_leaves_a_row_for_the_prompt(
    sheet: Path, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backtriage.shell.written.is_terminal", lambda _: True)
    monkeypatch.setattr(terminal, "width", lambda: 80)
    monkeypatch.setattr(terminal, "height", lambda: rows)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    drawn = assess(sheet, STRAIN).stdout

    assert len(drawn.splitlines()) < rows
    assert "\x1b[1;38;5;16;48;5;79m= LOOK AFTER IT AT HOME" in drawn
    assert "\x1b[1;38;5;16;48;5;208m!! CALL YOUR GP OR 111 TODAY IF" in drawn
