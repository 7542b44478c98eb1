"""Answers, urgencies, conditions, locations, problems and values."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backtriage.terms.answers import Answers
from backtriage.terms.condition import (
    All,
    Always,
    Any,
    AtLeast,
    Condition,
    Fact,
    Includes,
    Not,
    Scores,
    Yes,
    leaves,
    parts,
)
from backtriage.terms.problem import (
    Location,
    Problem,
    Unsound,
    did_you_mean,
    excerpt_of,
    lines_of,
    quoted_key,
)  # fmt: skip
from backtriage.terms.urgency import IF_UNSURE, URGENCIES, Urgency
from backtriage.terms.value import NOT_SURE, number_text


def test_answers_are_immutable() -> None:
    none = Answers()
    one = none.with_("fever", value=True)
    assert (dict(none), dict(one), len(one)) == ({}, {"fever": True}, 1)
    assert one == Answers({"fever": True})
    assert one.with_("fever", NOT_SURE)["fever"] is NOT_SURE
    assert one.without("fever") == none == none.without("fever")
    assert hash(one) == hash(Answers({"fever": True}))
    assert repr(one) == "Answers({'fever': True})"
    with pytest.raises(KeyError):
        none["fever"]


def test_urgencies_are_ordered() -> None:
    """Also their defaults for "not sure", one step down."""
    assert list(URGENCIES) == ["self_care", "routine", "soon", "same_day", "emergency"]
    assert sorted(URGENCIES.values()) == list(Urgency)
    assert {urgency.id: low and low.id for urgency, low in IF_UNSURE.items()} == {
        "emergency": "same_day", "same_day": "soon", "soon": "routine",
        "routine": None, "self_care": None,
    }  # fmt: skip


A, B, C = Yes("a"), Fact("b"), Scores("c", 1)


@pytest.mark.parametrize(
    ("condition", "inside", "every"),
    [
        (A, (), [A]),
        (Always(), (), [Always()]),
        (Includes("q", "i"), (), [Includes("q", "i")]),
        (Not(A), (A,), [A]),
        (All((A, B)), (A, B), [A, B]),
        (Any((A, Not(B))), (A, Not(B)), [A, B]),
        (AtLeast(2, (A, All((B, C)), A)), (A, All((B, C)), A), [A, B, C, A]),
    ],
)
def test_parts_and_leaves_of_a_condition(
    condition: Condition, inside: tuple[Condition, ...], every: list[Condition]
) -> None:
    assert parts(condition) == inside
    assert list(leaves(condition)) == every


@pytest.mark.parametrize(
    ("location", "words"),
    [
        (Location(), ""),
        (Location(file="a.yaml"), "a.yaml"),
        (Location(file="a.yaml", line=3, column=4), "a.yaml:3:4"),
        (Location(line=3, column=4), "3:4"),
    ],
)
def test_location_as_text(location: Location, words: str) -> None:
    assert str(location) == words


def test_lines_end_where_yaml_ends_them() -> None:
    assert lines_of("a\nb\r\nc\rd\x85e\u2028f\u2029g") == [*"abcdefg"]


@pytest.mark.parametrize(
    ("line", "at", "excerpt"),
    [
        ("short", 3, ("short", 3)),
        ("x" * 160, 159, ("x" * 160, 159)),
        ("x" * 300 + "HERE" + "y" * 300, 300, ("x" * 80 + "HERE" + "y" * 76, 80)),
        ("HERE" + "y" * 300, 0, ("HERE" + "y" * 156, 0)),
        ("x" * 300 + "HERE", 304, ("x" * 76 + "HERE", 80)),
    ],
)
def test_excerpt_of_a_long_line(line: str, at: int, excerpt: tuple[str, int]) -> None:
    assert excerpt_of(line, at) == excerpt


def test_excerpt_of_a_line_within_a_text() -> None:
    text = "x" * 300 + "\n" + "y" * 300 + "\n" + "z"
    assert excerpt_of(text, 310, 301, 601) == ("y" * 160, 9)
    assert excerpt_of(text, 601, 301, 601) == ("y" * 80, 80)
    assert excerpt_of(text, 602, 602) == ("z", 0)


def test_the_message_of_unsound_is_short() -> None:
    words = str(Unsound((Problem(code="P101", message="no", found="'x'"),) * 1_022))
    assert words == "P101 no; " * 20 + "and 1,002 more problems"


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("age", ("'age'", "")),
        ("x" * 40, (f"'{'x' * 40}'", "")),
        ("x" * 41, ("", f"'{'x' * 40}...'")),
        ("fever and chills", ("", "'fever and chills'")),
        ("a\x1b", ("", "'a<U+001B>'")),
        ("", ("", "''")),
    ],
)
def test_a_key_is_named_if_it_looks_like_a_name(key: str, shown: tuple[str, str]) -> None:
    assert quoted_key(key) == shown


def test_unsound_carries_its_problems() -> None:
    problems = (Problem(code="P101", message="no"), Problem(code="P102", message="no"))
    error = Unsound(problems)
    assert error.problems == problems
    assert str(error) == "P101 no; P102 no"


@pytest.mark.parametrize(
    ("word", "hint"),
    [("fevr", "did you mean 'fever'?"), ("xyz", ""), ("", ""), ("fever" * 13, "")],
)
def test_did_you_mean_names_only_a_close_word(word: str, hint: str) -> None:
    assert did_you_mean(word, ("fever", "weakness")) == hint


@pytest.mark.parametrize(
    ("number", "text"),
    [("65", "65"), ("65.0", "65"), ("0.50", "0.5"), ("1E+2", "100"), ("0", "0"), ("100", "100")],
)
def test_number_text_is_canonical(number: str, text: str) -> None:
    assert number_text(Decimal(number)) == text
