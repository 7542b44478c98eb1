"""The ordered scale, from looking after it at home to calling for help now."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Urgency(IntEnum):
    """How soon help is needed. Comparable: a higher urgency is a larger number."""

    SELF_CARE = 0
    ROUTINE = 1
    SOON = 2
    SAME_DAY = 3
    EMERGENCY = 4

    @property
    def id(self) -> str:
        """The word rules files and JSON use: `self_care`, `routine`, ..."""
        return self.name.lower()


URGENCIES: Final[dict[str, Urgency]] = {urgency.id: urgency for urgency in Urgency}
"""Every urgency by its id, lowest first."""

IF_UNSURE: Final[dict[Urgency, Urgency | None]] = {
    Urgency.EMERGENCY: Urgency.SAME_DAY,
    Urgency.SAME_DAY: Urgency.SOON,
    Urgency.SOON: Urgency.ROUTINE,
    Urgency.ROUTINE: None,
    Urgency.SELF_CARE: None,
}
"""What a rule gives by default when its condition rests on "not sure": one step down.

`None` is nothing at all. Emergency falls one step, never further, so that a doubt about a
danger sign is still seen on the same day.
"""
