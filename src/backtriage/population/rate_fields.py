"""Reading what the files of a population have in common: sections, rates and their sources."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final

from msgspec.structs import replace

from backtriage.protocol.loader.fields import Diagnostics, Fields
from backtriage.protocol.loader.nodes import MappingNode, Node, ScalarNode
from backtriage.protocol.loader.strict_yaml import read_yaml
from backtriage.protocol.protocol import Question
from backtriage.terms.problem import Location, Problem
from backtriage.terms.value import NOT_SURE, Kind

_NUMBER: Final = re.compile(r"[0-9]{1,4}(\.[0-9]{1,9})?")


def read_sections(
    text: str, file: str, sections: Collection[str], diagnostics: Diagnostics
) -> tuple[Fields | None, str]:
    """Read a file, and return its top level, if it has one, with the digest of what it says.

    Comments and layout do not count for the digest.
    """
    root, problems = read_yaml(text, file, flow=False)
    diagnostics.problems.add(*problems)
    if not isinstance(root, MappingNode):
        if not problems:
            diagnostics.report("P121", f"{file} has no sections", Location(file=file))
        return None, ""
    top = Fields(root, "", diagnostics)
    top.read.extend(sections)
    top.done()
    return top, f"sha256:{sha256(json.dumps(_plain(root)).encode()).hexdigest()}"


def _plain(node: Node) -> object:
    if isinstance(node, ScalarNode):
        return " ".join(node.text.split())
    if isinstance(node, MappingNode):
        return [[key.text, _plain(value)] for key, value in node.of]
    return [_plain(entry) for entry in node.of]


def number(fields: Fields, key: str, default: Fraction | None = None) -> Fraction:
    """Return the number under a key, 0 or more; without a default it must be there."""
    node = fields.node(key, required=default is None)
    return default or Fraction(0) if node is None else number_of(fields, node, key)


def number_of(fields: Fields, node: Node, what: str) -> Fraction:
    """Return the number of a node, 0 or more."""
    word = fields.scalar(node, what)
    if _NUMBER.fullmatch(word):
        return Fraction(word)
    if word:
        message = f"'{what}' must be a number such as 0.25, found '{word}'"
        fields.report("P601", message, node.location)
    return Fraction(0)


def rate(fields: Fields, key: str, default: Fraction | None = None) -> Fraction:
    """Return the share of people under a key, from 0 to 1."""
    node = fields.node(key, required=default is None)
    return default or Fraction(0) if node is None else rate_of(fields, node, key)


def rate_of(fields: Fields, node: Node, what: str) -> Fraction:
    """Return the share of people of a node, from 0 to 1."""
    share = number_of(fields, node, what)
    if share > 1:
        message = f"'{what}' is a share of people, so it is at most 1"
        fields.report("P601", message, node.location)
    return share


def check_source(fields: Fields, sources: Collection[str] | None = None) -> None:
    """Check that an entry says where its numbers come from: a source, or why it is assumed."""
    source, assumed = fields.text("source"), fields.text("assumed")
    if not source and not assumed:
        hint = "name a source with 'source', or say why it is assumed with 'assumed'"
        fields.report("P603", "nothing says where these numbers come from", fields.location, hint)
    elif source and sources is not None and source not in sources:
        location = fields.nodes["source"].location
        hint = fields.suggest(source, sources)
        fields.report("P605", f"there is no source '{source}'", location, hint)


def known(fields: Fields, key: str, names: Collection[str], what: str) -> str:
    """Return the name under a key, or "" if there is none that is known."""
    name = fields.text(key)
    if name and name not in names:
        hint = fields.suggest(name, names)
        fields.report("P605", f"there is no {what} '{name}'", fields.nodes[key].location, hint)
        return ""
    return name


def check_total(fields: Fields, shares: Iterable[Fraction], what: str, total: int = 1) -> None:
    """Check that shares add up to a number."""
    found = sum(shares, start=Fraction(0))
    if found != total:
        message = f"{what} add up to {float(found):.9g}, not to {total}"
        fields.report("P602", message, fields.location)


def unique(entries: Sequence[Fields]) -> Sequence[Fields]:
    """Return entries, and report those with the id of an earlier one."""
    seen: set[str] = set()
    for fields in entries:
        word = fields.word("id")
        if word and word in seen:
            fields.report("P106", f"'{word}' appears twice here", fields.nodes["id"].location)
        seen.add(word)
    return entries


def in_order(problem: Problem) -> tuple[int, int]:
    """Return the key that sorts the problems of one file by place."""
    return problem.location.line, problem.location.column


def unasked(id_: str, kind: Kind, **rest: Any) -> Question:  # noqa: ANN401 - passed on
    """Return a question that nobody is asked, so that conditions can read what it stands for."""
    return replace(
        Question(id=id_, kind=kind, section="", text=id_, short=id_, why="", if_skipped=NOT_SURE),
        **rest,
    )
