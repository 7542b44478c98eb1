"""Readers of the head and of every section except questions and scores."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from backtriage.protocol.guarantees import (
    Conflict,
    Impossible,
    NetLimit,
    NeverWith,
    Risk,
    SafetyFloor,
    Waiver,
)
from backtriage.protocol.loader.entries import read_each, read_entry
from backtriage.protocol.loader.fields import MAX_ID, Fields
from backtriage.protocol.protocol import (
    Advice,
    Module,
    NamedFact,
    Protocol,
    Rule,
    Sign,
    SignGroup,
    Verdict,
)
from backtriage.protocol.texts import (
    ADVICE,
    JOURNAL,
    TRIAGE,
    AdviceCard,
    AdviceTable,
    Country,
    Evidence,
    Level,
    Note,
    Section,
    Service,
    TableRow,
    Titled,
)
from backtriage.protocol.tokenizer import SymbolTable
from backtriage.terms.condition import Always
from backtriage.terms.problem import listed
from backtriage.terms.urgency import IF_UNSURE, URGENCIES, Urgency

LAXER: Final = "laxer_if_unsure"
HIDDEN: Final = "hidden"
REDUNDANT: Final = "redundant_rule"
IDLE: Final = "idle_question"

ACCEPTS: Final = {LAXER: "rule", HIDDEN: "floor", REDUNDANT: "rule", IDLE: "question"}
"""What a waiver can accept, and the kind of entry it is about."""

DIRECTIONS: Final = ("yes", "no", "more", "fewer", "higher", "lower", "order", "none")

_DATE: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_YEAR: Final = re.compile(r"(19|20)[0-9]{2}")
_VERSION: Final = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_MAX_WORDS: Final = 200
"""Characters of the words for a placeholder, which one text may hold many times."""
_COUNTRY: Final = re.compile(r"[A-Z]{2}|default")
_AT_LEAST: Final = {word: u for word, u in URGENCIES.items() if u > Urgency.SELF_CARE}
_SIZES: Final = ("groups", "lines", "columns")
_UNSURE: Final = {**URGENCIES, "nothing": None}


def read_head(fields: Fields, **parts: Any) -> Protocol:  # noqa: ANN401 - passed on to Protocol
    """Read the head of a protocol, and join it with the other sections."""
    reviewed_by = fields.text("reviewed_by", required=True)
    protocol = Protocol(
        id=fields.id(),
        version=fields.matching("version", _VERSION, "three numbers such as 1.0.0"),
        title=fields.text("title", required=True),
        effective=_date(fields, "effective"),
        review_due=_date(fields, "review_due"),
        reviewed_by=None if reviewed_by == "nobody yet" else reviewed_by,
        about=fields.text("about", required=True),
        disclaimer=fields.text("disclaimer", required=True),
        emergency_line=fields.text("emergency_line", required=True),
        **parts,
    )
    fields.done()
    return protocol


def _date(fields: Fields, key: str) -> str:
    word = fields.matching(key, _DATE, "a date such as 2026-11-24")
    try:
        date.fromisoformat(word)
    except ValueError:
        if _DATE.fullmatch(word):
            fields.report("P110", f"there is no day '{word}'", fields.nodes[key].location)
    return word


def _year(fields: Fields) -> str:
    if "year" not in fields.nodes:
        return fields.text("year")
    return fields.matching("year", _YEAR, "a year such as 2021")


def _level_urgency(fields: Fields) -> Urgency:
    """Read the id of the entry, which is its urgency."""
    fields.id()
    return fields.one_of("id", URGENCIES, Urgency.EMERGENCY)


def _rule_if_unsure(fields: Fields) -> Urgency | None:
    """Read `if_unsure`, by default one step below the urgency of the rule."""
    urgency = URGENCIES.get(fields.word("urgency"), Urgency.EMERGENCY)
    return fields.one_of("if_unsure", _UNSURE, IF_UNSURE[urgency])


def _rule(fields: Fields, symbols: SymbolTable) -> Rule:
    sign = partial(
        read_entry, Sign, group=lambda f: f.id("group"), unlisted={"yes": True}
    )  # fmt: skip
    return read_entry(
        Rule,
        fields,
        symbols,
        urgency=URGENCIES,
        if_unsure=_rule_if_unsure,
        out_of_scope={"yes": True},
        opens_triage={"yes": True},
        signs=lambda f: read_each(f.entries("signs"), sign, symbols),
    )


def _net_limit(fields: Fields, symbols: SymbolTable) -> NetLimit:
    fields.id("urgency")
    size = {key: partial(Fields.whole, key=key, required=True) for key in _SIZES}
    return read_entry(NetLimit, fields, symbols, urgency=_AT_LEAST, **size)


def _advice(fields: Fields, symbols: SymbolTable) -> Advice:
    cells = partial(Fields.texts, key="cells", required=True, may_repeat=True)
    row = partial(read_entry, TableRow, cells=cells)
    return read_entry(
        Advice, fields, symbols, show_up_to=URGENCIES, card=lambda f: _advice_card(f, symbols),
        rows=lambda f: read_each(f.entries("rows"), row, symbols), step={"yes": True},
    )  # fmt: skip


def _advice_card(fields: Fields, symbols: SymbolTable) -> AdviceCard:
    node = fields.node("card")
    if node is None:
        return AdviceCard()
    inner = Fields(node, f"{fields.path}.card", fields.diagnostics)
    (card,) = read_each((inner,), partial(read_entry, AdviceCard), symbols)
    return card


def _module(fields: Fields, symbols: SymbolTable) -> Module:
    verdict = partial(read_entry, Verdict, stop={"yes": True})
    module = read_entry(
        Module,
        fields,
        symbols,
        show_up_to=lambda f: f.one_of("show_up_to", URGENCIES, Urgency.ROUTINE),
        counts=lambda f: f.texts("counts"),
        verdicts=lambda f: read_each(f.entries("verdicts", required=True), verdict, symbols),
    )
    if not module.verdicts or not isinstance(module.verdicts[-1].when, Always):
        hint = "the last verdict needs 'when: always', so that there is one for everybody"
        fields.report("P115", f"'{module.id}' has no last verdict", fields.location, hint)
    return module


def _country_id(fields: Fields) -> str:
    id_ = fields.matching("id", _COUNTRY, "two capital letters, or 'default'")
    fields.path = f"{fields.path}.{id_[:MAX_ID]}"
    fields.diagnostics.locations[fields.path] = fields.location
    return id_


def _country_words(fields: Fields) -> tuple[tuple[str, str], ...]:
    return tuple(
        (key.text, fields.scalar(node, key.text, most=_MAX_WORDS))
        for key, node in fields.pairs("words")
    )


def _conflict(fields: Fields, symbols: SymbolTable) -> Conflict:
    conflict = read_entry(Conflict, fields, symbols)
    if len(conflict.advice) != 2 and "advice" in fields.nodes:  # noqa: PLR2004 - a pair
        fields.report("P107", "'advice' must name two pieces of advice", fields.location)
    return conflict


def _risk(fields: Fields, symbols: SymbolTable) -> Risk:
    risk = read_entry(
        Risk,
        fields,
        symbols,
        question=lambda f: f.id("question"),
        direction=lambda f: f.one_of("direction", _same(DIRECTIONS), "none"),
        urgencies=_urgencies,
    )
    locations = fields.diagnostics.locations
    locations[f"risk.{risk.id}"] = locations.get(fields.path, fields.location)
    return risk


def _urgencies(fields: Fields) -> tuple[Urgency, ...]:
    """Read a list of urgencies above the lowest, and return it highest first."""
    words = fields.texts("urgencies")
    for word in words:
        if word not in _AT_LEAST:
            location = fields.diagnostics.locations[f"{fields.path}.urgencies.{word}"]
            hint = fields.suggest(word, _AT_LEAST) or f"it may be: {listed(_AT_LEAST)}"
            fields.report("P110", f"'{word}' is not a value of 'urgencies'", location, hint)
    return tuple(sorted({_AT_LEAST[word] for word in words if word in _AT_LEAST}, reverse=True))


def _same(words: Iterable[str]) -> Mapping[str, str]:
    """Return the words of a field that stand for themselves."""
    return {word: word for word in words}


READERS: Final[Mapping[str, Callable[[Fields, SymbolTable], Any]]] = {
    "sections": partial(read_entry, Section, part=_same((TRIAGE, ADVICE, JOURNAL))),
    "urgencies": partial(read_entry, Level, urgency=_level_urgency),
    "facts": partial(read_entry, NamedFact),
    "rules": _rule,
    "safety_net": partial(read_entry, SignGroup, urgency=_AT_LEAST),
    "advice_kinds": partial(read_entry, Titled),
    "advice": _advice,
    "tables": partial(read_entry, AdviceTable),
    "modules": _module,
    "services": partial(read_entry, Service),
    "countries": partial(read_entry, Country, id=_country_id, words=_country_words),
    "notes": partial(read_entry, Note),
    "evidence": partial(
        read_entry,
        Evidence,
        checked=_same(("primary", "secondary", "not_verified")),
        year=_year,
    ),
    "risk": _risk,
    "waivers": partial(
        read_entry,
        Waiver,
        about=lambda fields: fields.id("about"),
        accepts=_same(ACCEPTS),
        review_by=lambda fields: _date(fields, "review_by"),
    ),
    "floors": partial(read_entry, SafetyFloor, at_least=_AT_LEAST, if_unsure=_AT_LEAST),
    "impossible": partial(read_entry, Impossible),
    "conflicts": _conflict,
    "never_with": partial(read_entry, NeverWith),
    "net_limits": _net_limit,
}
"""How to read an entry of each section."""
