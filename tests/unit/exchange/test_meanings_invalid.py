"""Each file of `tests/data/invalid/meanings` has mistakes of one kind; the output is beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from backtriage.check import checked_protocol
from backtriage.exchange.fingerprints import fingerprint_problems, read_fingerprints
from backtriage.exchange.migration_table import read_migrations
from backtriage.program.program import build_program
from backtriage.terms.problem import Problem
from tests.support.golden import golden_text
from tests.support.sound import INVALID, SOUND, written
from tools.problem_codes import CATALOGUE

MEANINGS: Final = INVALID / "meanings"
MISTAKES: Final = sorted(MEANINGS.glob("*/P*.yaml"))


def problems_of(**texts: str) -> tuple[Problem, ...]:
    """Return the problems of files that are sound but for those that are given."""
    sound = {
        name: texts.get(name, (MEANINGS / name / "sound.yaml").read_text(encoding="utf-8"))
        for name in ("fingerprints", "migrations")
    }
    program = build_program(checked_protocol({"protocol.yaml": SOUND}))
    recorded, problems = read_fingerprints(sound["fingerprints"])
    problems = problems or tuple(fingerprint_problems(program, recorded))
    return problems or read_migrations(sound["migrations"], program, recorded)[1]


def test_sound_meanings() -> None:
    """All problems below come from the mistakes."""
    assert problems_of() == ()


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: f"{path.parent.name} {path.stem}")
def test_mistake(path: Path) -> None:
    """The output is as expected, with no other code."""
    problems = problems_of(**{path.parent.name: path.read_text(encoding="utf-8")})
    found = written(problems)
    assert found == golden_text(path.with_suffix(".txt"), found)
    assert {problem.code for problem in problems} == {path.stem}


def test_every_code_of_meanings_has_a_mistake() -> None:
    codes = {code for code in CATALOGUE if code.startswith("P7")}
    assert codes <= {path.stem for path in MISTAKES}
