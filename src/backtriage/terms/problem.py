"""Problems in rules and answers, reported as values so that all can be shown at once."""

from __future__ import annotations

from msgspec import Struct

from backtriage.terms.location import Location


class Problem(Struct, frozen=True, kw_only=True):
    """One thing that is wrong: what, where, and how to fix it."""

    code: str
    """Never changes its meaning; listed in `docs/problems.md`."""

    message: str
    location: Location = Location()
    hint: str = ""


class Unsound(Exception):  # noqa: N818 - a protocol is sound or unsound
    """A protocol or a sheet that cannot be used; `problems` holds every problem."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Build the message from the codes and messages of the problems."""
        super().__init__("; ".join(f"{problem.code} {problem.message}" for problem in problems))
        self.problems = problems


def did_you_mean(word: str, known: tuple[str, ...]) -> str:
    """Return a hint that names the closest known word, or "" when none is close."""
    # Imported late: difflib takes about 3 ms to load and is needed only for problems.
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else ""
