"""One of the two ways to read a sheet."""

from __future__ import annotations

from benchmarks.by_hand.doubt import Sheet, choice, ticks, yes


class Reading:
    """The answers as they count in one reading."""

    def __init__(self, sheet: Sheet, *, doubt: bool) -> None:
        """Read each answer; `doubt` is what "not sure" counts as."""
        self.answering_for = choice(sheet.get("answering_for", ""), doubt=doubt)
        self.sex = choice(sheet.get("sex", ""), doubt=doubt)
        self.age = sheet["age"]
        self.pregnancy = choice(sheet.get("pregnancy", ""), doubt=doubt)
        self.collapse = ticks(sheet.get("collapse", []), doubt=doubt)
        self.danger_signs = ticks(sheet.get("danger_signs", []), doubt=doubt)
        self.nerve_signs = ticks(sheet.get("nerve_signs", []), doubt=doubt)
        self.old_trouble = choice(sheet.get("old_trouble", ""), doubt=doubt)
        self.harm_signs = ticks(sheet.get("harm_signs", []), doubt=doubt)
        self.suicide_safety = yes(sheet.get("suicide_safety", False), doubt=doubt)
        self.painkillers = ticks(sheet.get("painkillers", []), doubt=doubt)
        self.medicine_signs = ticks(sheet.get("medicine_signs", []), doubt=doubt)
        self.early_signs = ticks(sheet.get("early_signs", []), doubt=doubt)
        self.pregnancy_danger = ticks(sheet.get("pregnancy_danger", []), doubt=doubt)
        self.baby_signs = ticks(sheet.get("baby_signs", []), doubt=doubt)
        self.pregnancy_stage = choice(sheet.get("pregnancy_stage", ""), doubt=doubt)
        self.pregnancy_seen = choice(sheet.get("pregnancy_seen", ""), doubt=doubt)
        self.began = choice(sheet.get("began", ""), doubt=doubt)
        self.safe_now = choice(sheet.get("safe_now", ""), doubt=doubt)
        self.where = ticks(sheet.get("where", []), doubt=doubt)
        self.limb_signs = ticks(sheet.get("limb_signs", []), doubt=doubt)
        self.tummy_signs = ticks(sheet.get("tummy_signs", []), doubt=doubt)
        self.upper_signs = ticks(sheet.get("upper_signs", []), doubt=doubt)
        self.neck_signs = yes(sheet.get("neck_signs", False), doubt=doubt)
        self.how_long = choice(sheet.get("how_long", ""), doubt=doubt)
        self.change = choice(sheet.get("change", ""), doubt=doubt)
        self.behaviour = ticks(sheet.get("behaviour", []), doubt=doubt)
        self.walking_signs = ticks(sheet.get("walking_signs", []), doubt=doubt)
        self.clot_risks = yes(sheet.get("clot_risks", False), doubt=doubt)
        self.illness_signs = ticks(sheet.get("illness_signs", []), doubt=doubt)
        self.temples = ticks(sheet.get("temples", []), doubt=doubt)
        self.health = ticks(sheet.get("health", []), doubt=doubt)
        self.operation_trouble = yes(sheet.get("operation_trouble", False), doubt=doubt)
        self.infection_kinds = ticks(sheet.get("infection_kinds", []), doubt=doubt)
        self.immune_kinds = ticks(sheet.get("immune_kinds", []), doubt=doubt)
        self.bone_kinds = ticks(sheet.get("bone_kinds", []), doubt=doubt)
        self.steroid_illness = yes(sheet.get("steroid_illness", False), doubt=doubt)
        self.cancer_seen = choice(sheet.get("cancer_seen", ""), doubt=doubt)
        self.child_signs = yes(sheet.get("child_signs", False), doubt=doubt)
        self.stiffness_signs = ticks(sheet.get("stiffness_signs", []), doubt=doubt)
