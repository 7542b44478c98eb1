"""The rules that lead to help on the same day."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.by_hand.facts import (
    bone_risk,
    clear_cause,
    infection_risk_high,
    infection_risk_low,
    new_pain,
    not_eased,
    restless,
    weak_limb,
)
from benchmarks.by_hand.reading import Reading


def same_day(p: Reading, q: Reading) -> Iterator[str]:
    if "suicide" in p.harm_signs:
        yield "suicide_today"
    if "talk" in p.safe_now:
        yield "hurt_talk"
    if "not_safe" in p.harm_signs:
        yield "not_safe_today"
    if (
        ("fluid" in p.baby_signs or "waves" in p.baby_signs or "baby_moves" in p.baby_signs)
        or ("from_13" in p.pregnancy_stage and "low_pain" in p.early_signs)
        or (
            "is_pregnant" in p.pregnancy
            and (
                (
                    "fever" in p.illness_signs
                    or "blood_pee" in p.illness_signs
                    or "burn" in p.illness_signs
                )
                or "side" in p.where
            )
        )
    ):
        yield "pregnancy_signs_today"
    if "from_13" in p.pregnancy_stage and "unchecked" in p.pregnancy_seen:
        yield "pregnancy_not_checked"
    if "overdose" in p.harm_signs:
        yield "painkillers_today"
    if "medicine" in p.harm_signs:
        yield "medicine_today"
    if "with_pain" in p.old_trouble:
        yield "old_trouble_with_pain"
    if "leg_worse" in p.limb_signs or (
        "leg_weak" in p.limb_signs
        and ("blue" in p.began or ("leg_numb" in p.limb_signs and "severe" in p.behaviour))
    ):
        yield "leg_weakness"
    if "arm_weak" in p.limb_signs:
        yield "arm_weakness"
    if "sides" in p.limb_signs and new_pain(p, q):
        yield "both_legs_pain"
    if "hand" in p.limb_signs and (
        (
            "small_fall" in p.began
            or "hard_fall" in p.began
            or "person" in p.began
            or "blue" in p.began
        )
        or "cough" in p.behaviour
    ):
        yield "hand_after_fall"
    if "fever" in p.illness_signs:
        yield "fever"
    if infection_risk_high(p, q) and (new_pain(p, q) or "worse" in p.behaviour):
        yield "infection_high"
    if "untreated" in p.infection_kinds and new_pain(p, q):
        yield "infection_untreated"
    if (
        infection_risk_low(p, q)
        and new_pain(p, q)
        and (
            (
                restless(p, q)
                and (
                    ("worse" in p.behaviour or "nothing" in p.behaviour)
                    or ("wasting" in p.illness_signs or "ill_weeks" in p.illness_signs)
                )
            )
            or (
                "worse" in p.behaviour
                and ("wasting" in p.illness_signs or "ill_weeks" in p.illness_signs)
            )
            or (
                "immune" in p.immune_kinds
                and (
                    restless(p, q)
                    or "worse" in p.behaviour
                    or ("wasting" in p.illness_signs or "ill_weeks" in p.illness_signs)
                )
            )
        )
    ):
        yield "infection_low_not_eased"
    if "device" in p.infection_kinds and (new_pain(p, q) or "worse" in p.behaviour):
        yield "infection_device"
    if "operation" in p.health and (new_pain(p, q) or "worse" in p.behaviour):
        yield "back_procedure"
    if "cancer" in p.health and (
        new_pain(p, q)
        or "worse" in p.behaviour
        or (
            "not_seen" in p.cancer_seen
            and (
                "night" in p.behaviour
                or "nothing" in p.behaviour
                or "severe" in p.behaviour
                or "midline" in p.behaviour
                or "cough" in p.behaviour
            )
        )
    ):
        yield "cancer_new_pain"
    if "thirst" in p.illness_signs and ("cancer" in p.health or (p.age >= 60 and new_pain(p, q))):
        yield "thirst_and_calcium"
    if "wasting" in p.illness_signs and (
        ("nothing" in p.behaviour or "worse" in p.behaviour)
        or (restless(p, q) and p.age >= 50)
        or ("fever" in p.illness_signs or "ill_weeks" in p.illness_signs)
        or weak_limb(p, q)
        or ("hand" in p.limb_signs or "leg_numb" in p.limb_signs)
    ):
        yield "weight_loss"
    if "nothing" in p.behaviour and (
        ("worse" in p.behaviour or "severe" in p.behaviour or "night" in p.behaviour)
        or p.age >= 60
        or "ill_weeks" in p.illness_signs
    ):
        yield "no_position_eases"
    if (
        p.age >= 50
        and new_pain(p, q)
        and (
            ("night" in p.behaviour and "rest_no" in p.behaviour)
            or (
                ("night" in p.behaviour or "rest_no" in p.behaviour)
                and (
                    "worse" in p.behaviour
                    or infection_risk_low(p, q)
                    or "ill_weeks" in p.illness_signs
                )
            )
        )
    ):
        yield "night_and_rest_from_50"
    if ("effort" in p.upper_signs or "food" in p.upper_signs) or (
        "upper" in p.where and ((bone_risk(p, q) and new_pain(p, q)) or "blue" in p.began)
    ):
        yield "upper_back"
    if (
        "upper" in p.where
        and p.age >= 50
        and (
            "night" in p.behaviour
            or "small_fall" in p.began
            or (new_pain(p, q) and ("vessels" in p.health or "diabetes" in p.immune_kinds))
        )
    ):
        yield "upper_back_from_50"
    if (
        "cough" in p.behaviour
        and new_pain(p, q)
        and (bone_risk(p, q) or weak_limb(p, q) or "upper" in p.where)
    ):
        yield "cough_pain"
    if "lump" in p.illness_signs and (
        (
            "midline" in p.behaviour
            or "night" in p.behaviour
            or "nothing" in p.behaviour
            or "worse" in p.behaviour
        )
        or ("wasting" in p.illness_signs or "ill_weeks" in p.illness_signs)
    ):
        yield "lump_or_shape"
    if "lump" in p.illness_signs and p.age >= 60:
        yield "lump_from_60"
    if "hard_fall" in p.began and (
        p.age >= 50
        or "changed" in p.change
        or ("under_1_week" in p.how_long or "weeks_1_2" in p.how_long)
        or ("severe" in p.behaviour or "nothing" in p.behaviour or "worse" in p.behaviour)
    ):
        yield "hard_fall_today"
    if p.age >= 65 and ("small_fall" in p.began or "hard_fall" in p.began):
        yield "fall_from_65"
    if (
        (p.age >= 65 or bone_risk(p, q))
        and new_pain(p, q)
        and ("strain" in p.began or "blue" in p.began)
        and ("severe" in p.behaviour or "midline" in p.behaviour)
    ):
        yield "severe_lift_from_65"
    if (
        "small_fall" in p.began
        and ("midline" in p.behaviour and "severe" in p.behaviour)
        and not (q.age >= 65 or bone_risk(q, p))
    ):
        yield "fall_and_sore_spot"
    if bone_risk(p, q) and (
        "small_fall" in p.began or "hard_fall" in p.began or "blue" in p.began
    ):
        yield "bone_risk_fall"
    if "midline" in p.behaviour and (bone_risk(p, q) or "stiff" in p.bone_kinds or p.age >= 70):
        yield "midline_bone_risk"
    if "stiff" in p.bone_kinds and "changed" in p.change:
        yield "stiff_spine_changed"
    if "headache" in p.temples:
        yield "temple_headache"
    if "person" in p.began:
        yield "hurt_by_someone"
    if "thinner" in p.health and (
        ("small_fall" in p.began or "hard_fall" in p.began or "person" in p.began)
        or (new_pain(p, q) and "side" in p.where)
    ):
        yield "thinner_injury"
    if (
        "thinner" in p.health
        and new_pain(p, q)
        and (("severe" in p.behaviour and not_eased(p, q)) or "blue" in p.began)
    ):
        yield "thinner_not_eased"
    if "bleeding" in p.early_signs or "low_pain" in p.early_signs:
        yield "early_pregnancy_signs"
    if "could_be" in p.pregnancy and (
        ("fever" in p.illness_signs or "blood_pee" in p.illness_signs or "burn" in p.illness_signs)
        or "side" in p.where
    ):
        yield "could_be_pregnant_and_ill"
    if "blood_pee" in p.illness_signs or (
        "side" in p.where
        and (
            "severe" in p.behaviour
            or "nothing" in p.behaviour
            or "rest_no" in p.behaviour
            or "worse" in p.behaviour
        )
    ):
        yield "blood_or_side_pain"
    if "burn" in p.illness_signs and (
        "male" in p.sex
        or p.age >= 65
        or p.age < 16
        or ("diabetes" in p.immune_kinds or "immune" in p.immune_kinds)
        or "device" in p.infection_kinds
    ):
        yield "burning_pee_today"
    if "burn" in p.illness_signs and "side" in p.where:
        yield "burning_pee_and_side"
    if "very_bad" in p.tummy_signs or (
        "constant" in p.tummy_signs
        and (
            ("severe" in p.behaviour or "worse" in p.behaviour or "nothing" in p.behaviour)
            or "fever" in p.illness_signs
        )
    ):
        yield "upper_tummy"
    if "constant" in p.tummy_signs and p.age >= 60:
        yield "upper_tummy_from_60"
    if "vomiting" in p.illness_signs:
        yield "vomiting"
    if p.age >= 60 and "blue" in p.began and new_pain(p, q) and "vessels" in p.health:
        yield "sudden_from_60"
    if p.age >= 65 and "severe" in p.behaviour and restless(p, q):
        yield "severe_not_eased_from_65"
    if "calf" in p.limb_signs:
        yield "swollen_calf"
    if "throb" in p.danger_signs:
        yield "throbbing_tummy_under_50"
    if "sickle" in p.immune_kinds:
        yield "sickle_pain"
    if "breath_in" in p.behaviour and (
        ("fever" in p.illness_signs or "ill_weeks" in p.illness_signs)
        or ("severe" in p.behaviour or "nothing" in p.behaviour or "worse" in p.behaviour)
        or "blue" in p.began
        or p.age >= 65
        or "upper" in p.where
        or (new_pain(p, q) and not clear_cause(q, p))
    ):
        yield "breathing_in"
    if (
        "stays_weak" in p.walking_signs or "cold" in p.walking_signs or "worse" in p.walking_signs
    ) or (
        "walking" in p.behaviour
        and (
            "changed" in p.change
            or (new_pain(p, q) and ("under_1_week" in p.how_long or "weeks_1_2" in p.how_long))
        )
    ):
        yield "legs_on_walking_today"
    if "rash" in p.illness_signs:
        yield "shingles"
    if p.child_signs or (
        p.age < 16
        and (
            p.age < 5
            or (
                "fever" in p.illness_signs
                or "wasting" in p.illness_signs
                or "ill_weeks" in p.illness_signs
            )
            or ("night" in p.behaviour or "worse" in p.behaviour)
            or weak_limb(p, q)
            or ("hand" in p.limb_signs or "leg_numb" in p.limb_signs)
        )
    ):
        yield "child_unwell"
