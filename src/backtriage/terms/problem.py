"""Problems in rules and answers, and where they are.

They are reported as values, so that all can be shown at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, Final

from msgspec import Struct

from backtriage.terms.printable import shortened
from backtriage.terms.urgency import Urgency

BREAK: Final = "\r\n|[\r\n\x85\u2028\u2029]"
"""The line breaks that YAML counts in its line numbers, as a regular expression."""

MAX_PROBLEMS: Final = 200
"""How many problems of one protocol are listed; a person would stop reading long before."""

NOT_LISTED: Final = "P123"
"""The code of the problem that counts the others."""

_CUTOFF: Final = 0.6
_LONGEST_WORD: Final = 60
_MOST_COMPARED: Final = 500
_MOST_NAMED: Final = 30

_MAX_EXCERPT: Final = 160
"""In characters: a sheet written on one line would fill the screen."""

_NAME: Final = r"[A-Za-z][A-Za-z0-9_-]{0,39}"

_MAX_IN_MESSAGE: Final = 20
"""In the message of an exception, which people see in a traceback."""


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
    """One thing that is wrong: what, where, and how to fix it.

    The message and the hint never quote an answer, because messages end up in logs. What does
    is kept apart: `found`, `suggestion` and the excerpt of the location.
    """

    code: str
    """Never changes its meaning; listed in `docs/problems.md`."""
    message: str
    location: Location = Location()
    hint: str = ""
    found: str = ""
    """What stood there, shortened."""
    suggestion: str = ""
    """How that may have been meant: a better hint, which gives the answer away."""
    count: int = 1
    """How many problems it stands for, when there were too many to list."""

    @property
    def full_message(self) -> str:
        """The message with what was found."""
        return f"{self.message}: {self.found}" if self.found else self.message

    @property
    def full_hint(self) -> str:
        """The most helpful hint."""
        return self.suggestion or self.hint


class Problems:
    """Collects problems: the first ones as they are, and the number of all others."""

    def __init__(self) -> None:
        """Start without problems."""
        self._listed: list[Problem] = []
        self._others = 0

    def __bool__(self) -> bool:
        """Return whether there is any problem."""
        return bool(self._listed)

    @property
    def count(self) -> int:
        """How many there are, listed or not."""
        return len(self._listed) + self._others

    @property
    def is_full(self) -> bool:
        """Whether another problem would only be counted, so that its details do not matter."""
        return len(self._listed) >= MAX_PROBLEMS

    def add(self, *problems: Problem) -> None:
        """Add problems."""
        for problem in problems:
            if self.is_full or problem.code == NOT_LISTED:
                self._others += problem.count
            else:
                self._listed.append(problem)

    def suggest(self, word: str, known: Iterable[str]) -> str:
        """Return a hint that names the closest known word, or "" when it would not be listed."""
        return "" if self.is_full else did_you_mean(word, known)

    def found(self, order: Callable[[Problem], Any] | None = None) -> tuple[Problem, ...]:
        """Return every problem, in some order; the last one stands for those not listed."""
        listed = self._listed if order is None else sorted(self._listed, key=order)
        if not self._others:
            return tuple(listed)
        message = f"there are {self._others:,} more problems, which are not listed"
        return (*listed, Problem(code=NOT_LISTED, message=message, count=self._others))


class Unsound(Exception):  # noqa: N818 - a protocol is sound or unsound
    """A protocol or answers that cannot be used.

    `problems` holds every problem. For answers, `certain` is the urgency that is certain from
    those that can be read. It is no result, but an emergency cannot wait for one.
    """

    def __init__(self, problems: tuple[Problem, ...], certain: Urgency | None = None) -> None:
        """Build the message from the codes and messages of the first problems."""
        words = [f"{problem.code} {problem.message}" for problem in problems[:_MAX_IN_MESSAGE]]
        super().__init__("; ".join([*words, *more_than(_MAX_IN_MESSAGE, total(problems))]))
        self.problems = problems
        self.certain = certain


def lines_of(text: str) -> list[str]:
    """Split a text into lines the way YAML counts them."""
    return re.split(BREAK, text)


def excerpt_of(text: str, offset: int, start: int = 0, end: int | None = None) -> tuple[str, int]:
    """Return the part of a line around an offset, and the offset within that part.

    The line is all of `text`, or the part of it between `start` and `end`.
    """
    end = len(text) if end is None else end
    if end - start > _MAX_EXCERPT:
        start = max(start, min(offset, end) - _MAX_EXCERPT // 2)
    return text[start : min(end, start + _MAX_EXCERPT)], offset - start


def total(problems: Iterable[Problem]) -> int:
    """Return how many problems a list stands for."""
    return sum(problem.count for problem in problems)


def more_than(shown: int, total: int) -> list[str]:
    """Return a line that counts what a shortened list leaves out, or nothing."""
    left = total - shown
    return [f"and {left:,} more problem{'s' * (left > 1)}"] if left > 0 else []


def quoted_key(key: str) -> tuple[str, str]:
    """Return a key in quotes, for a message; or "" and the key as something found.

    A key that does not look like a name may hold somebody's answer.
    """
    quoted = f"'{shortened(key)}'"
    return (quoted, "") if re.fullmatch(_NAME, key) else ("", quoted)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the closest known word, or "" when none is close."""
    # Imported late: difflib takes about 3 ms to load and is needed only for problems.
    from difflib import get_close_matches  # noqa: PLC0415

    size = len(word)
    if size > _LONGEST_WORD:
        return ""
    # difflib compares letters slowly, and words of too different lengths in vain.
    similar = (k for k in known if 2 * min(len(k), size) >= _CUTOFF * (len(k) + size))
    near = get_close_matches(word, [*islice(similar, _MOST_COMPARED)], n=1, cutoff=_CUTOFF)
    return f"did you mean '{near[0]}'?" if near else ""


def listed(words: Iterable[str]) -> str:
    """Return words for a hint: all, or the first and how many more there are."""
    words = tuple(words)
    more = len(words) - _MOST_NAMED
    return ", ".join(words[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
