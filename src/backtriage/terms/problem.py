"""One thing that is wrong, as a value.

Problems are returned, all of them at once. The exception is for what cannot go on.
"""

from __future__ import annotations

from msgspec import Struct

from backtriage.terms.location import Location


class Problem(Struct, frozen=True, kw_only=True):
    """One thing that is wrong: where, what, and the cure."""

    code: str
    """Stable, grouped by its first digit; see the catalogue in `protocol.codes`."""

    message: str
    location: Location = Location()
    hint: str = ""


class Unsound(Exception):  # noqa: N818 - house word: a protocol is sound or unsound
    """A protocol or answers that cannot be used. Carries every problem that was found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the problems; say nothing, printing is for others."""
        super().__init__("; ".join(f"{problem.code} {problem.message}" for problem in problems))
        self.problems = problems


def did_you_mean(word: str, known: tuple[str, ...]) -> str:
    """Name the nearest known word as a hint, or nothing when none is near."""
    # Imported here: difflib costs about 3 ms and is needed only when something is wrong.
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else ""
