"""No slip of the pen in the protocol that ships would go unnoticed."""

from __future__ import annotations

from backtriage.cases.loader import load_cases
from backtriage.check import checked_protocol
from backtriage.mutation.mutant import OPERATORS
from backtriage.mutation.report import mutation_report
from backtriage.program.program import build_program
from backtriage.shell.files import read_rules
from backtriage.shell.paths import bundled_rules


def test_every_mutant_is_noticed() -> None:
    """By a case or by a claim, unless it means the same; and there are mutants of every kind."""
    program = build_program(checked_protocol(read_rules(bundled_rules())))
    cases, problems = load_cases(program, read_rules(bundled_rules() / "cases"))

    found = mutation_report(program, cases)

    assert problems == ()
    assert (found.failing_cases, found.unconfirmed_cases) == ((), ())
    assert [trial.mutant.description for trial in found.survivors] == []
    assert all(count for _, count in found.by_operator())
    assert len(list(found.by_operator())) == len(OPERATORS)
