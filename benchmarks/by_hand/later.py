"""The rules that lead to less than that."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.by_hand.facts import (
    clear_cause,
    four_weeks_or_more,
    infection_risk_high,
    infection_risk_low,
    new_pain,
    not_eased,
    pain_for_months,
)
from benchmarks.by_hand.reading import Reading


def later(p: Reading, q: Reading) -> Iterator[str]:
    if p.age >= 60 and (
        "weeks_4_6" in p.duration
        or "weeks_6_12" in p.duration
        or "over_3_months" in p.duration
        or "different" in p.duration
    ):
        yield "from_60_four_weeks"
    if "worse" in p.pattern and (
        "weeks_2_4" in p.duration
        or "weeks_4_6" in p.duration
        or "weeks_6_12" in p.duration
        or "over_3_months" in p.duration
        or "usual" in p.duration
        or "different" in p.duration
    ):
        yield "getting_worse"
    if ("sweats" in p.unwell or "tb" in p.illnesses) and (
        "weeks_2_4" in p.duration
        or "weeks_4_6" in p.duration
        or "weeks_6_12" in p.duration
        or "over_3_months" in p.duration
        or "usual" in p.duration
        or "different" in p.duration
    ):
        yield "sweats_or_tb"
    if "ill_weeks" in p.unwell and (
        "severe" in p.pattern or (p.age >= 50 and four_weeks_or_more(p, q))
    ):
        yield "ill_for_weeks_and_pain"
    if "midline" in p.place and (p.age >= 65 or ("female" in p.sex and p.age >= 50)):
        yield "midline_older"
    if "hands_old" in p.limbs:
        yield "hands_for_months"
    if p.age >= 65 and new_pain(p, q) and not_eased(p, q):
        yield "from_65_not_eased"
    if "cancer" in p.illnesses and "usual" in p.duration and "unchecked" in p.cancer_checked:
        yield "cancer_old_pain_unchecked"
    if "thinner" in p.treatment and new_pain(p, q) and not clear_cause(q, p):
        yield "thinner_no_cause"
    if infection_risk_low(p, q) and new_pain(p, q):
        yield "infection_low_new"
    if "different" in p.duration and not clear_cause(q, p):
        yield "old_pain_much_worse"
    if "weeks_6_12" in p.duration or "over_3_months" in p.duration or "different" in p.duration:
        yield "six_weeks"
    if (p.age > 50 or p.age < 20) and (
        "weeks_2_4" in p.duration
        or "weeks_4_6" in p.duration
        or "weeks_6_12" in p.duration
        or "over_3_months" in p.duration
        or "different" in p.duration
    ):
        yield "two_weeks_by_age"
    if (
        pain_for_months(p, q)
        and p.age < 60
        and sum(
            (
                "before_35" in p.spine_signs,
                "second_half_night" in p.spine_signs,
                "buttock" in p.spine_signs,
                "better_moving" in p.spine_signs,
                "nsaid_48h" in p.spine_signs,
                "relative" in p.spine_signs,
                "joints" in p.spine_signs,
                "heels" in p.spine_signs,
                "psoriasis" in p.spine_signs,
            )
        )
        >= 3
    ):
        yield "spine_inflammation"
    if (
        "severe" in p.pattern
        or "worse" in p.pattern
        or "stops" in p.pattern
        or "worry" in p.pattern
    ):
        yield "severe_or_not_coping"
    if "blue" in p.start:
        yield "sudden_and_very_bad"
    if "old" in p.nerves and "unchecked" in p.old_change:
        yield "old_trouble_unchecked"
    if "leg_numb" in p.limbs:
        yield "leg_numbness"
    if p.age >= 65 and new_pain(p, q):
        yield "from_65_new"
    if "thinner" in p.treatment and new_pain(p, q):
        yield "thinner_new"
    if "usual" in p.duration and (infection_risk_high(p, q) or "operation" in p.treatment):
        yield "usual_pain_after_risk"
    if "bone" in p.illnesses and new_pain(p, q):
        yield "thin_bones_new"
    if "ill_weeks" in p.unwell or "sweats" in p.unwell:
        yield "ill_or_sweats"
    if "cancer" in p.illnesses and "usual" in p.duration:
        yield "cancer_old_pain"
    if p.age < 16:
        yield "child"
    if not q.back_pain:
        yield "not_back_pain"
    if "not_reachable" in p.answering_for:
        yield "cannot_be_asked"
    yield "self_care"
