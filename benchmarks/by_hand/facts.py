"""Conditions that several rules share."""

from __future__ import annotations

from benchmarks.by_hand.reading import Reading


def pregnant_maybe(p: Reading, q: Reading) -> bool:
    return "is_pregnant" in p.pregnant or "could_be" in p.pregnant


def new_pain(p: Reading, q: Reading) -> bool:
    return "usual" not in q.duration


def clear_cause(p: Reading, q: Reading) -> bool:
    return "strain" in p.start or "posture" in p.start


def not_eased(p: Reading, q: Reading) -> bool:
    return "eases" not in q.relief or ("night" in p.pattern or "worse" in p.pattern)


def nerve_sign(p: Reading, q: Reading) -> bool:
    return (
        "saddle" in p.nerves
        or "pee" in p.nerves
        or "poo" in p.nerves
        or "sex" in p.nerves
        or "both_legs" in p.nerves
        or "walk" in p.nerves
        or "foot" in p.nerves
        or "band" in p.nerves
    ) or (
        "leg_weak" in p.limbs
        or "arm_weak" in p.limbs
        or "arm_numb" in p.limbs
        or "leg_numb" in p.limbs
    )


def infection_risk_high(p: Reading, q: Reading) -> bool:
    return (
        "infection_serious" in p.treatment
        or "line" in p.treatment
        or "drugs_recent" in p.treatment
    )


def infection_risk_low(p: Reading, q: Reading) -> bool:
    return ("immune" in p.illnesses or "diabetes" in p.illnesses) or (
        "steroid" in p.treatment or "infection_minor" in p.treatment or "drugs_past" in p.treatment
    )


def bone_risk(p: Reading, q: Reading) -> bool:
    return "bone" in p.illnesses or "steroid" in p.treatment


def four_weeks_or_more(p: Reading, q: Reading) -> bool:
    return (
        "weeks_4_6" in p.duration
        or "weeks_6_12" in p.duration
        or "over_3_months" in p.duration
        or "usual" in p.duration
        or "different" in p.duration
    )


def pain_for_months(p: Reading, q: Reading) -> bool:
    return "over_3_months" in p.duration or "usual" in p.duration or "different" in p.duration
