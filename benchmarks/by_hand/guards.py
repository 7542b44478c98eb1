"""Which questions are asked."""

from __future__ import annotations

from benchmarks.by_hand.facts import (
    someone_hurts,
)
from benchmarks.by_hand.reading import Reading


def set_aside(surely: Reading, maybe: Reading) -> None:
    """Give questions that are not asked the answers that they then have."""
    if not ("female" in maybe.sex and maybe.age >= 12 and maybe.age <= 60):
        surely.pregnancy = maybe.pregnancy = ("cannot_be",)
    if "old" not in maybe.nerve_signs:
        surely.old_trouble = maybe.old_trouble = ("seen",)
    if "suicide" not in maybe.harm_signs:
        surely.suicide_safety = maybe.suicide_safety = False
    if "overdose" not in maybe.harm_signs:
        surely.painkillers = maybe.painkillers = []
    if "medicine" not in maybe.harm_signs:
        surely.medicine_signs = maybe.medicine_signs = []
    if not (
        "not_likely" in maybe.pregnancy
        or "could_be" in maybe.pregnancy
        or "is_pregnant" in maybe.pregnancy
    ):
        surely.early_signs = maybe.early_signs = []
    if not ("is_pregnant" in maybe.pregnancy or "could_be" in maybe.pregnancy):
        surely.pregnancy_danger = maybe.pregnancy_danger = []
    if not ("is_pregnant" in maybe.pregnancy or "could_be" in maybe.pregnancy):
        surely.baby_signs = maybe.baby_signs = []
    if not ("is_pregnant" in maybe.pregnancy or "could_be" in maybe.pregnancy):
        surely.pregnancy_stage = maybe.pregnancy_stage = ("under_13",)
    if not (
        "from_13" in maybe.pregnancy_stage
        and not (
            "heavy_bleeding" in surely.early_signs
            or "bleeding" in surely.early_signs
            or "low_pain" in surely.early_signs
        )
        and not (
            "constant_pain" in surely.pregnancy_danger
            or "push" in surely.pregnancy_danger
            or "head" in surely.pregnancy_danger
        )
        and not (
            "fluid" in surely.baby_signs
            or "waves" in surely.baby_signs
            or "baby_moves" in surely.baby_signs
        )
    ):
        surely.pregnancy_seen = maybe.pregnancy_seen = ("yes_unchanged",)
    if not (someone_hurts(maybe, surely) and "self" in maybe.answering_for):
        surely.safe_now = maybe.safe_now = ("safe",)
    if not ("limb" in maybe.where or "leg" in maybe.where or "arm" in maybe.where):
        surely.limb_signs = maybe.limb_signs = []
    if "tummy" not in maybe.where:
        surely.tummy_signs = maybe.tummy_signs = []
    if "upper" not in maybe.where:
        surely.upper_signs = maybe.upper_signs = []
    if "neck" not in maybe.where:
        surely.neck_signs = maybe.neck_signs = False
    if "over_3_months" not in maybe.how_long:
        surely.change = maybe.change = ("new",)
    if "walking" not in maybe.behaviour:
        surely.walking_signs = maybe.walking_signs = []
    if "breath_in" not in maybe.behaviour:
        surely.clot_risks = maybe.clot_risks = False
    if not (
        maybe.age >= 50
        and (
            (
                "fever" in maybe.illness_signs
                or "wasting" in maybe.illness_signs
                or "ill_weeks" in maybe.illness_signs
            )
            or ("neck" in maybe.where or "arm" in maybe.where)
        )
    ):
        surely.temples = maybe.temples = []
    if "operation" not in maybe.health:
        surely.operation_trouble = maybe.operation_trouble = False
    if "infection" not in maybe.health:
        surely.infection_kinds = maybe.infection_kinds = []
    if "immune" not in maybe.health:
        surely.immune_kinds = maybe.immune_kinds = []
    if "bones" not in maybe.health:
        surely.bone_kinds = maybe.bone_kinds = []
    if "steroid" not in maybe.health:
        surely.steroid_illness = maybe.steroid_illness = False
    if not ("cancer" in maybe.health and "usual" in maybe.change):
        surely.cancer_seen = maybe.cancer_seen = ("seen",)
    if not (maybe.age < 16):
        surely.child_signs = maybe.child_signs = False
    if not ("over_3_months" in maybe.how_long and maybe.age < 60):
        surely.stiffness_signs = maybe.stiffness_signs = []
