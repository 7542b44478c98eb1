"""Each file of `tests/data/invalid` shows one mistake; beside it stands what is said about it.

A file named after a code is one more file of the sound protocol; a folder is a whole protocol.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backtriage.check import check
from backtriage.protocol.codes import CATALOGUE
from tests.support.problem_text import written

INVALID = Path(__file__).parents[2] / "data" / "invalid"
SOURCE = Path(__file__).parents[3] / "src" / "backtriage"
MISTAKES = sorted(
    path for path in INVALID.iterdir() if path.stem.startswith("P") and path.suffix != ".txt"
)


def texts_of(path: Path) -> dict[str, str]:
    """The rules folder that a file or a folder stands for."""
    if path.is_dir():
        return {file.name: file.read_text(encoding="utf-8") for file in sorted(path.iterdir())}
    sound = (INVALID / "sound.yaml").read_text(encoding="utf-8")
    head = sound.replace("files: none", f"files:\n    - {path.name}")
    return {"protocol.yaml": head, path.name: path.read_text(encoding="utf-8")}


def expected(path: Path) -> str:
    """What is said, as it stands beside the file or the folder."""
    return path.with_name(f"{path.stem}.txt").read_text(encoding="utf-8")


def emitted() -> set[str]:
    """Every P code that stands in the code, the catalogue aside."""
    found: set[str] = set()
    for folder in ("protocol", "check"):
        for file in (SOURCE / folder).rglob("*.py"):
            if file.name != "codes.py":
                found |= set(re.findall(r'"(P\d{3})"', file.read_text(encoding="utf-8")))
    return found


def test_the_sound_protocol_is_sound() -> None:
    """Without a mistake nothing is said, so whatever is said below is about the mistake."""
    source, problems = check({"protocol.yaml": (INVALID / "sound.yaml").read_text("utf-8")})
    assert problems == ()
    assert source is not None


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_a_mistake_is_named_where_it_stands(path: Path) -> None:
    """Place, message, caret and hint are those beside the file, and no other code appears."""
    _, problems = check(texts_of(path))
    assert written(problems) == expected(path)
    assert {problem.code for problem in problems} == {path.stem}


def test_every_code_has_its_mistake() -> None:
    """Each code that the program can say is shown by a file, and is in the catalogue."""
    shown = {path.stem for path in MISTAKES}
    assert shown == emitted()
    assert shown == {code for code in CATALOGUE if code.startswith("P")}


def test_all_mistakes_come_out_in_one_run() -> None:
    """Thirty mistakes in one folder are thirty problems, in the order of the files."""
    source, problems = check(texts_of(INVALID / "thirty"))
    assert source is None
    assert written(problems) == expected(INVALID / "thirty")
    assert len(problems) == 30
