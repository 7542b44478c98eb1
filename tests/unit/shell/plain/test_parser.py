"""Parsing of typed lines, and the messages about lines that cannot be parsed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.protocol.answer_parser import InvalidAnswer, parse_answer
from backtriage.protocol.protocol import Question
from backtriage.shell.plain.parser import (
    AnswerText,
    Command,
    InvalidLine,
    list_text,
    parse_line,
    parse_rows,
)
from backtriage.shell.questionnaire.wording import how_to_answer
from tests.support.protocols import tiny

QUESTIONS = tiny().questions
FULL_WIDTH = "\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT TWO}"
DEFINITE = replace(QUESTIONS["airway"], allows_not_sure=False)


@pytest.mark.parametrize(
    ("question", "line", "parsed"),
    [
        ("feverish", "y", AnswerText("yes")),
        ("feverish", " YES ", AnswerText("yes")),
        ("feverish", "n", AnswerText("no")),
        ("feverish", "No", AnswerText("no")),
        ("feverish", "u", AnswerText("not_sure")),
        ("feverish", "not  sure", AnswerText("not_sure")),
        ("days", "1", AnswerText("under_1_week")),
        ("days", "02", AnswerText("longer")),
        ("days", "a week or longer", AnswerText("longer")),
        ("days", "Less than a WEEK.", AnswerText("under_1_week")),
        ("years", "44", AnswerText("44")),
        ("years", "44 years", AnswerText("44")),
        ("years", "0", AnswerText("0")),
        ("years", " 5 ", AnswerText("5")),
        ("fever_days", "u", AnswerText("not_sure")),
        ("airway", "0", AnswerText("none")),
        ("airway", "none", AnswerText("none")),
        ("airway", "none of these", AnswerText("none")),
        ("airway", "1", AnswerText("breathing")),
        ("airway", "2, 1", AnswerText("drooling;breathing")),
        ("airway", "1 and 2?", AnswerText("breathing;drooling?")),
        ("airway", "1 ?", AnswerText("breathing?")),
        ("airway", "1;2", AnswerText("breathing;drooling")),
        ("airway", "u", Command.UNSURE),
        ("airway", "b", Command.BACK),
        ("years", "44b", Command.BACK),
        ("years", "4x b", Command.BACK),
        ("years", "B", Command.BACK),
        ("days", "?", Command.WHY),
        ("days", "w", Command.WHY),
        ("days", "r", Command.REVIEW),
        ("days", "q", Command.QUIT),
        ("days", "s", Command.QUIT),
        ("days", "h", Command.HELP),
        ("days", "=", Command.KEEP),
    ],
)
def test_valid_lines(question: str, line: str, parsed: object) -> None:
    assert parse_line(QUESTIONS[question], line) == parsed


@pytest.mark.parametrize(
    ("question", "line", "says"),
    [
        ("feverish", "", "Type y for yes or n for no."),
        ("feverish", "1", "neither yes nor no"),
        ("days", "", "Type a number from 1 to 2."),
        ("days", "3", "There is no 3 here"),
        ("days", "0", "There is no 0 here"),
        ("days", "a week", "not one of the answers"),
        ("days", "99999", "not one of the answers"),
        ("years", "121", "from 0 to 120 (years)"),
        ("years", "-1", "from 0 to 120 (years)"),
        ("years", "4x", "'4x' is not a number that fits here"),
        ("years", "1_0", "not a number"),
        ("years", "4.5", "not a number"),
        ("years", "u", "definite answer"),
        ("years", "007", "not a number"),
        ("years", "1e1", "'1e1' is not a number that fits here"),
        ("years", "1E1", "not a number"),
        ("years", "+5", "not a number"),
        ("years", "5.", "not a number"),
        ("years", ".5", "not a number"),
        ("years", "5,5", "not a number"),
        ("years", "0x1", "not a number"),
        ("years", "0x1b", "not a number"),
        ("years", "-0", "not a number"),
        ("years", "1 2", "not a number"),
        ("years", "nan", "not a number"),
        ("years", "inf", "not a number"),
        ("years", "xb", "not a number"),
        ("years", "\x1b[b", "not a number"),
        ("years", "\x1bOb", "not a number"),
        ("years", "4" * 5000, "not a number"),
        ("years", FULL_WIDTH, "digits 0 to 9"),
        ("years", "\N{SUPERSCRIPT TWO}", "digits 0 to 9"),
        ("years", "\N{ARABIC-INDIC DIGIT FIVE}", "digits 0 to 9"),
        ("years", "5\N{VULGAR FRACTION ONE HALF}", "digits 0 to 9"),
        ("years", "\N{ROMAN NUMERAL EIGHT}", "digits 0 to 9"),
        ("days", FULL_WIDTH[0], "digits 0 to 9"),
        ("airway", f"1 {FULL_WIDTH[1]}", "digits 0 to 9"),
        ("feverish", FULL_WIDTH[0], "digits 0 to 9"),
        ("airway", "1e1", "not a number"),
        ("airway", "+1", "not a number"),
        ("airway", "-0", "not a number"),
        ("airway", "00", "There is no '00' here"),
        ("airway", "", "Type 0 for none"),
        ("airway", "0 1", "stands alone"),
        ("airway", "0?", "There is no '0?' here"),
        ("airway", "1 1", "You typed 1 twice"),
        ("airway", "1 1?", "You typed 1 twice"),
        ("airway", "12", "There is no '12' here"),
        ("airway", "1-2", "'1-2' is not a number"),
        ("airway", "1 x", "'x' is not a number"),
        ("airway", ",", "Type numbers"),
    ],
)
def test_invalid_lines_say_what_to_type(question: str, line: str, says: str) -> None:
    parsed = parse_line(QUESTIONS[question], line)

    assert isinstance(parsed, InvalidLine)
    assert says in parsed.message


def test_a_definite_list_accepts_no_doubt() -> None:
    for line in ("u", "1?"):
        parsed = parse_line(DEFINITE, line)
        assert isinstance(parsed, InvalidLine)
        assert "definite answer" in parsed.message


def test_messages_name_the_step_and_the_unit() -> None:
    halves = replace(QUESTIONS["years"], unit="", step="0.5")

    parsed = parse_line(halves, "1.3")

    assert isinstance(parsed, InvalidLine)
    assert "in steps of 0.5" in parsed.message
    assert how_to_answer(halves) == "Type a number from 0 to 120."
    assert parse_line(halves, "1.5") == AnswerText("1.5")


def test_ambiguous_text_matches_no_choice() -> None:
    one, two = QUESTIONS["days"].choices
    twins = replace(QUESTIONS["days"], choices=(one, replace(two, text=one.text)))

    assert isinstance(parse_line(twins, one.text), InvalidLine)


def test_the_text_of_a_choice_wins_over_the_name_of_a_command() -> None:
    one, two = QUESTIONS["days"].choices
    backs = replace(QUESTIONS["days"], choices=(one, replace(two, text="Back")))

    assert parse_line(backs, "back") == AnswerText(two.id)
    assert parse_line(backs, "b") == Command.BACK


def test_rows_become_a_list_as_in_a_sheet() -> None:
    assert list_text(QUESTIONS["airway"], ((1, False), (2, True))) == "breathing;drooling?"
    assert list_text(QUESTIONS["airway"], ()) == "none"
    assert parse_rows(QUESTIONS["airway"], "0") == ()


@given(
    question=st.sampled_from([*QUESTIONS.values(), DEFINITE]),
    line=st.text() | st.text("0123456789?,; buy", max_size=6),
)
def test_any_line_is_an_answer_a_command_or_explained(question: Question, line: str) -> None:
    parsed = parse_line(question, line)

    if isinstance(parsed, AnswerText):
        assert not isinstance(parse_answer(question, parsed.raw, text=True), InvalidAnswer)
    elif isinstance(parsed, InvalidLine):
        assert parsed.message
