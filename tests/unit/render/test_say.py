"""The sentence to read out on the phone."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Choice
from backtriage.render.page.private import without_private
from backtriage.render.page.say import sentence_to_say
from backtriage.terms.condition import All, Is, Yes
from backtriage.terms.value import NUMBER, ONE_OF
from tests.support.assessments import assessed
from tests.support.builders import emergency_program, question
from tests.support.protocols import ANKLE, program_in, shipped
from tests.support.sheets import CANNOT_PEE, STRAIN, WELL, Sheet

ABOUT = "Back pain, age 38 years."
FEMALE: Sheet = STRAIN | {"sex": "female", "early_signs": [], "pregnancy_danger": []}


def said(sheet: Sheet) -> str:
    return sentence_to_say(assessed(sheet, program=shipped()))


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        (
            STRAIN | {"collapse": ["chest"], "danger_signs": ["cold_leg"]},
            (
                f"{ABOUT} Important: chest pain, tightness or pressure; a leg that "
                "suddenly turned cold, pale or blue."
            ),
        ),
        # What explains a phrase to its reader is not read out.
        (
            STRAIN | {"nerve_signs": ["pee", "poo"]},
            f"{ABOUT} Important: new trouble with pee; trouble with poo.",
        ),
        (
            CANNOT_PEE,
            (
                f"{ABOUT} Important: new trouble with pee. Not sure about: a "
                "numb or odd feeling in the genitals, bottom or inner thighs."
            ),
        ),
        (
            STRAIN | {"collapse": ["chest?", "breath?", "faint?", "clammy?", "brain?"]},
            (
                f"{ABOUT} Not sure about: chest pain, tightness or "
                "pressure; new trouble breathing, or coughing up blood; and 3 more."
            ),
        ),
        # A yes without a list.
        (
            STRAIN | {"health": ["steroid"], "steroid_illness": True},
            f"{ABOUT} Important: ill on steroid tablets.",
        ),
        # What the question was asked for.
        (
            FEMALE | {"pregnancy": "is_pregnant", "pregnancy_danger": ["push"]},
            "Back pain, age 38 years, pregnant. Important: an urge to push.",
        ),
        (
            FEMALE | {"pregnancy": "could_be", "illness_signs": ["burn"]},
            "Back pain, age 38 years, could be pregnant. Important: pee that burns or stings.",
        ),
        (
            FEMALE | {"pregnancy": "could_be", "early_signs": ["heavy_bleeding"]},
            (
                "Back pain, age 38 years, could be pregnant. Important: heavy bleeding, or "
                "feeling dizzy with bleeding or tummy pain."
            ),
        ),
    ],
    ids=range(8),
)
def test_the_complaint_then_the_age_then_what_is_acted_on(sheet: Sheet, sentence: str) -> None:
    assert said(sheet) == sentence


@pytest.mark.parametrize(
    "private",
    [
        {"harm_signs": ["suicide"], "suicide_safety": True},
        {"nerve_signs": ["sex"]},
        {"began": "person", "safe_now": "not_safe"},
    ],
    ids=range(3),
)
def test_nobody_nearby_hears_a_private_answer(private: Sheet) -> None:
    assert said(STRAIN | private) == ""
    with_another = said(STRAIN | private | {"collapse": ["chest"]})
    assert with_another == f"{ABOUT} Important: chest pain, tightness or pressure."


def test_every_public_finding_that_is_urgent_is_said_the_most_urgent_first() -> None:
    sheet = STRAIN | {
        "illness_signs": ["fever"], "nerve_signs": ["pee"], "harm_signs": ["overdose"],
        "painkillers": ["meant"],
    }  # fmt: skip

    assert said(sheet) == (
        f"{ABOUT} Important: new trouble with pee; fever, or hot and shivery; more "
        "painkillers than allowed."
    )


def test_who_somebody_is_stands_before_what_they_have() -> None:
    sheet = STRAIN | {"age": 66, "danger_signs": ["throb"]}
    male = assessed(sheet, program=about_males())

    assert sentence_to_say(male) == (
        "Back pain, age 66 years, recorded as male at birth. "
        "Important: a throbbing lump in the tummy."
    )


def about_males() -> Program:
    """Return the shipped rules, with one that decides by sex too."""
    protocol = shipped().protocol
    rule = next(rule for rule in protocol.rules if rule.id == "throbbing_tummy")
    also = replace(rule, when=All((rule.when, Is("sex", ("male",)))))
    rules = tuple(also if each is rule else each for each in protocol.rules)
    return build_program(replace(protocol, rules=rules), "sha256:males")


def test_what_is_public_of_a_reason_is_said() -> None:
    sheet = STRAIN | {"health": ["drugs"], "illness_signs": ["fever"]}

    assert said(sheet) == f"{ABOUT} Important: fever, or hot and shivery."


def test_an_assessment_without_private_answers_says_no_more() -> None:
    a = assessed(STRAIN | {"nerve_signs": ["pee", "sex"]}, program=shipped())

    assert sentence_to_say(without_private(a)) == sentence_to_say(a)


def test_what_a_question_was_asked_for_may_be_private_too() -> None:
    kind = question("kind", ONE_OF, allows_not_sure=False, choices=(
        Choice(id="blow", text="A blow.", short="a blow", private=True),
        Choice(id="fall", text="A fall.", short="a fall"),
    ))  # fmt: skip
    dizzy = question("dizzy", short="Dizzy", ask_when=Is("kind", ("blow",)))
    years = question("years", NUMBER, most=120, can_change=False, private=True, short="Years")
    program = emergency_program(years, kind, dizzy, when=Yes("dizzy"))

    a = assessed({"years": 40, "kind": "blow", "dizzy": True}, None, program)

    assert sentence_to_say(a) == "Small. Important: dizzy."


def test_an_open_question_is_no_finding() -> None:
    assert said({}) == ""
    assert said({"age": 71, "where": ["side"], "how_long": "weeks_1_2"}) == ""
    assert said({"age": 71, "illness_signs": ["fever"]}) == (
        "Back pain, age 71 years. Important: fever, or hot and shivery."
    )


def test_other_protocols_name_their_own_complaint() -> None:
    ankle = assessed({"foot": [], "four_steps": False, "hurts": 5, "seen_before": "not_yet"},
                     "ZZ", program_in(ANKLE))  # fmt: skip

    assert sentence_to_say(ankle) == "Twisted ankle. Important: four steps: no; no X-ray yet."
    assert sentence_to_say(assessed(WELL | {"feverish": True, "fever_days": 4})) == (
        "Sore throat, age 30 years. Important: days of fever 4 days."
    )
