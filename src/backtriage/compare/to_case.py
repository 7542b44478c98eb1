"""Write an example of each lowered or raised urgency as a case."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.compare.affected_group import Aspect
from backtriage.compare.comparison import Comparison, Difference
from backtriage.prove.case_yaml import CaseEntry, acceptable_from, case_yaml, expect_urgency
from backtriage.terms.urgency import URGENCIES


def urgency_differences(comparison: Comparison) -> tuple[Difference, ...]:
    """Return the differences that become cases: those of the urgency."""
    changed = (*comparison.lowered, *comparison.raised)
    return tuple(d for d in changed if d.group.aspect is Aspect.URGENCY)


def case_file(comparison: Comparison, accepted: str = "") -> str:
    """Return cases for the new version.

    Args:
        comparison: The two versions.
        accepted: Why an urgency may be lowered. Without a reason, each lowered case expects the
            urgency of the old version, and so fails until the rules are fixed.
    """
    return case_yaml(
        comparison.new, "Found by 'backtriage rules diff'.", _entries(comparison, accepted)
    )


def _entries(comparison: Comparison, accepted: str) -> Iterator[CaseEntry]:
    for number, difference in enumerate(urgency_differences(comparison), 1):
        group = difference.group
        name = f"moved_{number}_{group.before}_to_{group.after}"
        about = f"Was {group.before}, is {group.after} in {comparison.new.protocol.version}."
        expected = expect_urgency(URGENCIES[group.after])
        if group.is_lowered and accepted:
            about += f" Accepted: {accepted}"
        elif group.is_lowered:
            expected = acceptable_from(URGENCIES[group.before])
        yield CaseEntry(name, about, difference.example.sheets[1], expected)
