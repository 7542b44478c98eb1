"""Answer sheets that several tests start from."""

from __future__ import annotations

from typing import Final, TypeAlias

Sheet: TypeAlias = dict[str, object]

WELL: Final[Sheet] = {"years": 30, "airway": [], "days": "under_1_week", "feverish": False}
"""No finding in the tiny protocol."""

STRAIN: Final[Sheet] = {
    "answering_for": "self", "age": 38, "sex": "male", "collapse": [], "danger_signs": [],
    "nerve_signs": [], "harm_signs": [], "where": ["back"], "began": "strain",
    "how_long": "under_1_week", "behaviour": [], "illness_signs": [], "health": [],
    "weekly_signs": ["cramps", "sleep"], "low_risks": [], "food": ["grains"],
    "magnesium_now": ["thinking"], "magnesium_gate": [], "medicines_a": [], "medicines_b": [],
    "days": ["lifts", "sits"], "pain_now": 4, "tried": ["heat"], "painkiller_gate": [],
}  # fmt: skip
"""A simple strain in the shipped protocol: look after it at home."""

CANNOT_PEE: Final[Sheet] = STRAIN | {"nerve_signs": ["pee", "saddle?"]}
FELL: Final[Sheet] = STRAIN | {
    "age": 71, "began": "small_fall", "illness_signs": ["fever", "wasting?"],
    "temples": [], "health": ["thinner"],
}  # fmt: skip
ULCER: Final[Sheet] = STRAIN | {"painkiller_gate": ["ulcer"]}
