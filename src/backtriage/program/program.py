"""The program, a sound protocol indexed for evaluation; and protocols as canonical JSON.

In the JSON, for digest and cache, every object has its class under "is" and only the fields that
differ from their default; keys are sorted, and there are no spaces. A new field with a default
does not change any digest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backtriage.program.plan import Plan
from backtriage.protocol.protocol import (
    Advice,
    Module,
    Protocol,
    Question,
    Rule,
    Score,
)
from backtriage.protocol.texts import Country, Evidence, Level, Service
from backtriage.terms.condition import Condition
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, NotSure, Ticks, Value, number_text

FORMAT: Final = 9
"""Incremented when the JSON changes its meaning or a check is added; part of the names of files
in the cache."""

_TYPE_NAMES: Final = {"SafetyFloor": "Floor", "Section": "Titled"}
"""Classes renamed or split since; digests must not depend on that."""


class Program(Struct, frozen=True, kw_only=True):
    """A sound protocol, with its rules, advice and modules, and an index of the rest by id."""

    protocol: Protocol
    digest: str
    """`sha256:...` over the canonical JSON of the protocol."""

    rules: tuple[Rule, ...]
    advice: tuple[Advice, ...]
    modules: tuple[Module, ...]
    questions: Mapping[str, Question]
    order: Mapping[str, int]
    """The position of each question in asking order, from 0."""
    advice_questions: frozenset[str]
    """The questions of the advice part, which no urgency depends on."""
    facts: Mapping[str, Condition]
    scores: Mapping[str, Score]
    levels: Mapping[Urgency, Level]
    services: Mapping[str, Service]
    countries: Mapping[str, Country]
    evidence: Mapping[str, Evidence]
    plan: Plan
    """The conditions, numbered for evaluation."""

    @property
    def edition(self) -> str:
        """The protocol and its major version, within which sheets keep their meaning."""
        return f"{self.protocol.id}/{self.protocol.version.partition('.')[0]}"

    @property
    def identity(self) -> dict[str, str]:
        """The protocol as JSON reports name it."""
        return {"id": self.protocol.id, "version": self.protocol.version, "digest": self.digest}


def digest_of(protocol: Protocol) -> str:
    """Return `sha256:...` over the canonical JSON: texts count, layout does not."""
    from hashlib import sha256  # noqa: PLC0415 - it loads OpenSSL, and a cached digest needs none

    return f"sha256:{sha256(to_json(protocol).encode()).hexdigest()}"


def build_program(protocol: Protocol, digest: str = "") -> Program:
    """Index a sound protocol.

    Args:
        protocol: A sound protocol.
        digest: Its digest, if known; computing it takes about 100 ms.
    """
    questions = {question.id: question for question in protocol.questions}
    facts = {fact.id: fact.when for fact in protocol.facts}
    scores = {score.id: score for score in protocol.scores}
    return Program(
        protocol=protocol,
        digest=digest or digest_of(protocol),
        rules=protocol.rules,
        advice=protocol.advice,
        modules=protocol.modules,
        questions=questions,
        order={question.id: position for position, question in enumerate(protocol.questions)},
        advice_questions=protocol.advice_questions,
        facts=facts,
        scores=scores,
        levels={level.urgency: level for level in protocol.levels},
        services={service.id: service for service in protocol.services},
        countries={country.id: country for country in protocol.countries},
        evidence={evidence.id: evidence for evidence in protocol.evidence},
        plan=Plan(questions, facts, scores),
    )


def to_json(protocol: Protocol) -> str:
    """Return the canonical JSON of a protocol."""
    return json.dumps(
        protocol, default=_encode, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def from_json(text: str | bytes) -> Protocol:
    """Return the protocol that `to_json` wrote. Raises `ValueError` for any other text.

    Args:
        text: The text, or its bytes in UTF-8, which need not be decoded first.
    """
    try:
        protocol = msgspec.json.decode(text, type=Protocol)
        questions = tuple(_with_skipped(question) for question in protocol.questions)
        journal = tuple(_with_skipped(question) for question in protocol.journal)
    except (
        msgspec.MsgspecError,
        ArithmeticError,
        LookupError,
        TypeError,
        RecursionError,
    ) as error:
        raise ValueError(f"not a protocol: {error}") from None
    return replace(protocol, questions=questions, journal=journal)


def _encode(value: object) -> object:
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, NotSure):
        return {"is": "NotSure"}
    if isinstance(value, Ticks):
        return {"is": "Ticks", "yes": sorted(value.yes), "unsure": sorted(value.unsure)}
    if not isinstance(value, msgspec.Struct):
        raise TypeError(f"{type(value).__name__} has no JSON form")
    # Imported late, because it loads a good part of msgspec that reading does not need.
    from msgspec.structs import fields  # noqa: PLC0415

    name = type(value).__name__
    encoded: dict[str, object] = {"is": _TYPE_NAMES.get(name, name)}
    for field in fields(value):
        part = getattr(value, field.name)
        if part != field.default or type(part) is not type(field.default):
            encoded[field.name] = part
    return encoded


def _with_skipped(question: Question) -> Question:
    """Decode `if_skipped`, whose type depends on the kind of the question."""
    raw: object = question.if_skipped
    value: Value
    if isinstance(raw, bool):
        return question
    if not isinstance(raw, dict):
        value = Decimal(str(raw)) if question.kind == NUMBER else str(raw)
    elif "yes" in raw:
        value = Ticks(frozenset(raw["yes"]), frozenset(raw["unsure"]))
    else:
        value = NOT_SURE
    return replace(question, if_skipped=value)
