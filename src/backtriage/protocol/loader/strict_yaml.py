"""A strict subset of YAML whose nodes know their line and column.

Every scalar is text. Anchors, aliases, tags, merge keys, directives, second documents,
duplicate keys and, in rules, flow style are errors. Depth is checked on parser events before
any node is built, because a million nested brackets crash libyaml's composer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final, TypeAlias

import yaml

from backtriage.terms.problem import Location, Problem, excerpt_of, lines_of

MAX_DEPTH: Final = 50

_REFUSED: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)
"""Control characters, surrogates and noncharacters."""

_SIMPLE_KEY: Final = "while scanning a simple key"
"""For this error, PyYAML reports the key without a colon as the context, not the problem."""

_TOO_DEEP: Final = "nesting depth"
"""From 6.0.4, PyYAML itself stops at a thousand open brackets."""

# The C loader is ten times faster, but PyYAML may be built without it.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A text."""

    text: str
    location: Location


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list."""

    of: tuple[Node, ...]
    location: Location


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A mapping, in written order, without its duplicate keys."""

    of: tuple[tuple[ScalarNode, Node], ...]
    location: Location
    duplicates: frozenset[str] = frozenset()


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode


@dataclass(slots=True)
class _Collection:
    """A list or mapping that is still open."""

    location: Location
    is_map: bool
    children: list[Node]


class _Stop(Exception):  # noqa: N818 - private to this module
    """Ends the document at an error that nothing can follow."""


def read_yaml(text: str, file: str, *, flow: bool) -> tuple[Node | None, tuple[Problem, ...]]:
    """Parse one document.

    Args:
        text: The source.
        file: The file name for messages.
        flow: Whether to allow flow style, `[a, b]` and `{a: b}`, as in sheets.

    Returns:
        The root node, or None if nothing could be read, and every problem.
    """
    builder = _TreeBuilder(text, file, flow=flow)
    try:
        root = builder.document()
    except _Stop:
        root = None
    return root, tuple(builder.problems)


class _TreeBuilder:
    """Builds the tree of one document from parser events."""

    def __init__(self, text: str, file: str, *, flow: bool) -> None:
        self.text = text
        self.lines = lines_of(text)
        self.file = file
        self.flow = flow
        self.problems: list[Problem] = []

    def location(self, mark: object, length: int = 0) -> Location:
        """Return the location of a mark, with its line; the C loader gives no `mark.buffer`."""
        line = getattr(mark, "line", 0)
        column = getattr(mark, "column", 0)
        if line >= len(self.lines):  # libyaml puts the end on its own line
            line, column = len(self.lines) - 1, len(self.lines[-1])
        excerpt, caret = excerpt_of(self.lines[line], column)
        return Location(
            file=self.file,
            line=line + 1,
            column=column + 1,
            excerpt=excerpt,
            caret=caret,
            length=length,
        )

    def report(self, code: str, message: str, location: Location, hint: str = "") -> None:
        self.problems.append(Problem(code=code, message=message, location=location, hint=hint))

    def events(self) -> Iterator[yaml.Event]:
        """Yield the parser's events; report a syntax error and stop."""
        self.check_characters()
        try:
            yield from yaml.parse(self.text, Loader=_LOADER)
        except yaml.YAMLError as error:
            mark = "context" if getattr(error, "context", "") == _SIMPLE_KEY else "problem"
            location = self.location(getattr(error, f"{mark}_mark", None), 1)
            problem = str(getattr(error, "problem", error))
            if _TOO_DEEP in problem:
                self.report("P103", f"nested more than {MAX_DEPTH} deep", location)
            else:
                self.report("P101", f"this is not YAML: {problem}", location)
            raise _Stop from None

    def check_characters(self) -> None:
        """Stop at a character that YAML refuses; the C parser reports a wrong position for it."""
        refused = _REFUSED.search(self.text)
        if refused is None:
            return
        before = lines_of(self.text[: refused.start()])
        mark = SimpleNamespace(line=len(before) - 1, column=len(before[-1]))
        message = f"this is not YAML: the character U+{ord(refused.group()):04X} is not allowed"
        self.report("P101", message, self.location(mark, 1))
        raise _Stop

    def document(self) -> Node | None:
        """Build the tree without recursion."""
        stack: list[_Collection] = []
        root: Node | None = None
        documents = 0
        for event in self.events():
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                self.check_document(event, documents)
                continue
            node = self.node(event, stack)
            if node is not None and stack:
                stack[-1].children.append(node)
            elif node is not None:
                root = node
        return root

    def check_document(self, event: yaml.DocumentStartEvent, documents: int) -> None:
        if documents > 1:
            self.report("P102", "a second document starts here", self.location(event.start_mark))
            raise _Stop
        if event.version or event.tags:
            self.report("P102", "directives are not allowed", self.location(event.start_mark))

    def node(self, event: yaml.Event, stack: list[_Collection]) -> Node | None:
        """Return the node that an event completes, if any."""
        if isinstance(event, yaml.ScalarEvent):
            self.refuse_magic(event)
            return self.scalar(event)
        if isinstance(event, yaml.AliasEvent):
            location = self.location(event.start_mark)
            self.report("P102", "aliases are not allowed", location, "write the value out")
            return ScalarNode(f"*{event.anchor}", location)
        if isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            self.refuse_magic(event)
            self.open(event, stack)
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            return self.close(stack.pop())
        return None

    def scalar(self, event: yaml.ScalarEvent) -> ScalarNode:
        is_null = event.value == "~" and not event.style
        return ScalarNode("" if is_null else event.value, self.location(event.start_mark))

    def open(
        self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent, stack: list[_Collection]
    ) -> None:
        location = self.location(event.start_mark, 1)
        if len(stack) >= MAX_DEPTH:
            self.report("P103", f"nested more than {MAX_DEPTH} deep", location)
            raise _Stop
        if event.flow_style and not self.flow:
            hint = "write one entry per line, or 'none' for an empty list"
            self.report("P104", "brackets and braces are not allowed in rules", location, hint)
        is_map = isinstance(event, yaml.MappingStartEvent)
        stack.append(_Collection(location, is_map, []))

    def refuse_magic(self, event: yaml.NodeEvent) -> None:
        location = self.location(event.start_mark)
        if event.anchor:
            self.report("P102", "anchors are not allowed", location, "write the value out")
        if getattr(event, "tag", None):
            self.report("P102", "tags are not allowed", location, "every value is plain text here")

    def close(self, closed: _Collection) -> Node:
        """Return the node of a list or mapping that ends."""
        if not closed.is_map:
            return SequenceNode(tuple(closed.children), closed.location)
        pairs: list[tuple[ScalarNode, Node]] = []
        seen: dict[str, Location] = {}
        duplicates: set[str] = set()
        for key, value in zip(closed.children[::2], closed.children[1::2], strict=True):
            if not isinstance(key, ScalarNode):
                self.report("P105", "a key must be a word", key.location)
            elif key.text == "<<":
                self.report("P102", "merge keys are not allowed", key.location)
            elif key.text in seen:
                first = seen[key.text].line
                self.report("P106", f"'{key.text}' appears twice here", key.location,
                           f"it is also on line {first}")  # fmt: skip
                duplicates.add(key.text)
            else:
                seen[key.text] = key.location
                pairs.append((key, value))
        unique = tuple(pair for pair in pairs if pair[0].text not in duplicates)
        return MappingNode(unique, closed.location, frozenset(duplicates))
