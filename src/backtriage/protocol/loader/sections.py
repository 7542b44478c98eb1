"""Readers of the other sections."""

from __future__ import annotations

import re
from typing import Any, Final

from backtriage.protocol.loader.fields import Fields, read_each
from backtriage.protocol.loader.questions import read_id
from backtriage.protocol.protocol import (
    Advice,
    Country,
    Evidence,
    Level,
    Module,
    NamedFact,
    Note,
    Protocol,
    Rule,
    Service,
    Titled,
    Verdict,
)
from backtriage.protocol.tokenizer import SymbolTable
from backtriage.terms.condition import Always
from backtriage.terms.urgency import IF_UNSURE, URGENCIES, Urgency

_NOBODY: Final = "nobody yet"
_DATE: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_VERSION: Final = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_COUNTRY: Final = re.compile(r"[A-Z]{2}|default")
_CHECKED: Final = {word: word for word in ("primary", "secondary", "not_verified")}
_UNSURE: Final[dict[str, Urgency | None]] = {**URGENCIES, "nothing": None}


def read_head(fields: Fields, **parts: Any) -> Protocol:  # noqa: ANN401 - passed on to Protocol
    """Read the head of a protocol, and join it with the other sections."""
    reviewed_by = fields.text("reviewed_by", required=True)
    protocol = Protocol(
        id=read_id(fields),
        version=_matching(fields, "version", _VERSION, "three numbers such as 1.0.0"),
        title=fields.text("title", required=True),
        effective=read_date(fields, "effective"),
        review_due=read_date(fields, "review_due"),
        reviewed_by=None if reviewed_by == _NOBODY else reviewed_by,
        about=fields.text("about", required=True),
        disclaimer=fields.text("disclaimer", required=True),
        emergency_line=fields.text("emergency_line", required=True),
        **parts,
    )
    fields.done()
    return protocol


def _matching(fields: Fields, key: str, pattern: re.Pattern[str], what: str) -> str:
    node = fields.node(key, required=True)
    if node is None:
        return ""
    word = fields.scalar(node, key)
    if word and not pattern.fullmatch(word):
        fields.report("P110", f"'{key}' must be {what}, found '{word}'", node.location)
    return word


def read_date(fields: Fields, key: str) -> str:
    """Read a required date."""
    return _matching(fields, key, _DATE, "a date such as 2026-11-24")


def read_titled(fields: Fields, _: SymbolTable) -> Titled:
    """Read a section of questions or a kind of advice."""
    return Titled(id=read_id(fields), title=fields.text("title", required=True))


def read_level(fields: Fields, _: SymbolTable) -> Level:
    """Read the texts of one urgency."""
    read_id(fields)
    return Level(
        urgency=fields.one_of("id", URGENCIES, Urgency.EMERGENCY),
        word=fields.text("word", required=True),
        headline=fields.text("headline", required=True),
        within=fields.text("within", required=True),
        service=fields.text("service", required=True),
        come_back_heading=fields.text("come_back_heading"),
        steps=fields.texts("steps"),
        bring=fields.texts("bring"),
    )


def read_fact(fields: Fields, symbols: SymbolTable) -> NamedFact:
    """Read a named condition."""
    return NamedFact(
        id=read_id(fields),
        when=fields.condition("when", symbols, required=True),
        text=fields.text("text"),
    )


def read_rule(fields: Fields, symbols: SymbolTable) -> Rule:
    """Read a rule; `if_unsure` defaults to one step below its urgency."""
    id_ = read_id(fields)
    urgency = fields.one_of("urgency", URGENCIES, Urgency.EMERGENCY, required=True)
    return Rule(
        id=id_,
        urgency=urgency,
        when=fields.condition("when", symbols, required=True),
        if_unsure=fields.one_of("if_unsure", _UNSURE, IF_UNSURE[urgency]),
        because=fields.text("because", required=True),
        come_back=fields.text("come_back"),
        service=fields.text("service"),
        out_of_scope=fields.one_of("out_of_scope", {"yes": True}, default=False),
        evidence=fields.texts("evidence"),
    )


def read_advice(fields: Fields, symbols: SymbolTable) -> Advice:
    """Read a piece of advice; without `when` it is for everybody."""
    return Advice(
        id=read_id(fields),
        kind=fields.text("kind", required=True),
        text=fields.text("text", required=True),
        short=fields.text("short"),
        when=fields.condition("when", symbols),
        withhold_if=fields.condition("withhold_if", symbols)
        if "withhold_if" in fields.nodes
        else None,
        show_up_to=fields.one_of("show_up_to", URGENCIES, Urgency.ROUTINE),
        strength=fields.text("strength"),
        evidence=fields.texts("evidence"),
    )


def read_module(fields: Fields, symbols: SymbolTable) -> Module:
    """Read a module and its verdicts."""
    module = Module(
        id=read_id(fields),
        title=fields.text("title", required=True),
        show_up_to=fields.one_of("show_up_to", URGENCIES, Urgency.ROUTINE),
        why_not=fields.text("why_not", required=True),
        counts=fields.texts("counts"),
        verdicts=read_each(fields.entries("verdicts", required=True), _verdict, symbols),
    )
    if not module.verdicts or not isinstance(module.verdicts[-1].when, Always):
        hint = "the last verdict needs 'when: always', so that there is one for everybody"
        fields.report("P115", f"'{module.id}' has no last verdict", fields.location, hint)
    return module


def _verdict(fields: Fields, symbols: SymbolTable) -> Verdict:
    return Verdict(
        id=read_id(fields),
        when=fields.condition("when", symbols, required=True),
        text=fields.text("text", required=True),
        evidence=fields.texts("evidence"),
    )


def read_service(fields: Fields, _: SymbolTable) -> Service:
    """Read a place to get help."""
    return Service(id=read_id(fields), where=fields.text("where", required=True))


def read_country(fields: Fields, _: SymbolTable) -> Country:
    """Read the placeholder texts of one country."""
    id_ = _matching(fields, "id", _COUNTRY, "two capital letters, or 'default'")
    fields.path = f"{fields.path}.{id_}"
    country = Country(
        id=id_,
        name=fields.text("name", required=True),
        words=tuple((k.text, fields.scalar(n, k.text)) for k, n in fields.pairs("words")),
        evidence=fields.texts("evidence"),
    )
    fields.diagnostics.locations[fields.path] = fields.location
    return country


def read_note(fields: Fields, symbols: SymbolTable) -> Note:
    """Read a text that stays on the screen while its condition holds."""
    return Note(
        id=read_id(fields),
        when=fields.condition("when", symbols, required=True),
        text=fields.text("text", required=True),
    )


def read_evidence(fields: Fields, _: SymbolTable) -> Evidence:
    """Read a source and how it was checked."""
    return Evidence(
        id=read_id(fields),
        title=fields.text("title", required=True),
        publisher=fields.text("publisher", required=True),
        checked=fields.one_of("checked", _CHECKED, "not_verified", required=True),
        says=fields.text("says", required=True),
        strength=fields.text("strength"),
        year=fields.text("year"),
        address=fields.text("address"),
        read_at=fields.text("read_at"),
    )
