"""The nodes of a YAML document: what `read_yaml` makes of a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from backtriage.terms.problem import Location


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A text."""

    text: str
    location: Location
    is_open: bool = False
    """Whether further lines add to it: it is on several lines, and not in quotes."""


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list."""

    of: tuple[Node, ...]
    location: Location
    is_open: bool = False
    """Whether further lines add to it: it is not in brackets."""


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A mapping, in written order, without its duplicate keys."""

    of: tuple[tuple[ScalarNode, Node], ...]
    location: Location
    duplicates: frozenset[str] = frozenset()
    repeated: tuple[tuple[ScalarNode, Node], ...] = ()
    """Every entry of a duplicate key."""
    is_open: bool = False
    """Whether further lines add to it: it is not in braces."""


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode
