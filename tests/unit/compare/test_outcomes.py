"""Which routings of two versions belong together."""

from __future__ import annotations

from backtriage.compare.outcomes import Routing, align_routings
from backtriage.prove.circuit import FALSE, TRUE

NONE = Routing("", "", FALSE)


def routing(rule: str) -> Routing:
    return Routing(rule, "clinic", TRUE)


def test_routings_of_the_same_rule_are_paired() -> None:
    a, b, c = map(routing, "abc")

    assert [*align_routings((a, b), (a, c, b))] == [(a, a), (NONE, c), (b, b)]


def test_routings_in_another_order_are_not_paired() -> None:
    a, b = map(routing, "ab")

    assert [*align_routings((a, b), (b, a))] == [(a, NONE), (b, NONE), (NONE, b), (NONE, a)]
