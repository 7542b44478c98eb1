"""The rules of the house that no linter knows: sizes, names, and no protocol words in the code."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "backtriage"
RULES = ROOT / "rules" / "back_pain"

FILES = sorted(SOURCE.rglob("*.py"))
FOLDERS = sorted({file.parent for file in FILES})

LONGEST_FILE = 300
FEWEST_FILES, MOST_FILES = 2, 9
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "handler", "base"}

NAMED = ("questions", "facts", "scores", "rules", "advice", "modules")
"""The sections of a protocol whose ids the code must not know."""


def where(path: Path) -> str:
    """A path as a test is named."""
    return path.relative_to(SOURCE).as_posix()


@cache
def protocol_ids() -> frozenset[str]:
    """Ids of the shipped protocol's questions, choices, facts, scores, rules, advice and modules.

    Single words such as `age` also mean other things in code, so only ids with an underscore
    count, and the names of modules. The protocol's own id is where it is found, so it is allowed.
    """
    ids: set[str] = set()
    own = ""
    for file in sorted(RULES.glob("*.yaml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        own = content.get("protocol", {}).get("id", own)
        for section in NAMED:
            for entry in content.get(section, []):
                if "_" in entry["id"] or section == "modules":
                    ids.add(entry["id"])
                ids.update(c["id"] for c in entry.get("choices", []) if "_" in c["id"])
    return frozenset(ids - {own})


def literals(file: Path) -> set[str]:
    """Every string literal in a file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_there_is_a_house() -> None:
    """The tests below look at something."""
    assert FILES
    assert protocol_ids()


@pytest.mark.parametrize("file", FILES, ids=where)
def test_a_file_can_be_read_in_one_sitting(file: Path) -> None:
    """No source file is longer than 300 lines."""
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("folder", FOLDERS, ids=where)
def test_a_folder_can_be_seen_at_a_glance(folder: Path) -> None:
    """A folder holds two to nine modules."""
    modules = sorted(file.name for file in folder.glob("*.py"))

    assert FEWEST_FILES <= len(modules) <= MOST_FILES, modules


@pytest.mark.parametrize("file", FILES, ids=where)
def test_a_name_says_what_is_inside(file: Path) -> None:
    """No module or folder has a name that would fit anything."""
    assert not VAGUE & {file.stem, file.parent.name}


@pytest.mark.parametrize("file", FILES, ids=where)
def test_the_code_knows_no_question_and_no_rule(file: Path) -> None:
    """The protocol can be changed without touching the code: no id of it stands there."""
    assert not literals(file) & protocol_ids()
