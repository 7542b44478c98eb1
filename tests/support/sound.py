"""A sound protocol, into which tests put mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from backtriage.terms.problem import Problem

INVALID: Final = Path(__file__).parents[1] / "data" / "invalid"
"""Mistakes, one in each file or folder, beside the expected output."""

SOUND: Final = (INVALID / "sound.yaml").read_text(encoding="utf-8")


def changed(old: str, new: str) -> str:
    """Return the sound protocol with one part replaced."""
    assert SOUND.count(old) == 1, (SOUND.count(old), old)
    return SOUND.replace(old, new)


def written(problems: tuple[Problem, ...]) -> str:
    """Return problems in the format of the expected output."""
    lines = []
    for problem in problems:
        lines.append(f"{problem.location}: {problem.code} {problem.message}")
        if problem.hint:
            lines.append(f"  hint: {problem.hint}")
    return "".join(f"{line}\n" for line in lines)
