"""Each file of `tests/data/invalid/people` has mistakes of one kind, with the expected output."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from backtriage.check import checked_protocol
from backtriage.population.answer_rules import load_setting
from backtriage.program.program import build_program
from backtriage.terms.problem import Problem
from tests.support.golden import golden_text
from tests.support.sound import INVALID, SOUND, written
from tools.problem_codes import CATALOGUE

PEOPLE: Final = INVALID / "people"
MISTAKES: Final = sorted(PEOPLE.glob("*/P*.yaml"))


def problems_of(**texts: str) -> tuple[Problem, ...]:
    """Return the problems of people whose files are sound but for those that are given."""
    sound = {
        f"{name}.yaml": texts.get(name, (PEOPLE / name / "sound.yaml").read_text(encoding="utf-8"))
        for name in ("population", "answers")
    }
    _, problems = load_setting(build_program(checked_protocol({"protocol.yaml": SOUND})), sound)
    return problems


def test_sound_people() -> None:
    """All problems below come from the mistakes."""
    assert problems_of() == ()


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: f"{path.parent.name} {path.stem}")
def test_mistake(path: Path) -> None:
    """The output is as expected, with no other code."""
    problems = problems_of(**{path.parent.name: path.read_text(encoding="utf-8")})
    found = written(problems)
    assert found == golden_text(path.with_suffix(".txt"), found)
    assert {problem.code for problem in problems} == {path.stem}


def test_every_code_of_people_has_a_mistake() -> None:
    codes = {code for code in CATALOGUE if code.startswith("P6")}
    assert codes <= {path.stem for path in MISTAKES}


def test_the_usual_reporting_may_be_left_out() -> None:
    """Then everybody says what is true, but for what an answer says itself."""
    sound = (PEOPLE / "answers" / "sound.yaml").read_text(encoding="utf-8")
    assert problems_of(answers=sound[sound.index("confirmations:") :]) == ()


def test_a_number_needs_a_trait() -> None:
    sound = (PEOPLE / "answers" / "sound.yaml").read_text(encoding="utf-8")
    (problem,) = problems_of(answers=sound.replace("    value: age\n", ""))
    assert (problem.code, problem.message) == ("P604", "nothing says how 'age' is answered")


def test_people_without_classes() -> None:
    sound = (PEOPLE / "population" / "sound.yaml").read_text(encoding="utf-8")
    before, _, after = sound.partition("classes:\n")
    text = before + after[after.index("rates:\n") :]
    assert "P108 'classes' is missing" in written(problems_of(population=text))


def test_the_first_value_takes_what_is_left() -> None:
    """So it has no share of its own."""
    sound = (PEOPLE / "population" / "sound.yaml").read_text(encoding="utf-8")
    trait = (
        "traits:\n  - id: mild\n    kind: one_of\n    values:\n      - mild_pain\n      - bad\n"
        "    rates:\n      - assumed: Made up.\n        shares:\n          {}: 0.5\n"
    )
    assert problems_of(population=sound.replace("traits:\n", trait.format("bad"))) == ()
    (problem,) = problems_of(population=sound.replace("traits:\n", trait.format("mild_pain")))
    assert (problem.code, problem.hint) == ("P606", "everybody else has the first")
    too_many = trait.format("bad").replace("bad: 0.5", "bad: 0.7\n          worse: 0.6")
    too_many = too_many.replace("      - bad\n", "      - bad\n      - worse\n")
    (problem,) = problems_of(population=sound.replace("traits:\n", too_many))
    assert (problem.code, problem.message) == ("P602", "these shares add up to 1.3, not to 1")


def test_too_many_warning_signs() -> None:
    """So many are counted in one byte."""
    sound = (PEOPLE / "population" / "sound.yaml").read_text(encoding="utf-8")
    flags = "".join(f"  - id: flag_{number}\n    when: fever\n" for number in range(254))
    for more, codes in (("", []), ("  - id: one_more\n    when: fever\n", ["P606"])):
        text = sound.replace("flags:\n", f"flags:\n{flags}{more}")
        assert [problem.code for problem in problems_of(population=text)] == codes
