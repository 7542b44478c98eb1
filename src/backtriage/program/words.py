"""Placeholders in texts, and the words of one country for them."""

from __future__ import annotations

import re
from typing import Final

from backtriage.program.program import Program

DEFAULT_COUNTRY: Final = "default"
"""The country of somebody who named none: neutral words, with the numbers of every country."""

WRITTEN_CODES: Final = {"GB": "UK"}
"""What people write for a code. ISO 3166 keeps UK free, so that it can mean nothing else."""

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


class Words:
    """The words of one country, which change only the wording of a result."""

    def __init__(self, program: Program, country: str | None = None) -> None:
        """Select a country. Raises `KeyError` if the protocol does not have it."""
        chosen = program.countries[country or DEFAULT_COUNTRY]
        self.country = None if chosen.id == DEFAULT_COUNTRY else chosen.id
        self._words = dict(chosen.words)

    def __eq__(self, other: object) -> bool:
        """Compare by content."""
        if not isinstance(other, Words):
            return NotImplemented
        return (self.country, self._words) == (other.country, other._words)

    def __hash__(self) -> int:
        """Hash by content."""
        return hash((self.country, frozenset(self._words.items())))

    def fill(self, text: str) -> str:
        """Return a text with its placeholders replaced."""
        if "{" not in text:
            return text
        # Other braces, as in a file name, stay.
        filled = _PLACEHOLDER.sub(lambda match: self._words.get(match[1], match[0]), text)
        # The word for a placeholder may be lower-case, but at the start it begins a sentence.
        return filled[:1].upper() + filled[1:] if text.startswith("{") else filled
