"""The mutations of one condition."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backtriage.mutation.condition_mutations import mutate
from backtriage.program.program import build_program
from backtriage.protocol.protocol import Points, Question, Score
from backtriage.terms.condition import (
    All,
    Always,
    Any,
    AtLeast,
    Compare,
    Condition,
    Fact,
    Includes,
    Is,
    Not,
    Scores,
    Yes,
    condition_text,
)
from backtriage.terms.value import NUMBER
from tests.support.strategies import frame

AGE = Question(id="age", section="s", kind=NUMBER, text="?", short="a", why="w", unit="years",
               least=0, most=9)  # fmt: skip
PAIN = Question(id="pain", section="s", kind=NUMBER, text="?", short="p", why="w", least=0,
                most=2, step="0.5")  # fmt: skip
POINTS = Score(id="points", points=(Points(question="age", answer="", points=3, most=9),))
PROGRAM = build_program(frame(questions=(AGE, PAIN), scores=(POINTS,)))

A, B, C = (Includes("list", item) for item in "abc")
F, G, H = Fact("f"), Fact("g"), Fact("h")


def mutations(condition: Condition) -> list[tuple[str, str, str]]:
    """Return every mutation, with its condition as text."""
    return [
        (operator, change, condition_text(after, PROGRAM.protocol.units))
        for operator, change, after in mutate(condition, PROGRAM)
    ]


def mutated(condition: Condition, *operators: str) -> list[str]:
    """Return the conditions that some operators make."""
    return [after for operator, _, after in mutations(condition) if operator in operators]


def age(sign: str, bound: int) -> Compare:
    return Compare("age", sign, Decimal(bound))


@pytest.mark.parametrize(
    ("sign", "bound", "expected"),
    [
        (">=", 5, ["age > 5 years", "age >= 4 years"]),
        (">", 5, ["age >= 5 years", "age > 6 years"]),
        ("<", 5, ["age <= 5 years", "age < 4 years"]),
        ("<=", 5, ["age < 5 years", "age <= 6 years"]),
        (">=", 1, ["age > 1 years"]),
        (">=", 9, ["age >= 8 years"]),
        ("<", 9, ["age < 8 years"]),
        ("<=", 8, ["age < 8 years"]),
        (">", 0, ["age > 1 years"]),
    ],
)
def test_shifts_a_limit_to_either_side(sign: str, bound: int, expected: list[str]) -> None:
    """By its sign to one side, by its bound to the other; never so that it becomes constant."""
    assert mutated(age(sign, bound), "threshold") == expected


def test_shifts_a_limit_by_the_step_of_its_question() -> None:
    half = Compare("pain", ">=", Decimal(1))

    assert mutated(half, "threshold") == ["pain > 1", "pain >= 0.5"]


@pytest.mark.parametrize(("least", "points"), [(1, ["2"]), (2, ["1", "3"]), (3, ["2"])])
def test_shifts_a_score_within_its_range(least: int, points: list[str]) -> None:
    expected = [f"points >= {n}" for n in points]

    assert mutated(Scores("points", least), "threshold") == expected


def test_swaps_and_with_or_at_every_depth() -> None:
    assert [row for row in mutations(All((F, Any((G, H))))) if row[0] == "swapped"] == [
        ("swapped", "the condition read as 'f or (g or h)'", "f or (g or h)"),
        ("swapped", "clause 2 'g or h' read as 'g and h'", "f and (g and h)"),
    ]


def test_negates_every_clause() -> None:
    """A `not` is removed, not doubled."""
    assert mutated(All((F, Not(G))), "negated") == [
        "not (f and not g)", "not f and not g", "f and g",
    ]  # fmt: skip
    assert mutated(Not(Any((F, G))), "negated") == [
        "f or g", "none of (not f, g)", "none of (f, not g)",
    ]  # fmt: skip
    assert mutated(F, "negated") == ["not f"]


def test_leaves_out_every_clause() -> None:
    """A `not` goes with its operand."""
    assert [row for row in mutations(All((F, Not(Any((G, H)))))) if row[0] == "left_out"] == [
        ("left_out", "clause 1 'f' left out", "none of (g, h)"),
        ("left_out", "clause 2 'none of (g, h)' left out", "f"),
        ("left_out", "clause 4 'g' left out", "f and not h"),
        ("left_out", "clause 5 'h' left out", "f and not g"),
    ]
    assert mutated(All((F, G, H)), "left_out") == ["g and h", "f and h", "f and g"]
    assert mutated(F, "left_out") == []


def test_leaves_out_items_of_a_list() -> None:
    """Among other clauses an item is a clause like any other."""
    assert mutated(Any((A, B, C)), "choice") == [
        condition_text(Any(pair), {}) for pair in ((B, C), (A, C), (A, B))
    ]
    assert mutated(Any((A, B)), "left_out") == []
    assert mutated(Any((A, F)), "choice") == []
    assert mutated(Any((A, Includes("other", "x"))), "choice") == []
    assert mutated(All((A, B)), "choice") == []
    assert mutated(All((A, B)), "left_out") == ["list includes b", "list includes a"]


def test_leaves_out_each_of_several_choices() -> None:
    assert mutations(Is("one", ("x", "y")))[:2] == [
        ("choice", "the condition without 'x'", "one is y"),
        ("choice", "the condition without 'y'", "one is x"),
    ]
    assert mutated(Is("one", ("x",)), "choice") == []


def test_shifts_and_simplifies_at_least() -> None:
    assert mutated(AtLeast(2, (F, G, H)), "count") == ["f or g or h", "f and g and h"]
    four = AtLeast(3, (F, G, H, Yes("y")))
    assert mutated(four, "count") == ["at least 2 of (f, g, h, y)", "f and g and h and y"]
    assert mutated(AtLeast(2, (F, G, H)), "left_out") == ["g and h", "f and h", "f and g"]
    assert mutated(AtLeast(2, (A, B, C)), "choice") == [
        condition_text(All(pair), {}) for pair in ((B, C), (A, C), (A, B))
    ]


def test_always_has_no_mutations() -> None:
    assert mutations(Always()) == []


def test_mutations_are_distinct() -> None:
    twice = All((F, Any((F, G)), AtLeast(2, (F, G, H)), age(">=", 5), Is("one", ("x", "y"))))

    found = [after for _, _, after in mutate(twice, PROGRAM)]

    assert len(set(found)) == len(found)
    assert twice not in found
    assert mutated(All((F, F)), "left_out") == ["f"]
