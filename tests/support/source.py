"""The syntax trees of the package, for tests of its source."""

from __future__ import annotations

import ast
from functools import cache
from typing import Final

from tests.support.protocols import ROOT

SOURCE: Final = ROOT / "src" / "backtriage"

SECTIONS: Final = ("questions", "facts", "scores", "rules", "advice", "modules")
"""The sections of a protocol whose ids the code must not know."""


@cache
def trees() -> dict[str, ast.Module]:
    """Return the syntax tree of each file, by its path in the package."""
    return {
        file.relative_to(SOURCE).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
        for file in sorted(SOURCE.rglob("*.py"))
    }


@cache
def string_literals() -> dict[str, str]:
    """Return every string literal of the package, by file, line and column."""
    return {
        f"{name}:{node.lineno}:{node.col_offset}": node.value
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
