"""Edits of the protocol that ships, each in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from backtriage.protocol.protocol import Protocol
from backtriage.terms.condition import Condition

Edit = Callable[[Protocol], Protocol]


def edit(section: str, id_: str, **changes: Any) -> Edit:  # noqa: ANN401
    """Change some fields of one noun."""

    def change(p: Protocol) -> Protocol:
        nouns = getattr(p, section)
        name = "question" if section == "risk" else "id"
        assert any(getattr(noun, name) == id_ for noun in nouns)
        changed = tuple(replace(n, **changes) if getattr(n, name) == id_ else n for n in nouns)
        return replace(p, **{section: changed})

    return change


def drop(section: str, id_: str) -> Edit:
    """Take one noun out."""

    def change(p: Protocol) -> Protocol:
        left = tuple(noun for noun in getattr(p, section) if noun.id != id_)
        assert len(left) + 1 == len(getattr(p, section))
        return replace(p, **{section: left})

    return change


def rewrite(section: str, id_: str, to: Callable[[Any], Condition]) -> Edit:
    """Change the condition of one noun."""

    def change(p: Protocol) -> Protocol:
        noun = next(noun for noun in getattr(p, section) if noun.id == id_)
        return edit(section, id_, when=to(noun.when))(p)

    return change


def add_rule(id_: str, like: str, **changes: Any) -> Edit:  # noqa: ANN401
    """One more rule, like another."""

    def change(p: Protocol) -> Protocol:
        rule = next(rule for rule in p.rules if rule.id == like)
        return replace(p, rules=(*p.rules, replace(rule, id=id_, **changes)))

    return change


def both(*edits: Edit) -> Edit:
    """Several edits, one after another."""

    def change(p: Protocol) -> Protocol:
        for one in edits:
            p = one(p)
        return p

    return change
