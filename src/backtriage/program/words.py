"""Filling the placeholders of a sentence with one country's words."""

from __future__ import annotations

import re
from typing import Final

from backtriage.program.program import Program

DEFAULT_COUNTRY: Final = "default"
"""The country of somebody who named none: neutral words, every number that is shipped."""

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


class Words:
    """The words of one country. Never changes what is decided, only how it is said."""

    def __init__(self, program: Program, country: str | None = None) -> None:
        """Choose a country of the protocol; `KeyError` for one it does not have."""
        chosen = program.countries[country or DEFAULT_COUNTRY]
        self.country = None if chosen.id == DEFAULT_COUNTRY else chosen.id
        self._words = dict(chosen.words)

    def __eq__(self, other: object) -> bool:
        """Whether two countries say the same."""
        if not isinstance(other, Words):
            return NotImplemented
        return (self.country, self._words) == (other.country, other._words)

    def __hash__(self) -> int:
        """Equal words have equal hashes."""
        return hash((self.country, frozenset(self._words.items())))

    def fill(self, text: str) -> str:
        """A sentence with its placeholders filled. The checks saw to it that each has a word."""
        if "{" not in text:
            return text
        filled = _PLACEHOLDER.sub(self._word, text)
        # A placeholder may begin a sentence while its words do not: "your local ..." -> "Your".
        return filled[:1].upper() + filled[1:] if text.startswith("{") else filled

    def _word(self, found: re.Match[str]) -> str:
        """The word for a placeholder. Braces that are none, as in a file name, stay."""
        return self._words.get(found[1], found[0])
