"""The rules that lead to less than that."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.by_hand.facts import (
    bone_risk,
    clear_cause,
    four_weeks_or_more,
    infection_risk_high,
    infection_risk_low,
    new_pain,
    restless,
    six_weeks_or_more,
    watch_closely,
)
from benchmarks.by_hand.reading import Reading


def later(p: Reading, q: Reading) -> Iterator[str]:
    if "wasting" in p.illness_signs or "thirst" in p.illness_signs:
        yield "wasting"
    if "constant" in p.tummy_signs:
        yield "tummy_soon"
    if "walking" in p.behaviour and new_pain(p, q):
        yield "legs_on_walking"
    if "tb" in p.infection_kinds:
        yield "tb_and_pain"
    if "ill_weeks" in p.illness_signs and ("severe" in p.behaviour or p.age >= 50):
        yield "ill_for_weeks_and_pain"
    if "lump" in p.illness_signs:
        yield "lump"
    if "cancer" in p.health and "usual" in p.change and "not_seen" in p.cancer_seen:
        yield "cancer_old_pain_unchecked"
    if new_pain(p, q) and (
        "immune" in p.immune_kinds
        or (
            infection_risk_low(p, q)
            and (restless(p, q) or "worse" in p.behaviour or "ill_weeks" in p.illness_signs)
        )
    ):
        yield "infection_low_new"
    if "thinner" in p.health and new_pain(p, q) and not clear_cause(q, p):
        yield "thinner_no_cause"
    if "hands_old" in p.limb_signs:
        yield "hands_for_months"
    if "nothing" in p.behaviour:
        yield "nothing_eases"
    if new_pain(p, q) and p.age >= 50 and ("night" in p.behaviour or "rest_no" in p.behaviour):
        yield "night_or_rest_from_50"
    if new_pain(p, q) and ("night" in p.behaviour and "rest_no" in p.behaviour):
        yield "night_and_rest"
    if new_pain(p, q) and p.age < 20 and four_weeks_or_more(p, q) and "night" in p.behaviour:
        yield "night_under_20"
    if "hard_fall" in p.began:
        yield "hard_fall_soon"
    if "leg_weak" in p.limb_signs or "hand" in p.limb_signs:
        yield "weak_leg"
    if "worse" in p.behaviour and new_pain(p, q) and four_weeks_or_more(p, q) and p.age >= 50:
        yield "getting_worse"
    if "midline" in p.behaviour and (p.age >= 65 or ("female" in p.sex and p.age >= 50)):
        yield "midline_older"
    if new_pain(p, q) and bone_risk(p, q):
        yield "bone_risk_new"
    if p.age >= 65 and new_pain(p, q) and (restless(p, q) or "worse" in p.behaviour):
        yield "from_65_not_eased"
    if "upper" in p.where and new_pain(p, q) and four_weeks_or_more(p, q):
        yield "upper_back_four_weeks"
    if "changed" in p.change and not clear_cause(q, p):
        yield "old_pain_much_worse"
    if "burn" in p.illness_signs:
        yield "burning_pee"
    if "side" in p.where:
        yield "side_pain"
    if "breath_in" in p.behaviour:
        yield "breathing_in_visit"
    if six_weeks_or_more(p, q) and new_pain(p, q):
        yield "six_weeks"
    if (p.age > 50 or p.age < 20) and four_weeks_or_more(p, q) and new_pain(p, q):
        yield "four_weeks_by_age"
    if (
        "over_3_months" in p.how_long
        and sum(
            (
                "before_35" in p.stiffness_signs,
                "second_half_night" in p.stiffness_signs,
                "buttock" in p.stiffness_signs,
                "better_moving" in p.stiffness_signs,
                "nsaid_48h" in p.stiffness_signs,
                "relative" in p.stiffness_signs,
                "joints" in p.stiffness_signs,
                "heels" in p.stiffness_signs,
                "psoriasis" in p.stiffness_signs,
            )
        )
        >= 3
    ):
        yield "spine_inflammation"
    if (
        "severe" in p.behaviour
        or "worse" in p.behaviour
        or "night" in p.behaviour
        or "rest_no" in p.behaviour
    ):
        yield "severe_or_worse"
    if "cough" in p.behaviour and new_pain(p, q) and four_weeks_or_more(p, q):
        yield "cough_after_4_weeks"
    if "upper" in p.where:
        yield "upper_back_visit"
    if "midline" in p.behaviour:
        yield "midline_visit"
    if "walking" in p.behaviour or "sides" in p.limb_signs:
        yield "both_legs_visit"
    if ("seen" in p.old_trouble or "before" in p.old_trouble) and "old" in p.nerve_signs:
        yield "old_trouble_visit"
    if "leg_numb" in p.limb_signs:
        yield "leg_numbness"
    if p.age >= 65 and new_pain(p, q):
        yield "from_65_new"
    if "thinner" in p.health and new_pain(p, q):
        yield "thinner_new"
    if "usual" in p.change and (infection_risk_high(p, q) or "operation" in p.health):
        yield "usual_pain_after_risk"
    if "ill_weeks" in p.illness_signs:
        yield "ill_or_sweats"
    if "cancer" in p.health and "usual" in p.change:
        yield "cancer_old_pain"
    if p.age < 16:
        yield "child"
    if ("leg" in p.where or "arm" in p.where or "hip" in p.where) and not (
        "side" in q.where or "upper" in q.where or "neck" in q.where or "back" in q.where
    ):
        yield "limb_or_hip_alone"
    if not (
        "side" in q.where
        or "upper" in q.where
        or "neck" in q.where
        or "leg" in q.where
        or "arm" in q.where
        or "hip" in q.where
        or "back" in q.where
    ):
        yield "not_back_pain"
    if "not_reachable" in p.answering_for:
        yield "cannot_be_asked"
    if "is_pregnant" in p.pregnancy:
        yield "self_care_pregnant"
    if watch_closely(p, q):
        yield "self_care_watched"
    if "weeks_4_6" in p.how_long:
        yield "self_care_after_4_weeks"
    if "usual" in p.change and "is_pregnant" not in q.pregnancy:
        yield "self_care_usual"
    yield "self_care"
