"""One of the two ways to read a sheet."""

from __future__ import annotations

from benchmarks.by_hand.doubt import Sheet, choice, ticks, yes


class Reading:
    """The answers as they count in one reading."""

    def __init__(self, sheet: Sheet, *, doubt: bool) -> None:
        """Read each answer; `doubt` is what "not sure" counts as."""
        self.answering_for = choice(sheet.get("answering_for", ""), doubt=doubt)
        self.age = sheet["age"]
        self.sex = choice(sheet.get("sex", ""), doubt=doubt)
        self.danger = ticks(sheet.get("danger", []), doubt=doubt)
        self.nerves = ticks(sheet.get("nerves", []), doubt=doubt)
        self.harm = ticks(sheet.get("harm", []), doubt=doubt)
        self.old_change = choice(sheet.get("old_change", ""), doubt=doubt)
        self.back_pain = yes(sheet.get("back_pain", False), doubt=doubt)
        self.pregnant = choice(sheet.get("pregnant", ""), doubt=doubt)
        self.pregnancy_weeks = choice(sheet.get("pregnancy_weeks", ""), doubt=doubt)
        self.pregnancy_signs = ticks(sheet.get("pregnancy_signs", []), doubt=doubt)
        self.pregnancy_checked = choice(sheet.get("pregnancy_checked", ""), doubt=doubt)
        self.unwell = ticks(sheet.get("unwell", []), doubt=doubt)
        self.limbs = ticks(sheet.get("limbs", []), doubt=doubt)
        self.place = ticks(sheet.get("place", []), doubt=doubt)
        self.clot_risk = yes(sheet.get("clot_risk", False), doubt=doubt)
        self.illnesses = ticks(sheet.get("illnesses", []), doubt=doubt)
        self.treatment = ticks(sheet.get("treatment", []), doubt=doubt)
        self.steroid_ill = yes(sheet.get("steroid_ill", False), doubt=doubt)
        self.start = choice(sheet.get("start", ""), doubt=doubt)
        self.hurt_safe = choice(sheet.get("hurt_safe", ""), doubt=doubt)
        self.duration = choice(sheet.get("duration", ""), doubt=doubt)
        self.cancer_checked = choice(sheet.get("cancer_checked", ""), doubt=doubt)
        self.relief = choice(sheet.get("relief", ""), doubt=doubt)
        self.pattern = ticks(sheet.get("pattern", []), doubt=doubt)
        self.spine_signs = ticks(sheet.get("spine_signs", []), doubt=doubt)
