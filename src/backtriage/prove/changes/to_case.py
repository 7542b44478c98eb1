"""Who is moved -> a case file, so that each stays found."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.prove.changes.comparison import Comparison, Difference
from backtriage.prove.changes.kinds.moves import Aspect
from backtriage.prove.to_case import at_least, case_lines, exactly, file_of
from backtriage.terms.urgency import URGENCIES


def moved(comparison: Comparison) -> tuple[Difference, ...]:
    """The differences that become cases: whoever is sent lower or higher."""
    every = (*comparison.lowered, *comparison.raised)
    return tuple(d for d in every if d.kind.aspect is Aspect.URGENCY)


def case_file(comparison: Comparison, accepted: str = "") -> str:
    """A file of cases of the new version.

    Somebody who is lowered must be sent where the old version sent them, so that the case fails
    until the rules are mended; where that is accepted, and for whoever is raised, the new
    urgency is expected.
    """
    cases = (_case(comparison, at, d, accepted) for at, d in enumerate(moved(comparison), 1))
    return file_of("Found by 'backtriage rules diff'.", cases)


def _case(comparison: Comparison, at: int, difference: Difference, accepted: str) -> Iterator[str]:
    kind = difference.kind
    stays = kind.is_lowered and not accepted
    about = f"Was {kind.before}, is {kind.after} in {comparison.new.protocol.version}."
    if kind.is_lowered and accepted:
        about += f" Accepted: {accepted}"
    expected = at_least(URGENCIES[kind.before]) if stays else exactly(URGENCIES[kind.after])
    name = f"moved_{at}_{kind.before}_to_{kind.after}"
    yield from case_lines(comparison.new, name, about, difference.example.sheets[1], expected)
