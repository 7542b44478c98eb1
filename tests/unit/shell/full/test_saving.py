"""Files that somebody names on the screen."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from backtriage.shell.full.saving import Written, write
from tests.unit.shell.full.scenes import at, pressed


def test_the_answers_so_far_are_a_sheet_to_go_on_from(tmp_path: Path) -> None:
    """In JSON, for their owner only."""
    path = tmp_path / "so_far.json"

    assert write(at("44", "none"), str(path)) == Written(is_there=True, said=f"Saved in {path}.")

    assert json.loads(path.read_text()) == {"years": 44, "airway": []}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "begins"),
    [("a.txt", "AT HOME"), ("a", "AT HOME"), ("a.md", "# AT HOME"), ("a.json", "{")],
)
def test_a_result_is_written_as_its_name_says(tmp_path: Path, name: str, begins: str) -> None:
    """Text, Markdown or the record; the first two are the hand-over sheet."""
    scene = pressed(at("44", "none", "longer", "no"), "y")

    assert write(scene, str(tmp_path / name)).is_there

    text = (tmp_path / name).read_text()
    assert text.startswith(begins)
    assert name.endswith(".json") or "RULES FIRED" in text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "is there already"),
        ("so_far.txt", "End the name in .json."),
        ("no/such/a.json", "no such file or directory. Type another name."),
        ("x" * 300 + ".json", "cannot be a file"),
    ],
)
def test_a_name_that_will_not_do(tmp_path: Path, name: str, said: str) -> None:
    """It is said why, and nothing is written."""
    done = write(at("44"), str(tmp_path / name))

    assert not done.is_there
    assert said in done.said
    assert list(tmp_path.iterdir()) == [tmp_path / "home"]


def test_a_home_that_is_not_there() -> None:
    """A user that does not exist has none."""
    assert not write(at("44"), "~nobody-of-that-name/a.json").is_there
