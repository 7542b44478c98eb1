"""The rules that every contender decides by: those that the program ships.

Without those of a journal, which none of the simulated people keeps: what its entries answer is
no part of a sheet.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from backtriage import load_protocol
from backtriage.program.program import Program, build_program
from backtriage.protocol.dependencies import questions_read

ROOT: Final = Path(__file__).parents[1]


@cache
def shipped_program() -> Program:
    """Return the shipped protocol without the rules of a journal, ready to run."""
    whole = build_program(load_protocol())
    rules = tuple(
        rule
        for rule in whole.rules
        if not any(
            whole.questions[id_].from_journal
            for id_ in questions_read(rule.when, whole.facts, whole.scores)
        )
    )
    return build_program(replace(whole.protocol, rules=rules))
