"""Who is moved -> a case file, so that each stays found."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.compare.comparison import Comparison, Difference
from backtriage.compare.urgency_changes import Aspect
from backtriage.prove.to_case import acceptable_from, case_yaml, expect_urgency, file_yaml
from backtriage.terms.urgency import URGENCIES


def moved(comparison: Comparison) -> tuple[Difference, ...]:
    """The differences that become cases: whoever is sent lower or higher."""
    every = (*comparison.lowered, *comparison.raised)
    return tuple(d for d in every if d.group.aspect is Aspect.URGENCY)


def case_file(comparison: Comparison, accepted: str = "") -> str:
    """A file of cases of the new version.

    Somebody who is lowered must be sent where the old version sent them, so that the case fails
    until the rules are mended; where that is accepted, and for whoever is raised, the new
    urgency is expected.
    """
    cases = (_case(comparison, at, d, accepted) for at, d in enumerate(moved(comparison), 1))
    return file_yaml("Found by 'backtriage rules diff'.", cases)


def _case(comparison: Comparison, at: int, difference: Difference, accepted: str) -> Iterator[str]:
    group = difference.group
    stays = group.is_lowered and not accepted
    about = f"Was {group.before}, is {group.after} in {comparison.new.protocol.version}."
    if group.is_lowered and accepted:
        about += f" Accepted: {accepted}"
    expected = (
        acceptable_from(URGENCIES[group.before])
        if stays
        else expect_urgency(URGENCIES[group.after])
    )
    name = f"moved_{at}_{group.before}_to_{group.after}"
    yield from case_yaml(comparison.new, name, about, difference.example.sheets[1], expected)
