"""The urgency scale, from self-care at home to calling for help now."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Urgency(IntEnum):
    """How soon help is needed. More urgent compares greater."""

    SELF_CARE = 0
    ROUTINE = 1
    SOON = 2
    SAME_DAY = 3
    EMERGENCY = 4

    @property
    def id(self) -> str:
        """The word in rules files and JSON: `self_care`, `routine`, ..."""
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
"""The default urgency of a rule whose condition evaluates to "not sure": one step down.

`None` means that the rule does not fire. Doubt about a sign of an emergency is still seen on
the same day.
"""
