"""YAML with places and without surprises.

Every scalar is text, every node knows its line and column, and all that makes YAML
surprising is an error: anchors, aliases, tags, merge keys, directives, second documents,
double keys, and (in rules) flow style. Depth is counted on parser events before anything is
built: a million nested brackets crash libyaml's composer, they cannot reach it here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final, TypeAlias

import yaml

from backtriage.terms.location import Location, excerpt_of, lines_of
from backtriage.terms.problem import Problem

MAX_DEPTH: Final = 50

_REFUSED: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)
"""Control characters and what is no character at all."""

_SIMPLE_KEY: Final = "while scanning a simple key"
"""Where PyYAML notices late: the key without a colon is the context, not the problem."""

_TOO_DEEP: Final = "nesting depth"
"""From 6.0.4 PyYAML stops by itself, at a thousand open brackets, before we can count them."""

# The C loader is ten times faster; a PyYAML built without it still works.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text."""

    text: str
    location: Location
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    of: tuple[Node, ...]
    location: Location


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping, in written order. A double key was reported and is left out."""

    of: tuple[tuple[Scalar, Node], ...]
    location: Location
    doubled: frozenset[str] = frozenset()
    """The double keys."""


Node: TypeAlias = Scalar | Items | Entries


@dataclass(slots=True)
class _Open:
    """A collection that is still being read."""

    location: Location
    is_map: bool
    children: list[Node]


class _Stop(Exception):  # noqa: N818 - leaves the event loop, never seen outside
    """Nothing after this can be read."""


def read_yaml(text: str, file: str, *, flow: bool) -> tuple[Node | None, tuple[Problem, ...]]:
    """Read one document. `flow` allows `[a, b]` and `{a: b}`, which sheets may use.

    Returns the node, or None when nothing could be read, and every problem.
    """
    reading = _Reading(text, file, flow=flow)
    try:
        root = reading.document()
    except _Stop:
        root = None
    return root, tuple(reading.problems)


class _Reading:
    """One pass over the parser's events."""

    def __init__(self, text: str, file: str, *, flow: bool) -> None:
        self.text = text
        self.lines = lines_of(text)
        self.file = file
        self.flow = flow
        self.problems: list[Problem] = []

    def location(self, mark: object, length: int = 0) -> Location:
        """The place of a mark, with the line it stands on.

        `mark.buffer` is None with the C loader, so the text is kept here.
        """
        line = getattr(mark, "line", 0)
        column = getattr(mark, "column", 0)
        if line >= len(self.lines):  # libyaml puts the end on a line of its own
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
        """The parser's events; a syntax error becomes a problem and ends the reading."""
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
        """Stop at a character that YAML refuses: the C parser cannot say well where it stands."""
        found = _REFUSED.search(self.text)
        if found is None:
            return
        before = lines_of(self.text[: found.start()])
        mark = SimpleNamespace(line=len(before) - 1, column=len(before[-1]))
        message = f"this is not YAML: the character U+{ord(found.group()):04X} is not allowed"
        self.report("P101", message, self.location(mark, 1))
        raise _Stop

    def document(self) -> Node | None:
        """Build the tree from events, without recursion."""
        stack: list[_Open] = []
        root: Node | None = None
        documents = 0
        for event in self.events():
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                self.check_document(event, documents)
                continue
            done = self.node(event, stack)
            if done is None:
                continue
            if stack:
                stack[-1].children.append(done)
            else:
                root = done
        return root

    def check_document(self, event: yaml.DocumentStartEvent, documents: int) -> None:
        if documents > 1:
            self.report("P102", "a second document starts here", self.location(event.start_mark))
            raise _Stop
        if event.version or event.tags:
            self.report("P102", "directives are not allowed", self.location(event.start_mark))

    def node(self, event: yaml.Event, stack: list[_Open]) -> Node | None:
        """The node that an event completes, if it completes one."""
        if isinstance(event, yaml.ScalarEvent):
            self.refuse_magic(event)
            return self.scalar(event)
        if isinstance(event, yaml.AliasEvent):
            location = self.location(event.start_mark)
            self.report("P102", "aliases are not allowed", location, "write the value out")
            return Scalar(f"*{event.anchor}", location)
        if isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            self.refuse_magic(event)
            self.open(event, stack)
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            return self.close(stack.pop())
        return None

    def scalar(self, event: yaml.ScalarEvent) -> Scalar:
        location = self.location(event.start_mark)
        if event.style:
            return Scalar(event.value, location, quoted=True)
        return Scalar("" if event.value in {"~", ""} else event.value, location)

    def open(
        self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent, stack: list[_Open]
    ) -> None:
        location = self.location(event.start_mark, 1)
        if len(stack) >= MAX_DEPTH:
            self.report("P103", f"nested more than {MAX_DEPTH} deep", location)
            raise _Stop
        if event.flow_style and not self.flow:
            hint = "write one entry per line, or 'none' for an empty list"
            self.report("P104", "brackets and braces are not allowed in rules", location, hint)
        is_map = isinstance(event, yaml.MappingStartEvent)
        stack.append(_Open(location, is_map, []))

    def refuse_magic(self, event: yaml.NodeEvent) -> None:
        location = self.location(event.start_mark)
        if event.anchor:
            self.report("P102", "anchors are not allowed", location, "write the value out")
        if getattr(event, "tag", None):
            self.report("P102", "tags are not allowed", location, "every value is plain text here")

    def close(self, done: _Open) -> Node:
        """A finished list or mapping."""
        if not done.is_map:
            return Items(tuple(done.children), done.location)
        pairs: list[tuple[Scalar, Node]] = []
        seen: dict[str, Location] = {}
        double: set[str] = set()
        for key, value in zip(done.children[::2], done.children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.report("P105", "a key must be a word", key.location)
            elif key.text == "<<":
                self.report("P102", "merge keys are not allowed", key.location)
            elif key.text in seen:
                first = seen[key.text].line
                self.report("P106", f"'{key.text}' stands here twice", key.location,
                           f"it stands on line {first} too")  # fmt: skip
                double.add(key.text)
            else:
                seen[key.text] = key.location
                pairs.append((key, value))
        kept = tuple(pair for pair in pairs if pair[0].text not in double)
        return Entries(kept, done.location, frozenset(double))
