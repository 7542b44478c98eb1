"""The traceability matrix names tests that exist and can fail."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
MATRIX: Final = (ROOT / "docs" / "traceability.md").read_text(encoding="utf-8")
PROMISES: Final = 8


@cache
def functions(file: str) -> dict[str, ast.FunctionDef]:
    """The top-level functions of a test module by name."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def can_fail(function: ast.FunctionDef) -> bool:
    """Whether a test asserts, or enters a context that asserts for it."""
    return any(isinstance(node, ast.Assert | ast.With | ast.Raise) for node in ast.walk(function))


def test_every_promise_has_tests_that_can_fail() -> None:
    _, *sections = re.split(r"^## (?=\d)", MATRIX, flags=re.MULTILINE)
    assert [section[0] for section in sections] == [str(n) for n in range(1, PROMISES + 1)]

    for section in sections:
        rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
        assert rows
        for row in rows:
            named = re.findall(r"`(tests/[^`]+)::(\w+)`", row)
            assert named, row
            broken = [
                f"{file}::{name}"
                for file, name in named
                if name not in functions(file) or not can_fail(functions(file)[name])
            ]
            assert broken == []


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
