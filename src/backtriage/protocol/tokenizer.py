"""Walking over the words of a condition, and what may be said about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn, TypeVar

from backtriage.protocol.protocol import Question

T = TypeVar("T")

# ASCII alone: other digits and spaces look right and are not. A number too long to be meant is
# no number, so that arithmetic on bounds is exact.
_TOKEN: Final = re.compile(
    r"\s*(?:([a-z][a-z0-9_]*)|(\d{1,9}(?:\.\d{1,9})?(?![\d.]))|(<=|>=|<|>)|([(),])|([^\s(),<>]+))",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class ParseError:
    """Something wrong inside one condition, by offset in its text."""

    code: str
    message: str
    start: int
    length: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class SymbolTable:
    """The names a condition may use."""

    questions: Mapping[str, Question]
    facts: frozenset[str]
    scores: Mapping[str, int]
    """Each score with the most points it can reach."""
    later: frozenset[str] = frozenset()
    """Questions that exist but come later than this guard."""

    def names(self) -> tuple[str, ...]:
        """Every name, for "did you mean"."""
        return (*self.questions, *sorted(self.facts), *self.scores)


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number, sign or bracket of a condition, or its end."""

    kind: str
    text: str
    start: int


class SyntaxFailure(Exception):  # noqa: N818 - ends one condition, never seen outside
    """The rest of the condition cannot be read."""


class TokenStream:
    """A place among the tokens of one condition, and the faults found so far."""

    def __init__(self, text: str) -> None:
        """Cut the text into tokens and stand on the first."""
        self.tokens = _tokens(text)
        self.at = 0
        self.errors: list[ParseError] = []

    @property
    def token(self) -> Token:
        """The token now."""
        return self.tokens[self.at]

    def take(self) -> Token:
        """Step over the token now, which is not the end."""
        self.at += 1
        return self.tokens[self.at - 1]

    def sees(self, *words: str) -> bool:
        """Whether these words come next."""
        found = self.tokens[self.at : self.at + len(words)]
        return [token.text for token in found] == list(words)

    def accept(self, *words: str) -> bool:
        """Step over these words if they come next."""
        if not self.sees(*words):
            return False
        self.at += len(words)
        return True

    def expect(self, word: str) -> None:
        """Step over a word that must come next."""
        if not self.accept(word):
            self.fail(f"expected '{word}'")

    def error(self, code: str, message: str, token: Token, hint: str = "") -> None:
        """Note one fault and go on."""
        self.errors.append(ParseError(code, message, token.start, max(1, len(token.text)), hint))

    def fail(self, expected: str, code: str = "P201", hint: str = "") -> NoReturn:
        """Note what was expected here instead, and give up on this condition."""
        found = "end of condition" if self.token.kind == "end" else f"'{self.token.text}'"
        self.error(code, f"{expected}, found {found}", self.token, hint)
        raise SyntaxFailure

    def list_of(self, read: Callable[[], T]) -> tuple[T, ...]:
        """Two things or more: "(" thing ("," thing)+ ")"."""
        self.expect("(")
        found = [read()]
        while self.accept(","):
            found.append(read())
        if len(found) == 1:
            self.fail("expected ',' and a second entry")
        self.expect(")")
        return tuple(found)


def _tokens(text: str) -> list[Token]:
    """Cut a condition into words, numbers, signs and brackets; the last token is the end."""
    kinds = ("word", "number", "sign", "bracket", "other")
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        group = match.lastindex or 5
        found.append(Token(kinds[group - 1], match.group(group), match.start(group)))
    found.append(Token("end", "", len(text.rstrip())))
    return found
