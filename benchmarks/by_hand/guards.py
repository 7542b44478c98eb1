"""Which questions are asked."""

from __future__ import annotations

from benchmarks.by_hand.reading import Reading


def set_aside(surely: Reading, maybe: Reading) -> None:
    """Give questions that are not asked the answers that they then have."""
    if "old" not in maybe.nerves:
        surely.old_change = maybe.old_change = ("known",)
    if not ("female" in maybe.sex and maybe.age >= 12 and maybe.age <= 55):
        surely.pregnant = maybe.pregnant = ("not_pregnant",)
    if not ("is_pregnant" in maybe.pregnant or "could_be" in maybe.pregnant):
        surely.pregnancy_weeks = maybe.pregnancy_weeks = ("under_13",)
    if not ("is_pregnant" in maybe.pregnant or "could_be" in maybe.pregnant):
        surely.pregnancy_signs = maybe.pregnancy_signs = []
    if not (
        "from_13" in maybe.pregnancy_weeks
        and not (
            "heavy_bleeding" in surely.pregnancy_signs
            or "constant_pain" in surely.pregnancy_signs
            or "push" in surely.pregnancy_signs
            or "head" in surely.pregnancy_signs
            or "bleeding" in surely.pregnancy_signs
            or "low_pain" in surely.pregnancy_signs
            or "fluid" in surely.pregnancy_signs
            or "waves" in surely.pregnancy_signs
            or "baby_moves" in surely.pregnancy_signs
        )
    ):
        surely.pregnancy_checked = maybe.pregnancy_checked = ("yes_unchanged",)
    if "breath_in" not in maybe.place:
        surely.clot_risk = maybe.clot_risk = False
    if "steroid" not in maybe.treatment:
        surely.steroid_ill = maybe.steroid_ill = False
    if not ("person" in maybe.start and "self" in maybe.answering_for):
        surely.hurt_safe = maybe.hurt_safe = ("safe",)
    if not ("cancer" in maybe.illnesses and "usual" in maybe.duration):
        surely.cancer_checked = maybe.cancer_checked = ("checked",)
    if not (
        (
            "over_3_months" in maybe.duration
            or "usual" in maybe.duration
            or "different" in maybe.duration
        )
        and maybe.age < 60
    ):
        surely.spine_signs = maybe.spine_signs = []
