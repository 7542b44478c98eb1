"""Write an example of each lowered or raised urgency as a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from backtriage.compare.affected_group import Aspect
from backtriage.compare.comparison import Comparison
from backtriage.compare.example import NEW
from backtriage.compare.kinds import KindComparison
from backtriage.program.program import Program
from backtriage.prove.case_yaml import CaseEntry, acceptable_from, case_yaml, expect_urgency
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import URGENCIES, Urgency


class MovedSheet(NamedTuple):
    """A sheet of the new version whose person got another urgency before."""

    before: Urgency
    after: Urgency
    sheet: Answers


def moved_sheets(comparison: Comparison | KindComparison) -> tuple[MovedSheet, ...]:
    """Return the examples that become cases: those of the urgency, lowered ones first."""
    if isinstance(comparison, KindComparison):
        return tuple(
            MovedSheet(move.before, move.after, move.example.sheets[NEW])
            for move in (*comparison.lowered, *comparison.raised)
        )
    return tuple(
        MovedSheet(URGENCIES[d.group.before], URGENCIES[d.group.after], d.example.sheets[NEW])
        for d in (*comparison.lowered, *comparison.raised)
        if d.group.aspect in {Aspect.URGENCY, Aspect.CONTRADICTED}
    )


def case_file(new: Program, moved: Iterable[MovedSheet], accepted: str = "") -> str:
    """Return cases for the new version.

    Args:
        new: The new version.
        moved: The examples.
        accepted: Why an urgency may be lowered. Without a reason, each lowered case expects the
            urgency of the old version, and so fails until the rules are fixed.
    """
    header = "Found by 'backtriage rules diff'."
    return case_yaml(new, header, _entries(new, moved, accepted))


def _entries(new: Program, moved: Iterable[MovedSheet], accepted: str) -> Iterator[CaseEntry]:
    for number, (before, after, sheet) in enumerate(moved, 1):
        name = f"moved_{number}_{before.id}_to_{after.id}"
        about = f"Was {before.id}, is {after.id} in {new.protocol.version}."
        expected = expect_urgency(after)
        if after < before and accepted:
            about += f" Accepted: {accepted}"
        elif after < before:
            expected = acceptable_from(before)
        yield CaseEntry(name, about, sheet, expected)
