"""Where the shipped rules send somebody who has several findings."""

from __future__ import annotations

import pytest

from backtriage import assess, load_protocol
from backtriage.decide.assessment import assess as assess_answers
from backtriage.render.by_extension import render_by_extension
from backtriage.terms.urgency import Urgency
from tests.support.protocols import ROOT, SHIPPED, cases_in, program_in
from tests.support.sheets import STRAIN, Sheet

PROTOCOL = load_protocol()
PROGRAM = program_in(ROOT / "rules" / "back_pain")

BURNS: Sheet = {"illness_signs": ["burn"], "sex": "female", "pregnancy": "cannot_be"}

AMBULANCE_FIRST = {
    Urgency.EMERGENCY: (
        "emergency",
        "emergency_department",
        "maternity",
        "cancer_team",
        "crisis",
        "private_talk",
    ),
    Urgency.SAME_DAY: ("crisis_today", "private_talk", "maternity", "urgent_care", "pharmacist"),
    Urgency.SOON: ("doctor_only", "doctor", "pharmacist_in_two_days"),
}
"""The places of help at each urgency, the one that decides first."""


@pytest.mark.parametrize("urgency", AMBULANCE_FIRST)
def test_rules_stand_by_where_they_send_people(urgency: Urgency) -> None:
    services = [
        rule.service for rule in PROGRAM.rules if rule.urgency is urgency and not rule.out_of_scope
    ]
    assert tuple(dict.fromkeys(services)) == AMBULANCE_FIRST[urgency]
    assert services == sorted(services, key=AMBULANCE_FIRST[urgency].index)


@pytest.mark.parametrize(
    ("changes", "service"),
    [
        ({"nerve_signs": ["saddle"]}, "emergency_department"),
        ({"nerve_signs": ["saddle"], "danger_signs": ["crash"]}, "emergency"),
        ({"illness_signs": ["rash"]}, "pharmacist"),
        ({"illness_signs": ["rash", "fever"]}, "urgent_care"),
        (BURNS, "pharmacist_in_two_days"),
        (BURNS | {"illness_signs": ["burn", "wasting"]}, "doctor_only"),
    ],
)
def test_the_place_of_help_is_that_of_the_gravest_finding(changes: Sheet, service: str) -> None:
    assert assess(PROTOCOL, STRAIN | changes).service == service


@pytest.mark.parametrize("sign", ["saddle", "pee", "poo", "both_legs", "walk", "foot", "band"])
def test_nerve_signs_after_a_hard_fall_are_for_an_ambulance(sign: str) -> None:
    fall = STRAIN | {"began": "hard_fall", "nerve_signs": [sign]}
    assert assess(PROTOCOL, fall).service == "emergency"


def test_nobody_waits_for_an_ambulance_and_goes_by_car() -> None:
    """A reason that alone leads to the emergency department does not send anybody there then."""
    assert PROGRAM.services["emergency_department"].not_beside == ("emergency",)
    by_car = PROGRAM.services["emergency_department"].where.split("{")[0]
    both = [
        a
        for case in cases_in(SHIPPED)
        if (a := assess_answers(PROGRAM, case.sheet)).service == "emergency"
        and "emergency_department" in {r.rule.service for r in a.reasons if r.urgency == a.urgency}
    ]
    assert len(both) > 1

    for a in both:
        assert by_car not in render_by_extension(".txt", a, "patient", private=True)
