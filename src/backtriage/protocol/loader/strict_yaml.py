"""A strict subset of YAML, with the line and column of every node.

Every scalar is text. Anchors, aliases, tags, merge keys, directives, second documents,
duplicate keys and, in rules, flow style are errors, and so are characters that do not print.
Depth is checked on parser events before any node is built, because a million nested brackets
crash libyaml's composer.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final, NamedTuple, NoReturn

import yaml
from msgspec.structs import replace

from backtriage.protocol.loader.nodes import MappingNode, Node, ScalarNode, SequenceNode
from backtriage.terms.printable import first_unprintable, is_printable, name_of
from backtriage.terms.problem import (
    BREAK,
    Location,
    Problem,
    Problems,
    excerpt_of,
    lines_of,
    quoted_key,
)

MAX_DEPTH: Final = 50
_MAX_KEY: Final = 60

_REFUSED: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)
"""Control characters, surrogates and noncharacters."""

_SUSPECT: Final = re.compile("[^\t\n\r -~]|\r(?!\n)")
"""Also a line break that many editors do not show, so that its line hides behind another."""
_UNPRINTABLE: Final = "remove it: readers cannot see it, but it changes what they see"

_QUOTES: Final = frozenset("'\"")

_SIMPLE_KEY: Final = "while scanning a simple key"
"""For this error, PyYAML reports the key without a colon as the context, not the problem."""

_KEPT: Final = 2  # so many collections may be open in a sheet where another one is kept
_DEEP: Final = f"nested more than {MAX_DEPTH} deep"

_DIRECTIVE: Final = re.compile("(\\A\ufeff*|[\n\r\x85\u2028\u2029])%")

_TOO_DEEP: Final = "nesting depth"
"""From 6.0.4, PyYAML itself stops at a thousand open brackets."""

# The C loader is ten times faster, but PyYAML may be built without it.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Collection(NamedTuple):
    """A list or mapping that is still open."""

    location: Location
    is_map: bool
    is_open: bool
    children: list[Node]


class _Stop(Exception):  # noqa: N818 - private to this module
    """Raised to end the document at an error after which nothing can be read."""


def read_yaml(text: str, file: str, *, flow: bool) -> tuple[Node | None, tuple[Problem, ...]]:
    """Parse one document.

    Args:
        text: The source.
        file: The file name for messages.
        flow: Whether to allow flow style, `[a, b]` and `{a: b}`, as in sheets.

    Returns:
        The root node, or None if the document was not read to its end, and every problem.
    """
    builder = _TreeBuilder(text, file, flow=flow)
    with suppress(_Stop):
        builder.read()
    return builder.root, builder.problems.found()


class _TreeBuilder:
    """Builds the tree of one document from parser events, without recursion."""

    def __init__(self, text: str, file: str, *, flow: bool) -> None:
        self.text = text
        self.lines = lines_of(text)
        self.file = file
        self.flow = flow
        self.problems = Problems()
        self.root: Node | None = None
        self.open: list[_Collection] = []
        self.inside = 0
        """How deep in a value of a sheet that is not kept; see `is_inside`."""
        self.unprintable: set[int] = set()
        """The lines that hold a character that does not print; the first one has number 0."""

    def location(self, mark: object, length: int = 0) -> Location:
        """Return the location of a mark, with its line; the C loader gives no `mark.buffer`."""
        line = getattr(mark, "line", 0)
        column = getattr(mark, "column", 0)
        if line >= len(self.lines):  # libyaml puts the end of the document on a line of its own
            line, column = len(self.lines) - 1, len(self.lines[-1])
        excerpt, caret = excerpt_of(self.lines[line], column)
        return Location(file=self.file, line=line + 1, column=column + 1,
                        excerpt=excerpt, caret=caret, length=length)  # fmt: skip

    def at(self, offset: int, length: int = 0) -> Location:
        """Return the location of an offset in the text."""
        before = lines_of(self.text[:offset])
        return self.location(yaml.Mark("", 0, len(before) - 1, len(before[-1]), None, 0), length)

    def report(
        self, code: str, message: str, location: Location, hint: str = "", found: str = ""
    ) -> None:
        problem = Problem(code=code, message=message, location=location, hint=hint, found=found)
        self.problems.add(problem)

    def stop(self, code: str, message: str, location: Location) -> NoReturn:
        """Report an error after which nothing can be read."""
        self.report(code, message, location)
        raise _Stop

    def read(self) -> None:
        """Build the tree."""
        self.check_characters()
        if not self.flow:
            self.check_printing()
        try:
            for event in yaml.parse(self.without_directives(), Loader=_LOADER):
                node = None if self.flow and self.is_inside(event) else self.node(event)
                if node is not None and self.open:
                    self.open[-1].children.append(node)
                elif node is not None:
                    self.root = node
        except yaml.YAMLError as error:
            mark = "context" if getattr(error, "context", "") == _SIMPLE_KEY else "problem"
            location = self.location(getattr(error, f"{mark}_mark", None), 1)
            problem = str(getattr(error, "problem", error))
            if _TOO_DEEP in problem:
                self.stop("P103", _DEEP, location)
            self.stop("P101", f"this is not YAML: {problem}", location)

    def check_characters(self) -> None:
        """Stop at a character that YAML refuses; the C parser reports a wrong position for it."""
        refused = _REFUSED.search(self.text)
        if refused is not None:
            character = f"the character U+{ord(refused.group()):04X} is not allowed"
            self.stop("P101", f"this is not YAML: {character}", self.at(refused.start(), 1))

    def without_directives(self) -> str:
        """Report a directive, and make comments of all: libyaml takes quadratic time for them."""
        if first := _DIRECTIVE.search(self.text):
            self.report("P102", "directives are not allowed", self.at(first.end() - 1))
        return _DIRECTIVE.sub(r"\1#", self.text)

    def check_printing(self) -> None:
        """Report every line of rules with a character that does not print, even in a comment.

        A text would bring it to the terminal; anywhere else it deceives who reviews the rules.
        """
        line, start, breaks = 0, 0, re.finditer(BREAK, self.text)
        following = next(breaks, None)
        for match in _SUSPECT.finditer(self.text):
            while following is not None and following.end() <= match.start():
                line, start, following = line + 1, following.end(), next(breaks, None)
            if not is_printable(match.group()) and line not in self.unprintable:
                self.unprintable.add(line)
                mark = yaml.Mark("", 0, line, match.start() - start, None, 0)
                self.report_unprintable(match.group(), self.location(mark, 1))

    def check_escapes(self, event: yaml.ScalarEvent, location: Location) -> None:
        """Report a quoted text with an escape for a character that does not print."""
        at = first_unprintable(event.value.replace("\n", " ").replace("\t", " "))
        if at is not None and self.unprintable.isdisjoint(_lines(event)):
            self.report_unprintable(event.value[at], location)

    def report_unprintable(self, character: str, location: Location) -> None:
        message = f"the character {name_of(character)} does not print"
        self.report("P116", message, location, _UNPRINTABLE)

    def is_inside(self, event: yaml.Event) -> bool:
        """Return whether an event lies deep inside a value of a sheet that can be no answer.

        The value is kept with its entries, since it may tell of an emergency; a million deeper
        nodes take more memory than their text.
        """
        if isinstance(event, yaml.CollectionStartEvent):
            if self.inside:
                self.inside += 1
            elif len(self.open) > _KEPT:
                self.inside = 1
                return False  # it is an empty value
            if len(self.open) + self.inside > MAX_DEPTH:
                self.stop("P103", _DEEP, self.location(event.start_mark, 1))
        elif isinstance(event, yaml.CollectionEndEvent) and self.inside:
            self.inside -= 1
        return self.inside > 0

    def node(self, event: yaml.Event) -> Node | None:
        """Return the node that an event completes, if any."""
        is_entry = self.flow and len(self.open) > 1 and not isinstance(event, yaml.AliasEvent)
        location = self.open[-1].location if is_entry else self.location(event.start_mark)
        if isinstance(event, yaml.DocumentStartEvent):
            if self.root is not None:
                self.stop("P102", "a second document starts here", location)
        elif isinstance(event, yaml.AliasEvent):
            self.report("P102", "aliases are not allowed", location, "write the value out")
            return ScalarNode(f"*{event.anchor}", location)
        elif isinstance(event, yaml.CollectionEndEvent):
            return self.close(self.open.pop())
        elif isinstance(event, yaml.ScalarEvent):
            self.refuse_magic(event)
            if event.style == '"' and not self.flow:
                self.check_escapes(event, location)
            is_null = event.value == "~" and not event.style
            is_open = event.style not in _QUOTES and len(_lines(event)) > 1
            return ScalarNode("" if is_null else event.value, location, is_open)
        elif isinstance(event, yaml.CollectionStartEvent):
            self.refuse_magic(event)
            self.start(event, replace(location, length=1))
        return None

    def refuse_magic(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        location = self.location(event.start_mark) if event.anchor or event.tag else Location()
        if event.anchor:
            self.report("P102", "anchors are not allowed", location, "write the value out")
        if event.tag:
            self.report("P102", "tags are not allowed", location, "every value is plain text here")

    def start(self, event: yaml.CollectionStartEvent, location: Location) -> None:
        if len(self.open) >= MAX_DEPTH:
            self.stop("P103", _DEEP, location)
        if event.flow_style and not self.flow:
            hint = "write one entry per line, or 'none' for an empty list"
            self.report("P104", "brackets and braces are not allowed in rules", location, hint)
        is_map = isinstance(event, yaml.MappingStartEvent)
        self.open.append(_Collection(location, is_map, not event.flow_style, []))

    def close(self, closed: _Collection) -> Node:
        """Return the node of a list or mapping that ends."""
        if not closed.is_map:
            return SequenceNode(tuple(closed.children), closed.location, closed.is_open)
        pairs: list[tuple[ScalarNode, Node]] = []
        seen: dict[str, Location] = {}
        repeated: list[tuple[ScalarNode, Node]] = []
        for key, value in zip(closed.children[::2], closed.children[1::2], strict=True):
            if not isinstance(key, ScalarNode):
                self.report("P105", "a key must be a word", key.location)
            elif len(key.text) > _MAX_KEY and not self.flow:
                self.report("P105", f"a key has at most {_MAX_KEY} characters", key.location)
            elif key.text == "<<":
                self.report("P102", "merge keys are not allowed", key.location)
            elif key.text in seen:
                hint = f"it is also on line {seen[key.text].line}"
                name, found = quoted_key(key.text)
                message = f"{name or 'this key'} appears twice here"
                self.report("P106", message, key.location, hint, found)
                repeated.append((key, value))
            else:
                seen[key.text] = key.location
                pairs.append((key, value))
        duplicates = frozenset(key.text for key, _ in repeated)
        unique = tuple(pair for pair in pairs if pair[0].text not in duplicates)
        first = (pair for pair in pairs if pair[0].text in duplicates)
        return MappingNode(
            unique, closed.location, duplicates, (*first, *repeated), closed.is_open
        )  # fmt: skip


def _lines(event: yaml.Event) -> range:
    """Return the lines of an event; the first one of the text has number 0."""
    first = getattr(event.start_mark, "line", 0)
    return range(first, getattr(event.end_mark, "line", first) + 1)
