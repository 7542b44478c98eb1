"""The rules that every contender decides by: those that the program ships."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from backtriage import load_protocol
from backtriage.program.program import Program, build_program

ROOT: Final = Path(__file__).parents[1]


@cache
def shipped_program() -> Program:
    """Return the shipped protocol, ready to run."""
    return build_program(load_protocol())
