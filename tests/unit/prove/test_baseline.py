"""The baseline: a person with nothing wrong, whom the questions are made for."""

from __future__ import annotations

from backtriage.program.program import build_program
from backtriage.protocol.protocol import Rule
from backtriage.prove.engines.baseline import Baseline
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.condition import Any, Includes, Not
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import SOME_OF, Ticks
from tests.support.builders import choices, question
from tests.support.strategies import everybody, frame


def test_a_list_without_a_direction_has_the_first_of_its_mildest_items_if_one_is_needed() -> None:
    """Who ticks no place is out of scope, and one place is worse than the others."""
    places = ("chest", "back", "neck")
    nowhere = Not(Any(tuple(Includes("where", place) for place in places)))
    rules = (
        Rule(id="elsewhere", urgency=Urgency.ROUTINE, when=nowhere, if_unsure=None,
             because="So.", out_of_scope=True),
        Rule(id="chest", urgency=Urgency.EMERGENCY, when=Includes("where", "chest"),
             if_unsure=None, because="So."),
        everybody(),
    )  # fmt: skip
    where = question("where", SOME_OF, choices=choices(*places))
    domain = SymbolicProgram(build_program(frame(questions=(where,), rules=rules))).domain

    baseline = Baseline(domain.variables, (domain,))

    assert domain.sheet(baseline.values)["where"] == Ticks(yes=frozenset({"back"}))
