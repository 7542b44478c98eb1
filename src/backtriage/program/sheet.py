"""Answer sheets: JSON or YAML files of raw answers.

JSON answers are typed; YAML answers are text, parsed later by the kind of each question. Size
and depth are checked before anything is parsed.
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
from backtriage.terms.problem import Location, Problem, excerpt_of

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 50

_STRUCTURE: Final = r'"(?:[^"\\]|\\.)*"?|[\[\]{}]'
_KEY: Final = re.compile(r'("(?:[^"\\]|\\.)*")\s*:', re.DOTALL)


class Sheet(Struct, frozen=True, kw_only=True):
    """Raw answers, not validated yet."""

    values: Mapping[str, Raw] = field(default_factory=dict)
    text: bool = False
    """Whether scalars are text rather than typed."""
    location: Callable[[str], Location] = lambda key: Location(path=key)
    """Locates a key; called only for problems."""
    problems: tuple[Problem, ...] = ()
    """Problems of the file itself; the values that could be read are there all the same."""


def sheet_from_bytes(data: bytes, file: str, *, is_yaml: bool) -> Sheet:
    """Read a sheet.

    Args:
        data: The contents of the file, of any size.
        file: The file name for messages.
        is_yaml: Whether it is YAML rather than JSON.
    """
    if len(data) > MAX_BYTES:
        message = f"{file} is larger than {MAX_BYTES // 1024} KiB"
        hint = "one sheet holds one person's answers"
        return _invalid_file("A111", message, Location(file=file), hint)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        location = Location(file=file, line=line, column=column)
        return _invalid_file("A113", "this is not UTF-8 text", location, "save the file as UTF-8")
    if not text.strip():
        hint = "an empty sheet is {}; 'backtriage rules template' writes one to fill in"
        return _invalid_file("A114", f"{file} is empty", Location(file=file), hint)
    return _from_yaml(text, file) if is_yaml else _from_json(text, file)


def _invalid_file(code: str, message: str, location: Location, hint: str = "") -> Sheet:
    return Sheet(problems=(Problem(code=code, message=message, location=location, hint=hint),))


def _at(text: str, offset: int, file: str, path: str = "") -> Location:
    """Return the location of an offset in a text, with its line."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[start : end if end >= 0 else len(text)]
    excerpt, caret = excerpt_of(line, offset - start)
    return Location(file=file, line=text.count("\n", 0, offset) + 1, column=offset - start + 1,
                 path=path, excerpt=excerpt, caret=caret, length=1)  # fmt: skip


def _too_deep(text: str) -> int | None:
    """Return where brackets, outside strings, nest deeper than `MAX_DEPTH`, or None."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return None  # any ordinary sheet
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
        return _invalid_file("A112", message, _at(text, deep, file), "a sheet is one flat object")
    duplicates: list[str] = []

    def to_dict(pairs: list[tuple[str, object]]) -> dict[str, object]:
        values: dict[str, object] = {}
        duplicates.clear()  # only the outermost object matters, and it comes last
        for key, value in pairs:
            if key in values:
                duplicates.append(key)
            values[key] = value
        return values

    try:
        # NaN and Infinity are read as such, and no question accepts them.
        values = json.loads(
            text, object_pairs_hook=to_dict, parse_float=_number, parse_int=_number,
            parse_constant=Decimal,
        )  # fmt: skip
    except json.JSONDecodeError as error:
        hint = "look for an extra or missing comma, or a missing quote"
        if not text.lstrip().startswith(("{", "[")):
            hint = "write YAML answers to a file that ends in .yaml"
        message = f"this is not JSON: {error.msg}"
        return _invalid_file("A110", message, _at(text, error.pos, file), hint)
    if not isinstance(values, dict):
        message = "a sheet is one object of question ids and answers"
        return _invalid_file("A109", message, _at(text, 0, file), 'such as {"age": 44}')
    location = _locations(text, file)
    hint = "keep one of the two; neither was read"
    problems = []
    for key in dict.fromkeys(duplicates):
        del values[key]
        message = f"{preview(key)} appears twice here"
        problems.append(Problem(code="A108", message=message, location=location(key), hint=hint))
    return Sheet(values=values, location=location, problems=tuple(problems))


def _number(text: str) -> Decimal:
    """Return an exact number, or infinity if no Decimal can hold it."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return Decimal("Infinity")


def _locations(text: str, file: str) -> Callable[[str], Location]:
    """Return a function that locates the last occurrence of a key.

    The text is searched once, when first needed. A key written with escapes gets no line.
    """
    offsets: dict[str, int] = {}

    def location(key: str) -> Location:
        if not offsets:
            offsets.update((match.group(1), match.start()) for match in _KEY.finditer(text))
        quoted = json.dumps(key, ensure_ascii=False)
        if quoted not in offsets:
            return Location(file=file, path=key)
        return replace(_at(text, offsets[quoted], file, key), length=len(quoted))

    return location


def _from_yaml(text: str, file: str) -> Sheet:
    # A late import, so that JSON sheets do not load the YAML library.
    from backtriage.protocol.loader import strict_yaml  # noqa: PLC0415

    def plain(node: strict_yaml.Node) -> Raw:
        """Return a text, a list of texts, or None if empty."""
        if isinstance(node, strict_yaml.ScalarNode):
            return node.text or None
        if isinstance(node, strict_yaml.SequenceNode):
            return [plain(entry) for entry in node.of]
        return {}

    root, problems = strict_yaml.read_yaml(text, file, flow=True)
    if not isinstance(root, strict_yaml.MappingNode):
        if problems:
            return Sheet(problems=problems)
        message = "a sheet is one mapping of question ids and answers"
        location = Location(file=file, line=1, column=1)
        return _invalid_file("A109", message, location, "such as 'age: 44'")
    values = {key.text: plain(node) for key, node in root.of}
    locations = {key.text: replace(key.location, path=key.text) for key, _ in root.of}
    return Sheet(values=values, text=True, location=locations.__getitem__, problems=problems)
