"""The traceability matrix and the security document name tests that exist and can fail."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
HEADER: Final = "| promise | tests |"
PROMISES: Final = 8


@cache
def functions(file: str) -> dict[str, ast.FunctionDef]:
    """The top-level functions of a test module by name."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def can_fail(file: str, name: str) -> bool:
    """Whether a test asserts, enters a context that asserts for it, or calls a `check_`."""
    function = functions(file).get(name)
    if function is None:
        return False
    return any(
        isinstance(node, ast.Assert | ast.With | ast.Raise)
        or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id.startswith("check_")
            and can_fail(file, node.func.id)
        )
        for node in ast.walk(function)
    )


def promises(document: str) -> list[str]:
    """Return the rows of the tables of promises."""
    lines = (ROOT / "docs" / document).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("| ") and line != HEADER]


@pytest.mark.parametrize("document", ["traceability.md", "security.md"])
def test_every_promise_has_tests_that_can_fail(document: str) -> None:
    assert promises(document)
    for row in promises(document):
        named = re.findall(r"`(tests/[^`]+)::(\w+)`", row)
        assert named, row
        assert [f"{file}::{name}" for file, name in named if not can_fail(file, name)] == []


def test_the_matrix_has_every_promise() -> None:
    matrix = (ROOT / "docs" / "traceability.md").read_text(encoding="utf-8")
    _, *sections = re.split(r"^## (?=\d)", matrix, flags=re.MULTILINE)

    assert [section[0] for section in sections] == [str(n) for n in range(1, PROMISES + 1)]
    assert all(HEADER in section for section in sections)


def test_the_hazard_log_names_existing_tests() -> None:
    log = (ROOT / "rules" / "back_pain" / "hazards.md").read_text(encoding="utf-8")
    for line in log.splitlines():
        files = re.findall(r"`(tests/[\w/]+\.py)`", line)
        existing = {name for file in files for name in functions(file)}
        assert {*re.findall(r"`(test_\w+)`", line)} <= existing, line


def test_no_test_is_skipped() -> None:
    skipping = {"skip", "skipif", "xfail", "importorskip"}
    skipped = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in sorted((ROOT / "tests").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in skipping
    ]

    assert skipped == []
