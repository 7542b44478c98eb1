"""The file that somebody names on the screen."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from backtriage.interview.state import Interview
from backtriage.interview.transitions import answer, change
from backtriage.shell.full.save import SaveResult, save
from backtriage.shell.questionnaire.wording import CONCEALED, file_endings
from tests.support.interviews import confirming
from tests.support.ui_states import at, pressed


def test_answers_so_far_are_saved_as_a_private_sheet(tmp_path: Path) -> None:
    path = tmp_path / "so_far.json"

    assert save(at("44", "none"), str(path)) == SaveResult(
        is_written=True, message=f"Saved in {path}."
    )

    assert json.loads(path.read_text()) == {
        "protocol": "sore_throat/0", "years": 44, "airway": []
    }  # fmt: skip
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_sheet_says_what_was_checked(tmp_path: Path) -> None:
    path = tmp_path / "so_far.json"
    state = pressed(at("44", "drooling?", program=confirming()), "n", "enter")

    assert save(state, str(path)).is_written

    assert json.loads(path.read_text()) == {
        "protocol": "sore_throat/0", "years": 44, "airway": [], "checked": ["airway.drooling"]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.txt", "AT HOME"),
        ("a", "AT HOME"),
        ("a.md", "# AT HOME"),
        ("a.json", "{"),
        ("a.html", "<!doctype html>"),
    ],
)
@pytest.mark.parametrize("row", ["1", "2"])
def test_the_extension_selects_the_format(
    tmp_path: Path, name: str, begins: str, row: str
) -> None:
    """And the person says who reads it."""
    state = pressed(at("44", "none", "longer", "no"), "y", "s", row, "enter")

    assert save(state, str(tmp_path / name)).is_written

    text = (tmp_path / name).read_text()
    assert begins in text.split("\n")[0]
    assert ("RULES FIRED" in text) is (row == "2" and not name.endswith(".json"))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "is there already"),
        ("so_far.txt", "End the name in .json."),
        ("no/such/a.json", "no such file or directory. Type another name."),
        ("x" * 300 + ".json", "cannot be a file"),
    ],
)
def test_unusable_names(tmp_path: Path, name: str, message: str) -> None:
    done = save(at("44"), str(tmp_path / name))

    assert not done.is_written
    assert message in done.message
    assert list(tmp_path.iterdir()) == [tmp_path / "home"]


def test_a_user_without_a_home() -> None:
    assert not save(at("44"), "~nobody-of-that-name/a.json").is_written


@pytest.mark.parametrize("is_at_result", [True, False])
def test_no_full_record_tells_what_somebody_else_has_given(
    tmp_path: Path, *, is_at_result: bool
) -> None:
    state = pressed(at("44", "none", "longer", "no"), "y") if is_at_result else at("44", "none")
    concealed = replace(state.interview, concealed=frozenset({"airway"}))
    state = replace(state, interview=concealed)

    refused = save(state, str(tmp_path / "r.json"))

    other = f", or end the name in {file_endings(has_record=False)}" if is_at_result else ""
    assert refused == SaveResult(is_written=False, message=f"{CONCEALED}{other}.")
    assert not (tmp_path / "r.json").exists()
    assert save(replace(state, private=True), str(tmp_path / "r.json")).is_written
    assert save(state, str(tmp_path / "r.md")).is_written is is_at_result


def test_answers_so_far_are_saved_as_they_count(tmp_path: Path) -> None:
    """A test has cleared nothing about a child."""
    state = pressed(at("44", "drooling?", program=confirming()), "n", "enter")
    child = answer(change(state.interview, "years"), "3")
    assert isinstance(child, Interview)

    assert save(replace(state, interview=child), str(tmp_path / "r.json")).is_written

    assert json.loads((tmp_path / "r.json").read_text())["airway"] == ["drooling?"]


def test_answers_keep_the_reference_of_the_sheet(tmp_path: Path) -> None:
    """By which a clinic knows whose they are, also where they are read again."""
    path = tmp_path / "a.json"

    assert save(replace(at("44"), ref="A-17"), str(path)).is_written

    assert json.loads(path.read_text()) == {
        "protocol": "sore_throat/0",
        "ref": "A-17",
        "years": 44,
    }


def test_what_is_marked_on_an_answer_that_is_changed_is_saved_as_not_sure(tmp_path: Path) -> None:
    """The file has nothing else of it, and the earlier "none" would deny it."""
    changing = pressed(at("44", "none", "longer", "no"), "down", "down", "enter", "1")

    save(changing, str(tmp_path / "sheet.json"))

    assert json.loads((tmp_path / "sheet.json").read_text())["airway"] == ["breathing?"]
