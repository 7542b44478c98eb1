"""What a typed line means, and what is said when it means nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.protocol.answer_parser import InvalidAnswer, parse_answer
from backtriage.protocol.protocol import Question
from backtriage.shell.plain.entry import Given, Key, Pressed, Unclear, as_list, how_to, read, rows
from tests.support.protocols import tiny

ASKED = tiny().questions
FIRM = replace(ASKED["airway"], allows_not_sure=False)


@pytest.mark.parametrize(
    ("question", "line", "meant"),
    [
        ("feverish", "y", Given("yes")),
        ("feverish", " YES ", Given("yes")),
        ("feverish", "n", Given("no")),
        ("feverish", "No", Given("no")),
        ("feverish", "u", Given("not_sure")),
        ("feverish", "not  sure", Given("not_sure")),
        ("days", "1", Given("under_1_week")),
        ("days", "02", Given("longer")),
        ("days", "a week or longer", Given("longer")),
        ("days", "Less than a WEEK.", Given("under_1_week")),
        ("years", "44", Given("44")),
        ("years", "44 years", Given("44")),
        ("years", "0", Given("0")),
        ("fever_days", "u", Given("not_sure")),
        ("airway", "0", Given("none")),
        ("airway", "none", Given("none")),
        ("airway", "none of these", Given("none")),
        ("airway", "1", Given("breathing")),
        ("airway", "2, 1", Given("drooling;breathing")),
        ("airway", "1 and 2?", Given("breathing;drooling?")),
        ("airway", "1 ?", Given("breathing?")),
        ("airway", "1;2", Given("breathing;drooling")),
        ("airway", "u", Pressed(Key.UNSURE)),
        ("airway", "b", Pressed(Key.BACK)),
        ("years", "44b", Pressed(Key.BACK)),
        ("years", "4x b", Pressed(Key.BACK)),
        ("years", "B", Pressed(Key.BACK)),
        ("days", "?", Pressed(Key.WHY)),
        ("days", "w", Pressed(Key.WHY)),
        ("days", "r", Pressed(Key.REVIEW)),
        ("days", "q", Pressed(Key.QUIT)),
        ("days", "s", Pressed(Key.QUIT)),
        ("days", "h", Pressed(Key.KEYS)),
        ("days", "=", Pressed(Key.KEEP)),
    ],
)
def test_a_line_that_is_clear(question: str, line: str, meant: object) -> None:
    """Answers are written as a sheet has them; letters are keys."""
    assert read(ASKED[question], line) == meant


@pytest.mark.parametrize(
    ("question", "line", "says"),
    [
        ("feverish", "", "Choose an answer first"),
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
        ("years", "\N{SUPERSCRIPT TWO}", "not a number"),
        ("years", "u", "definite answer"),
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
def test_a_line_that_is_not_clear(question: str, line: str, says: str) -> None:
    """It is explained, and says what to type instead."""
    meant = read(ASKED[question], line)

    assert isinstance(meant, Unclear)
    assert says in meant.message


def test_a_firm_list_takes_no_doubt() -> None:
    """Neither for all of it nor for one item."""
    for line in ("u", "1?"):
        meant = read(FIRM, line)
        assert isinstance(meant, Unclear)
        assert "definite answer" in meant.message


def test_steps_and_units_are_said() -> None:
    """What to type names them when there are any."""
    halves = replace(ASKED["years"], unit="", step="0.5")

    meant = read(halves, "1.3")

    assert isinstance(meant, Unclear)
    assert "in steps of 0.5" in meant.message
    assert how_to(halves) == "Type a number from 0 to 120."
    assert read(halves, "1.5") == Given("1.5")


def test_words_that_fit_two_choices_fit_none() -> None:
    """Nothing is guessed between them."""
    one, two = ASKED["days"].choices
    twins = replace(ASKED["days"], choices=(one, replace(two, text=one.text)))

    assert isinstance(read(twins, one.text), Unclear)


def test_a_choice_may_read_like_the_name_of_a_key() -> None:
    """Its words win; the single letter stays a key."""
    one, two = ASKED["days"].choices
    backs = replace(ASKED["days"], choices=(one, replace(two, text="Back")))

    assert read(backs, "back") == Given(two.id)
    assert read(backs, "b") == Pressed(Key.BACK)


def test_rows_become_a_list_as_a_sheet_has_it() -> None:
    """No row is none of them."""
    assert as_list(ASKED["airway"], ((1, False), (2, True))) == "breathing;drooling?"
    assert as_list(ASKED["airway"], ()) == "none"
    assert rows(ASKED["airway"], "0") == ()


@given(
    question=st.sampled_from([*ASKED.values(), FIRM]),
    line=st.text() | st.text("0123456789?,; buy", max_size=6),
)
def test_what_is_given_is_always_an_answer(question: Question, line: str) -> None:
    """Whatever is typed: an answer that passes the one door, a key, or words that explain."""
    meant = read(question, line)

    if isinstance(meant, Given):
        assert not isinstance(parse_answer(question, meant.raw, text=True), InvalidAnswer)
    elif isinstance(meant, Unclear):
        assert meant.message
