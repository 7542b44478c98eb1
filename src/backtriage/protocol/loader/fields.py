"""Read the fields of one entry, recording locations and problems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeVar

from msgspec.structs import replace

from backtriage.protocol.loader.nodes import MappingNode, Node, ScalarNode, SequenceNode
from backtriage.protocol.parser import parse_condition
from backtriage.protocol.suggestions import nearest_hint
from backtriage.protocol.tokenizer import SymbolTable
from backtriage.terms.condition import Always, Condition
from backtriage.terms.printable import without_middle
from backtriage.terms.problem import Location, Problem, Problems, excerpt_of, lines_of, listed

T = TypeVar("T")

KEYWORDS: Final = frozenset(
    {"yes", "no", "true", "false", "none", "not_sure", "always", "and", "or", "not", "is"}
    | {"any", "all", "at", "least", "of", "one", "includes"}
)
"""Words that may not be ids."""

ID: Final = re.compile(r"[a-z][a-z0-9_]*")
_BLANKS: Final = re.compile(r"[ \t\r\n]+")
MAX_ID: Final = 60
MAX_TEXT: Final = 2000
"""Characters of a text: many times what fits a screen. Work on a text may grow faster than it."""
_MOST_DIGITS: Final = 9


@dataclass(slots=True)
class Diagnostics:
    """The problems and locations found while reading a folder."""

    problems: Problems = field(default_factory=Problems)
    locations: dict[str, Location] = field(default_factory=dict)
    """Locations by key path, such as `rules.fever.when`."""
    sources: dict[str, str] = field(default_factory=dict)
    """The text of each file, to locate errors in conditions over several lines."""
    _lines: dict[str, list[str]] = field(default_factory=dict)

    def report(self, code: str, message: str, location: Location, hint: str = "") -> None:
        """Add a problem. A word that it quotes may be as long as the file."""
        message = without_middle(message)
        self.problems.add(Problem(code=code, message=message, location=location, hint=hint))

    def suggest(self, word: str, known: Iterable[str]) -> str:
        """Return a hint that names the id that was meant, or "" when it would not be listed."""
        return "" if self.problems.is_full else nearest_hint(word, known)

    def lines(self, file: str) -> list[str]:
        """Return the lines of a file."""
        if file not in self._lines:
            self._lines[file] = lines_of(self.sources.get(file, ""))
        return self._lines[file]


class Fields:
    """The fields of one mapping: each is read once, and `done` reports unknown keys."""

    def __init__(self, node: Node, path: str, diagnostics: Diagnostics) -> None:
        """Wrap a node, and report it if it is not a mapping."""
        self.diagnostics = diagnostics
        self.path = path
        self.location = replace(node.location, path=path)
        self.read: list[str] = []
        self.nodes: dict[str, Node] = {}
        self.keys: tuple[ScalarNode, ...] = ()
        self.duplicates: frozenset[str] = frozenset()
        if isinstance(node, MappingNode):
            self.nodes = {key.text: value for key, value in node.of}
            self.keys = tuple(key for key, _ in node.of)
            self.duplicates = node.duplicates
        else:
            self.report("P107", "expected keys with values here", node.location)

    def report(self, code: str, message: str, location: Location, hint: str = "") -> None:
        """Add a problem of this entry."""
        location = replace(location, path=location.path or self.path)
        self.diagnostics.report(code, message, location, hint)

    def suggest(self, word: str, known: Iterable[str]) -> str:
        """Return a hint for a word with a meaning, of which the hint must not lose any, or ""."""
        return self.diagnostics.suggest(word, known)

    def node(self, key: str, *, required: bool = False) -> Node | None:
        """Return the node under a key, or None. Reports a missing required key."""
        self.read.append(key)
        if key not in self.nodes:
            if required and key not in self.duplicates:
                self.report("P108", f"'{key}' is missing", self.location)
            return None
        node = self.nodes[key]
        self.diagnostics.locations[f"{self.path}.{key}"] = replace(node.location, path=self.path)
        return node

    def text(
        self,
        key: str,
        *,
        required: bool = False,
        default: str = "",
        most: int | None = MAX_TEXT,
    ) -> str:
        """Return the text under a key, which has at most some number of characters."""
        node = self.node(key, required=required)
        return default if node is None else self.scalar(node, key, most=most)

    def id(self, key: str = "id") -> str:
        """Return the id of the entry, and extend the path of the entry by it."""
        word = self.text(key, required=True)
        if key not in self.nodes:
            return ""
        location = self.nodes[key].location
        if word in KEYWORDS:
            self.report("P206", f"'{word}' is a keyword and cannot be an id", location)
        elif len(word) > MAX_ID:
            word = word[:MAX_ID]
            self.report("P206", f"an id has at most {MAX_ID} characters", location)
        elif word and not ID.fullmatch(word):
            hint = "use lower-case letters, digits and _, beginning with a letter"
            self.report("P206", f"'{word}' is not a valid id", location, hint)
        self.path = f"{self.path}.{word}"
        self.diagnostics.locations[self.path] = location
        return word

    def matching(self, key: str, pattern: re.Pattern[str], what: str) -> str:
        """Return the required text under a key, which must match a pattern."""
        word = self.text(key, required=True)
        if word and not pattern.fullmatch(word):
            message = f"'{key}' must be {what}, found '{word}'"
            self.report("P110", message, self.nodes[key].location)
        return word

    def word(self, key: str) -> str:
        """Return the text under a key, or "", without marking the key as read."""
        node = self.nodes.get(key)
        return node.text.strip() if isinstance(node, ScalarNode) else ""

    def scalar(self, node: Node, what: str, *, most: int | None = MAX_TEXT) -> str:
        """Return the text of a node that must be a text, on one line and not too long."""
        if not isinstance(node, ScalarNode):
            self.report("P107", f"'{what}' must be a piece of text", node.location)
            return ""
        if not node.text.strip():
            self.report("P109", f"'{what}' is empty", node.location, "leave the key out instead")
        text = _BLANKS.sub(" ", node.text).strip()
        if most is not None and len(text) > most:
            message = f"'{what}' has {len(text):,} characters, which are too many"
            self.report("P124", message, node.location, f"write {most:,} at most")
            return ""
        return text

    def texts(
        self, key: str, *, required: bool = False, may_repeat: bool = False
    ) -> tuple[str, ...]:
        """Return the list of texts under a key; the word `none` is an empty list."""
        node = self.node(key, required=required)
        if isinstance(node, ScalarNode) and node.text == "none":
            return ()
        words: list[str] = []
        seen: set[str] = set()
        for entry in self._items(node, key):
            word = self.scalar(entry, key)
            self.diagnostics.locations[f"{self.path}.{key}.{word}"] = entry.location
            if may_repeat or word not in seen:
                words.append(word)
                seen.add(word)
            else:
                self.report("P106", f"'{word}' appears twice here", entry.location)
        return tuple(word for word in words if word)

    def entries(self, key: str, *, required: bool = False) -> tuple[Fields, ...]:
        """Return the list of mappings under a key."""
        items = self._items(self.node(key, required=required), key)
        return tuple(Fields(entry, f"{self.path}.{key}", self.diagnostics) for entry in items)

    def _items(self, node: Node | None, key: str) -> tuple[Node, ...]:
        if isinstance(node, SequenceNode):
            return node.of
        if node is not None:
            message, hint = f"'{key}' must be a list", "write one '- ' per line"
            self.report("P107", message, node.location, hint)
        return ()

    def pairs(self, key: str, *, required: bool = False) -> tuple[tuple[ScalarNode, Node], ...]:
        """Return the pairs of the mapping under a key."""
        node = self.node(key, required=required)
        if isinstance(node, MappingNode):
            return node.of
        if node is not None:
            self.report("P107", f"'{key}' must hold keys with values", node.location)
        return ()

    def one_of(self, key: str, known: Mapping[str, T], default: T, *, required: bool = False) -> T:
        """Return what the word under a key stands for."""
        word = self.text(key, required=required)
        if key in self.nodes and word not in known:
            hint = self.suggest(word, known) or f"it may be: {listed(known)}"
            location = self.nodes[key].location
            self.report("P110", f"'{word}' is not a value of '{key}'", location, hint)
        return known.get(word, default)

    def whole(self, key: str, *, default: int = 0, required: bool = False) -> int:
        """Return the whole number, 0 or more, under a key."""
        node = self.node(key, required=required)
        number = None if node is None else self.count(node, key)
        return default if number is None else number

    def count(self, node: Node, what: str) -> int | None:
        """Return the whole number, 0 or more, of a node, or None."""
        word = self.scalar(node, what)
        if word.isascii() and word.isdigit() and len(word) <= _MOST_DIGITS:
            return int(word)
        if word:
            self.report("P111", f"'{what}' must be a whole number, found '{word}'", node.location)
        return None

    def condition(self, key: str, symbols: SymbolTable, *, required: bool = False) -> Condition:
        """Return the condition under a key; each parse error becomes a problem with a caret."""
        text = self.text(key, required=required, most=None)  # its parts are counted instead
        if not text:
            return Always()
        tree, errors = parse_condition(text, symbols, self.suggest)
        in_order = sorted(errors, key=lambda error: error.start)
        places = self.inside(self.nodes[key], text, [(e.start, e.length) for e in in_order])
        for error, location in zip(in_order, places, strict=True):
            self.report(error.code, error.message, location, error.hint)
        return tree or Always()

    def inside(
        self, node: Node, text: str, spans: Iterable[tuple[int, int]]
    ) -> Iterator[Location]:
        """Yield the locations of spans of a condition, in order, even if YAML folded its lines.

        Folding changes only white space, so this counts the other characters, and goes over the
        condition and the file once.
        """
        solid = self._solid(node)
        at = skipped = 0
        line = before = reached = 0
        for start, length in spans:
            at_end = start >= len(text)
            skipped += sum(not c.isspace() for c in text[at:start])
            at = start
            ahead = skipped - at_end - reached
            if ahead >= 0:
                line, before = next(islice(solid, ahead, None))
                reached += ahead + 1
            excerpt, caret = excerpt_of(text, start)
            column = before + 1 + at_end
            yield Location(file=node.location.file, line=line + 1, column=column, path=self.path,
                           excerpt=excerpt, caret=caret, length=length)  # fmt: skip

    def _solid(self, node: Node) -> Iterator[tuple[int, int]]:
        """Yield the line and column of each character of a node that is not white space."""
        lines = self.diagnostics.lines(node.location.file)
        first, offset = node.location.line - 1, node.location.column - 1
        opening = lines[first][offset : offset + 1]
        if opening in {"|", ">"}:
            first, offset = first + 1, 0
        elif opening in {"'", '"'}:
            offset += 1
        line = first
        while True:  # the characters that are asked for are there
            for column, character in enumerate(lines[line][offset:], offset):
                if not character.isspace():
                    yield line, column
            line, offset = line + 1, 0

    def done(self) -> None:
        """Report every key that was not read."""
        for key in self.keys:
            if key.text not in self.read:
                near = self.diagnostics.problems.suggest(key.text, self.read)
                hint = near or f"keys are: {', '.join(dict.fromkeys(self.read))}"
                self.report("P112", f"unknown key '{key.text}'", key.location, hint)
