"""Sheets of back_pain 1, carried to the questions of the shipped protocol by its own table."""

from __future__ import annotations

from functools import cache
from typing import Final

import pytest

from backtriage.decide.assessment import Status, assess
from backtriage.exchange.fingerprints import Recorded, read_fingerprints
from backtriage.exchange.migration import Migrated, migrate
from backtriage.exchange.migration_table import Migration, read_migrations
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.shell.rules_folder import FINGERPRINTS, MIGRATIONS
from backtriage.terms.urgency import Urgency
from tests.support.protocols import SHIPPED, shipped

WELL: Final[dict[str, object]] = {
    "answering_for": "self", "age": 35, "sex": "female", "danger": [], "nerves": [], "harm": [],
    "back_pain": True, "pregnant": "not_pregnant", "unwell": [], "limbs": [], "place": [],
    "illnesses": [], "treatment": [], "start": "strain", "duration": "under_1_week",
    "relief": "eases", "pattern": [],
}  # fmt: skip
ASKED_AGAIN: Final = {
    "collapse", "danger_signs", "nerve_signs", "where", "limb_signs", "began", "behaviour",
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
        ({"harm": ["overdose"]}, "harm_signs", ["overdose?", "sleepy?"]),
        ({"danger": ["suicide"]}, "harm_signs", ["suicide?"]),
        ({"unwell": ["pee_signs"]}, "illness_signs", ["blood_pee?", "burn?"]),
        ({"unwell": ["weight?", "sweats"]}, "illness_signs", ["wasting"]),
        ({"place": ["lump"]}, "illness_signs", ["lump"]),
        ({"duration": "usual"}, "change", "usual"),
        ({"duration": "different"}, "change", "changed"),
        ({"duration": "weeks_6_12"}, "how_long", "weeks_6_12"),
        ({}, "pregnancy", "not_likely"),
        ({"nerves": ["old"], "old_change": "known"}, "old_trouble", None),
    ],
)
def test_an_old_answer(old: dict[str, object], question: str, new: object) -> None:
    """A yes that said several things at once is not sure of each; known is not examined."""
    assert carried(**old).values.get(question) == new
