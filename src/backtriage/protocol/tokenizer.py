"""The tokens of a condition."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain
from typing import Final, NoReturn, TypeAlias, TypeVar

from backtriage.protocol.protocol import Question
from backtriage.terms.problem import MAX_PROBLEMS

T = TypeVar("T")

Suggest: TypeAlias = Callable[[str, Iterable[str]], str]
"""A function that returns a hint that names the closest of some known words, or ""."""

# ASCII only: other digits and spaces merely look the same. The length of numbers is limited
# to keep arithmetic on bounds exact.
_TOKEN: Final = re.compile(
    r"\s*(?:([a-z][a-z0-9_]*)|(\d{1,9}(?:\.\d{1,9})?(?![\d.]))|(<=|>=|<|>)|([(),])|([^\s(),<>]+))",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class ParseError:
    """An error in a condition, at an offset in its text."""

    code: str
    message: str
    start: int
    length: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class SymbolTable:
    """The names that a condition may use."""

    questions: Mapping[str, Question]
    facts: frozenset[str]
    scores: Mapping[str, int]
    """The maximum of each score."""
    later: AbstractSet[str] = frozenset()
    """Questions that exist but are asked after this guard is evaluated."""

    def names(self) -> Iterator[str]:
        """Return every name, for "did you mean"."""
        return chain(self.questions, self.facts, self.scores)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, sign, bracket or other character, or the end of the condition."""

    kind: str
    text: str
    start: int


class SyntaxFailure(Exception):  # noqa: N818 - private to the parser
    """Raised to end the condition at a syntax error, which is already recorded."""


class TokenStream:
    """The tokens of one condition, and the errors found so far."""

    def __init__(self, text: str, suggest: Suggest) -> None:
        """Tokenize a condition."""
        self._suggest = suggest
        self.tokens = _tokens(text)
        self.index = 0
        self.errors: list[ParseError] = []

    @property
    def token(self) -> Token:
        """The current token."""
        return self.tokens[self.index]

    def advance(self) -> Token:
        """Consume the current token, which must not be the end, and return it."""
        self.index += 1
        return self.tokens[self.index - 1]

    def next_is(self, *words: str) -> bool:
        """Return whether these words come next."""
        ahead = self.tokens[self.index : self.index + len(words)]
        return [token.text for token in ahead] == list(words)

    def accept(self, *words: str) -> bool:
        """Consume these words if they come next, and return whether they did."""
        if not self.next_is(*words):
            return False
        self.index += len(words)
        return True

    def expect(self, word: str) -> None:
        """Consume a word that must come next."""
        if not self.accept(word):
            self.fail(f"expected '{word}'")

    def suggest(self, word: str, known: Iterable[str]) -> str:
        """Return a hint that names the closest known word, or ""; none among too many errors."""
        return self._suggest(word, known) if len(self.errors) < MAX_PROBLEMS else ""

    def error(self, code: str, message: str, token: Token, hint: str = "") -> None:
        """Record an error and go on."""
        self.errors.append(ParseError(code, message, token.start, max(1, len(token.text)), hint))

    def fail(self, expected: str, code: str = "P201", hint: str = "") -> NoReturn:
        """Record what was expected here, and end the condition."""
        found = "end of condition" if self.token.kind == "end" else f"'{self.token.text}'"
        self.error(code, f"{expected}, found {found}", self.token, hint)
        raise SyntaxFailure

    def list_of(self, read: Callable[[], T]) -> tuple[T, ...]:
        """Parse a list of two or more: "(" entry ("," entry)+ ")"."""
        self.expect("(")
        entries = [read()]
        while self.accept(","):
            entries.append(read())
        if len(entries) == 1:
            self.fail("expected ',' and a second entry")
        self.expect(")")
        return tuple(entries)


def _tokens(text: str) -> list[Token]:
    """Return the tokens of a condition; the last one is its end."""
    kinds = ("word", "number", "sign", "bracket", "other")
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        group = match.lastindex or 5
        tokens.append(Token(kinds[group - 1], match.group(group), match.start(group)))
    tokens.append(Token("end", "", len(text.rstrip())))
    return tokens
