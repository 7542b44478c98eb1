"""Parsing of answers to each kind of question, typed and as text."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backtriage.protocol.answer_parser import (
    InvalidAnswer,
    Raw,
    expected_answer,
    parse_answer,
    preview,
)
from backtriage.protocol.protocol import Choice, Question
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks, Value


def question(id_: str, kind: str, *, sure: bool = False, step: str = "1") -> Question:
    """Return a question; `sure` disallows "not sure"."""
    rows = tuple(Choice(id=one, text=one, short=one) for one in ("red", "green", "blue"))
    return Question(
        id=id_,
        section="main",
        kind=kind,
        text="?",
        short="it",
        why="A test.",
        choices=rows if kind in {ONE_OF, SOME_OF} else (),
        allows_not_sure=not sure,
        unit="years" if kind == NUMBER else "",
        step=step,
        most=120 if kind == NUMBER else 0,
    )


ASK = question("ask", YES_NO)
PICK = question("pick", ONE_OF)
TICK = question("tick", SOME_OF)
AGE = question("age", NUMBER)
HALF = question("half", NUMBER, step="0.5")
SIX = question("six", NUMBER, step="6")
SURE = {kind: question("sure", kind, sure=True) for kind in (YES_NO, ONE_OF, SOME_OF, NUMBER)}

NONE_, EVERY = Ticks(), Ticks(unsure=frozenset({"red", "green", "blue"}))
JSON, TEXT = False, True


def ticked(*yes: str, unsure: tuple[str, ...] = ()) -> Ticks:
    """Return ticks from ids; "id?" is "not sure"."""
    return Ticks(frozenset(yes), frozenset(unsure))


@pytest.mark.parametrize(
    ("asked", "raw", "text", "value"),
    [
        (ASK, True, JSON, True),
        (ASK, False, JSON, False),
        (ASK, "not_sure", JSON, NOT_SURE),
        (ASK, "yes", TEXT, True),
        (ASK, "TRUE", TEXT, True),
        (ASK, "No", TEXT, False),
        (ASK, "false", TEXT, False),
        (ASK, "not_sure", TEXT, NOT_SURE),
        (PICK, "red", JSON, "red"),
        (PICK, "red", TEXT, "red"),
        (PICK, "not_sure", JSON, NOT_SURE),
        (AGE, 65, JSON, Decimal(65)),
        (AGE, Decimal("65.0"), JSON, Decimal(65)),
        (AGE, Decimal("6.5E+1"), JSON, Decimal(65)),
        (AGE, Decimal("-0"), JSON, Decimal(0)),
        (AGE, 65.0, JSON, Decimal(65)),
        (HALF, 2.5, JSON, Decimal("2.5")),
        (AGE, Decimal("65." + "0" * 5000), JSON, Decimal(65)),
        (AGE, "65", TEXT, Decimal(65)),
        (AGE, "65.0", TEXT, Decimal(65)),
        (AGE, "not_sure", TEXT, NOT_SURE),
        (HALF, Decimal("2.50"), JSON, Decimal("2.5")),
        (SIX, 66, JSON, Decimal(66)),
        (TICK, [], JSON, NONE_),
        (TICK, ["blue", "red"], JSON, ticked("red", "blue")),
        (TICK, ["red", "blue?"], JSON, ticked("red", unsure=("blue",))),
        (TICK, ["red", "not_sure"], JSON, ticked("red", unsure=("green", "blue"))),
        (TICK, ["red?", "not_sure"], JSON, EVERY),
        (TICK, ["red", "green", "blue", "not_sure"], JSON, ticked("red", "green", "blue")),
        (TICK, ["not_sure"], JSON, EVERY),
        (TICK, "not_sure", JSON, EVERY),
        (TICK, "none", TEXT, NONE_),
        (TICK, "red", TEXT, ticked("red")),
        (TICK, "red; blue?", TEXT, ticked("red", unsure=("blue",))),
        (TICK, "red;not_sure", TEXT, ticked("red", unsure=("green", "blue"))),
        (TICK, ["red"], TEXT, ticked("red")),
        (SURE[SOME_OF], ["red"], JSON, ticked("red")),
        (SURE[NUMBER], 5, JSON, Decimal(5)),
    ],
)
def test_valid_answers(asked: Question, raw: Raw, text: bool, value: Value) -> None:  # noqa: FBT001
    answer = parse_answer(asked, raw, text=text)
    assert answer == value
    assert type(answer) is type(value)


YES_OR_NO = "true or false (or not_sure)"
ONE = "one of: red, green, blue (or not_sure)"
LIST = "a list of: red, green, blue (or not_sure)"
NUMBERS = "a number from 0 to 120 years (or not_sure)"


def kind(id_: str, what: str, hint: str) -> InvalidAnswer:
    """Return the error for an answer of the wrong kind."""
    return InvalidAnswer("A102", f"'{id_}' cannot be {what}", hint)


@pytest.mark.parametrize(
    ("asked", "raw", "text", "wrong"),
    [
        # JSON is taken exactly
        (ASK, "true", JSON, kind("ask", "'true'", YES_OR_NO)),
        (ASK, "yes", JSON, kind("ask", "'yes'", YES_OR_NO)),
        (ASK, 1, JSON, kind("ask", "1", YES_OR_NO)),
        (ASK, Decimal(0), JSON, kind("ask", "0", YES_OR_NO)),
        (ASK, [], JSON, kind("ask", "a list", YES_OR_NO)),
        (ASK, ["not_sure"], JSON, kind("ask", "a list", YES_OR_NO)),
        (ASK, {}, JSON, kind("ask", "an object", YES_OR_NO)),
        (ASK, None, JSON, kind("ask", "null", YES_OR_NO)),
        (PICK, True, JSON, kind("pick", "true", ONE)),
        (PICK, 3, JSON, kind("pick", "3", ONE)),
        (PICK, ["red"], JSON, kind("pick", "a list", ONE)),
        (PICK, ["not_sure"], JSON, kind("pick", "a list", ONE)),
        (AGE, True, JSON, kind("age", "true", NUMBERS)),
        (AGE, "65", JSON, kind("age", "'65'", NUMBERS)),
        (AGE, ["not_sure"], JSON, kind("age", "a list", NUMBERS)),
        (AGE, Decimal("NaN"), JSON, kind("age", "NaN", NUMBERS)),
        (AGE, Decimal("-Infinity"), JSON, kind("age", "-Infinity", NUMBERS)),
        (AGE, float("nan"), JSON, kind("age", "nan", NUMBERS)),
        (AGE, float("inf"), JSON, kind("age", "inf", NUMBERS)),
        (TICK, "red", JSON, kind("tick", "'red'", LIST)),
        (TICK, "none", JSON, kind("tick", "'none'", LIST)),
        (TICK, True, JSON, kind("tick", "true", LIST)),
        (TICK, {"red": True}, JSON, kind("tick", "an object", LIST)),
        (TICK, [True], JSON, InvalidAnswer("A102", "'tick' is a list of ids, found true")),
        (TICK, [["red"]], JSON, InvalidAnswer("A102", "'tick' is a list of ids, found a list")),
        (TICK, [None], JSON, InvalidAnswer("A102", "'tick' is a list of ids, found null")),
        # text is read by the question's kind
        (ASK, "1", TEXT, kind("ask", "'1'", YES_OR_NO)),
        (ASK, "y", TEXT, kind("ask", "'y'", YES_OR_NO)),
        (ASK, "Not_Sure", TEXT, kind("ask", "'Not_Sure'", YES_OR_NO)),
        (AGE, "65 years", TEXT, kind("age", "'65 years'", NUMBERS)),
        (AGE, "6,5", TEXT, kind("age", "'6,5'", NUMBERS)),
        (AGE, "6_5", TEXT, kind("age", "'6_5'", NUMBERS)),
        (AGE, "\u0666\u0665", TEXT, kind("age", "'\u0666\u0665'", NUMBERS)),
        (AGE, "nan", TEXT, kind("age", "'nan'", NUMBERS)),
        (AGE, "inf", TEXT, kind("age", "'inf'", NUMBERS)),
        (AGE, "sNaN", TEXT, kind("age", "'sNaN'", NUMBERS)),
        (AGE, "", TEXT, kind("age", "''", NUMBERS)),
        (TICK, {}, TEXT, kind("tick", "an object", LIST)),
        # invalid numbers
        (AGE, -1, JSON, InvalidAnswer("A103", "-1 is outside the range of 'age'", NUMBERS)),
        (AGE, 121, JSON, InvalidAnswer("A103", "121 is outside the range of 'age'", NUMBERS)),
        (AGE, "121", TEXT, InvalidAnswer("A103", "'121' is outside the range of 'age'", NUMBERS)),
        (
            AGE,
            10**5000,
            JSON,
            InvalidAnswer("A103", f"1{'0' * 39}... is outside the range of 'age'", NUMBERS),
        ),
        (
            AGE,
            Decimal("1e999999999"),
            JSON,
            InvalidAnswer("A103", "1E+999999999 is outside the range of 'age'", NUMBERS),
        ),
        (
            AGE,
            Decimal("1e-999999999"),
            JSON,
            InvalidAnswer("A103", "1E-999999999 is not a step of 1 of 'age'", NUMBERS),
        ),
        (
            AGE,
            Decimal("65." + "0" * 5000 + "1"),
            JSON,
            InvalidAnswer("A103", f"65.{'0' * 37}... is not a step of 1 of 'age'", NUMBERS),
        ),
        (
            AGE,
            Decimal("119." + "9" * 60),
            JSON,
            InvalidAnswer("A103", f"119.{'9' * 36}... is not a step of 1 of 'age'", NUMBERS),
        ),
        (
            HALF,
            Decimal("2.3"),
            JSON,
            InvalidAnswer("A103", "2.3 is not a step of 0.5 of 'half'", NUMBERS),
        ),
        (SIX, 65, JSON, InvalidAnswer("A103", "65 is not a step of 6 of 'six'", NUMBERS)),
        # choices
        (
            PICK,
            "rad",
            JSON,
            InvalidAnswer("A104", "'rad' is not a choice of 'pick'", "did you mean 'red'?"),
        ),
        (PICK, "xyz", TEXT, InvalidAnswer("A104", "'xyz' is not a choice of 'pick'", ONE)),
        (
            PICK,
            "Red",
            TEXT,
            InvalidAnswer("A104", "'Red' is not a choice of 'pick'", "did you mean 'red'?"),
        ),
        (TICK, ["xyz"], JSON, InvalidAnswer("A104", "'xyz' is not a choice of 'tick'", LIST)),
        (
            TICK,
            ["red??"],
            JSON,
            InvalidAnswer("A104", "'red?' is not a choice of 'tick'", "did you mean 'red'?"),
        ),
        (
            TICK,
            ["not_sure?"],
            JSON,
            InvalidAnswer("A104", "'not_sure' is not a choice of 'tick'", LIST),
        ),
        (TICK, ["none"], JSON, InvalidAnswer("A104", "'none' is not a choice of 'tick'", LIST)),
        (TICK, "red;", TEXT, InvalidAnswer("A104", "'' is not a choice of 'tick'", LIST)),
        # not sure where it is not allowed
        (
            SURE[YES_NO],
            "not_sure",
            JSON,
            InvalidAnswer(
                "A105",
                "'sure' needs a definite answer, 'not_sure' is not allowed",
                "true or false",
            ),
        ),
        (
            SURE[ONE_OF],
            "not_sure",
            TEXT,
            InvalidAnswer(
                "A105",
                "'sure' needs a definite answer, 'not_sure' is not allowed",
                "one of: red, green, blue",
            ),
        ),
        (
            SURE[SOME_OF],
            ["red?"],
            JSON,
            InvalidAnswer(
                "A105",
                "'sure' needs a definite answer, 'not_sure' is not allowed",
                "a list of: red, green, blue",
            ),
        ),
        (
            SURE[SOME_OF],
            ["red", "green", "blue", "not_sure"],
            JSON,
            InvalidAnswer(
                "A105",
                "'sure' needs a definite answer, 'not_sure' is not allowed",
                "a list of: red, green, blue",
            ),
        ),
        (
            SURE[NUMBER],
            "not_sure",
            JSON,
            InvalidAnswer(
                "A105",
                "'sure' needs a definite answer, 'not_sure' is not allowed",
                "a number from 0 to 120 years",
            ),
        ),
        # duplicates
        (
            TICK,
            ["red", "red"],
            JSON,
            InvalidAnswer("A106", "'red' appears twice in 'tick'", "list it once"),
        ),
        (
            TICK,
            ["red", "red?"],
            JSON,
            InvalidAnswer("A106", "'red' appears twice in 'tick'", "list it once"),
        ),
        (
            TICK,
            ["red?", "red"],
            JSON,
            InvalidAnswer("A106", "'red' appears twice in 'tick'", "list it once"),
        ),
        (
            TICK,
            ["not_sure", "not_sure"],
            JSON,
            InvalidAnswer("A106", "'not_sure' appears twice in 'tick'", "list it once"),
        ),
        (
            TICK,
            "red;red",
            TEXT,
            InvalidAnswer("A106", "'red' appears twice in 'tick'", "list it once"),
        ),
    ],
    ids=preview,
)
def test_invalid_answers(asked: Question, raw: Raw, text: bool, wrong: InvalidAnswer) -> None:  # noqa: FBT001
    """An error says what the question accepts."""
    assert parse_answer(asked, raw, text=text) == wrong


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"a": 1}, "an object"),
        ([1], "a list"),
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (12, "12"),
        (Decimal("1.50"), "1.50"),
        ("plain", "'plain'"),
        ("a\nb\x1b[31m\ud800", "'a?b?[31m?'"),
        ("x" * 40, f"'{'x' * 40}'"),
        ("x" * 41, f"'{'x' * 40}...'"),
        (-(10**6000), f"-1{'0' * 38}..."),
    ],
    ids=preview,
)
def test_preview(raw: Raw, words: str) -> None:
    """Previews are short, on one line and without control characters."""
    assert preview(raw) == words


def test_expected_answer_without_a_unit() -> None:
    bare = Question(
        id="pain",
        section="main",
        kind=NUMBER,
        text="?",
        short="it",
        why="A test.",
        least=0,
        most=10,
    )
    assert expected_answer(bare) == "a number from 0 to 10 (or not_sure)"
