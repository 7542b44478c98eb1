"""Each file of `tests/data/invalid` has one mistake, with the expected output beside it.

A file named after a code is an extra file of the sound protocol; a folder is a whole protocol.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backtriage.check import check
from backtriage.terms.problem import NOT_LISTED, Problem
from tests.support.sound import INVALID, SOUND
from tools.problem_codes import CATALOGUE

SOURCE = Path(__file__).parents[3] / "src" / "backtriage"
MISTAKES = sorted(
    path for path in INVALID.iterdir() if path.stem.startswith("P") and path.suffix != ".txt"
)


def texts_of(path: Path) -> dict[str, str]:
    """Return the rules files of a mistake."""
    if path.is_dir():
        return {file.name: file.read_text(encoding="utf-8") for file in sorted(path.iterdir())}
    head = SOUND.replace("files: none", f"files:\n    - {path.name}")
    return {"protocol.yaml": head, path.name: path.read_text(encoding="utf-8")}


def written(problems: tuple[Problem, ...]) -> str:
    """Return problems in the format of the expected output, where a caret can be seen."""
    lines: list[str] = []
    for problem in problems:
        at = problem.location
        lines.append(f"{at}: {problem.code} {problem.message}")
        if at.excerpt.strip() and at.length:
            lines += [f"    {at.excerpt}", f"    {' ' * at.caret}{'^' * at.length}"]
        if problem.hint:
            lines.append(f"  hint: {problem.hint}")
    return "".join(f"{line}\n" for line in lines)


def expected(path: Path) -> str:
    """Return the expected output of a mistake."""
    return path.with_name(f"{path.stem}.txt").read_text(encoding="utf-8")


def emitted() -> set[str]:
    """Return every P code in the source."""
    found: set[str] = set()
    for folder in ("protocol", "check"):
        for file in (SOURCE / folder).rglob("*.py"):
            found |= set(re.findall(r'"(P\d{3})"', file.read_text(encoding="utf-8")))
    return found


def test_sound_protocol() -> None:
    """All problems below come from the mistakes."""
    source, problems = check({"protocol.yaml": SOUND})
    assert problems == ()
    assert source is not None


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_mistake(path: Path) -> None:
    """The output is as expected, with no other code."""
    _, problems = check(texts_of(path))
    assert written(problems) == expected(path)
    assert {problem.code for problem in problems} == {path.stem}


def test_every_code_has_a_mistake() -> None:
    shown = {path.stem for path in MISTAKES}
    assert shown == emitted()
    codes = {code for code in CATALOGUE if code.startswith("P")}
    beside = {
        path.stem for name in ("people", "meanings") for path in (INVALID / name).glob("*/P*.yaml")
    }
    assert {*shown, NOT_LISTED, *beside} == codes


def test_thirty_mistakes_are_reported_at_once() -> None:
    source, problems = check(texts_of(INVALID / "thirty"))
    assert source is None
    assert written(problems) == expected(INVALID / "thirty")
    assert len(problems) == 30
