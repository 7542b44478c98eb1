"""`backtriage rules ...`: what each command prints, and how it exits."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from backtriage.cli import exits
from tests.support.edited_rules import edit, edited_tiny, rules_command
from tests.support.process import invoke
from tests.support.protocols import TINY, tiny


def rules(*arguments: str, folder: Path = TINY) -> tuple[int, str, str]:
    return rules_command(*arguments, "--rules", folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the tiny protocol that may be edited."""
    return edited_tiny(tmp_path)


def test_check_of_a_sound_protocol() -> None:
    summary = (
        "No problem found in sore_throat 0.1.0: 5 questions, 5 rules, 2 pieces of advice, "
        "1 source, 13 cases.\n"
    )

    assert rules("check") == (exits.OK, summary, "")


@pytest.mark.parametrize(
    "command",
    [("check",), ("test",), ("prove",), ("show",), ("graph",), ("schema",), ("template",),
     ("diff", TINY)],
)  # fmt: skip
def test_every_command_says_that_a_review_is_overdue(
    folder: Path, command: tuple[str, ...]
) -> None:
    """Of the rules, and of what was accepted for a time."""
    head = folder / "protocol.yaml"
    floor = tiny().protocol.floors[0].id
    edit(head, ("2026-11-24", "2019-01-01"), ("2030-01-01", "2020-01-01"))
    waiver = f"  - about: {floor}\n    accepts: hidden\n    reason: A test.\n"
    with head.open("a", encoding="utf-8") as file:
        file.write(f"waivers:\n{waiver}    review_by: 2020-02-02\n")

    _, out, err = rules(*command, folder=folder)

    said = (
        "These rules were due for review by 2020-01-01. They may be out of date.\n"
        f"Waivers that were due for review: {floor} (2020-02-02).\n"
    )
    assert said in err
    assert "due for review" not in out


def test_check_without_cases(folder: Path) -> None:
    shutil.rmtree(folder / "cases")

    code, out, _ = rules("check", folder=folder)

    assert code == exits.OK
    assert out.endswith("0 cases.\n")


def test_check_shows_every_problem(folder: Path) -> None:
    edit(
        folder / "protocol.yaml",
        (
            "airway includes any of (breathing, drooling)",
            "airway includes any of (breething, drooling)",
        ),
    )
    edit(
        folder / "protocol.yaml",
        ("urgency: routine\n    when: days", "urgency: soonish\n    when: days"),
    )

    code, out, err = rules("check", folder=folder)

    assert (code, out) == (exits.UNSOUND, "")
    assert "'breething' is not an item of 'airway'" in err
    assert "'soonish' is not a value of 'urgency'" in err
    assert "2 problems" in err


def test_check_includes_the_cases(folder: Path) -> None:
    edit(folder / "cases/people.yaml", ("- cannot_breathe", "- cannot_breath"))

    code, _, err = rules("check", folder=folder)

    assert code == exits.UNSOUND
    assert "cases/people.yaml:" in err
    assert "did you mean 'cannot_breathe'?" in err


@pytest.mark.parametrize("sound", [True, False])
def test_check_as_json(folder: Path, sound: bool) -> None:  # noqa: FBT001 - a table
    if not sound:
        edit(folder / "protocol.yaml", ("kind: yes_no", "kind: yesno"))

    code, out, _ = rules("check", "--format", "json", folder=folder)

    found = json.loads(out)
    assert code == (exits.OK if sound else exits.UNSOUND)
    assert found["sound"] is sound
    assert (found["protocol"] is not None) is sound
    assert bool(found["problems"]) is not sound


def test_check_of_a_missing_folder(tmp_path: Path) -> None:
    code, _, err = rules("check", folder=tmp_path / "gone")

    assert code == exits.NO_INPUT
    assert "there is no such folder" in err


def test_test_of_a_sound_protocol() -> None:
    code, out, err = rules("test")

    assert (code, err) == (exits.OK, "")
    assert out.startswith("sore_throat 0.1.0: 13/13 cases pass\n")


def test_test_of_a_broken_case(folder: Path) -> None:
    edit(folder / "cases/people.yaml", ("urgency: same_day", "urgency: soon"))

    code, out, err = rules("test", folder=folder)

    assert code == exits.UNSOUND
    assert "FAILED long_fever (cases/people.yaml:" in out
    assert "4 of 13 cases fail." in err


def test_test_of_unreadable_cases(folder: Path) -> None:
    edit(folder / "cases/people.yaml", ("like: all_clear", "like: all_clean"))

    code, out, err = rules("test", folder=folder)

    assert (code, out) == (exits.UNSOUND, "")
    assert "there is no case 'all_clean'" in err


def test_test_as_json() -> None:
    code, out, _ = rules("test", "--format", "json")

    assert code == exits.OK
    assert json.loads(out)["coverage"]["rules_fired"] == {"seen": 5, "of": 5, "left": []}


def test_show() -> None:
    assert rules("show")[1].startswith("Questions, in asking order\n")
    assert rules("show", "stays_long")[1].startswith("RULE stays_long: routine\n")
    assert rules("show", "stays_long")[0] == exits.OK


@pytest.mark.parametrize(
    ("name", "hint"),
    [("stays_lon", "did you mean 'stays_long'?"), ("zzz", "'backtriage rules show' lists")],
)
def test_show_of_an_unknown_name(name: str, hint: str) -> None:
    code, out, err = rules("show", name)

    assert (code, out) == (exits.USAGE, "")
    assert hint in err


def test_schema() -> None:
    assert "years" in json.loads(rules("schema")[1])["properties"]
    assert "urgency" in json.loads(rules("schema", "--of", "assessment")[1])["properties"]


def test_template() -> None:
    code, out, _ = rules("template")

    assert code == exits.OK
    assert "\nyears:\n" in out


def test_an_empty_template_is_incomplete(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text(rules("template")[1], encoding="utf-8")

    completed = invoke("assess", sheet, "--rules", TINY, "--format", "json")

    assert completed.code == exits.INCOMPLETE
    assert json.loads(completed.out)["answers"] == {}
