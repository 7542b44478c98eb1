"""Readers of the guarantees: safety floors, risk directions, conflicts and waivers."""

from __future__ import annotations

from typing import Final

from backtriage.protocol.loader.fields import Fields
from backtriage.protocol.loader.questions import read_id
from backtriage.protocol.loader.sections import read_date
from backtriage.protocol.protocol import (
    Conflict,
    Impossible,
    NeverWith,
    Risk,
    SafetyFloor,
    Waiver,
)
from backtriage.protocol.tokenizer import SymbolTable
from backtriage.terms.urgency import URGENCIES, Urgency

LAXER: Final = "laxer_if_unsure"
HIDDEN: Final = "hidden"
REDUNDANT: Final = "redundant_rule"
IDLE: Final = "idle_question"

ACCEPTS: Final = {LAXER: "rule", HIDDEN: "floor", REDUNDANT: "rule", IDLE: "question"}
"""What a waiver can accept, and the kind of entry it is about."""

_ACCEPTS: Final = {word: word for word in ACCEPTS}
DIRECTIONS: Final = {
    word: word for word in ("yes", "no", "more", "fewer", "higher", "lower", "order", "none")
}
_AT_LEAST: Final = {word: u for word, u in URGENCIES.items() if u > Urgency.SELF_CARE}
_IF_UNSURE: Final[dict[str, Urgency | None]] = {**_AT_LEAST}


def read_risk(fields: Fields, _: SymbolTable) -> Risk:
    """Read which answers to a question mean higher risk."""
    return Risk(
        question=read_id(fields, "question"),
        direction=fields.one_of("direction", DIRECTIONS, "none"),
        order=fields.texts("order"),
        reason=fields.text("reason"),
    )


def read_floor(fields: Fields, symbols: SymbolTable) -> SafetyFloor:
    """Read a red flag and its minimum urgency."""
    return SafetyFloor(
        id=read_id(fields),
        when=fields.condition("when", symbols, required=True),
        at_least=fields.one_of("at_least", _AT_LEAST, Urgency.EMERGENCY, required=True),
        if_unsure=fields.one_of("if_unsure", _IF_UNSURE, None),
        because=fields.text("because", required=True),
        evidence=fields.texts("evidence"),
    )


def read_impossible(fields: Fields, symbols: SymbolTable) -> Impossible:
    """Read answers that exclude each other."""
    return Impossible(
        id=read_id(fields),
        when=fields.condition("when", symbols, required=True),
        because=fields.text("because", required=True),
    )


def read_conflict(fields: Fields, _: SymbolTable) -> Conflict:
    """Read two pieces of advice that exclude each other."""
    conflict = Conflict(
        id=read_id(fields),
        advice=fields.texts("advice", required=True),
        because=fields.text("because", required=True),
    )
    if len(conflict.advice) != 2 and "advice" in fields.nodes:  # noqa: PLR2004 - a pair
        fields.report("P107", "'advice' must name two pieces of advice", fields.location)
    return conflict


def read_never_with(fields: Fields, symbols: SymbolTable) -> NeverWith:
    """Read advice that some people must never get."""
    return NeverWith(
        id=read_id(fields),
        advice=fields.texts("advice", required=True),
        when=fields.condition("when", symbols, required=True),
        because=fields.text("because", required=True),
    )


def read_waiver(fields: Fields, _: SymbolTable) -> Waiver:
    """Read an accepted departure from a default."""
    return Waiver(
        about=read_id(fields, "about"),
        accepts=fields.one_of("accepts", _ACCEPTS, "", required=True),
        reason=fields.text("reason", required=True),
        review_by=read_date(fields, "review_by"),
    )
