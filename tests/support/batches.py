"""Emergencies in refused rows, found one by one as `assess` does."""

from __future__ import annotations

from collections.abc import Sequence

from backtriage.decide.assessment import assess_readable
from backtriage.program.validate import ValidatedSheet
from backtriage.terms.urgency import Urgency
from tests.support.protocols import shipped


def are_emergencies(sheets: Sequence[ValidatedSheet]) -> list[bool]:
    """Return of each refused sheet of the shipped protocol whether it certainly is one."""
    return [assess_readable(shipped(), each).certain is Urgency.EMERGENCY for each in sheets]
