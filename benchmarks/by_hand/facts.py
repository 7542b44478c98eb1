"""Conditions that several rules share."""

from __future__ import annotations

from benchmarks.by_hand.reading import Reading


def pregnant_maybe(p: Reading, q: Reading) -> bool:
    return "is_pregnant" in p.pregnancy or "could_be" in p.pregnancy


def new_pain(p: Reading, q: Reading) -> bool:
    return "usual" not in q.change


def clear_cause(p: Reading, q: Reading) -> bool:
    return "strain" in p.began or "posture" in p.began


def not_eased(p: Reading, q: Reading) -> bool:
    return "nothing" in p.behaviour or "rest_no" in p.behaviour


def restless(p: Reading, q: Reading) -> bool:
    return "nothing" in p.behaviour or "rest_no" in p.behaviour or "night" in p.behaviour


def weak_limb(p: Reading, q: Reading) -> bool:
    return "leg_worse" in p.limb_signs or "leg_weak" in p.limb_signs or "arm_weak" in p.limb_signs


def nerve_now(p: Reading, q: Reading) -> bool:
    return (
        "saddle" in p.nerve_signs
        or "pee" in p.nerve_signs
        or "poo" in p.nerve_signs
        or "both_legs" in p.nerve_signs
        or "walk" in p.nerve_signs
        or "foot" in p.nerve_signs
        or "band" in p.nerve_signs
    )


def infection_risk_high(p: Reading, q: Reading) -> bool:
    return "drugs" in p.health or ("serious" in p.infection_kinds or "line" in p.infection_kinds)


def infection_risk_low(p: Reading, q: Reading) -> bool:
    return (
        ("immune" in p.immune_kinds or "diabetes" in p.immune_kinds)
        or (
            "device" in p.infection_kinds
            or "tb" in p.infection_kinds
            or "minor" in p.infection_kinds
        )
        or "steroid" in p.health
    )


def bone_risk(p: Reading, q: Reading) -> bool:
    return "thin" in p.bone_kinds or "steroid" in p.health


def someone_hurts(p: Reading, q: Reading) -> bool:
    return "not_safe" in p.harm_signs or "person" in p.began


def four_weeks_or_more(p: Reading, q: Reading) -> bool:
    return "weeks_4_6" in p.how_long or "weeks_6_12" in p.how_long or "over_3_months" in p.how_long


def six_weeks_or_more(p: Reading, q: Reading) -> bool:
    return "weeks_6_12" in p.how_long or "over_3_months" in p.how_long


def watch_closely(p: Reading, q: Reading) -> bool:
    return not six_weeks_or_more(q, p) and ("thinner" in p.health or p.age >= 60)
