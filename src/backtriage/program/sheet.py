"""Answer sheets: JSON or YAML files of raw answers.

JSON answers are typed; YAML answers are text, parsed later by the kind of each question. Size
and depth are checked before anything is parsed.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from backtriage.protocol.answer_parser import Raw
from backtriage.terms.printable import name_of
from backtriage.terms.problem import Location, Problem, excerpt_of

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 50

END: Final = "..."
"""The line that ends a YAML document."""

_MARK: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
"""A string, or a bracket outside strings. Possessive, so that no text is gone over twice."""
_UNSEEN_BREAK: Final = "\r(?!\n)|[\x85\u2028\u2029]"
"""What ends a line for YAML, but not for an editor or a JSON reader."""
_COLON: Final = re.compile(r"\s*+:")
_HAS_END: Final = rf"(?m)^{re.escape(END)}(?=\s|\Z)"
"""Inside quotes an end mark is an error."""


_PASSED_OVER: Final = frozenset({"P101", "P102", "P103", "P105"})
"""Problems of a sheet of which a part was passed over, though another was read."""


class Sheet(Struct, frozen=True, kw_only=True):
    """Raw answers, not validated yet."""

    values: Mapping[str, Raw] = field(default_factory=dict)
    text: bool = False
    """Whether scalars are text rather than typed."""
    location: Callable[[str], Location] = lambda key: Location(path=key)
    """Locates a key; called only for problems."""
    problems: tuple[Problem, ...] = ()
    """Problems of the file itself; the values that could be read are there all the same."""
    duplicates: tuple[str, ...] = ()
    """Keys that appear twice, whose values were not read. YAML has problems for them instead."""
    doubled: Mapping[str, tuple[Raw, ...]] = field(default_factory=dict)
    """All values of each key that appears twice; none of them is its answer."""

    def is_read(self, questions: Container[str]) -> bool:
        """Return whether no part was passed over, and some answer is to one of these questions."""
        return self.is_whole and any(
            raw is not None and key in questions for key, raw in self.values.items()
        )

    @property
    def is_whole(self) -> bool:
        """Whether no part of the file was passed over."""
        codes = {problem.code for problem in self.problems}
        return not codes or bool(self.values and codes.isdisjoint(_PASSED_OVER))


def sheet_of(pairs: Iterable[tuple[str, Raw]]) -> Sheet:
    """Return a sheet of keys and answers, of which a key may come twice."""
    found: dict[str, list[Raw]] = {}
    for key, raw in pairs:
        found.setdefault(key, []).append(raw)
    doubled = {key: tuple(raws) for key, raws in found.items() if len(raws) > 1}
    return Sheet(
        values={key: raws[0] for key, raws in found.items() if key not in doubled},
        duplicates=tuple(doubled), doubled=doubled,
    )  # fmt: skip


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


def _places(text: str, file: str) -> Callable[[int], Location]:
    """Return a function that locates an offset in a text, after going over the text once."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(offset: int) -> Location:
        line = bisect_right(starts, offset)
        start = starts[line - 1]
        end = starts[line] - 1 if line < len(starts) else len(text)
        excerpt, caret = excerpt_of(text, offset, start, end)
        return Location(file=file, line=line, column=offset - start + 1,
                     excerpt=excerpt, caret=caret, length=1)  # fmt: skip

    return place


def _at(text: str, offset: int, file: str) -> Location:
    return _places(text, file)(offset)


def _marks(text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Yield every string and every bracket of a JSON text, with the depth it stands at."""
    depth = 0
    for match in _MARK.finditer(text):
        mark = text[match.start()]
        depth += mark in "[{"
        yield match, depth
        depth -= mark in "]}"


def _too_deep(text: str) -> int | None:
    """Return where brackets, outside strings, nest deeper than `MAX_DEPTH`, or None."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return None  # any ordinary sheet
    return next((match.start() for match, depth in _marks(text) if depth > MAX_DEPTH), None)


def _from_json(text: str, file: str) -> Sheet:
    deep = _too_deep(text)
    if deep is not None:
        message = f"nested more than {MAX_DEPTH} deep"
        return _invalid_file("A112", message, _at(text, deep, file), "a sheet is one flat object")
    outermost: list[tuple[str, object]] = []

    def to_dict(pairs: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal outermost
        outermost = pairs  # it comes last
        return dict(pairs)

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
        elif error.msg == "Extra data":
            hint = "one sheet holds one person's answers"
        message = f"this is not JSON: {error.msg}"
        return _invalid_file("A110", message, _at(text, error.pos, file), hint)
    if not isinstance(values, dict):
        message = "a sheet is one object of question ids and answers"
        return _invalid_file("A109", message, _at(text, 0, file), 'such as {"age": 44}')
    return replace(sheet_of(outermost), location=_locations(text, file))


def _number(text: str) -> Decimal:
    """Return an exact number, or infinity if no Decimal can hold it."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return Decimal("Infinity")


def _locations(text: str, file: str) -> Callable[[str], Location]:
    """Return a function that locates the last occurrence of a key.

    The text is gone over once, when first needed.
    """

    @cache
    def found() -> tuple[dict[str, tuple[int, int]], Callable[[int], Location]]:
        keys = {
            json.loads(match.group()): match.span()
            for match, depth in _marks(text)
            if depth == 1 and match.group()[0] == '"' and _COLON.match(text, match.end())
        }
        return keys, _places(text, file)

    def location(key: str) -> Location:
        keys, place = found()
        start, end = keys[key]
        return replace(place(start), path=key, length=end - start)

    return location


def _from_yaml(text: str, file: str) -> Sheet:
    # Late imports, so that JSON sheets do not load the YAML library.
    from backtriage.protocol.loader import nodes  # noqa: PLC0415
    from backtriage.protocol.loader.strict_yaml import read_yaml  # noqa: PLC0415

    def plain(node: nodes.Node) -> Raw:
        """Return a text, None if it is empty, or a list or a mapping of these."""
        if isinstance(node, nodes.ScalarNode):
            return node.text or None
        if isinstance(node, nodes.SequenceNode):
            return [plain(entry) for entry in node.of]
        return {key.text: plain(value) for key, value in node.of}

    root, problems = read_yaml(text, file, flow=True)
    unseen = re.search(_UNSEEN_BREAK, text)
    if unseen is not None:
        message = f"the character {name_of(unseen.group())} does not print"
        hint = "remove it: it starts a line that most readers do not see"
        problem = Problem(
            code="P116", message=message, location=_at(text, unseen.start(), file), hint=hint
        )
        problems = (problem, *problems)
    if not isinstance(root, nodes.MappingNode):
        if problems:
            return Sheet(problems=problems)
        message = "a sheet is one mapping of question ids and answers"
        location = Location(file=file, line=1, column=1)
        return _invalid_file("A109", message, location, "such as 'age: 44', one answer per line")
    locations = {key.text: replace(key.location, path=key.text) for key, _ in root.of}
    parted = [key for key, node in root.of if isinstance(node, nodes.ScalarNode) and node.is_open]
    problems += tuple(_over_lines(locations[key.text]) for key in parted)
    if root.is_open and not re.search(_HAS_END, text):
        problems += _without_end(text, file, is_last_open=any(n.is_open for _, n in root.of[-1:]))
    values = {key.text: plain(node) for key, node in root.of}
    doubled: dict[str, list[Raw]] = {key: [] for key in root.duplicates}
    for key, node in root.repeated:
        doubled[key.text].append(plain(node))
    return Sheet(
        values=values, text=True, location=locations.__getitem__, problems=problems,
        doubled={key: tuple(raws) for key, raws in doubled.items()},
    )  # fmt: skip


def _over_lines(location: Location) -> Problem:
    message = "this answer goes on over several lines"
    hint = "write it on one line: cut off, it would be another answer"
    return Problem(code="A120", message=message, location=location, hint=hint)


def _without_end(text: str, file: str, *, is_last_open: bool) -> tuple[Problem, ...]:
    """Return what is wrong with the end of a sheet, if its last answer may have been longer.

    Every other beginning of a sheet is an error, or has only whole answers.
    """
    if not text.endswith("\n"):
        message, cure = "the last line has no line break", "add a line break"
    elif is_last_open:
        message, cure = "the last list has no end", f"add the line '{END}' after it"
    else:
        return ()
    message = f"this sheet may have been cut off: {message}"
    location = _at(text, len(text.rstrip()), file)
    return (
        Problem(code="A119", message=message, location=location, hint=f"if it is whole, {cure}"),
    )
