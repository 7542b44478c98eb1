"""Parsing of answers to each kind of question, typed and as text."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backtriage.protocol import suggestions
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
        (AGE, Decimal("1E+1"), JSON, Decimal(10)),
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
        (TICK, ["not_sure", "red?"], TEXT, EVERY),
        (SURE[SOME_OF], ["red"], JSON, ticked("red")),
        (SURE[NUMBER], 5, JSON, Decimal(5)),
    ],
)
def test_valid_answers(asked: Question, raw: Raw, text: bool, value: Value) -> None:  # noqa: FBT001
    answer = parse_answer(asked, raw, text=text)
    assert answer == value
    assert type(answer) is type(value)


# An answer, the problem that can be shown to anybody, what was found, and what may be meant.
INVALID: list[tuple[Question, Raw, bool, str, str, str]] = [
    (ASK, "true", JSON, "A102 'ask' cannot be a text", "'true'", "did you mean true?"),
    (ASK, "yes", JSON, "A102 'ask' cannot be a text", "'yes'", "did you mean true?"),
    (ASK, 1, JSON, "A102 'ask' cannot be a number", "1", ""),
    (ASK, Decimal(0), JSON, "A102 'ask' cannot be a number", "0", ""),
    (ASK, [], JSON, "A102 'ask' cannot be a list", "", ""),
    (ASK, ["not_sure"], JSON, "A102 'ask' cannot be a list", "", 'did you mean "not_sure"?'),
    (ASK, {}, JSON, "A102 'ask' cannot be an object", "", ""),
    (ASK, None, JSON, "A102 'ask' cannot be null", "", ""),
    (PICK, True, JSON, "A102 'pick' cannot be true or false", "true", ""),
    (PICK, 3, JSON, "A102 'pick' cannot be a number", "3", ""),
    (PICK, ["red"], JSON, "A102 'pick' cannot be a list", "", 'did you mean "red"?'),
    (PICK, ["not_sure"], JSON, "A102 'pick' cannot be a list", "", 'did you mean "not_sure"?'),
    (AGE, True, JSON, "A102 'age' cannot be true or false", "true", ""),
    (AGE, "65", JSON, "A102 'age' cannot be a text", "'65'", "did you mean 65, without quotes?"),
    (AGE, ["not_sure"], JSON, "A102 'age' cannot be a list", "", 'did you mean "not_sure"?'),
    (AGE, Decimal("NaN"), JSON, "A102 'age' cannot be NaN or Infinity", "NaN", ""),
    (AGE, Decimal("-Infinity"), JSON, "A102 'age' cannot be NaN or Infinity", "-Infinity", ""),
    (AGE, float("nan"), JSON, "A102 'age' cannot be NaN or Infinity", "nan", ""),
    (AGE, float("inf"), JSON, "A102 'age' cannot be NaN or Infinity", "inf", ""),
    (TICK, "red", JSON, "A102 'tick' cannot be a text", "'red'", 'did you mean ["red"]?'),
    (TICK, "none", JSON, "A102 'tick' cannot be a text", "'none'", "did you mean []?"),
    (TICK, True, JSON, "A102 'tick' cannot be true or false", "true", ""),
    (TICK, {"red": True}, JSON, "A102 'tick' cannot be an object", "", ""),
    (TICK, [True], JSON, "A102 item 1 of 'tick' cannot be true or false", "true", ""),
    (TICK, [["red"]], JSON, "A102 item 1 of 'tick' cannot be a list", "", ""),
    (TICK, [None], JSON, "A102 item 1 of 'tick' cannot be null", "", ""),
    (ASK, "1", TEXT, "A102 'ask' cannot be this text", "'1'", ""),
    (ASK, "y", TEXT, "A102 'ask' cannot be this text", "'y'", ""),
    (ASK, "Not_Sure", TEXT,
     "A102 'ask' cannot be this text", "'Not_Sure'", 'did you mean "not_sure"?'),
    (AGE, "65 years", TEXT, "A102 'age' cannot be this text", "'65 years'", ""),
    (AGE, "6,5", TEXT, "A102 'age' cannot be this text", "'6,5'", ""),
    (AGE, "6_5", TEXT, "A102 'age' cannot be this text", "'6_5'", ""),
    (AGE, "\u0666\u0665", TEXT, "A102 'age' cannot be this text", "'٦٥'", ""),
    (AGE, "nan", TEXT, "A102 'age' cannot be this text", "'nan'", ""),
    (AGE, "inf", TEXT, "A102 'age' cannot be this text", "'inf'", ""),
    (AGE, "sNaN", TEXT, "A102 'age' cannot be this text", "'sNaN'", ""),
    (AGE, "", TEXT, "A102 'age' cannot be this text", "''", ""),
    (TICK, {}, TEXT, "A102 'tick' cannot be an object", "", ""),
    (AGE, -1, JSON, "A103 the number is outside the range of 'age'", "-1", ""),
    (AGE, 121, JSON, "A103 the number is outside the range of 'age'", "121", ""),
    (AGE, "121", TEXT, "A103 the number is outside the range of 'age'", "'121'", ""),
    (AGE, 10**5000, JSON,
     "A103 the number is outside the range of 'age'",
     "1000000000000000000000000000000000000000...", ""),
    (AGE, Decimal("1E+999999999"), JSON,
     "A103 the number is outside the range of 'age'", "1E+999999999", ""),
    (AGE, Decimal("1E-999999999"), JSON,
     "A103 the number is not a step of 1 of 'age'", "1E-999999999", ""),
    (AGE, Decimal("65." + "0" * 5000 + "1"), JSON,
     "A103 the number is not a step of 1 of 'age'",
     "65.0000000000000000000000000000000000000...", ""),
    (AGE, Decimal("119.999999999999999999999999999999999999999999999999999999999999"), JSON,
     "A103 the number is not a step of 1 of 'age'",
     "119.999999999999999999999999999999999999...", ""),
    (HALF, Decimal("2.3"), JSON, "A103 the number is not a step of 0.5 of 'half'", "2.3", ""),
    (SIX, 65, JSON, "A103 the number is not a step of 6 of 'six'", "65", ""),
    (PICK, "rad", JSON, "A104 the text is not a choice of 'pick'", "'rad'", ""),
    (PICK, "xyz", TEXT, "A104 the text is not a choice of 'pick'", "'xyz'", ""),
    (PICK, "Red", TEXT, "A104 the text is not a choice of 'pick'", "'Red'", 'did you mean "red"?'),
    (TICK, ["xyz"], JSON, "A104 item 1 is not a choice of 'tick'", "'xyz'", ""),
    (TICK, ["red??"], JSON,
     "A104 item 1 is not a choice of 'tick'", "'red??'", 'did you mean ["red?"]?'),
    (TICK, ["not_sure?"], JSON,
     "A104 item 1 is not a choice of 'tick'", "'not_sure?'", 'did you mean "not_sure"?'),
    (TICK, ["none"], JSON, "A104 item 1 is not a choice of 'tick'", "'none'", "did you mean []?"),
    (TICK, "red;", TEXT, "A104 item 2 is not a choice of 'tick'", "''", ""),
    (SURE[YES_NO], "not_sure", JSON,
     "A105 'sure' needs a definite answer, 'not_sure' is not allowed", "", ""),
    (SURE[ONE_OF], "not_sure", TEXT,
     "A105 'sure' needs a definite answer, 'not_sure' is not allowed", "", ""),
    (SURE[SOME_OF], ["red?"], JSON,
     "A105 'sure' needs a definite answer, 'not_sure' is not allowed", "", ""),
    (SURE[SOME_OF], ["red", "green", "blue", "not_sure"], JSON,
     "A105 'sure' needs a definite answer, 'not_sure' is not allowed", "", ""),
    (SURE[NUMBER], "not_sure", JSON,
     "A105 'sure' needs a definite answer, 'not_sure' is not allowed", "", ""),
    (TICK, ["red", "red"], JSON, "A106 an item appears twice in 'tick'", "'red'", ""),
    (TICK, ["red", "red?"], JSON, "A106 an item appears twice in 'tick'", "'red'", ""),
    (TICK, ["red?", "red"], JSON, "A106 an item appears twice in 'tick'", "'red'", ""),
    (TICK, ["not_sure", "not_sure"], JSON,
     "A106 an item appears twice in 'tick'", "'not_sure'", ""),
    (TICK, "red;red", TEXT, "A106 an item appears twice in 'tick'", "'red'", ""),
    (TICK, "", JSON, "A102 'tick' cannot be a text", "''", ""),
    (TICK, [""], JSON, "A104 item 1 is not a choice of 'tick'", "''", ""),
    (TICK, "no", JSON, "A102 'tick' cannot be a text", "'no'", "did you mean []?"),
    (TICK, False, JSON, "A102 'tick' cannot be true or false", "false", "did you mean []?"),
    (TICK, "unknown", JSON,
     "A102 'tick' cannot be a text", "'unknown'", 'did you mean "not_sure"?'),
    (TICK, ["not sure"], JSON,
     "A104 item 1 is not a choice of 'tick'", "'not sure'", 'did you mean "not_sure"?'),
    (TICK, "None", TEXT,
     "A104 item 1 is not a choice of 'tick'", "'None'", 'did you mean "none"?'),
    (TICK, "", TEXT, "A104 item 1 is not a choice of 'tick'", "''", ""),
    (TICK, ["none", "red"], JSON, "A104 item 1 is not a choice of 'tick'", "'none'", ""),
    (TICK, ["rad", "gren"], JSON,
     "A104 items 1 and 2 are not choices of 'tick'", "'rad', 'gren'", ""),
    (TICK, ["gren?", "blue"], JSON,
     "A104 item 1 is not a choice of 'tick'", "'gren?'", 'did you mean ["green?", "blue"]?'),
    (TICK, ["gren", "blu", "x", "y", "z"], JSON,
     "A104 items 1, 2, 3 and 2 more are not choices of 'tick'", "'gren', 'blu', 'x'", ""),
    (AGE, "1e1", TEXT, "A102 'age' cannot be this text", "'1e1'", ""),
    (AGE, "+5", TEXT, "A102 'age' cannot be this text", "'+5'", ""),
    (AGE, "0x1f", TEXT, "A102 'age' cannot be this text", "'0x1f'", ""),
    (AGE, "1:30", TEXT, "A102 'age' cannot be this text", "'1:30'", ""),
    (AGE, ".5", TEXT, "A102 'age' cannot be this text", "'.5'", ""),
    (AGE, "5.", TEXT, "A102 'age' cannot be this text", "'5.'", ""),
    (AGE, " 5", TEXT, "A102 'age' cannot be this text", "' 5'", ""),
    (AGE, "-0", TEXT, "A102 'age' cannot be this text", "'-0'", ""),
    (AGE, "-5", TEXT, "A103 the number is outside the range of 'age'", "'-5'", ""),
    (AGE, "\uff16\uff15", TEXT, "A102 'age' cannot be this text", "'\uff16\uff15'", ""),
    (AGE, "6 5", TEXT, "A102 'age' cannot be this text", "'6 5'", ""),
    (AGE, "1,000", TEXT, "A102 'age' cannot be this text", "'1,000'", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "raw", "text", "problem", "found", "meant"), INVALID, ids=preview
)
def test_invalid_answers(  # noqa: PLR0913, PLR0917 - a table
    asked: Question,
    raw: Raw,
    text: bool,  # noqa: FBT001
    problem: str,
    found: str,
    meant: str,
) -> None:
    """What anybody may see names the question and the kind of answer, never the answer."""
    invalid = parse_answer(asked, raw, text=text)

    assert isinstance(invalid, InvalidAnswer)
    assert f"{invalid.code} {invalid.message}" == problem
    assert (invalid.found, invalid.suggestion) == (found, meant)


@pytest.mark.parametrize(
    ("asked", "raw", "text", "hint"),
    [
        (ASK, 1, JSON, "true or false (or not_sure)"),
        (PICK, "rad", JSON, "one of: red, green, blue (or not_sure)"),
        (
            TICK,
            ["rad"],
            JSON,
            "a list of: red, green, blue (or [] for none of these, or not_sure)",
        ),
        (SURE[SOME_OF], ["rad"], JSON, "a list of: red, green, blue (or [] for none of these)"),
        (AGE, 121, JSON, "a number from 0 to 120 years (or not_sure)"),
        (
            AGE,
            "1e1",
            TEXT,
            "a number from 0 to 120 years (or not_sure); in plain digits, without leading zeros",
        ),
        (SURE[YES_NO], "", JSON, "true or false; leave the key out if there is no answer"),
        (TICK, ["red", "red"], JSON, "list it once"),
    ],
)
def test_the_hint_says_what_the_question_accepts(
    asked: Question,
    raw: Raw,
    text: bool,  # noqa: FBT001
    hint: str,
) -> None:
    invalid = parse_answer(asked, raw, text=text)

    assert isinstance(invalid, InvalidAnswer)
    assert invalid.hint == hint


def test_a_suggestion_is_worked_out_only_when_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It can take time, and an emergency in another answer cannot wait."""
    asked: list[object] = []

    def suggestion(_question: Question, raw: Raw, **_: object) -> str:
        asked.append(raw)
        return "perhaps"

    monkeypatch.setattr(suggestions, "suggestion", suggestion)

    invalid = parse_answer(TICK, ["rad"], text=False)

    assert isinstance(invalid, InvalidAnswer)
    assert asked == []
    assert (invalid.suggestion, asked) == ("perhaps", [["rad"]])


@pytest.mark.parametrize("blank", ["", [""], [None]])
def test_a_blank_answer_is_never_hinted_to_mean_none(blank: Raw) -> None:
    invalid = parse_answer(TICK, blank, text=False)

    assert isinstance(invalid, InvalidAnswer)
    assert invalid.suggestion == ""
    assert invalid.hint.endswith("; leave the key out if there is no answer")


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
        ("a\nb\x1b[31m\ud800", "'a<U+000A>b<U+001B>[31m<U+D800>'"),
        ("x" * 40, f"'{'x' * 40}'"),
        ("x" * 41, f"'{'x' * 40}...'"),
        (-(10**6000), f"-1{'0' * 38}..."),
        (10**100_000, "a number of some 10,000 digits or more"),
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
