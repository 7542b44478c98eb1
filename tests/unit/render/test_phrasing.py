"""Phrases for answers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backtriage.protocol.protocol import Choice, Question
from backtriage.render.page.phrasing import (
    answer_label,
    answer_phrase,
    as_sentence,
    definite_phrases,
    join_with_and,
    lower_first,
    pluralise,
    reported_answers,
    unsure_phrases,
)
from backtriage.terms.answers import Answers
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks, Value
from tests.support.assessments import assessed

CHOICES = (
    Choice(id="a", text="First", short="the first"),
    Choice(id="b", text="Second", short="the second"),
)


def question(kind: str, *, short: str = "Fever", unit: str = "", none: str = "") -> Question:
    choices = CHOICES if kind in {ONE_OF, SOME_OF} else ()
    return Question(id="q", section="main", kind=kind, text="?", short=short, why=".",
                    unit=unit, none=none, choices=choices)  # fmt: skip


BOTH = Ticks(yes=frozenset({"a"}), unsure=frozenset({"b"}))

TABLE = [
    (question(YES_NO), True, ("yes to fever",), (), "yes"),
    (question(YES_NO), False, ("no to fever",), (), "no"),
    (question(YES_NO), NOT_SURE, (), ("fever",), "not sure about fever"),
    (question(NUMBER, short="Age", unit="years"), Decimal(7), ("age 7 years",), (), "7 years"),
    (question(NUMBER, short="Age"), Decimal("0.50"), ("age 0.5",), (), "0.5"),
    (question(ONE_OF), "b", ("the second",), (), "the second"),
    (question(ONE_OF), NOT_SURE, (), ("fever",), "not sure about fever"),
    (question(SOME_OF), BOTH, ("the first",), ("the second",),
     "the first; not sure about the second"),
    (question(SOME_OF), Ticks(), (), (), "none of these"),
    (question(SOME_OF, none="Nothing yet"), Ticks(), (), (), "nothing yet"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "value", "sure", "unsure", "whole"), TABLE)
def test_phrases_of_an_answer(
    asked: Question, value: Value, sure: tuple[str, ...], unsure: tuple[str, ...], whole: str
) -> None:
    assert definite_phrases(asked, value) == sure
    assert unsure_phrases(asked, value) == unsure
    assert answer_phrase(asked, value) == whole


@pytest.mark.parametrize(
    ("phrase", "inside"),
    [("Age", "age"), ("HIV medicine", "HIV medicine"), ("A rash", "a rash"), ("", ""),
     ("fever", "fever")],
)  # fmt: skip
def test_a_phrase_within_a_sentence(phrase: str, inside: str) -> None:
    assert lower_first(phrase) == inside


@pytest.mark.parametrize(
    ("asked", "value", "words"),
    [
        (question(YES_NO), True, "Yes"),
        (question(YES_NO), NOT_SURE, "Not sure"),
        (question(NUMBER, unit="years"), Decimal(1), "1 year"),
        (question(NUMBER, unit="years"), Decimal("1.50"), "1.5 years"),
        (question(ONE_OF), "b", "Second"),
        (question(SOME_OF), BOTH, "First. Not sure about: Second"),
        (question(SOME_OF), Ticks(yes=frozenset("ab")), "First; Second"),
        (question(SOME_OF), Ticks(unsure=frozenset("ab")), "Not sure about all 2"),
        (question(SOME_OF, none="Nothing yet."), Ticks(), "Nothing yet"),
        (question(SOME_OF), Ticks(), "None of these"),
    ],
)
def test_an_answer_in_the_words_of_its_choices(asked: Question, value: Value, words: str) -> None:
    assert answer_label(asked, value) == words


def test_sentences_lists_and_plurals() -> None:
    assert [as_sentence("really"), as_sentence("Really?")] == ["Really.", "Really?"]
    joined = [join_with_and(parts) for parts in ("", "a", "ab", "abc")]
    assert joined == ["", "a", "a and b", "a, b and c"]
    assert [pluralise(1, "day", "days"), pluralise(2, "day", "days")] == ["1 day", "2 days"]


def test_definite_answers_are_reported_before_unsure_ones() -> None:
    a = assessed({"airway": ["drooling", "breathing?"], "years": 5})

    assert reported_answers(a, a.answers) == (
        "You said: age 5 years; cannot swallow your spit. "
        "You were not sure about: hard to breathe."
    )
    assert reported_answers(a, a.answers.without("years"), "You told us") == (
        "You told us: cannot swallow your spit. You were not sure about: hard to breathe."
    )
    assert reported_answers(a, Answers()) == ""
