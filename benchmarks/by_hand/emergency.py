"""The rules that lead to an emergency."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.by_hand.facts import (
    nerve_sign,
    not_eased,
    pregnant_maybe,
)
from benchmarks.by_hand.reading import Reading


def emergency(p: Reading, q: Reading) -> Iterator[str]:
    if "chest" in p.danger:
        yield "chest_pain"
    if "breath" in p.danger:
        yield "breathless"
    if "faint" in p.danger:
        yield "faint"
    if "sudden" in p.danger:
        yield "sudden_terrible_pain"
    if "brain" in p.danger:
        yield "brain"
    if "sepsis" in p.danger:
        yield "sepsis"
    if "aneurysm" in p.danger:
        yield "aneurysm_known"
    if "throb" in p.danger and p.age >= 50:
        yield "throbbing_tummy"
    if "saddle" in p.nerves:
        yield "saddle_numbness"
    if "pee" in p.nerves:
        yield "pee_trouble"
    if "poo" in p.nerves:
        yield "poo_trouble"
    if "sex" in p.nerves:
        yield "sexual_function"
    if "both_legs" in p.nerves:
        yield "both_legs"
    if "walk" in p.nerves:
        yield "cannot_walk"
    if "band" in p.nerves:
        yield "numb_band"
    if "foot" in p.nerves:
        yield "foot_or_leg_failing"
    if "changed" in p.old_change:
        yield "old_trouble_changed"
    if "crash" in p.harm:
        yield "serious_accident"
    if "cold_leg" in p.harm:
        yield "cold_leg"
    if "heart" in p.harm:
        yield "heart_rhythm"
    if "testicle" in p.harm:
        yield "testicle_pain"
    if "op_trouble" in p.harm or (
        "operation" in p.treatment and ("fever" in p.unwell or nerve_sign(p, q))
    ):
        yield "back_procedure_trouble"
    if "overdose" in p.harm:
        yield "too_many_painkillers"
    if "withdrawal" in p.harm:
        yield "withdrawal"
    if "magnesium_ill" in p.harm:
        yield "magnesium_too_much"
    if "blood" in p.harm:
        yield "gut_bleeding"
    if p.age >= 60 and (
        "blue" in p.start or ("side" in p.place and "severe" in p.pattern and not_eased(p, q))
    ):
        yield "sudden_pain_from_60"
    if "fever" in p.unwell and nerve_sign(p, q):
        yield "fever_and_nerves"
    if (
        ("arm_weak" in p.limbs or "arm_numb" in p.limbs or "hands_old" in p.limbs)
        and "leg_weak" in p.limbs
    ) or (("arm_weak" in p.limbs or "arm_numb" in p.limbs) and "leg_numb" in p.limbs):
        yield "arms_and_legs"
    if "stiff" in p.illnesses and ("small_fall" in p.start or "person" in p.start):
        yield "stiff_spine_fall"
    if "thinner" in p.treatment and (
        nerve_sign(p, q) or "blue" in p.start or (not_eased(p, q) and "severe" in p.pattern)
    ):
        yield "thinner_bleed"
    if "tummy" in p.place and "vomiting" in p.unwell:
        yield "pancreas_with_vomiting"
    if (
        (
            "vomiting" in p.unwell
            and ("side" in p.place or ("fever" in p.unwell or "pee_signs" in p.unwell))
        )
        or ("fever" in p.unwell and "is_pregnant" in p.pregnant)
        or ("fever" in p.unwell and "side" in p.place)
        or (("fever" in p.unwell and "pee_signs" in p.unwell) and pregnant_maybe(p, q))
    ):
        yield "kidney_emergency"
    if p.steroid_ill:
        yield "steroid_crisis"
    if "sickle" in p.illnesses and (
        "fever" in p.unwell or ("severe" in p.pattern and not_eased(p, q))
    ):
        yield "sickle_crisis"
    if "breath_in" in p.place and ("calf" in p.limbs or p.clot_risk):
        yield "lung_clot"
    if "heavy_bleeding" in p.pregnancy_signs:
        yield "pregnancy_bleed"
    if (
        "constant_pain" in p.pregnancy_signs
        or "push" in p.pregnancy_signs
        or "head" in p.pregnancy_signs
    ):
        yield "pregnancy_danger"
    if "not_safe" in p.hurt_safe:
        yield "hurt_not_safe"
    if "suicide" in p.danger:
        yield "suicide"
    if "cancer" in p.illnesses and (nerve_sign(p, q) or "leg_pain" in p.limbs):
        yield "cancer_and_nerves"
