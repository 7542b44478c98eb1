"""How many findings the words of a sign must name."""

from __future__ import annotations

import pytest

from backtriage.protocol.safety_net import Findings
from backtriage.terms.condition import AtLeast, Condition, Not, Yes
from tests.support.builders import emergency_program, question

TWO = AtLeast(2, (Yes("a"), Yes("b"), Yes("c")))


@pytest.mark.parametrize(("condition", "needed"), [(TWO, 2), (Not(TWO), 2), (Not(Yes("a")), 1)])
def test_findings_that_a_condition_needs(condition: Condition, needed: int) -> None:
    program = emergency_program(*map(question, "abc"), when=Yes("a"))
    assert Findings(program.protocol).most(condition) == needed
