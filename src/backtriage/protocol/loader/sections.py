"""Reading every other section: one small function for each noun."""

from __future__ import annotations

import re
from typing import Any, Final

from backtriage.protocol.loader.fields import Fields
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
    """The protocol's own lines, joined with everything else that was read."""
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
    """A date that must be there."""
    return _matching(fields, key, _DATE, "a date such as 2026-11-24")


def _urgency(fields: Fields, key: str, default: Urgency) -> Urgency:
    return fields.one_of(key, URGENCIES, default)


def read_titled(fields: Fields, _: SymbolTable) -> Titled:
    """A section of questions or a kind of advice."""
    titled = Titled(id=read_id(fields), title=fields.text("title", required=True))
    fields.done()
    return titled


def read_level(fields: Fields, _: SymbolTable) -> Level:
    """What belongs to one urgency."""
    read_id(fields)
    level = Level(
        urgency=_urgency(fields, "id", Urgency.EMERGENCY),
        word=fields.text("word", required=True),
        headline=fields.text("headline", required=True),
        within=fields.text("within", required=True),
        service=fields.text("service", required=True),
        come_back_heading=fields.text("come_back_heading"),
        steps=fields.texts("steps"),
        bring=fields.texts("bring"),
    )
    fields.done()
    return level


def read_fact(fields: Fields, symbols: SymbolTable) -> NamedFact:
    """A named condition."""
    fact = NamedFact(
        id=read_id(fields),
        when=fields.condition("when", symbols, required=True),
        text=fields.text("text"),
    )
    fields.done()
    return fact


def read_rule(fields: Fields, symbols: SymbolTable) -> Rule:
    """A rule; its `if_unsure` falls one step below its urgency unless it says otherwise."""
    id_ = read_id(fields)
    if "urgency" not in fields.nodes:
        fields.report("P108", "'urgency' is missing", fields.location)
    urgency = _urgency(fields, "urgency", Urgency.EMERGENCY)
    rule = Rule(
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
    fields.done()
    return rule


def read_advice(fields: Fields, symbols: SymbolTable) -> Advice:
    """A piece of advice; for everybody unless it says when."""
    advice = Advice(
        id=read_id(fields),
        kind=fields.text("kind", required=True),
        text=fields.text("text", required=True),
        short=fields.text("short"),
        when=fields.condition("when", symbols),
        withhold_if=fields.condition("withhold_if", symbols)
        if "withhold_if" in fields.nodes
        else None,
        show_up_to=_urgency(fields, "show_up_to", Urgency.ROUTINE),
        strength=fields.text("strength"),
        evidence=fields.texts("evidence"),
    )
    fields.done()
    return advice


def read_module(fields: Fields, symbols: SymbolTable) -> Module:
    """A module with its verdicts, most cautious first."""
    module = Module(
        id=read_id(fields),
        title=fields.text("title", required=True),
        show_up_to=_urgency(fields, "show_up_to", Urgency.ROUTINE),
        why_not=fields.text("why_not", required=True),
        counts=fields.texts("counts"),
        verdicts=tuple(
            _verdict(entry, symbols) for entry in fields.entries("verdicts", required=True)
        ),
    )
    if not module.verdicts or not isinstance(module.verdicts[-1].when, Always):
        hint = "the last verdict needs 'when: always', so that there is one for everybody"
        fields.report("P115", f"'{module.id}' has no last verdict", fields.location, hint)
    fields.done()
    return module


def _verdict(fields: Fields, symbols: SymbolTable) -> Verdict:
    verdict = Verdict(
        id=read_id(fields),
        when=fields.condition("when", symbols, required=True),
        text=fields.text("text", required=True),
        evidence=fields.texts("evidence"),
    )
    fields.done()
    return verdict


def read_service(fields: Fields, _: SymbolTable) -> Service:
    """Somewhere to go."""
    service = Service(id=read_id(fields), where=fields.text("where", required=True))
    fields.done()
    return service


def read_country(fields: Fields, _: SymbolTable) -> Country:
    """The words of one country."""
    id_ = _matching(fields, "id", _COUNTRY, "two capital letters, or 'default'")
    fields.path = f"{fields.path}.{id_}"
    country = Country(
        id=id_,
        name=fields.text("name", required=True),
        words=tuple((k.text, fields.scalar(n, k.text)) for k, n in fields.pairs("words")),
        evidence=fields.texts("evidence"),
    )
    fields.diagnostics.locations[fields.path] = fields.location
    fields.done()
    return country


def read_note(fields: Fields, symbols: SymbolTable) -> Note:
    """Words that stay on the screen while a condition holds."""
    note = Note(
        id=read_id(fields),
        when=fields.condition("when", symbols, required=True),
        text=fields.text("text", required=True),
    )
    fields.done()
    return note


def read_evidence(fields: Fields, _: SymbolTable) -> Evidence:
    """A source and how it was checked."""
    evidence = Evidence(
        id=read_id(fields),
        title=fields.text("title", required=True),
        publisher=fields.text("publisher", required=True),
        checked=fields.one_of("checked", _CHECKED, "not_verified"),
        says=fields.text("says", required=True),
        strength=fields.text("strength"),
        year=fields.text("year"),
        address=fields.text("address"),
        read_at=fields.text("read_at"),
    )
    if "checked" not in fields.nodes:
        fields.report("P108", "'checked' is missing", fields.location)
    fields.done()
    return evidence
