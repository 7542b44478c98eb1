"""What a condition reads, through facts, scores and guards."""

from __future__ import annotations

from typing import Final

from backtriage.protocol.dependencies import dependencies, questions_read, unfold
from backtriage.protocol.protocol import Points, Score
from backtriage.terms.condition import (
    All,
    Always,
    Any,
    Condition,
    Fact,
    Includes,
    Not,
    Scores,
    Yes,
)

FACTS: Final[dict[str, Condition]] = {
    "long_fever": All((Yes("feverish"), Fact("ill"))),
    "ill": Any((Yes("pale"), Yes("feverish"))),
    "chicken": Fact("egg"),
    "egg": Fact("chicken"),
}
SCORES: Final = {
    "signs": Score(
        id="signs",
        points=(
            Points(question="airway", answer="drooling", points=1),
            Points(question="age", answer="", points=1, least=65, most=120),
        ),
    )
}
WHOLE: Final = All((Fact("long_fever"), Not(Scores("signs", 1)), Includes("airway", "breathing")))


def test_unfold_expands_facts_in_place() -> None:
    assert list(unfold(WHOLE, FACTS)) == [
        Yes("feverish"), Yes("pale"), Yes("feverish"), Scores("signs", 1),
        Includes("airway", "breathing"),
    ]  # fmt: skip
    assert list(unfold(Always(), FACTS)) == []


def test_dependencies_are_listed_once_and_depth_first() -> None:
    assert dependencies(WHOLE, FACTS, SCORES) == (
        ("facts", "long_fever"), ("questions", "feverish"), ("facts", "ill"),
        ("questions", "pale"), ("scores", "signs"), ("questions", "airway"), ("questions", "age"),
    )  # fmt: skip
    assert questions_read(WHOLE, FACTS, SCORES) == ("feverish", "pale", "airway", "age")
    assert dependencies(Always(), FACTS, SCORES) == ()


def test_dependencies_follow_guards_when_given() -> None:
    guards: dict[str, Condition] = {"pale": Yes("tired"), "tired": Always()}
    assert dependencies(Yes("pale"), FACTS, SCORES) == (("questions", "pale"),)
    assert dependencies(Yes("pale"), FACTS, SCORES, guards) == (
        ("questions", "pale"), ("questions", "tired"),
    )  # fmt: skip


def test_dependencies_of_a_cyclic_fact_end() -> None:
    assert dependencies(FACTS["chicken"], FACTS, SCORES) == (
        ("facts", "egg"), ("facts", "chicken"),
    )  # fmt: skip
