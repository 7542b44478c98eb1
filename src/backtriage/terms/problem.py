"""Problems in rules and answers, and where they are.

They are reported as values, so that all can be shown at once.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

BREAK: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""The line breaks that YAML counts in its line numbers."""

_MAX_EXCERPT: Final = 160
"""In characters: a sheet written on one line would fill the screen."""


class Location(Struct, frozen=True, kw_only=True):
    """A position in a file. Lines and columns count from 1; 0 means unknown."""

    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""
    """The keys that lead there, such as `rules.fever.when`."""
    excerpt: str = ""
    """Source text to show under the message."""
    caret: int = 0
    """Offset of the caret in `excerpt`."""
    length: int = 0
    """Number of characters to underline; 0 for no caret."""

    def __str__(self) -> str:
        """Return `file:line:column`, without the parts that are unknown."""
        parts = [self.file] if self.file else []
        if self.line:
            parts += [str(self.line), str(self.column)]
        return ":".join(parts)


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


def lines_of(text: str) -> list[str]:
    """Split a text into lines the way YAML counts them."""
    return BREAK.split(text)


def excerpt_of(line: str, offset: int) -> tuple[str, int]:
    """Return the part of a line around an offset, and the offset within that part."""
    if len(line) <= _MAX_EXCERPT:
        return line, offset
    start = max(0, min(offset, len(line)) - _MAX_EXCERPT // 2)
    return line[start : start + _MAX_EXCERPT], offset - start


def did_you_mean(word: str, known: tuple[str, ...]) -> str:
    """Return a hint that names the closest known word, or "" when none is close."""
    # Imported late: difflib takes about 3 ms to load and is needed only for problems.
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else ""
