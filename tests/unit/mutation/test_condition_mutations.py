"""What one slip of the pen makes of a condition."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backtriage.mutation.condition_mutations import Declarations, mutate
from backtriage.protocol.condition_text import condition_text
from backtriage.protocol.protocol import Question
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
)
from backtriage.terms.value import NUMBER

AGE = Question(id="age", section="s", kind=NUMBER, text="?", short="a", why="w", unit="years",
               least=0, most=9)  # fmt: skip
PAIN = Question(id="pain", section="s", kind=NUMBER, text="?", short="p", why="w", least=0,
                most=2, step="0.5")  # fmt: skip
DECLARED = Declarations(
    questions={"age": AGE, "pain": PAIN}, most_points={"points": 3}, units={"age": "years"}
)

A, B, C = (Includes("list", item) for item in "abc")
F, G, H = Fact("f"), Fact("g"), Fact("h")


def of(condition: Condition) -> list[tuple[str, str, str]]:
    """Every change of a condition: the kind, what is said, and the condition after it."""
    return [
        (kind, said, condition_text(after, DECLARED.units))
        for kind, said, after in mutate(condition, DECLARED)
    ]


def afters(condition: Condition, *kinds: str) -> list[str]:
    """The conditions after changes of some kinds."""
    return [after for kind, _, after in of(condition) if kind in kinds]


def age(sign: str, bound: int) -> Compare:
    """A comparison with an age."""
    return Compare("age", sign, Decimal(bound))


@pytest.mark.parametrize(
    ("sign", "bound", "found"),
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
def test_a_limit_moves_a_step_to_either_side(sign: str, bound: int, found: list[str]) -> None:
    """By its sign to one side, by its number to the other; never to where it cannot vary."""
    assert afters(age(sign, bound), "threshold") == found


def test_a_step_is_that_of_the_question() -> None:
    """Not a whole number where half numbers are answers."""
    half = Compare("pain", ">=", Decimal(1))

    assert afters(half, "threshold") == ["pain > 1", "pain >= 0.5"]


@pytest.mark.parametrize(("least", "found"), [(1, ["2"]), (2, ["1", "3"]), (3, ["2"])])
def test_a_score_moves_by_a_point(least: int, found: list[str]) -> None:
    """Within what it can reach."""
    expected = [f"points >= {points}" for points in found]

    assert afters(Scores("points", least), "threshold") == expected


def test_and_and_or() -> None:
    """At every depth, with the words that say where."""
    assert [row for row in of(All((F, Any((G, H))))) if row[0] == "swapped"] == [
        ("swapped", "the condition read as 'f or (g or h)'", "f or (g or h)"),
        ("swapped", "clause 2 'g or h' read as 'g and h'", "f and (g and h)"),
    ]


def test_a_clause_turned_round() -> None:
    """Every clause, and the whole; a `not` is taken away, not doubled."""
    assert afters(All((F, Not(G))), "negated") == [
        "not (f and not g)", "not f and not g", "f and g",
    ]  # fmt: skip
    assert afters(Not(Any((F, G))), "negated") == [
        "f or g", "none of (not f, g)", "none of (f, not g)",
    ]  # fmt: skip
    assert afters(F, "negated") == ["not f"]


def test_a_clause_left_out() -> None:
    """Of two the other stays; of a `not`, as a whole."""
    assert [row for row in of(All((F, Not(Any((G, H)))))) if row[0] == "left_out"] == [
        ("left_out", "clause 1 'f' left out", "none of (g, h)"),
        ("left_out", "clause 2 'none of (g, h)' left out", "f"),
        ("left_out", "clause 4 'g' left out", "f and not h"),
        ("left_out", "clause 5 'h' left out", "f and not g"),
    ]
    assert afters(All((F, G, H)), "left_out") == ["g and h", "f and h", "f and g"]
    assert afters(F, "left_out") == []


def test_an_item_left_out_of_a_list() -> None:
    """An item of a list of items is no clause; among other clauses it is one."""
    assert afters(Any((A, B, C)), "choice") == [
        condition_text(Any(pair), {}) for pair in ((B, C), (A, C), (A, B))
    ]
    assert afters(Any((A, B)), "left_out") == []
    assert afters(Any((A, F)), "choice") == []
    assert afters(Any((A, Includes("other", "x"))), "choice") == []
    assert afters(All((A, B)), "choice") == []
    assert afters(All((A, B)), "left_out") == ["list includes b", "list includes a"]


def test_a_choice_left_out() -> None:
    """Each of several; one alone stays."""
    assert of(Is("one", ("x", "y")))[:2] == [
        ("choice", "the condition without 'x'", "one is y"),
        ("choice", "the condition without 'y'", "one is x"),
    ]
    assert afters(Is("one", ("x",)), "choice") == []


def test_at_least() -> None:
    """One more and one fewer, in the plainest words; and without each of them."""
    assert afters(AtLeast(2, (F, G, H)), "count") == ["f or g or h", "f and g and h"]
    four = AtLeast(3, (F, G, H, Yes("y")))
    assert afters(four, "count") == ["at least 2 of (f, g, h, y)", "f and g and h and y"]
    assert afters(AtLeast(2, (F, G, H)), "left_out") == ["g and h", "f and h", "f and g"]
    assert afters(AtLeast(2, (A, B, C)), "choice") == [
        condition_text(All(pair), {}) for pair in ((B, C), (A, C), (A, B))
    ]


def test_always_is_no_clause() -> None:
    """Nothing to change."""
    assert of(Always()) == []


def test_no_change_comes_twice() -> None:
    """Two slips that come to the same condition are one, and none is no change at all."""
    twice = All((F, Any((F, G)), AtLeast(2, (F, G, H)), age(">=", 5), Is("one", ("x", "y"))))

    found = [after for _, _, after in mutate(twice, DECLARED)]

    assert len(set(found)) == len(found)
    assert twice not in found
    assert afters(All((F, F)), "left_out") == ["f"]
