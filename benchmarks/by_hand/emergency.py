"""The rules that lead to an emergency."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.by_hand.facts import (
    bone_risk,
    infection_risk_high,
    nerve_now,
    new_pain,
    not_eased,
    pregnant_maybe,
    weak_limb,
)
from benchmarks.by_hand.reading import Reading


def emergency(p: Reading, q: Reading) -> Iterator[str]:
    if "chest" in p.collapse:
        yield "chest_pain"
    if "breath" in p.collapse:
        yield "breathless"
    if "faint" in p.collapse:
        yield "faint"
    if "clammy" in p.collapse:
        yield "clammy"
    if "brain" in p.collapse:
        yield "brain"
    if "sudden" in p.danger_signs:
        yield "sudden_terrible_pain"
    if "headache" in p.danger_signs:
        yield "worst_headache"
    if "shaking" in p.danger_signs:
        yield "sepsis"
    if "blood" in p.danger_signs:
        yield "gut_bleeding"
    if "throb" in p.danger_signs and p.age >= 50:
        yield "throbbing_tummy"
    if "aneurysm" in p.danger_signs:
        yield "aneurysm_known"
    if "heart" in p.collapse:
        yield "heart_rhythm"
    if "hard_fall" in p.began and (p.age >= 65 or bone_risk(p, q) or "stiff" in p.bone_kinds):
        yield "hard_fall_at_risk"
    if "hard_fall" in p.began and (
        "neck" in p.where
        or ("midline" in p.behaviour or "cough" in p.behaviour)
        or weak_limb(p, q)
        or nerve_now(p, q)
        or ("hand" in p.limb_signs or "leg_numb" in p.limb_signs)
    ):
        yield "hard_fall"
    if "crash" in p.danger_signs:
        yield "serious_accident"
    if "sleepy" in p.medicine_signs:
        yield "sleepy_on_painkillers"
    if "magnesium_ill" in p.medicine_signs:
        yield "magnesium_too_much"
    if p.age >= 60 and (
        (
            "severe" in p.behaviour
            and (
                "blue" in p.began
                or (
                    ("side" in p.where or "tummy" in p.where)
                    and (new_pain(p, q) or not_eased(p, q))
                )
                or ("nothing" in p.behaviour and new_pain(p, q))
            )
        )
        or (
            ("side" in p.where or "tummy" in p.where)
            and ("blue" in p.began or ("nothing" in p.behaviour and new_pain(p, q)))
        )
    ):
        yield "sudden_pain_from_60"
    if (
        p.age >= 60
        and "constant" in p.tummy_signs
        and (
            "vessels" in p.health
            or ("severe" in p.behaviour or "worse" in p.behaviour)
            or "blue" in p.began
        )
    ):
        yield "belly_from_60"
    if "arm_weak" in p.limb_signs and "blue" in p.began:
        yield "arm_weak_suddenly"
    if p.neck_signs:
        yield "neck_artery"
    if (
        "neck" in p.where
        and ("small_fall" in p.began or "hard_fall" in p.began or "person" in p.began)
        and (
            p.age >= 65
            or bone_risk(p, q)
            or weak_limb(p, q)
            or ("hand" in p.limb_signs or "leg_numb" in p.limb_signs)
        )
    ):
        yield "neck_fall"
    if "stiff" in p.bone_kinds and (
        "small_fall" in p.began or "hard_fall" in p.began or "person" in p.began
    ):
        yield "stiff_spine_fall"
    if (
        ("small_fall" in p.began or "hard_fall" in p.began or "person" in p.began)
        and (p.age >= 65 or bone_risk(p, q))
        and (
            ("midline" in p.behaviour and "severe" in p.behaviour)
            or weak_limb(p, q)
            or ("hand" in p.limb_signs or "leg_numb" in p.limb_signs)
        )
    ):
        yield "fall_and_broken_bone"
    if p.steroid_illness:
        yield "steroid_crisis"
    if "breath_in" in p.behaviour and ("calf" in p.limb_signs or p.clot_risks):
        yield "lung_clot"
    if "food" in p.upper_signs and (p.age >= 40 or "vessels" in p.health):
        yield "heart_in_upper_back"
    if "heavy_bleeding" in p.early_signs:
        yield "pregnancy_bleed"
    if (
        "constant_pain" in p.pregnancy_danger
        or "push" in p.pregnancy_danger
        or "head" in p.pregnancy_danger
    ):
        yield "pregnancy_signs_now"
    if "cold_leg" in p.danger_signs:
        yield "cold_leg"
    if "testicle" in p.danger_signs:
        yield "testicle_pain"
    if "saddle" in p.nerve_signs:
        yield "saddle_numbness"
    if "pee" in p.nerve_signs:
        yield "pee_trouble"
    if "poo" in p.nerve_signs:
        yield "poo_trouble"
    if "both_legs" in p.nerve_signs:
        yield "both_legs"
    if "sides" in p.limb_signs and (
        ("leg_worse" in p.limb_signs or "leg_weak" in p.limb_signs or "leg_numb" in p.limb_signs)
        or "blue" in p.began
    ):
        yield "both_legs_and_more"
    if "walk" in p.nerve_signs:
        yield "cannot_walk"
    if "foot" in p.nerve_signs:
        yield "foot_or_leg_failing"
    if "band" in p.nerve_signs:
        yield "numb_band"
    if "worse" in p.old_trouble:
        yield "old_trouble_changed"
    if "withdrawal" in p.medicine_signs:
        yield "withdrawal"
    if "sex" in p.nerve_signs:
        yield "sexual_function"
    if (
        "meant" in p.painkillers
        or "ill" in p.painkillers
        or "days" in p.painkillers
        or "weak" in p.painkillers
    ):
        yield "too_many_painkillers"
    if p.operation_trouble or (
        "operation" in p.health
        and ("fever" in p.illness_signs or weak_limb(p, q) or nerve_now(p, q))
    ):
        yield "back_procedure_trouble"
    if "fever" in p.illness_signs and (
        weak_limb(p, q)
        or nerve_now(p, q)
        or ("hand" in p.limb_signs or "leg_numb" in p.limb_signs)
    ):
        yield "fever_and_nerves"
    if "fever" in p.illness_signs and (
        infection_risk_high(p, q) or "immune" in p.immune_kinds or "device" in p.infection_kinds
    ):
        yield "fever_with_infection_risk"
    if infection_risk_high(p, q) and new_pain(p, q) and weak_limb(p, q):
        yield "weak_limb_with_infection_risk"
    if (
        ("arm_weak" in p.limb_signs or "hand" in p.limb_signs or "hands_old" in p.limb_signs)
        and ("leg_worse" in p.limb_signs or "leg_weak" in p.limb_signs)
    ) or (("arm_weak" in p.limb_signs or "hand" in p.limb_signs) and "leg_numb" in p.limb_signs):
        yield "arms_and_legs"
    if "sight" in p.temples:
        yield "temple_sight"
    if "thinner" in p.health and (
        weak_limb(p, q)
        or nerve_now(p, q)
        or ("blue" in p.began and "severe" in p.behaviour)
        or (
            (
                (
                    "blue" in p.began
                    or "small_fall" in p.began
                    or "hard_fall" in p.began
                    or "person" in p.began
                )
                or "operation" in p.health
            )
            and ("hand" in p.limb_signs or "leg_numb" in p.limb_signs)
        )
    ):
        yield "thinner_bleed"
    if "very_bad" in p.tummy_signs and (
        ("vomiting" in p.illness_signs or "fever" in p.illness_signs) or "blue" in p.began
    ):
        yield "pancreas_with_vomiting"
    if (
        (
            "vomiting" in p.illness_signs
            and (
                "side" in p.where
                or (
                    "fever" in p.illness_signs
                    or "blood_pee" in p.illness_signs
                    or "burn" in p.illness_signs
                )
            )
        )
        or (
            "fever" in p.illness_signs
            and "side" in p.where
            and (("severe" in p.behaviour or "nothing" in p.behaviour) or "blue" in p.began)
        )
        or (
            "fever" in p.illness_signs
            and ("blood_pee" in p.illness_signs or "burn" in p.illness_signs)
            and pregnant_maybe(p, q)
        )
    ):
        yield "kidney_emergency"
    if "fever" in p.illness_signs and "is_pregnant" in p.pregnancy:
        yield "pregnancy_fever"
    if "sickle" in p.immune_kinds and (
        "fever" in p.illness_signs or ("severe" in p.behaviour and not_eased(p, q))
    ):
        yield "sickle_crisis"
    if (
        "blue" in p.began
        and ("leg_weak" in p.limb_signs or "leg_numb" in p.limb_signs)
        and "vessels" in p.health
        and p.age >= 50
    ):
        yield "sudden_leg_and_vessels"
    if "from_13" in p.pregnancy_stage and "bleeding" in p.early_signs:
        yield "late_bleeding"
    if "cancer" in p.health and (
        weak_limb(p, q)
        or nerve_now(p, q)
        or (
            (
                "hand" in p.limb_signs
                or "leg_numb" in p.limb_signs
                or "shoots" in p.limb_signs
                or "sides" in p.limb_signs
            )
            and (new_pain(p, q) or "not_seen" in p.cancer_seen)
        )
    ):
        yield "cancer_and_nerves"
    if p.suicide_safety:
        yield "suicide"
    if "not_safe" in p.safe_now:
        yield "hurt_not_safe"
