"""Reading the fields of one entry, with a place for everything and all that is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeVar

from msgspec.structs import replace

from backtriage.protocol.loader.strict_yaml import MappingNode, Node, ScalarNode, SequenceNode
from backtriage.protocol.parser import parse
from backtriage.protocol.tokenizer import SymbolTable
from backtriage.terms.condition import Always, Condition
from backtriage.terms.location import Location, excerpt_of, lines_of
from backtriage.terms.problem import Problem, did_you_mean

T = TypeVar("T")

_MOST_DIGITS: Final = 9


@dataclass(slots=True)
class Diagnostics:
    """What one reading of a rules folder gathers beside the nouns."""

    problems: list[Problem] = field(default_factory=list)
    locations: dict[str, Location] = field(default_factory=dict)
    """Where each thing stands, by key path: `rules.fever.when`."""

    sources: dict[str, str] = field(default_factory=dict)
    """The text of each file, for carets in conditions that run over several lines."""

    def report(self, code: str, message: str, location: Location, hint: str = "") -> None:
        """Note one problem."""
        self.problems.append(Problem(code=code, message=message, location=location, hint=hint))


class Fields:
    """The fields of one mapping. Each is asked for once; `done` reports what is left."""

    def __init__(self, node: Node, path: str, diagnostics: Diagnostics) -> None:
        """Stand at the start of an entry; a node that is no mapping is reported."""
        self.diagnostics = diagnostics
        self.path = path
        self.location = replace(node.location, path=path)
        self.asked: list[str] = []
        self.nodes: dict[str, tuple[ScalarNode, Node]] = {}
        self.duplicates: frozenset[str] = frozenset()
        if isinstance(node, MappingNode):
            self.duplicates = node.duplicates
            self.nodes = {key.text: (key, value) for key, value in node.of}
        else:
            self.report("P107", "expected keys with values here", node.location)

    def report(self, code: str, message: str, location: Location, hint: str = "") -> None:
        """Note one problem of this entry."""
        where = replace(location, path=location.path or self.path)
        self.diagnostics.report(code, message, where, hint)

    def node(self, key: str, *, required: bool = False) -> Node | None:
        """The node under a key, or None; a missing required key is reported."""
        self.asked.append(key)
        if key not in self.nodes:
            if required and key not in self.duplicates:
                self.report("P108", f"'{key}' is missing", self.location)
            return None
        found = self.nodes[key][1]
        self.diagnostics.locations[f"{self.path}.{key}"] = replace(found.location, path=self.path)
        return found

    def text(self, key: str, *, required: bool = False, default: str = "") -> str:
        """The text under a key."""
        node = self.node(key, required=required)
        return default if node is None else self.scalar(node, key)

    def word(self, key: str) -> str:
        """The text under a key if there is one: a look ahead that reports nothing."""
        node = self.nodes[key][1] if key in self.nodes else None
        return node.text.strip() if isinstance(node, ScalarNode) else ""

    def scalar(self, node: Node, what: str) -> str:
        """A node that must be a piece of text."""
        if not isinstance(node, ScalarNode):
            self.report("P107", f"'{what}' must be a piece of text", node.location)
            return ""
        if not node.text.strip():
            self.report("P109", f"'{what}' is empty", node.location, "leave the key out instead")
        return node.text.strip()

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts under a key; `none` is an empty list."""
        node = self.node(key, required=required)
        if node is None or (isinstance(node, ScalarNode) and node.text == "none"):
            return ()
        if not isinstance(node, SequenceNode):
            self.report(
                "P107", f"'{key}' must be a list", node.location, "write one '- ' per line"
            )
            return ()
        found = []
        for entry in node.of:
            word = self.scalar(entry, key)
            self.diagnostics.locations[f"{self.path}.{key}.{word}"] = entry.location
            if word in found:
                self.report("P106", f"'{word}' stands here twice", entry.location)
            found.append(word)
        return tuple(word for word in found if word)

    def entries(self, key: str, *, required: bool = False) -> tuple[Fields, ...]:
        """A list of mappings under a key, each as fields of its own."""
        node = self.node(key, required=required)
        if node is None:
            return ()
        if not isinstance(node, SequenceNode):
            self.report(
                "P107", f"'{key}' must be a list", node.location, "write one '- ' per line"
            )
            return ()
        return tuple(Fields(entry, f"{self.path}.{key}", self.diagnostics) for entry in node.of)

    def pairs(self, key: str, *, required: bool = False) -> tuple[tuple[ScalarNode, Node], ...]:
        """The keys and nodes of a mapping under a key."""
        node = self.node(key, required=required)
        if node is None:
            return ()
        if not isinstance(node, MappingNode):
            self.report("P107", f"'{key}' must hold keys with values", node.location)
            return ()
        return node.of

    def one_of(self, key: str, known: dict[str, T], default: T) -> T:
        """A word with a fixed set of meanings."""
        node = self.node(key)
        if node is None:
            return default
        word = self.scalar(node, key)
        if word not in known:
            near = did_you_mean(word, tuple(known))
            hint = near or f"it may be: {', '.join(known)}"
            self.report("P110", f"'{word}' is not a value of '{key}'", node.location, hint)
            return default
        return known[word]

    def whole(self, key: str, *, default: int = 0, required: bool = False) -> int:
        """A whole number, 0 or more."""
        node = self.node(key, required=required)
        if node is None:
            return default
        number = self.count(node, key)
        return default if number is None else number

    def count(self, node: Node, what: str) -> int | None:
        """A node that must be a whole number, 0 or more."""
        word = self.scalar(node, what)
        if word.isascii() and word.isdigit() and len(word) <= _MOST_DIGITS:
            return int(word)
        if word:
            self.report("P111", f"'{what}' must be a whole number, found '{word}'", node.location)
        return None

    def condition(
        self,
        key: str,
        symbols: SymbolTable,
        *,
        required: bool = False,
        default: Condition = Always(),
    ) -> Condition:
        """A condition in plain words, with a caret under whatever is wrong in it."""
        node = self.node(key, required=required)
        if node is None:
            return default
        text = self.scalar(node, key)
        if not text or not isinstance(node, ScalarNode):
            return default
        tree, faults = parse(text, symbols)
        for fault in faults:
            location = self.inside(node, text, fault.start, fault.length)
            self.report(fault.code, fault.message, location, fault.hint)
        return default if tree is None else tree

    def inside(self, node: ScalarNode, text: str, start: int, length: int) -> Location:
        """The place of a stretch of a condition, also when YAML folded its lines.

        Folding changes nothing but spaces, so the characters that are none are counted.
        """
        at_end = start >= len(text)
        ahead = sum(not c.isspace() for c in text[:start]) - at_end
        lines = lines_of(self.diagnostics.sources.get(node.location.file, ""))
        first, offset = node.location.line - 1, node.location.column - 1
        if lines[first][offset : offset + 1] in {"|", ">"}:
            first, offset = first + 1, 0
        elif node.quoted:
            offset += 1
        solid = (
            (line, column)
            for line, written in enumerate(lines[first:], first)
            for column, c in enumerate(written)
            if not c.isspace() and (line > first or column >= offset)
        )
        line, column = next(islice(solid, ahead, None))
        one_line = "".join(" " if c.isspace() else c for c in text)
        excerpt, caret = excerpt_of(one_line, start)
        return Location(file=node.location.file, line=line + 1, column=column + 1 + at_end,
                     path=self.path, excerpt=excerpt, caret=caret, length=length)  # fmt: skip

    def done(self) -> None:
        """Report every key that nobody asked for."""
        for key, (scalar, _) in self.nodes.items():
            if key not in self.asked:
                hint = did_you_mean(key, tuple(self.asked)) or f"keys are: {', '.join(self.asked)}"
                self.report("P112", f"unknown key '{key}'", scalar.location, hint)
