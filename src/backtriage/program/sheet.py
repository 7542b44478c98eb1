"""A sheet's bytes -> raw answers by key, or what is wrong with the file.

JSON keeps its types. YAML is text, read later by each question's kind. Size and depth are
looked at before anything is parsed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from backtriage.protocol.answer_parser import Raw, preview
from backtriage.terms.location import Location, excerpt_of
from backtriage.terms.problem import Problem

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 50

_STRUCTURE: Final = r'"(?:[^"\\]|\\.)*"?|[\[\]{}]'
_KEY: Final = re.compile(r'("(?:[^"\\]|\\.)*")\s*:', re.DOTALL)


class Sheet(Struct, frozen=True, kw_only=True):
    """Raw answers as somebody wrote them."""

    values: Mapping[str, Raw] = field(default_factory=dict)
    text: bool = False
    """True when scalars are text, not typed."""
    location: Callable[[str], Location] = lambda key: Location(path=key)
    """Where a key stands; asked only when something is wrong with it."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with the file itself. Values that could be read are kept all the same."""


def sheet_from_bytes(data: bytes, file: str, *, is_yaml: bool) -> Sheet:
    """Read a sheet. `file` is how messages name it."""
    if len(data) > MAX_BYTES:
        message = f"{file} is larger than {MAX_BYTES // 1024} KiB"
        return _broken(
            "A111", message, Location(file=file), "one sheet holds one person's answers"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        location = Location(file=file, line=line, column=column)
        return _broken("A113", "this is not UTF-8 text", location, "save the file as UTF-8")
    if not text.strip():
        hint = "an empty sheet is {}; 'backtriage rules template' writes one to fill in"
        return _broken("A114", f"{file} is empty", Location(file=file), hint)
    return _from_yaml(text, file) if is_yaml else _from_json(text, file)


def _broken(code: str, message: str, location: Location, hint: str = "") -> Sheet:
    return Sheet(problems=(Problem(code=code, message=message, location=location, hint=hint),))


def _at(text: str, offset: int, file: str, path: str = "") -> Location:
    """The place of an offset in a text, with the line it stands on."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[start : end if end >= 0 else len(text)]
    excerpt, caret = excerpt_of(line, offset - start)
    return Location(file=file, line=text.count("\n", 0, offset) + 1, column=offset - start + 1,
                 path=path, excerpt=excerpt, caret=caret, length=1)  # fmt: skip


def _too_deep(text: str) -> int | None:
    """Where brackets nest deeper than `MAX_DEPTH`, or None. Strings are stepped over."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return None  # too few brackets to nest so deep: every honest sheet
    depth = 0
    for match in re.finditer(_STRUCTURE, text, re.DOTALL):
        mark = match.group()
        if mark in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return match.start()
        elif mark in "]}":
            depth -= 1
    return None


def _from_json(text: str, file: str) -> Sheet:
    deep = _too_deep(text)
    if deep is not None:
        message = f"nested more than {MAX_DEPTH} deep"
        return _broken("A112", message, _at(text, deep, file), "a sheet is one flat object")
    doubles: list[str] = []

    def pairs(found: list[tuple[str, object]]) -> dict[str, object]:
        values: dict[str, object] = {}
        doubles.clear()  # only the outermost object counts, and it comes last
        for key, value in found:
            if key in values:
                doubles.append(key)
            values[key] = value
        return values

    try:
        # NaN and Infinity are read as such, and then no question takes them.
        values = json.loads(
            text, object_pairs_hook=pairs, parse_float=_number, parse_int=_number,
            parse_constant=Decimal,
        )  # fmt: skip
    except json.JSONDecodeError as error:
        hint = "look for a comma too many or too few, or a missing quote"
        if not text.lstrip().startswith(("{", "[")):
            hint = "write YAML answers to a file that ends in .yaml"
        message = f"this is not JSON: {error.msg}"
        return _broken("A110", message, _at(text, error.pos, file), hint)
    if not isinstance(values, dict):
        message = "a sheet is one object of question ids and answers"
        return _broken("A109", message, _at(text, 0, file), 'such as {"age": 44}')
    location = _locations(text, file)
    problems = tuple(
        Problem(
            code="A108",
            message=f"{preview(key)} stands here twice",
            location=location(key),
            hint="keep one of the two; none of them was read",
        )
        for key in dict.fromkeys(doubles)
    )
    left_out = set(doubles)
    kept = {key: value for key, value in values.items() if key not in left_out}
    return Sheet(values=kept, location=location, problems=problems)


def _number(text: str) -> Decimal:
    """An exact number; one that no Decimal can hold is infinite, which no question takes."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return Decimal("Infinity")


def _locations(text: str, file: str) -> Callable[[str], Location]:
    """Finds where a key stands, last time; without a line when it is written in escapes.

    The text is looked through once, and only when somebody asks.
    """
    found: dict[str, int] = {}

    def location(key: str) -> Location:
        if not found:
            found.update((match.group(1), match.start()) for match in _KEY.finditer(text))
        written = json.dumps(key, ensure_ascii=False)
        if written not in found:
            return Location(file=file, path=key)
        return replace(_at(text, found[written], file, key), length=len(written))

    return location


def _from_yaml(text: str, file: str) -> Sheet:
    # Imported here: a JSON sheet never pays for the YAML library.
    from backtriage.protocol.loader.strict_yaml import (  # noqa: PLC0415
        MappingNode,
        read_yaml,
    )

    root, problems = read_yaml(text, file, flow=True)
    if not isinstance(root, MappingNode):
        if problems:
            return Sheet(problems=problems)
        message = "a sheet is one mapping of question ids and answers"
        return _broken("A109", message, Location(file=file, line=1, column=1), "such as 'age: 44'")
    values = {key.text: _plain(node) for key, node in root.of}
    locations = {key.text: replace(key.location, path=key.text) for key, _ in root.of}
    return Sheet(values=values, text=True, location=locations.__getitem__, problems=problems)


def _plain(node: object) -> Raw:
    """A YAML node as a raw answer: text, a list of texts, or None when empty."""
    from backtriage.protocol.loader.strict_yaml import ScalarNode, SequenceNode  # noqa: PLC0415

    if isinstance(node, ScalarNode):
        return node.text or None
    if isinstance(node, SequenceNode):
        return [_plain(entry) for entry in node.of]
    return {}
