"""A mutant: a protocol with one small change, such as an author might make by mistake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from backtriage.protocol.protocol import Protocol

OPERATORS: Final = {
    "threshold": "a limit one step off, or < for <=",
    "swapped": "'or' for 'and', or 'and' for 'or'",
    "negated": "a clause turned round",
    "left_out": "a clause left out",
    "choice": "an item or a choice left out of a list",
    "count": "one more or one fewer for 'at least'",
    "urgency": "the urgency of a rule one step down",
    "if_unsure": "less while not sure",
    "rule": "a rule left out",
    "points": "the points for an answer left out",
}
"""Every mutation operator, with what it changes."""

_NOUNS: Final = {
    "rules": "rule",
    "facts": "fact",
    "questions": "question",
    "safety_net": "line",
    "advice": "advice",
    "modules": "module",
    "scores": "score",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationSite:
    """A place in a protocol where something is decided."""

    section: str
    """The section of the entry: `rules`, `facts`, `questions`, `advice`, ..."""
    id: str
    field: str = "when"
    verdict: str = ""
    """The verdict, in a module."""

    @property
    def name(self) -> str:
        """The site in the words of a rules file."""
        if self.verdict:
            return f"verdict {self.id}.{self.verdict}"
        field = "" if self.field == "when" else f", {self.field}"
        return f"{_NOUNS[self.section]} {self.id}{field}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A protocol with one change."""

    operator: str
    site: MutationSite
    change: str
    """What was changed, in the words of the rules."""
    protocol: Protocol

    @property
    def description(self) -> str:
        """Where, and what was changed."""
        return f"{self.site.name}: {self.change}"
