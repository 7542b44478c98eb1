"""Sheets of back_pain 1, carried to the questions of the shipped protocol by its own table."""

from __future__ import annotations

from functools import cache
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.decide.assessment import Status, assess
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F
from backtriage.exchange.carry import is_no
from backtriage.exchange.fingerprints import Recorded, read_fingerprints
from backtriage.exchange.migration import Migrated, assess_old, migrate
from backtriage.exchange.migration_table import Migration, read_migrations
from backtriage.program.sheet import Sheet
from backtriage.program.validate import plain_answers, validate
from backtriage.shell.rules_folder import FINGERPRINTS, MIGRATIONS
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from tests.support.protocols import ROOT, SHIPPED, program_in, shipped
from tests.support.strategies import partial_sheets

WELL: Final[dict[str, object]] = {
    "answering_for": "self", "age": 35, "sex": "female", "danger": [], "nerves": [], "harm": [],
    "back_pain": True, "pregnant": "not_pregnant", "unwell": [], "limbs": [], "place": [],
    "illnesses": [], "treatment": [], "start": "strain", "duration": "under_1_week",
    "relief": "eases", "pattern": [],
}  # fmt: skip
FIRST: Final = ROOT / "tests" / "data" / "released" / "back_pain-1.0.0"
ASKED_AGAIN: Final = {
    "collapse", "danger_signs", "nerve_signs", "harm_signs", "where", "limb_signs", "began",
    "behaviour",
    "health",
}  # fmt: skip
"""Each has an item, a choice or a window that version 1 did not have."""


@cache
def table() -> tuple[Recorded, tuple[Migration, ...]]:
    recorded, problems = read_fingerprints((SHIPPED / FINGERPRINTS).read_text(encoding="utf-8"))
    assert problems == ()
    text = (SHIPPED / MIGRATIONS).read_text(encoding="utf-8")
    migrations, problems = read_migrations(text, shipped(), recorded)
    assert problems == ()
    return recorded, migrations


def carried(**changes: object) -> Migrated:
    return migrate(shipped(), *table(), Sheet(values=WELL | changes))


def test_what_version_1_did_not_ask_is_no_no() -> None:
    migrated = carried()
    validated = validate(shipped(), Sheet(values=migrated.values))
    assessment = assess(shipped(), validated.answers)

    assert validated.problems == ()
    assert ASKED_AGAIN.isdisjoint(migrated.values)
    assert assessment.status == Status.INCOMPLETE
    assert assessment.urgency == Urgency.EMERGENCY


@pytest.mark.parametrize(
    ("old", "question", "new"),
    [
        ({"harm": ["overdose"]}, "medicine_signs", ["sleepy?"]),
        ({"harm": ["withdrawal"]}, "harm_signs", ["medicine"]),
        ({"unwell": ["pee_signs"]}, "illness_signs", ["blood_pee?", "burn?"]),
        ({"unwell": ["weight?", "sweats"]}, "illness_signs", ["wasting"]),
        ({"place": ["lump"]}, "illness_signs", ["lump"]),
        ({"duration": "usual"}, "change", "usual"),
        ({"duration": "different"}, "change", "changed"),
        ({"duration": "weeks_6_12"}, "how_long", "weeks_6_12"),
        ({}, "pregnancy", "not_likely"),
        ({"nerves": ["old"], "old_change": "known"}, "old_trouble", None),
        ({"nerves": ["old"], "old_change": "changed"}, "old_trouble", "worse"),
        # The new question asks for more.
        ({"start": "small_fall"}, "began", None),
        ({"place": ["side"]}, "where", None),
        ({"place": ["breath_in"], "clot_risk": False}, "clot_risks", None),
        ({"place": ["breath_in"], "clot_risk": True}, "clot_risks", True),
        ({"place": ["breath_in"], "clot_risk": "not_sure"}, "clot_risks", None),
        # Of what was never asked, nobody said no.
        ({}, "suicide_safety", None),
        ({"harm": None}, "suicide_safety", None),
        ({"place": []}, "tummy_signs", None),
        ({"harm": ["overdose"]}, "harm_signs", None),
        ({"duration": "usual"}, "how_long", "over_3_months"),
        ({"duration": "weeks_6_12"}, "change", None),
        ({"duration": "different"}, "how_long", "over_3_months"),
    ],
)
def test_an_old_answer(old: dict[str, object], question: str, new: object) -> None:
    """A yes that said several things at once is not sure of each; known is not examined."""
    assert carried(**old).values.get(question) == new


@pytest.mark.parametrize(
    "old",
    [
        *({"danger": [f"{item}?"]} for item in ("chest", "breath", "faint", "brain")),
        *({"nerves": [f"{item}?"]} for item in ("saddle", "pee", "poo", "both_legs")),
        {"nerves": "not_sure"},
        {"harm": ["op_trouble"]},
        {"unwell": ["fever"], "limbs": ["leg_weak"]},
        {"illnesses": ["cancer"], "limbs": ["leg_weak"]},
        {"nerves": ["old"], "old_change": "changed"},
        {"danger": ["chest"], "collapse": []},
        {"unwell": ["vomiting"], "place": ["side"]},
        {"illnesses": ["cancer"], "limbs": ["leg_pain"]},
        {"illnesses": ["stiff"], "start": "small_fall"},
        {"treatment": ["thinner"], "start": "blue"},
        {"age": 70, "start": "blue"},
        {"start": "person", "hurt_safe": "not_safe"},
    ],
    ids=str,
)
def test_an_emergency_stays_one(old: dict[str, object]) -> None:
    """Whether it was in doubt, or its question may not be asked, or another answer denies it."""
    assessment = assess_old(shipped(), *table(), Sheet(values=WELL | old))

    assert assessment.certain is Urgency.EMERGENCY


@pytest.mark.parametrize(
    "old",
    [
        {},
        {"harm": ["overdose"]},
        {"unwell": ["fever"], "place": ["side"]},
        {"treatment": ["thinner"], "limbs": ["arm_numb"]},
        {"illnesses": ["cancer"], "limbs": ["leg_numb"], "duration": "usual"},
    ],
    ids=str,
)
def test_what_is_no_longer_an_emergency(old: dict[str, object]) -> None:
    """The page of hazards says so of each."""
    assessment = assess_old(shipped(), *table(), Sheet(values=WELL | old))

    assert assessment.certain < Urgency.EMERGENCY


@settings(max_examples=50)
@given(old=st.deferred(lambda: partial_sheets(program_in(FIRST))))
def test_no_answer_is_made_up_to_a_question_that_is_not_asked(old: Answers) -> None:
    """If an edit led to it later, nobody would be asked."""
    values = plain_answers(program_in(FIRST), old)
    migrated = migrate(shipped(), *table(), Sheet(values=values))

    answers = validate(shipped(), Sheet(values=migrated.values)).answers
    evaluation = Evaluation(shipped(), answers)
    for id_ in answers.keys() - values.keys():
        is_asked = evaluation.guard(id_)[0] != F
        assert is_asked or not is_no(shipped().questions[id_], answers[id_])
