"""The rules that lead to help on the same day."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.by_hand.facts import (
    bone_risk,
    infection_risk_high,
    infection_risk_low,
    new_pain,
    not_eased,
    pregnant_maybe,
)
from benchmarks.by_hand.reading import Reading


def same_day(p: Reading, q: Reading) -> Iterator[str]:
    if "suicide" in p.danger:
        yield "suicide_today"
    if "leg_weak" in p.limbs:
        yield "leg_weakness"
    if "arm_weak" in p.limbs:
        yield "arm_weakness"
    if "arm_numb" in p.limbs:
        yield "arm_numbness"
    if "fever" in p.unwell and (
        infection_risk_high(p, q) or infection_risk_low(p, q) or "operation" in p.treatment
    ):
        yield "fever_with_infection_risk"
    if infection_risk_high(p, q) and (new_pain(p, q) or "worse" in p.pattern):
        yield "infection_high"
    if infection_risk_low(p, q) and new_pain(p, q) and not_eased(p, q):
        yield "infection_low_not_eased"
    if "operation" in p.treatment and (new_pain(p, q) or "worse" in p.pattern):
        yield "back_procedure"
    if "cancer" in p.illnesses and (new_pain(p, q) or "worse" in p.pattern):
        yield "cancer_new_pain"
    if "weight" in p.unwell:
        yield "weight_loss"
    if "nothing" in p.relief:
        yield "no_position_eases"
    if "rest_no" in p.relief:
        yield "rest_does_not_ease"
    if "night" in p.pattern:
        yield "night_pain"
    if "upper" in p.place:
        yield "upper_back"
    if "cough" in p.place:
        yield "cough_pain"
    if "lump" in p.place:
        yield "lump_or_shape"
    if p.age >= 65 and "small_fall" in p.start:
        yield "fall_from_65"
    if bone_risk(p, q) and ("small_fall" in p.start or "strain" in p.start or "blue" in p.start):
        yield "bone_risk_strain"
    if "midline" in p.place and (bone_risk(p, q) or "stiff" in p.illnesses or p.age >= 70):
        yield "midline_bone_risk"
    if "talk" in p.hurt_safe:
        yield "hurt_talk"
    if "person" in p.start:
        yield "hurt_by_someone"
    if "thinner" in p.treatment and (
        ("small_fall" in p.start or "person" in p.start) or (new_pain(p, q) and "side" in p.place)
    ):
        yield "thinner_injury"
    if "thinner" in p.treatment and new_pain(p, q) and not_eased(p, q):
        yield "thinner_not_eased"
    if (
        (
            "fluid" in p.pregnancy_signs
            or "waves" in p.pregnancy_signs
            or "baby_moves" in p.pregnancy_signs
        )
        or (
            "from_13" in p.pregnancy_weeks
            and ("bleeding" in p.pregnancy_signs or "low_pain" in p.pregnancy_signs)
        )
        or (
            "is_pregnant" in p.pregnant
            and (("fever" in p.unwell or "pee_signs" in p.unwell) or "side" in p.place)
        )
    ):
        yield "pregnancy_signs_today"
    if "bleeding" in p.pregnancy_signs or "low_pain" in p.pregnancy_signs:
        yield "early_pregnancy_signs"
    if "could_be" in p.pregnant and (
        ("fever" in p.unwell or "pee_signs" in p.unwell) or "side" in p.place
    ):
        yield "could_be_pregnant_and_ill"
    if "fever" in p.unwell:
        yield "fever"
    if "pee_signs" in p.unwell or "side" in p.place:
        yield "pee_or_side_pain"
    if "tummy" in p.place:
        yield "upper_tummy"
    if "vomiting" in p.unwell:
        yield "vomiting"
    if "severe" in p.pattern and "eases" not in q.relief:
        yield "severe_not_eased"
    if "calf" in p.limbs:
        yield "swollen_calf"
    if "throb" in p.danger:
        yield "throbbing_tummy_under_50"
    if "sickle" in p.illnesses:
        yield "sickle_pain"
    if "flutter" in p.unwell:
        yield "flutter_or_locked_hands"
    if "thirst" in p.unwell:
        yield "thirst"
    if "breath_in" in p.place:
        yield "breathing_in"
    if (
        pregnant_maybe(p, q)
        and "from_13" in p.pregnancy_weeks
        and "unchecked" in p.pregnancy_checked
    ):
        yield "pregnancy_not_checked"
    if "rash" in p.unwell:
        yield "shingles"
    if p.age < 16 and (
        p.age < 5
        or (
            "fever" in p.unwell
            or "weight" in p.unwell
            or "sweats" in p.unwell
            or "ill_weeks" in p.unwell
        )
        or "night" in p.pattern
        or (
            "leg_weak" in p.limbs
            or "arm_weak" in p.limbs
            or "arm_numb" in p.limbs
            or "leg_numb" in p.limbs
        )
    ):
        yield "child_unwell"
