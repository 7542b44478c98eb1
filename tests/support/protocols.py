"""The protocols that tests run; each is loaded once per test process."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from backtriage.cases.case import Case
from backtriage.cases.loader import load_cases
from backtriage.check import checked_protocol
from backtriage.program.program import Program, build_program
from backtriage.shell.rules_folder import read_rules

ROOT: Final = Path(__file__).parents[2]
SHIPPED: Final = ROOT / "rules" / "back_pain"
TINY: Final = ROOT / "tests" / "data" / "protocols" / "sore_throat"
"""One file with a few questions."""
ANKLE: Final = TINY.parent / "twisted_ankle"
"""Several files, numbers in steps of a half, a risk in the other direction, two countries."""


@cache
def program_in(folder: Path) -> Program:
    return build_program(checked_protocol(read_rules(folder)))


@cache
def cases_in(folder: Path) -> tuple[Case, ...]:
    """The cases that belong to the protocol of a folder."""
    cases, problems = load_cases(program_in(folder), read_rules(folder / "cases"))
    assert problems == ()
    return cases


def shipped() -> Program:
    return program_in(SHIPPED)


def tiny() -> Program:
    return program_in(TINY)


def note_of(id_: str) -> str:
    """Return a text that the shipped protocol shows on every screen while it holds."""
    return next(note.text for note in shipped().protocol.notes if note.id == id_)
