"""Edits of a protocol, each in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from backtriage.protocol.protocol import Protocol
from backtriage.terms.condition import Condition

Edit = Callable[[Protocol], Protocol]


def edit(section: str, id_: str, **changes: Any) -> Edit:  # noqa: ANN401
    """Change some fields of one entry."""

    def apply(p: Protocol) -> Protocol:
        entries = getattr(p, section)
        name = "question" if section == "risk" else "id"
        assert any(getattr(entry, name) == id_ for entry in entries)
        return replace(p, **{section: tuple(
            replace(entry, **changes) if getattr(entry, name) == id_ else entry
            for entry in entries
        )})  # fmt: skip

    return apply


def drop(section: str, id_: str) -> Edit:
    """Remove one entry."""

    def apply(p: Protocol) -> Protocol:
        rest = tuple(entry for entry in getattr(p, section) if entry.id != id_)
        assert len(rest) + 1 == len(getattr(p, section))
        return replace(p, **{section: rest})

    return apply


def add(section: str, *entries: object) -> Edit:
    """Add entries at the end of a section."""
    return lambda p: replace(p, **{section: (*getattr(p, section), *entries)})


def rewrite(section: str, id_: str, to: Callable[[Any], Condition]) -> Edit:
    """Change the condition of one entry."""

    def apply(p: Protocol) -> Protocol:
        entry = next(entry for entry in getattr(p, section) if entry.id == id_)
        return edit(section, id_, when=to(entry.when))(p)

    return apply


def add_rule(id_: str, like: str, **changes: Any) -> Edit:  # noqa: ANN401
    """Add a rule that is like another one."""

    def apply(p: Protocol) -> Protocol:
        rule = next(rule for rule in p.rules if rule.id == like)
        return replace(p, rules=(*p.rules, replace(rule, id=id_, **changes)))

    return apply


def all_of(*edits: Edit) -> Edit:
    """Apply several edits in order."""

    def apply(p: Protocol) -> Protocol:
        for edit_ in edits:
            p = edit_(p)
        return p

    return apply
