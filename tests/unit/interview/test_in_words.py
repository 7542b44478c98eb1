"""Answers and guards as a person reads them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from backtriage.interview.in_words import condition_words, value_words
from backtriage.program.from_protocol import from_protocol
from backtriage.protocol.protocol import NamedFact
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
from backtriage.terms.value import NOT_SURE, Ticks, Value
from tests.unit.interview.walks import tiny

BREATHING = Includes("airway", "breathing")
DROOLING = Includes("airway", "drooling")
LONG = Is("days", ("longer",))


@pytest.mark.parametrize(
    ("question", "value", "words"),
    [
        ("feverish", True, "Yes"),
        ("feverish", False, "No"),
        ("feverish", NOT_SURE, "Not sure"),
        ("years", Decimal(44), "44 years"),
        ("days", "longer", "A week or longer"),
        ("airway", Ticks(), "None of these"),
        ("airway", Ticks(frozenset({"breathing"})), "It is hard to breathe"),
        (
            "airway",
            Ticks(frozenset({"breathing"}), frozenset({"drooling"})),
            "It is hard to breathe. Not sure about: You cannot swallow your own spit",
        ),
        (
            "airway",
            Ticks(unsure=frozenset({"breathing"})),
            "Not sure about: It is hard to breathe",
        ),
    ],
)
def test_an_answer_in_words(question: str, value: Value, words: str) -> None:
    """As it was given, doubts included."""
    assert value_words(tiny().questions[question], value) == words


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Always(), "always"),
        (Yes("feverish"), "Fever is yes"),
        (Not(Yes("feverish")), "Fever is not yes"),
        (LONG, 'How long is "A week or longer"'),
        (Not(LONG), 'How long is not "A week or longer"'),
        (Compare("years", ">=", Decimal(65)), "Age is 65 years or more"),
        (Compare("years", "<", Decimal(5)), "Age is less than 5 years"),
        (BREATHING, 'Breathing and swallowing is "It is hard to breathe"'),
        (
            Any((BREATHING, DROOLING)),
            (
                'Breathing and swallowing is "It is hard to breathe" or '
                '"You cannot swallow your own spit"'
            ),
        ),
        (
            Not(Any((BREATHING, DROOLING))),
            (
                'Breathing and swallowing is none of: "It is hard to breathe" or '
                '"You cannot swallow your own spit"'
            ),
        ),
        (Any((Yes("feverish"), LONG)), 'Fever is yes or How long is "A week or longer"'),
        (
            Not(Any((Yes("feverish"), LONG))),
            'none of these: Fever is yes; How long is "A week or longer"',
        ),
        (
            All((Any((Yes("feverish"), LONG)), BREATHING)),
            (
                '(Fever is yes or How long is "A week or longer") and '
                'Breathing and swallowing is "It is hard to breathe"'
            ),
        ),
        (
            AtLeast(2, (Yes("feverish"), LONG, BREATHING)),
            (
                'at least 2 of these: Fever is yes; How long is "A week or longer"; '
                'Breathing and swallowing is "It is hard to breathe"'
            ),
        ),
        (Not(Scores("signs", 2)), "not this: signs: 2 or more"),
        (Fact("long_fever"), "a fever of 3 days or more"),
    ],
)
def test_a_condition_in_words(condition: Condition, words: str) -> None:
    """No id is seen, and a list is named once."""
    assert condition_words(tiny(), condition) == words


def test_a_fact_without_words_is_said_by_its_condition() -> None:
    """Its id means nothing to a person."""
    protocol = replace(tiny().protocol, facts=(NamedFact(id="hot", when=Yes("feverish")),))

    assert condition_words(from_protocol(protocol), Fact("hot")) == "Fever is yes"


def test_a_number_without_a_unit_is_only_a_number() -> None:
    """No space is left behind."""
    question = replace(tiny().questions["years"], unit="")

    assert value_words(question, Decimal("1.50")) == "1.5"
